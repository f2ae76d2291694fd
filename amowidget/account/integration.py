"""The integration that a widget belongs to: found by its id, never by its name; or made when asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from amowidget.account.answers import decided
from amowidget.account.session import Answer, Session
from amowidget.errors import AmowidgetError

_PAGES = 50


@dataclass(frozen=True, slots=True)
class Integration:
    """One integration as the account describes it (section 3.2, R6); none of the optional fields is guaranteed."""

    uuid: str
    name: str
    code: str | None
    has_widget: bool
    version_time: str | None
    script: str | None
    is_enabled: bool | None


def find(session: Session, uuid: str) -> Integration:
    """Return the integration with this id, the OAuth client id; an unknown one is an error that says where ids stand."""
    answer = _details(session, uuid)
    if answer.status == 404:
        raise AmowidgetError(
            "account.not_found",
            f"{session.host} has no integration {uuid}, or does not show it to this user.",
            "Copy the id from the account: the integration, tab with its keys and scopes. Or make one with `amowidget upload --create`.",
        )
    return _integration(decided(session, answer, "the request for the integration").fields, uuid)


def create(session: Session, name: str, description: str) -> Integration:
    """Make an integration of this name; refused when one has it already, and submitted once."""
    if len(name.strip()) < 3:
        raise AmowidgetError(
            "usage.bad_name",
            f'The name "{name}" is too short for an integration.',
            "Give widget.name at least three characters in the translations.",
        )
    if any(item.get("name") == name for item in _listed(session)):
        raise AmowidgetError(
            "account.ambiguous",
            f'{session.host} has an integration called "{name}" already.',
            "Write its id as `integration` of the target in amowidget.toml, or rename the widget.",
        )
    # The payload of the account's own form (section 3.3); addresses and scopes stay as a person will set them.
    content = {
        "name": {"ru": name, "en": name},
        "description": {"ru": description, "en": description},
        "redirect_uri": "",
        "revoke_access_hook_uri": "",
        "scopes": ["crm"],
        "uuid": None,
        "integration_type": "internal",
        "is_duplication_control_supported": False,
        "is_multiple_sources_supported": False,
    }
    answer = session.post("/ajax/v3/clients/", json=content)
    fields = decided(session, answer, "the new integration").fields
    return _integration(fields, "")


def refuse_create_in_ci(is_ci: bool, is_loopback: bool) -> None:
    """Refuse to make integrations from a build server: each failed run would leave one more behind."""
    if is_ci and not is_loopback:
        raise AmowidgetError(
            "usage.create_in_ci",
            "An integration is not made while CI is set.",
            "Run `amowidget upload --create` once by hand and commit the id that it writes into amowidget.toml.",
        )


def _details(session: Session, uuid: str) -> Answer:
    name = quote(uuid, safe="")
    answer = session.get(f"/ajax/v3/clients/{name}")
    # The route without /ajax is the older one; both are in use (section 8).
    return session.get(f"/v3/clients/{name}") if answer.status == 404 else answer


def _integration(fields: Mapping[str, Any], uuid: str) -> Integration:
    found = str(fields.get("uuid") or uuid)
    if not found:
        raise AmowidgetError(
            "network.unexpected_answer",
            "The account made an integration and does not tell its id.",
            "Look for it on the account's integration page, and write its id into amowidget.toml.",
        )
    links = fields.get("_links")
    script = links.get("script") if isinstance(links, dict) else None
    href = script.get("href") if isinstance(script, dict) else None
    enabled = fields.get("is_enabled")
    return Integration(
        uuid=found,
        name=str(fields.get("name") or ""),
        code=_text(fields.get("code")),
        has_widget=bool(fields.get("has_widget")),
        version_time=_text(fields.get("version_time")),
        script=_text(href),
        is_enabled=enabled if isinstance(enabled, bool) else None,
    )


def _listed(session: Session) -> Iterator[Mapping[str, Any]]:
    """Yield the account's own integrations; a page that brings nothing new ends the walk (page sizes are unknown)."""
    seen: set[str] = set()
    for page in range(1, _PAGES + 1):
        answer = session.get(f"/ajax/settings/widgets/category/own_integrations/{page}/")
        items = _items(decided(session, answer, "the list of integrations").fields)
        new = {key: item for key, item in items.items() if key not in seen}
        if not new:
            return
        seen.update(new)
        yield from new.values()


def _items(fields: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the items of either shape: `integrations`, or `widgets.own_integrations.<state>`; PHP writes [] for none."""
    market = fields.get("integrations")
    groups: list[Any] = [market]
    if market is None:
        own = fields.get("widgets")
        states = own.get("own_integrations") if isinstance(own, dict) else None
        groups = list(states.values()) if isinstance(states, dict) else []
    found: dict[str, Mapping[str, Any]] = {}
    for group in groups:
        pairs = group.items() if isinstance(group, dict) else enumerate(group) if isinstance(group, list) else ()
        found.update({str(key): item for key, item in pairs if isinstance(item, dict)})
    return found


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None
