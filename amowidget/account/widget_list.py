"""The widgets that the account's pages load, as those pages ask for them (section 3.8)."""

from dataclasses import dataclass

from amowidget.account.answers import decided
from amowidget.account.session import Session

# The area whose list holds every installed widget of the account.
_AREA = "widgetsSettings"


@dataclass(frozen=True, slots=True)
class Listed:
    """One installed widget: where its script lies, which version the pages ask for, and whether it is switched on."""

    code: str
    src: str | None
    version: str | None
    is_active: bool
    integration: str | None


def listed(session: Session) -> tuple[Listed, ...]:
    """Return the installed widgets; one that was uploaded and never installed is not among them."""
    answer = session.ask("/ajax/widgets/list", {"area": _AREA})
    widgets = decided(session, answer, "the list of widgets").fields.get("widgets")
    pairs = widgets.items() if isinstance(widgets, dict) else ()
    return tuple(
        Listed(
            code=str(code),
            src=_text(item.get("src")),
            version=_text(item.get("installed_version")),
            is_active=item.get("active") == "Y",
            integration=_text(item.get("oauth_client_uuid")),
        )
        for code, item in pairs
        if isinstance(item, dict)
    )


def of_integration(session: Session, uuid: str, code: str | None) -> Listed | None:
    """Return the installed widget of an integration, or None when it is not installed."""
    entries = listed(session)
    return next((entry for entry in entries if entry.integration == uuid or (code and entry.code == code)), None)


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None
