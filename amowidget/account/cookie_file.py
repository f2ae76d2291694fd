"""Cookies that a person takes out of a browser: the old text form of Netscape, or JSON as extensions write it."""

import json
from collections.abc import Iterator
from typing import Any

from amowidget.account.stored_session import is_cookie
from amowidget.errors import AmowidgetError

_FIELDS = 7
_HTTP_ONLY = "#HttpOnly_"


def cookies_of(text: str, host: str) -> dict[str, str]:
    """Return the cookies of a host in an export; those of other hosts are left alone.

    What a browser keeps for a whole domain and would send to the host counts as the host's own.
    """
    text = text.removeprefix("\ufeff")
    pairs = _from_json(text) if text.lstrip().startswith(("{", "[")) else _from_lines(text)
    name = host.partition(":")[0].lower()
    found = {key: value for domain, key, value in pairs if _is_of(domain, name) and is_cookie(key, value)}
    if not found:
        raise AmowidgetError(
            "usage.no_cookies",
            f"The export holds no cookie of {host}.",
            f"Log in to {host} in a browser, and export the cookies of that page (Netscape or JSON).",
        )
    return found


def _is_of(domain: str, host: str) -> bool:
    bare = domain.lower().lstrip(".")
    return bare == host or (host.endswith(f".{bare}") and "." in bare)


def _from_lines(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        line = line.removeprefix(_HTTP_ONLY)
        parts = line.split("\t")
        if not line.startswith("#") and len(parts) == _FIELDS:
            yield parts[0], parts[5], parts[6]


def _from_json(text: str) -> Iterator[tuple[str, str, str]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AmowidgetError(
            "usage.no_cookies", "The export is no JSON.", "Export the cookies again (Netscape or JSON)."
        ) from error
    listed: Any = value.get("cookies") if isinstance(value, dict) else value  # JSON of any shape
    for item in listed if isinstance(listed, list) else ():
        fields = item if isinstance(item, dict) else {}
        domain, key, content = (fields.get(name) for name in ("domain", "name", "value"))
        if isinstance(domain, str) and isinstance(key, str) and isinstance(content, str):
            yield domain, key, content
