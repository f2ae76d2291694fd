"""Opens a session that is to be kept, by a password or by the cookies of a browser, and ends one on the server."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from amowidget.account.codes import Ask
from amowidget.account.cookie_file import cookies_of
from amowidget.account.credentials import Credentials
from amowidget.account.login import is_open, log_in
from amowidget.account.session import Pace, Session
from amowidget.account.stored_session import Origin, StoredSession, opened
from amowidget.errors import AmowidgetError


@dataclass(frozen=True, slots=True)
class Door:
    """The account that is entered: its address, whether a person has allowed an unknown host, and the clock."""

    base_url: str
    allowed: frozenset[str] = frozenset()
    pace: Pace | None = None
    now_s: Callable[[], float] = time.time

    def session(self) -> Session:
        """Return a session with the account, in which nobody is logged in yet."""
        return Session(self.base_url, self.pace, self.allowed)


def by_password(door: Door, credentials: Credentials, ask: Ask | None) -> StoredSession:
    """Log in once, with the one-time code that a person is asked for, and return the session."""
    with door.session() as session:
        log_in(session, credentials, ask)
        return opened(door.base_url, credentials.login, session.cookies, Origin.LOGIN, door.now_s())


def by_cookies(door: Door, text: str, origin: Origin = Origin.COOKIES, login: str = "") -> StoredSession:
    """Take over the cookies of a browser's export; refused when the account does not take them for a login."""
    with door.session() as session:
        cookies = cookies_of(text, session.host)
        session.adopt(cookies)
        if not is_open(session):
            raise AmowidgetError(
                "auth.session_expired",
                f"{session.host} does not take these cookies for a login.",
                "Log in to that very host in the browser, open a page of the account, and export its cookies again.",
            )
        return opened(door.base_url, login, session.cookies, origin, door.now_s())


def is_alive(door: Door, kept: StoredSession) -> bool:
    """Return whether the account still takes a kept session for a login; nothing is renewed by asking."""
    with door.session() as session:
        session.adopt({name: value.reveal() for name, value in kept.cookies})
        return is_open(session)


def revoke(door: Door, kept: StoredSession) -> bool:
    """End a session on the server, for everybody who has its cookies; return whether the account agreed."""
    with door.session() as session:
        session.adopt({name: value.reveal() for name, value in kept.cookies})
        return session.delete("/oauth2/revoke").status < 300
