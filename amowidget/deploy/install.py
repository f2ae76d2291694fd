"""Installs an uploaded widget through the official API, with the values of its settings. Never a second time."""

from collections.abc import Mapping
from dataclasses import dataclass

from amowidget.account import api, integration
from amowidget.account.access import Access, entered
from amowidget.account.session import Session
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError


@dataclass(frozen=True, slots=True)
class Installed:
    """A widget that was installed just now: its code, and the version that the API names."""

    target: str
    host: str
    code: str
    version: str | None


def values_of(pairs: tuple[str, ...], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values that KEY=VALUE name; `env:NAME` takes a secret from the environment."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark or not key:
            raise AmowidgetError("usage.bad_value", f'"{pair}" is no value.', "Write --set KEY=VALUE.")
        if value.startswith("env:"):
            name = value.removeprefix("env:")
            if name not in environment:
                raise AmowidgetError(
                    "usage.bad_value", f"{name} is not set, which --set {key} names.", "Set it, or write the value."
                )
            value = environment[name]
        found[key] = value
    return found


def install(target: Target, access: Access, values: Mapping[str, str]) -> Installed:
    """Install the target's widget; refused when it is installed, for that would erase its settings."""
    token = access.token
    if token is None:
        raise AmowidgetError(
            "usage.credentials_missing",
            f"There is no token for the official API of {target.host}.",
            "Make a long-lived token in the integration's keys, and set AMOWIDGET_TOKEN.",
        )
    code = target.code or _told_code(target, access)
    if not code:
        raise AmowidgetError(
            "config.missing_key",
            f'The target "{target.name}" names no code of the widget.',
            "Upload once: `amowidget upload` tells the code. Write it as `code` of the target in amowidget.toml.",
        )
    with Session(target.base_url, access.pace, access.allowed) as session:
        _refuse_unfit(session, code, values, token)
        api.install(session, code, values, token)
        now = api.widget(session, code, token)
    if now is None or not now.is_active:
        raise AmowidgetError(
            "verify.unproven",
            f"{target.host} took the installation, and does not name the widget as active.",
            f"Look at the account's page of integrations: {target.integrations_page}",
        )
    return Installed(target.name, target.host, code, now.version)


def _told_code(target: Target, access: Access) -> str | None:
    """Return the code that the account itself tells, where it can be entered."""
    if not target.integration or (access.session is None and access.credentials is None):
        return None
    with entered(target.base_url, access) as session:
        return integration.find(session, target.integration).code


def _refuse_unfit(session: Session, code: str, values: Mapping[str, str], token: Secret) -> None:
    found = api.widget(session, code, token)
    if found is None:
        raise AmowidgetError(
            "account.not_found",
            f"The API of {session.host} knows no widget {code}.",
            "Upload it first; the token has to be of the same account.",
        )
    if found.is_active:
        raise AmowidgetError(
            "account.installed",
            f"The widget is installed in {session.host} already; installing it anew would erase its settings.",
            "Change its settings on the account's page of integrations.",
        )
    missing = [key for key, is_required in found.keys.items() if is_required and not values.get(key)]
    unknown = [key for key in values if found.keys and key not in found.keys]
    if missing or unknown:
        told = [f"{', '.join(missing)} missing" if missing else "", f"{', '.join(unknown)} unknown" if unknown else ""]
        raise AmowidgetError(
            "usage.bad_value",
            f"The settings do not fit: {'; '.join(part for part in told if part)}.",
            f"The widget has the settings {', '.join(found.keys) or 'of no name'}; give each by --set KEY=VALUE.",
        )
