"""The official API, as far as it tells about widgets; its token goes there and nowhere else (documented)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from amowidget.account.answers import decided
from amowidget.account.session import Answer, Session
from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError


@dataclass(frozen=True, slots=True)
class ApiWidget:
    """A widget as the API describes it; `keys` are those of its settings, with whether each is required."""

    version: str | None
    is_active: bool
    keys: Mapping[str, bool]


def version(session: Session, code: str, token: Secret) -> str | None:
    """Return the version of a widget that the API names, or None when it does not know the widget."""
    found = widget(session, code, token)
    return found.version if found else None


def widget(session: Session, code: str, token: Secret) -> ApiWidget | None:
    """Return what the API tells about a widget, or None when it does not know it."""
    answer = _accepted(session, session.get(_path(code), _bearer(token)))
    if answer.status != 200:
        return None
    fields = answer.fields
    listed = fields.get("settings_template")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    keys = {str(entry.get("key")): entry.get("is_required") is True for entry in entries}
    named = fields.get("version")
    return ApiWidget(str(named) if named else None, fields.get("is_active_in_account") is True, keys)


def install(session: Session, code: str, values: Mapping[str, str], token: Secret) -> None:
    """Install a widget with the values of its settings; the API lets administrators do so (documented)."""
    answer = session.post(_path(code), json=dict(values), headers=_bearer(token))
    decided(session, _accepted(session, answer), "the installation")


def _path(code: str) -> str:
    return f"/api/v4/widgets/{quote(code, safe='')}"


def _bearer(token: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.reveal()}"}


def _accepted(session: Session, answer: Answer) -> Answer:
    if answer.status == 401:
        raise AmowidgetError(
            "auth.session_expired",
            f"{session.host} does not accept the token.",
            "Make a new long-lived token in the integration's keys, and set AMOWIDGET_TOKEN.",
        )
    return answer
