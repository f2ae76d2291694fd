"""The second step of a login: a code by e-mail, or recovery codes (section 3.1, R3, read in the page's own code).

The statuses of the refusals are assumed, but for the captcha's 400; their `error_code` is the page's own.
"""

import secrets
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amowidget.sandbox.desk import Desk, as_json, now_s, posted, problem, same
from amowidget.sandbox.faults import FAULTS, SECOND_STEP
from amowidget.sandbox.gate import opened
from amowidget.sandbox.state import Session, Step

# Invented: the stand-in's user has these, and they can be used again.
RECOVERY_CODES = ("10000001", "10000002", "10000003")
_LIFE_S = 300
_ERRORS = {
    "verification-missing": "oauth.verification_token.missing",
    "verification-expired": "oauth.verification_token.expired",
    "challenge-invalid": "oauth.otp.challenge_invalid",
    "code-recaptcha": "oauth.otp.recaptcha_required",
    "code-invalid": "oauth.otp.code_invalid",
}


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this part."""

    async def recovery(request: Request) -> Response:
        return _recovered(desk, request, await posted(request))

    async def resend(request: Request) -> Response:
        return _sent_again(desk, request, await posted(request))

    return [
        Route("/oauth2/otp", recovery, methods=["POST"]),
        Route("/oauth2/otp/resend_code", resend, methods=["POST"]),
    ]


def demanded(desk: Desk, request: Request, session: Session) -> Response | None:
    """Return the demand for a code, sent by e-mail, after a right password; None when none is wanted."""
    code = desk.value(request, "code")
    if code is None and desk.faults.has(*SECOND_STEP):
        code = FAULTS["code"].default
    is_sso = desk.plays(request, "code-sso")
    told: dict[str, object] = {}
    if code:
        is_expired = desk.plays(request, "code-expires")
        with desk.store.changing():
            session.step = Step(secrets.token_urlsafe(16), secrets.token_urlsafe(16), code, is_expired)
        desk.mailbox.send("login", code)
        told = {"otp": _challenge(session.step), "verification": {"token": session.step.verification}}
    if is_sso:
        told |= {"error_code": "mfa_required", "masked_email": "d***@example.com"}
    return problem(403, "A code is required", **told) if told else None


def entered(desk: Desk, request: Request, fields: dict[str, object]) -> Response:
    """Return the opened session for the right code, or the refusal."""
    session, refused = _asked(desk, request, fields)
    if session is None or session.step is None:
        return refused
    otp = fields.get("otp")
    given = otp if isinstance(otp, dict) else {}
    error = _mistake(session.step, given.get("code"), given.get("challenge"))
    if error is None and desk.plays(request, "code-duplicate"):
        error = "oauth.otp.duplicate_code"
    return _refused(error) if error else opened(desk, session)


def _asked(desk: Desk, request: Request, fields: dict[str, object]) -> tuple[Session | None, Response]:
    """Return the session in its second step, or None with the refusal."""
    session = desk.session(request)
    if session is None or not same(fields.get("csrf_token"), session.csrf_token):
        return None, problem(403, "The CSRF token is missing or wrong")  # status assumed
    for name, error in _ERRORS.items():
        if desk.plays(request, name):
            return None, _refused(error)
    if session.step is None:
        return None, _refused("oauth.otp.challenge_invalid")
    return session, Response()


def _mistake(step: Step, code: object, challenge: object) -> str | None:
    if not challenge:
        return "oauth.otp.challenge_required"
    if not code:
        return "oauth.otp.code_required"
    if not same(challenge, step.challenge):
        return "oauth.otp.challenge_invalid"
    if step.is_expired:
        return "oauth.otp.code_expired"
    if step.code:
        return None if same(code, step.code) else "oauth.otp.code_invalid"
    return _mistake_of_recovery(step, str(code))


def _mistake_of_recovery(step: Step, code: str) -> str | None:
    if code not in RECOVERY_CODES:
        return "oauth.otp.code_invalid"
    if code in step.given:
        return "oauth.otp.duplicate_code"
    step.given.append(code)
    return "oauth.otp.one_more_code_required" if len(step.given) < step.wanted else None


def _sent_again(desk: Desk, request: Request, fields: dict[str, object]) -> Response:
    session, refused = _asked(desk, request, fields)
    if session is None or session.step is None:
        return refused
    if not same(fields.get("challenge"), session.step.challenge):
        return _refused("oauth.otp.challenge_invalid")
    with desk.store.changing():
        session.step = replace(session.step, challenge=secrets.token_urlsafe(16), is_expired=False)
    if session.step.code:
        desk.mailbox.send("login", session.step.code)
    return as_json(_challenge(session.step))


def _recovered(desk: Desk, request: Request, fields: dict[str, object]) -> Response:
    session, refused = _asked(desk, request, fields)
    if session is None or session.step is None:
        return refused
    token = fields.get("verification_token")
    if not token:
        return _refused("oauth.verification_token.missing")
    if not same(token, session.step.verification):
        return _refused("oauth.verification_token.expired")
    if (fields.get("target"), fields.get("type")) != ("authenticate", "recovery"):
        return problem(400, "This kind of code is not emulated")
    wanted = 2 if desk.plays(request, "code-one-more") else 1
    with desk.store.changing():
        session.step = Step(session.step.verification, secrets.token_urlsafe(16), wanted=wanted)
    return as_json(_challenge(session.step))


def _challenge(step: Step) -> dict[str, object]:
    return {"challenge": step.challenge, "expires_at": now_s() + _LIFE_S}


def _refused(error: str) -> Response:
    status = 400 if error.endswith("recaptcha_required") else 403
    return problem(status, "The code is not accepted", error_code=error)
