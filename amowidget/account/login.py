"""Logs in as the account's own login page does: one attempt, then stop (section 3.1)."""

from html.parser import HTMLParser

from amowidget.account.codes import Ask, answer_code, captcha, demand
from amowidget.account.credentials import Credentials
from amowidget.account.redaction import report_of, without
from amowidget.account.session import Answer, Session
from amowidget.errors import AmowidgetError, UnknownAnswerError


def log_in(session: Session, credentials: Credentials, ask: Ask | None = None) -> None:
    """Log the session in; every way in which the account refuses is an error of its own, and nothing is repeated.

    `ask` asks a person for the one-time code that the account may want; without it, a wanted code is an error.
    """
    start = session.get("/")
    if start.status == 200 and "access_token" in session.cookies:
        return
    token = _csrf_token(start) or session.cookies.get("csrf_token")
    if not token:
        raise UnknownAnswerError(
            "network.unexpected_answer",
            f"{session.host} answers with {start.status} and without a login form.",
            "Check the host in amowidget.toml; open it in a browser to see what it says.",
            report_of(session, start, "the login page"),
        )
    answer = session.post(
        "/oauth2/authorize",
        json={
            "csrf_token": token,
            "username": credentials.login,
            "password": credentials.password.reveal(),
            "temporary_auth": "N",
        },
    )
    asked = demand(answer) if not _wants_captcha(answer) else None
    secrets = (credentials.login, credentials.password.reveal(), token)
    if asked is not None and asked.challenge is None:
        raise UnknownAnswerError(
            "auth.code_required",
            f"{session.host} asks for a code in a way that is not known yet.",
            f"Log in by a browser: `amowidget login {session.host} --browser`.",
            report_of(session, answer, "the login", *secrets),
        )
    if asked is not None:
        answer_code(session, token, asked, ask)
    else:
        _check(session, answer, secrets)


def is_open(session: Session) -> bool:
    """Return whether the account takes the session for one that is logged in."""
    start = session.get("/")
    return start.status == 200


def _wants_captcha(answer: Answer) -> bool:
    invalid = answer.fields.get("invalid-params")
    names = [entry.get("name") for entry in invalid if isinstance(entry, dict)] if isinstance(invalid, list) else []
    return "captcha" in names


def _check(session: Session, answer: Answer, secrets: tuple[str, ...]) -> None:
    host, said = session.host, without(_said(answer), secrets)
    if _wants_captcha(answer):
        raise captcha(host)
    if answer.status >= 500:
        raise AmowidgetError(
            "network.server_error", f"{host} answered the login with {answer.status}.", "Try again in a while."
        )
    if answer.status == 429:
        raise AmowidgetError(
            "network.throttled",
            f"{host} asks to slow down{said}.",
            "Wait some minutes before you log in again.",
        )
    if answer.json is None:
        raise _unknown_page(session, answer, secrets)
    if answer.status == 403:
        raise AmowidgetError(
            "auth.blocked",
            f"{host} lets nobody log in from here{said}.",
            "The account can be closed to other addresses or countries; ask its administrator, or log in from elsewhere.",
        )
    if answer.status >= 400:
        raise AmowidgetError(
            "auth.wrong_password",
            f"{host} refused the login or the password{said}.",
            "Check both. It is not tried again by itself, so that the account does not lock the login.",
        )
    if "access_token" not in session.cookies and not answer.fields.get("access_token"):
        raise UnknownAnswerError(
            "auth.wrong_password",
            f"{host} accepted the login but opened no session.",
            "Open the account in a browser: it may ask a question before it lets you in.",
            report_of(session, answer, "the login", *secrets),
        )


def _unknown_page(session: Session, answer: Answer, secrets: tuple[str, ...]) -> UnknownAnswerError:
    return UnknownAnswerError(
        "network.unexpected_answer",
        f"{session.host} answered the login with a page instead of data; it may be under maintenance.",
        "Open the account in a browser to see what it says, then try again.",
        report_of(session, answer, "the login", *secrets),
    )


def _said(answer: Answer) -> str:
    detail = answer.fields.get("detail")
    return f', and says: "{" ".join(detail.split())[:200]}"' if isinstance(detail, str) and detail.strip() else ""


class _HiddenInput(HTMLParser):
    """Finds the value of the login form's hidden token."""

    def __init__(self) -> None:
        super().__init__()
        self.value: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one opening tag."""
        given = dict(attrs)
        if tag == "input" and given.get("name") == "csrf_token" and self.value is None:
            self.value = given.get("value")


def _csrf_token(page: Answer) -> str | None:
    finder = _HiddenInput()
    finder.feed(page.body[: 2 * 1024 * 1024].decode("utf-8", "replace"))
    return finder.value or None
