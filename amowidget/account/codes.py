"""The one-time codes that an account asks for at login: by e-mail, again, or from the recovery list (section 3.1, R3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from amowidget.account.redaction import report_of
from amowidget.account.session import Answer, Session
from amowidget.errors import AmowidgetError, UnknownAnswerError

_MOST_ANSWERS = 6
_WRONG = frozenset({"oauth.otp.code_invalid", "oauth.otp.code_required", "oauth.otp.required"})
_LOST = frozenset({"oauth.otp.challenge_required", "oauth.otp.challenge_invalid"})
_LATE = frozenset({"oauth.verification_token.expired", "oauth.verification_token.missing"})


class State(StrEnum):
    """Why a code is asked for."""

    SENT = "sent"
    RESENT = "resent"
    RECOVERY = "recovery"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    ONE_MORE = "one more"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked: why, for which host, and where the code was sent as far as the account tells."""

    state: State
    host: str
    address: str | None = None


class Wish(StrEnum):
    """What a person wants instead of typing a code."""

    RESEND = "resend"
    RECOVERY = "recovery"
    STOP = "stop"


# Asks a person for a code; the answer is the code, or a wish.
Ask = Callable[[Question], str | Wish]


@dataclass(frozen=True, slots=True)
class Demand:
    """What the account's answer to a login demands: the challenge of the code, and the token for another way."""

    challenge: str | None
    token: str | None
    address: str | None


def demand(answer: Answer) -> Demand | None:
    """Return what an answer demands, or None when it asks for no code."""
    fields = answer.fields
    otp, verification = fields.get("otp"), fields.get("verification")
    is_asked = bool(otp or verification) or fields.get("error_code") == "mfa_required"
    if not is_asked and not str(fields.get("error_code", "")).startswith("oauth.otp."):
        return None
    return Demand(_text(otp, "challenge"), _text(verification, "token"), _text(fields, "masked_email"))


def answer_code(session: Session, csrf_token: str, asked: Demand, ask: Ask | None) -> None:
    """Ask for the code and send it, until the session is open or the person stops."""
    if ask is None:
        raise AmowidgetError(
            "auth.code_required",
            f"{session.host} asks for a code that it sent by e-mail.",
            f"Log in once on a terminal with `amowidget login {session.host}`; for CI, export that session.",
        )
    _Dialogue(session, csrf_token, asked, ask).hold()


class _Dialogue:
    """The questions and answers of one login."""

    def __init__(self, session: Session, csrf_token: str, asked: Demand, ask: Ask) -> None:
        self._session = session
        self._csrf_token = csrf_token
        self._asked = asked
        self._ask = ask
        self._challenge = asked.challenge
        self._given = ""

    def hold(self) -> None:
        state: State | None = State.SENT
        for _ in range(_MOST_ANSWERS):
            given = self._ask(Question(state or State.WRONG, self._session.host, self._asked.address))
            if given == Wish.STOP:
                raise AmowidgetError("auth.code_required", "No code was given.", "Log in again when you have it.")
            if given == Wish.RESEND:
                state = self._resent()
            elif given == Wish.RECOVERY:
                state = self._turned_to_recovery()
            else:
                state = self._sent(given.strip())
                if state is None:
                    return
        raise AmowidgetError(
            "auth.code_wrong",
            f"{self._session.host} took none of {_MOST_ANSWERS} codes.",
            "Wait some minutes before you log in again, so that the account does not lock the login.",
        )

    def _sent(self, code: str) -> State | None:
        """Send a code; return None when the session is open, else what is to be asked next."""
        self._given = code
        content = {"grant_type": "otp_code", "otp": {"code": code, "challenge": self._challenge}}
        answer = self._posted("/oauth2/access_token", content)
        if answer.status < 300 and not answer.fields.get("error_code") and "access_token" in self._session.cookies:
            return None
        self._challenge = _text(answer.fields.get("otp"), "challenge") or self._challenge
        return self._next(answer)

    def _next(self, answer: Answer) -> State:
        code = str(answer.fields.get("error_code", ""))
        if code in _WRONG:
            return State.WRONG
        if code == "oauth.otp.code_expired":
            return State.EXPIRED
        if code == "oauth.otp.duplicate_code":
            return State.USED
        if code == "oauth.otp.one_more_code_required":
            return State.ONE_MORE
        if code in _LOST | _LATE:
            raise AmowidgetError(
                "auth.code_wrong",
                f"{self._session.host} has given up this login; it took too long, or another one has begun.",
                "Log in again from the start.",
            )
        if code == "oauth.otp.recaptcha_required" or answer.status == 400:
            raise captcha(self._session.host)
        if answer.status >= 500 or answer.json is None:
            raise AmowidgetError(
                "network.server_error",
                f"{self._session.host} answered the code with {answer.status}.",
                "Log in again from the start in a while.",
            )
        if code:
            raise UnknownAnswerError(
                "auth.code_wrong",
                f"{self._session.host} does not take the code and says: {code}",
                "This answer is not known yet. Log in again from the start, or by a browser.",
                report_of(self._session, answer, "the code", self._csrf_token, self._challenge or "", self._given),
            )
        return State.WRONG

    def _resent(self) -> State:
        answer = self._posted("/oauth2/otp/resend_code", {"challenge": self._challenge})
        return self._challenged(answer, State.RESENT)

    def _turned_to_recovery(self) -> State:
        content = {"target": "authenticate", "type": "recovery", "verification_token": self._asked.token or ""}
        return self._challenged(self._posted("/oauth2/otp", content), State.RECOVERY)

    def _challenged(self, answer: Answer, state: State) -> State:
        fields: Mapping[str, Any] = answer.fields  # an account's JSON has any shape
        challenge = _text(fields, "challenge") or _text(fields.get("otp"), "challenge")
        if challenge is None:
            return self._next(answer)
        self._challenge = challenge
        return state

    def _posted(self, path: str, content: Mapping[str, object]) -> Answer:
        return self._session.post(path, json={"csrf_token": self._csrf_token, **content})


def captcha(host: str) -> AmowidgetError:
    """Return what is said when the account wants a captcha."""
    return AmowidgetError(
        "auth.captcha",
        f"{host} asks for a captcha, which only a person can solve.",
        f"Log in by a browser with `amowidget login {host} --browser`, or take over the cookies of one: "
        f"`amowidget login {host} --cookies FILE`.",
    )


def _text(fields: object, key: str) -> str | None:
    value = fields.get(key) if isinstance(fields, dict) else None
    return str(value) if isinstance(value, str | int) and value != "" else None
