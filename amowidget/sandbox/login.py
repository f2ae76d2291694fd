"""Login, refresh and logout of the stand-in, after section 3.1 of the protocol reference."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from amowidget.sandbox import second_step
from amowidget.sandbox.desk import SESSION_COOKIE, Desk, posted, problem, same
from amowidget.sandbox.gate import login_page, opened
from amowidget.sandbox.journal import labelled


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this part."""

    async def authorize(request: Request) -> Response:
        return _authorized(desk, request, await posted(request))

    async def access_token(request: Request) -> Response:
        fields = await posted(request)
        if fields.get("grant_type") == "otp_code":
            labelled(request, "code")
            return second_step.entered(desk, request, fields)
        labelled(request, "refresh")
        return _refreshed(desk, request, fields)

    async def revoke(request: Request) -> Response:
        return _revoked(desk, request)

    return [
        Route("/oauth2/authorize", authorize, methods=["POST"]),
        Route("/oauth2/access_token", access_token, methods=["POST"]),
        Route("/oauth2/revoke", revoke, methods=["DELETE"]),
        *second_step.routes(desk),
    ]


def _authorized(desk: Desk, request: Request, fields: dict[str, object]) -> Response:
    failure = _played(desk, request)
    if failure is not None:
        return failure
    session = desk.session(request)
    if session is None or not same(fields.get("csrf_token"), session.csrf_token):
        return problem(403, "The CSRF token is missing or wrong")  # status assumed
    memory = desk.store.memory
    is_known = same(fields.get("username"), memory.login) and same(fields.get("password"), memory.password)
    if not is_known or desk.plays(request, "wrong-password"):
        return problem(401, "Wrong login or password")  # status assumed, the body's form read in the page's code
    return second_step.demanded(desk, request, session) or opened(desk, session)


def _played(desk: Desk, request: Request) -> Response | None:
    captcha = {"name": "captcha", "reason": {"site_key": "stand-in"}}
    answers: dict[str, Callable[[], Response]] = {
        "login-500": lambda: problem(500, "Internal error"),
        "login-html": lambda: HTMLResponse("<!doctype html><title>Maintenance</title><p>Back soon.</p>"),
        "captcha": lambda: problem(400, "Bad request", **{"invalid-params": [captcha]}),
        # Status and words are invented; a list of allowed addresses exists (documented).
        "blocked-address": lambda: problem(403, "Access from this IP address is forbidden"),
    }
    return next((answer() for name, answer in answers.items() if desk.plays(request, name)), None)


def _refreshed(desk: Desk, request: Request, fields: dict[str, object]) -> Response:
    session = desk.session(request)
    if fields.get("grant_type") != "implicit":
        return problem(400, "This grant is not emulated", error_code="oauth.otp.challenge_invalid")
    if desk.plays(request, "refresh-refused"):
        return login_page(desk, request)
    if session is None or not same(request.cookies.get("refresh_token"), session.refresh_token):
        return login_page(desk, request)
    return opened(desk, session)


def _revoked(desk: Desk, request: Request) -> Response:
    with desk.store.changing() as memory:
        memory.sessions.pop(request.cookies.get(SESSION_COOKIE, ""), None)
    return Response(status_code=204)
