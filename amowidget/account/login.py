"""Logs in as the account's own login page does: one attempt, then stop (section 3.1)."""

from html.parser import HTMLParser

from amowidget.account.credentials import Credentials
from amowidget.account.session import Answer, Session
from amowidget.errors import AmowidgetError


def log_in(session: Session, credentials: Credentials) -> None:
    """Log the session in; every way in which the account refuses is an error of its own, and nothing is repeated."""
    start = session.get("/")
    if start.status == 200 and "access_token" in session.cookies:
        return
    token = _csrf_token(start) or session.cookies.get("csrf_token")
    if not token:
        raise AmowidgetError(
            "network.unexpected_answer",
            f"{session.host} answers with {start.status} and without a login form.",
            "Check the host in amowidget.toml; open it in a browser to see what it says.",
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
    _check(session, answer)


def _check(session: Session, answer: Answer) -> None:
    fields = answer.fields
    host = session.host
    names = [entry.get("name") for entry in fields.get("invalid-params") or () if isinstance(entry, dict)]
    if "captcha" in names:
        raise AmowidgetError(
            "auth.captcha",
            f"{host} asks for a captcha, which only a person can solve.",
            "Log in once in a browser from this machine, wait a while, and try again.",
        )
    if fields.get("otp") or fields.get("verification") or fields.get("error_code") == "mfa_required":
        raise AmowidgetError(
            "auth.code_required",
            f"{host} asks for a code that it sent by e-mail.",
            "Use the login of an administrator without two-step verification; codes are not asked for yet.",
        )
    if answer.status >= 500:
        raise AmowidgetError(
            "network.server_error", f"{host} answered the login with {answer.status}.", "Try again in a while."
        )
    if answer.json is None:
        raise AmowidgetError(
            "network.unexpected_answer",
            f"{host} answered the login with a page instead of data; it may be under maintenance.",
            "Open the account in a browser to see what it says, then try again.",
        )
    if answer.status >= 400:
        raise AmowidgetError(
            "auth.wrong_password",
            f"{host} refused the login or the password.",
            "Check AMOWIDGET_LOGIN and AMOWIDGET_PASSWORD. It is not tried again by itself.",
        )
    if "access_token" not in session.cookies and not fields.get("access_token"):
        raise AmowidgetError(
            "auth.wrong_password",
            f"{host} accepted the login but opened no session.",
            "Open the account in a browser: it may ask a question before it lets you in.",
        )


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
