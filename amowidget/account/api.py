"""The official API, as far as it tells about widgets; its token goes there and nowhere else (documented)."""

from urllib.parse import quote

from amowidget.account.session import Session
from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError


def version(session: Session, code: str, token: Secret) -> str | None:
    """Return the version of a widget that the API names, or None when it does not know the widget."""
    headers = {"Authorization": f"Bearer {token.reveal()}"}
    answer = session.get(f"/api/v4/widgets/{quote(code, safe='')}", headers)
    if answer.status == 401:
        raise AmowidgetError(
            "auth.session_expired",
            f"{session.host} does not accept the token.",
            "Make a new long-lived token in the integration's keys, and set AMOWIDGET_TOKEN.",
        )
    named = answer.fields.get("version") if answer.status == 200 else None
    return str(named) if named else None
