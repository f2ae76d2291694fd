"""How an account is entered: by a session that is kept or handed over, or by one login. Never by both, never again."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache

from amowidget.account.credentials import LOGIN, SESSION, TOKEN, Credentials, from_environment
from amowidget.account.hosts import checked_host
from amowidget.account.login import log_in
from amowidget.account.session import Pace, Session
from amowidget.account.session_store import SessionStore
from amowidget.account.stored_session import Origin, StoredSession, opened, parsed
from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError

# One text may hold the sessions of many accounts, each of which asks for its own.
_read_once = lru_cache(maxsize=1)(parsed)
# The page renews its session well before it ends; how long one lasts is not known (section 3.1, R4).
_FRESH_S = 600.0


@dataclass(frozen=True, slots=True)
class Access:
    """What opens an account: a session, or a login with its password; beside it the token of the official API.

    `store` keeps what the account gives for a renewed session; without it nothing is kept. `allowed` are hosts that
    are no accounts we know, and that a person has allowed.
    """

    session: StoredSession | None = None
    credentials: Credentials | None = None
    token: Secret | None = None
    store: SessionStore | None = None
    allowed: frozenset[str] = frozenset()
    pace: Pace = field(default_factory=Pace)
    now_s: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where access can come from: the environment, the sessions of this user, and the hosts that were allowed.

    A session of a host, kept or handed over, was opened by a person who allowed that host; it goes nowhere else.
    """

    environment: Mapping[str, str]
    store: SessionStore
    allowed: frozenset[str] = frozenset()


def access_to(base_url: str, around: Surroundings, target_count: int = 1) -> Access:
    """Return how to enter an account: the handed-over session first, then the kept one, then the login of the environment.

    A login of the environment serves exactly one target; a kept session of another login is not used beside it.
    """
    given = around.environment
    token = Secret(given[TOKEN]) if given.get(TOKEN) else None
    handed = _handed_over(base_url, given.get(SESSION, ""))
    if handed is not None:
        return Access(handed, None, token, None, around.allowed | {handed.host})
    kept = around.store.of(base_url, given.get(LOGIN) or None)
    if kept is not None:
        return Access(kept, None, token, around.store, around.allowed | {kept.host})
    checked_host(base_url, around.allowed)
    if not given.get(LOGIN):
        host = base_url.partition("://")[2]
        raise AmowidgetError(
            "usage.credentials_missing",
            f"There is no session for {host}, and no login in the environment.",
            f"Log in once with `amowidget login {host}`. In CI set AMOWIDGET_SESSION, or AMOWIDGET_LOGIN and AMOWIDGET_PASSWORD.",
        )
    return Access(None, from_environment(given, target_count), token, None, around.allowed)


def token_only(base_url: str, around: Surroundings) -> Access:
    """Return the access of the official API alone, which needs no session."""
    checked_host(base_url, around.allowed)
    token = around.environment.get(TOKEN)
    return Access(None, None, Secret(token) if token else None, None, around.allowed)


@contextmanager
def entered(base_url: str, access: Access, pace: Pace | None = None) -> Iterator[Session]:
    """Yield an open session with the account; a kept one is renewed when it is old, and once when it has ended."""
    with Session(base_url, pace or access.pace, access.allowed) as session:
        if access.session is not None:
            _adopted(session, access, access.session)
        elif access.credentials is not None:
            log_in(session, access.credentials)
            session.renew = lambda: renewed(session)
        yield session


def going_on(access: Access, session: Session) -> Access:
    """Return the access that goes on with an open session; a password that has opened it is not offered again."""
    if access.session is not None or access.credentials is None:
        return access
    now = opened(session.base_url, access.credentials.login, session.cookies, Origin.LOGIN, access.now_s())
    return replace(access, session=now, credentials=None, store=None)


def renewed(session: Session) -> bool:
    """Renew a session as the account's pages do, by its own cookies; return whether the account agreed."""
    answer = session.post("/oauth2/access_token", data={"grant_type": "implicit"})
    return answer.status < 300 and answer.json is not None and not answer.fields.get("error_code")


def kept_anew(session: Session, access: Access) -> None:
    """Keep what a kept session has become, when somebody else than `renewed` has renewed it: a page in a browser."""
    kept = access.session
    if (
        kept is None
        or access.store is None
        or {name: value.reveal() for name, value in kept.cookies} == session.cookies
    ):
        return
    with access.store.lock(session.base_url):
        access.store.save(kept.refreshed(session.cookies, access.now_s()))


def _adopted(session: Session, access: Access, kept: StoredSession) -> None:
    session.adopt({name: value.reveal() for name, value in kept.cookies})
    session.expired = _told(kept, access.now_s())
    use = _Use(session, access, kept)
    session.renew = use.renew
    age_s = access.now_s() - kept.refreshed_at_s
    # One that was handed over belongs to its holder: it is renewed only when the account asks for it.
    if kept.origin is not Origin.ENVIRONMENT and not 0 <= age_s < _FRESH_S and access.store is not None:
        use.renew()


class _Use:
    """A session in use, and what was kept of it when this process looked or wrote last."""

    def __init__(self, session: Session, access: Access, known: StoredSession) -> None:
        self._session = session
        self._access = access
        self._known = known

    def renew(self) -> bool:
        """Renew under the lock of the host; what another process has renewed meanwhile is taken instead."""
        store = self._access.store
        if store is None:
            return renewed(self._session)
        with store.lock(self._session.base_url):
            now = store.of(self._known.base_url, self._known.login)
            # Another time, not a later one: this machine's clock may have been set back in between.
            if now is not None and now.refreshed_at_s != self._known.refreshed_at_s:
                self._known = now
                self._session.adopt({name: value.reveal() for name, value in now.cookies})
                return True
            if not renewed(self._session):
                return False
            self._known = self._known.refreshed(self._session.cookies, self._access.now_s())
            store.save(self._known)
            return True


def _handed_over(base_url: str, text: str) -> StoredSession | None:
    if not text:
        return None
    found = _read_once(text, SESSION)
    fitting = next((session for session in found if session.base_url == base_url), None)
    if fitting is None:
        hosts = ", ".join(session.host for session in found)
        raise AmowidgetError(
            "usage.session_elsewhere",
            f"{SESSION} is of {hosts}, and not of {base_url.partition('://')[2]}.",
            "Export the session of this host, or name the target that it belongs to.",
        )
    return StoredSession(
        fitting.base_url,
        fitting.login,
        fitting.cookies,
        Origin.ENVIRONMENT,
        fitting.opened_at_s,
        fitting.refreshed_at_s,
    )


def _told(kept: StoredSession, now_s: float) -> tuple[str, str]:
    """Return whose session has expired, and what to do about it."""
    whose = f"The session of {kept.login or 'an unknown user'}, opened {age(now_s - kept.opened_at_s)}, has ended."
    if kept.origin is Origin.ENVIRONMENT:
        return whose, f"Export a new one with `amowidget login {kept.host} --export FILE` and set {SESSION} to it."
    by = {Origin.COOKIES: " --cookies FILE", Origin.BROWSER: " --browser"}.get(kept.origin, "")
    return whose, f"Log in again with `amowidget login {kept.host}{by}`."


def age(seconds: float) -> str:
    """Return how long ago something was, in words; a clock that was set back is no age."""
    if seconds < 0:
        return "at a time that this clock has yet to reach"
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"
