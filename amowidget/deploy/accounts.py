"""Which accounts a project speaks to, and what opens each of them. Asks no account anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from amowidget.account.access import age
from amowidget.account.credentials import LOGIN, PASSWORD
from amowidget.account.session_store import SessionStore
from amowidget.account.stored_session import StoredSession
from amowidget.config.load import target as target_called
from amowidget.config.project import SANDBOX, Project, Target, is_loopback
from amowidget.errors import AmowidgetError


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One account: its host, the targets in it, the login that would be used, and what is known of the access.

    `state` is kept, environment, missing, or stand-in; the account itself has not been asked.
    """

    host: str
    targets: tuple[str, ...]
    login: str | None
    state: str
    told: str
    session: StoredSession | None = None

    def values(self) -> dict[str, object]:
        """Return the entry as plain values for JSON."""
        kept = self.session
        return {
            "host": self.host,
            "targets": list(self.targets),
            "login": self.login,
            "state": self.state,
            "origin": str(kept.origin) if kept else None,
            "opened_at": kept.opened_at_s if kept else None,
            "refreshed_at": kept.refreshed_at_s if kept else None,
        }


def accounts(
    project: Project | None, environment: Mapping[str, str], store: SessionStore, now_s: float
) -> tuple[AccountEntry, ...]:
    """Return the accounts of all targets and of all kept sessions, by host; the stand-in is always the last."""
    targets: dict[str, list[str]] = {}
    for target in project.targets.values() if project else ():
        if target.name != SANDBOX:
            targets.setdefault(target.base_url, []).append(target.name)
    kept: dict[str, list[StoredSession]] = {}
    for session in store.sessions():
        kept.setdefault(session.base_url, []).append(session)
    found = []
    for base_url in sorted({*targets, *kept}):
        names = tuple(targets.get(base_url, ()))
        found += [_kept(session, names, now_s) for session in kept.get(base_url, ())] or [
            _without(base_url, names, environment)
        ]
    stand_in = AccountEntry("(stand-in)", (SANDBOX,), None, "stand-in", "always open; nothing leaves this machine")
    return (*found, *((stand_in,) if project else ()))


def addresses_missing(project: Project, store: SessionStore) -> tuple[str, ...]:
    """Return the addresses of all targets for which no session is kept."""
    kept = {session.base_url for session in store.sessions()}
    wanted = {target.base_url: None for target in project.targets.values() if target.name != SANDBOX}
    return tuple(address for address in wanted if address not in kept)


def address_of(name: str, project: Project | None) -> str:
    """Return the address of an account that is named by a target, a host, or an address."""
    if project and name in project.targets and name != SANDBOX:
        return project.targets[name].base_url
    if name == SANDBOX:
        raise AmowidgetError(
            "usage.bad_value", "The stand-in needs no login.", "Name a host, for instance client-a.amocrm.ru."
        )
    scheme, mark, rest = name.partition("://")
    host = (rest if mark else name).partition("/")[0].lower()
    if "." not in host and not is_loopback(host):
        if project:
            target_called(project, name)  # says which targets there are
        raise AmowidgetError(
            "usage.bad_value", f'"{name}" is no host of an account.', "Name it whole, for instance client-a.amocrm.ru."
        )
    if mark and scheme != ("http" if is_loopback(host) else "https"):
        return f"{scheme}://{host}"  # the session refuses it, and says why
    return Target(name, host).base_url


def _kept(session: StoredSession, names: tuple[str, ...], now_s: float) -> AccountEntry:
    told = f"session opened {age(now_s - session.opened_at_s)} by {session.origin}"
    return AccountEntry(session.host, names, session.login or None, "kept", told, session)


def _without(base_url: str, names: tuple[str, ...], environment: Mapping[str, str]) -> AccountEntry:
    host = base_url.partition("://")[2]
    login = environment.get(LOGIN) or None
    if login and environment.get(PASSWORD):
        return AccountEntry(host, names, login, "environment", "login and password from the environment")
    return AccountEntry(host, names, login, "missing", f"no session; amowidget login {host}")
