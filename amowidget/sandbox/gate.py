"""Who is let in: the login page for strangers, with a session to log in with; the account's page for the others."""

import secrets

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from amowidget.sandbox import pages
from amowidget.sandbox.desk import SESSION_COOKIE, Desk, as_json, now_s, problem
from amowidget.sandbox.state import Session

_SESSIONS = 200


def login_page(desk: Desk, request: Request, status: int = 401) -> Response:
    """Return the login page; 401 is what the account answers without a session (observed)."""
    identity, session = _anonymous(desk, request)
    answer = HTMLResponse(pages.login(desk.platform, session.csrf_token, desk.store.memory.login), status)
    answer.set_cookie(SESSION_COOKIE, identity, httponly=True, samesite="lax")
    answer.set_cookie("csrf_token", session.csrf_token, samesite="lax")
    return answer


def account_page(desk: Desk, request: Request) -> Response:
    """Return the account's page, or the login page to who is not logged in."""
    if not desk.is_logged_in(request):
        return login_page(desk, request)
    return HTMLResponse(pages.account(desk.platform))


def opened(desk: Desk, session: Session) -> Response:
    """Log a session in, or keep it alive, and return its new tokens."""
    with desk.store.changing():
        session.access_token = secrets.token_urlsafe(32)
        session.refresh_token = session.refresh_token or secrets.token_urlsafe(32)
        session.requests = 0
        session.step = None
    answer = as_json(
        {"server_time": now_s(), "access_token": session.access_token, "refresh_token": session.refresh_token}
    )
    answer.set_cookie("access_token", session.access_token, httponly=True, samesite="lax")
    answer.set_cookie("refresh_token", session.refresh_token, httponly=True, samesite="lax")
    return answer


def refusal(desk: Desk, request: Request) -> Response | None:
    """Return the answer to who may not change integrations: the login page to strangers, 403 to who is no manager."""
    if not desk.is_logged_in(request):
        return login_page(desk, request)
    return problem(403, "Forbidden") if desk.plays(request, "not-admin") else None  # status assumed


def _anonymous(desk: Desk, request: Request) -> tuple[str, Session]:
    known = request.cookies.get(SESSION_COOKIE, "")
    session = desk.store.memory.sessions.get(known)
    if session is not None:
        # Also one that has run out: its refresh token is still good (read in the page's code: refresh, then retry).
        return known, session
    identity, session = secrets.token_urlsafe(24), Session(secrets.token_urlsafe(24))
    with desk.store.changing() as memory:
        for old in list(memory.sessions)[: max(0, len(memory.sessions) - _SESSIONS)]:
            del memory.sessions[old]
        memory.sessions[identity] = session
    return identity, session
