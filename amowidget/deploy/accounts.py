"""Which accounts a project speaks to and whether it has credentials for them. Asks no account anything."""

from collections.abc import Mapping
from dataclasses import dataclass

from amowidget.config.project import SANDBOX, Project


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One account: its host, the targets in it, the login that would be used, and what is known of the access."""

    host: str
    targets: tuple[str, ...]
    login: str | None
    state: str

    def values(self) -> dict[str, object]:
        """Return the entry as plain values for JSON."""
        return {"host": self.host, "targets": list(self.targets), "login": self.login, "state": self.state}


def accounts(project: Project, environment: Mapping[str, str]) -> tuple[AccountEntry, ...]:
    """Return the accounts of all targets, by host; the stand-in is always the last."""
    login = environment.get("AMOWIDGET_LOGIN") or None
    has_both = bool(login and environment.get("AMOWIDGET_PASSWORD"))
    names: dict[str, list[str]] = {}
    for target in project.targets.values():
        if target.name != SANDBOX:
            names.setdefault(target.host, []).append(target.name)
    state = "login and password from the environment" if has_both else "no credentials in the environment"
    listed = [AccountEntry(host, tuple(names[host]), login, state) for host in sorted(names)]
    return (*listed, AccountEntry("(stand-in)", (SANDBOX,), None, "always open; nothing leaves this machine"))
