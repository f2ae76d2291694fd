"""Login, refresh and logout of the stand-in, after section 3.1 of the protocol reference."""

import hmac
import secrets

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from amowidget.sandbox.desk import Desk, as_json, now_s, posted, problem
from amowidget.sandbox.gate import login_page
from amowidget.sandbox.state import Session


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this part."""

    async def authorize(request: Request) -> Response:
        return _authorized(desk, request, await posted(request))

    async def access_token(request: Request) -> Response:
        return _refreshed(desk, request, await posted(request))

    async def revoke(request: Request) -> Response:
        return _revoked(desk, request)

    return [
        Route("/oauth2/authorize", authorize, methods=["POST"]),
        Route("/oauth2/access_token", access_token, methods=["POST"]),
        Route("/oauth2/revoke", revoke, methods=["DELETE"]),
    ]


def _authorized(desk: Desk, request: Request, fields: dict[str, object]) -> Response:
    failure = _played(desk)
    if failure is not None:
        return failure
    session = desk.session(request)
    if session is None or not _same(fields.get("csrf_token"), session.csrf_token):
        return problem(403, "The CSRF token is missing or wrong")  # status assumed
    memory = desk.store.memory
    if not (_same(fields.get("username"), memory.login) and _same(fields.get("password"), memory.password)):
        return problem(401, "Wrong login or password")  # status assumed, the body's form observed in the page's code
    with desk.store.changing():
        session.access_token = secrets.token_urlsafe(32)
        session.refresh_token = secrets.token_urlsafe(32)
        session.requests = 0
    return _with_tokens(session)


def _played(desk: Desk) -> Response | None:
    if desk.faults.has("login-500"):
        return problem(500, "Internal error")
    if desk.faults.has("login-html"):
        return HTMLResponse("<!doctype html><title>Maintenance</title><p>Back soon.</p>")
    if desk.faults.has("captcha"):
        reason = {"site_key": "stand-in"}
        return problem(400, "Bad request", **{"invalid-params": [{"name": "captcha", "reason": reason}]})
    if desk.faults.has("code"):
        otp = {"challenge": "stand-in", "expires_at": now_s() + 300}
        return problem(403, "A code is required", otp=otp, verification={"token": "stand-in"})
    return None


def _with_tokens(session: Session) -> Response:
    answer = as_json(
        {"server_time": now_s(), "access_token": session.access_token, "refresh_token": session.refresh_token}
    )
    answer.set_cookie("access_token", session.access_token, httponly=True, samesite="lax")
    answer.set_cookie("refresh_token", session.refresh_token, httponly=True, samesite="lax")
    return answer


def _refreshed(desk: Desk, request: Request, fields: dict[str, object]) -> Response:
    session = desk.session(request)
    if fields.get("grant_type") != "implicit":
        return problem(400, "This grant is not emulated", error_code="oauth.otp.challenge_invalid")
    if session is None or not _same(request.cookies.get("refresh_token"), session.refresh_token):
        return login_page(desk, request)
    with desk.store.changing():
        session.access_token = secrets.token_urlsafe(32)
        session.requests = 0
    return _with_tokens(session)


def _revoked(desk: Desk, request: Request) -> Response:
    with desk.store.changing() as memory:
        memory.sessions.pop(request.cookies.get("session_id", ""), None)
    return Response(status_code=204)


def _same(given: object, expected: str) -> bool:
    return isinstance(given, str) and bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
