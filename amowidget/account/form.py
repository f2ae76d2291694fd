"""The integration's own form in the account: names, descriptions and scopes, read, compared, and changed where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from amowidget.account.answers import decided
from amowidget.account.session import Answer, Session
from amowidget.errors import AmowidgetError


@dataclass(frozen=True, slots=True)
class Form:
    """What the form holds (section 3.2, R6): texts by language, scopes, and the address that nobody here touches."""

    names: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the field with its language, what stands there, and what is wanted."""

    field: str
    old: str
    new: str


def read(session: Session, uuid: str) -> Form:
    """Return the form of an integration as the account tells it."""
    answer = session.get(f"/ajax/v3/clients/{quote(uuid, safe='')}")
    fields = decided(session, answer, "the request for the integration's form").fields
    langs = _fields(fields.get("langs"))
    embedded, links = _fields(fields.get("_embedded")), _fields(fields.get("_links"))
    listed = embedded.get("scopes")
    scopes = [_fields(scope).get("name") for scope in listed] if isinstance(listed, list) else []
    return Form(
        {locale: str(_fields(texts).get("name") or "") for locale, texts in langs.items()},
        {locale: str(_fields(texts).get("description") or "") for locale, texts in langs.items()},
        tuple(sorted(str(scope) for scope in scopes if scope)),
        str(_fields(links.get("redirect_uri")).get("href") or ""),
    )


def changes(now: Form, wanted: Form) -> tuple[Change, ...]:
    """Return what differs from what is wanted; what is not wanted anew stays as it is."""
    found = [
        Change(f"{name} ({locale})", old.get(locale, ""), text)
        for name, old, new in (
            ("name", now.names, wanted.names),
            ("description", now.descriptions, wanted.descriptions),
        )
        for locale, text in sorted(new.items())
        if text and old.get(locale, "") != text
    ]
    if wanted.scopes and sorted(wanted.scopes) != list(now.scopes):
        found.append(Change("scopes", ", ".join(now.scopes), ", ".join(sorted(wanted.scopes))))
    return tuple(found)


def save(session: Session, uuid: str, now: Form, wanted: Form) -> None:
    """Send what differs, once, and read the form again: what nobody wanted to change has to be as it was.

    That a change of some fields leaves the others alone is assumed, and therefore checked.
    """
    content: dict[str, object] = {"uuid": uuid}
    fields = {change.field.partition(" ")[0] for change in changes(now, wanted)}
    if "name" in fields:
        content["name"] = {**now.names, **wanted.names}
    if "description" in fields:
        content["description"] = {**now.descriptions, **wanted.descriptions}
    if "scopes" in fields:
        content["scopes"] = list(wanted.scopes)
    _patched(session, uuid, content)
    then = read(session, uuid)
    left = changes(then, wanted)
    if left:
        raise AmowidgetError(
            "verify.mismatch",
            f"{session.host} took the change, and still shows another {left[0].field}: {left[0].old}",
            "Look at the integration's form in the account.",
        )
    scopes = now.scopes if "scopes" not in fields else then.scopes
    if (then.redirect_uri, then.scopes) != (now.redirect_uri, scopes):
        raise AmowidgetError(
            "account.form_changed",
            f"{session.host} changed more of the form than it was asked to: its address or its scopes.",
            f"Set them again in the account. Before, the address was {now.redirect_uri or 'empty'}, "
            f"and the scopes were {', '.join(now.scopes) or 'none'}.",
        )


def _patched(session: Session, uuid: str, content: Mapping[str, object]) -> Answer:
    name = quote(uuid, safe="")
    answer = session.patch(f"/ajax/v3/clients/{name}", json=dict(content))
    if answer.status == 404:
        # The route is not there, so nothing was changed; the older one has no /ajax (section 8).
        answer = session.patch(f"/v3/clients/{name}", json=dict(content))
    return decided(session, answer, "the change of the form")


def _fields(value: Any) -> Mapping[str, Any]:  # an account's JSON has any shape
    return value if isinstance(value, dict) else {}
