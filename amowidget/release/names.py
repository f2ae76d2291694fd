"""Which names may stand in an archive, so that it unpacks to the same files on every machine."""

import re
from collections.abc import Iterable

from amowidget.errors import AmowidgetError

_LIMIT = 200
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')


def refuse_unsafe(paths: Iterable[str]) -> None:
    """Refuse an empty archive and any name that another system would change, refuse or misunderstand."""
    seen: dict[str, str] = {}
    for path in paths:
        reason = _unsafe_because(path)
        if reason:
            raise _refused(path, reason)
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            raise _refused(path, f"differs from {other} only in upper and lower case")
    if not seen:
        raise AmowidgetError("archive.unsafe", "The widget has no files.", "Check `source` below [widget].")


def _unsafe_because(path: str) -> str | None:
    parts = path.split("/")
    if len(path) > _LIMIT:
        return f"is longer than {_LIMIT} characters"
    if _FORBIDDEN.search(path):
        return "has a character that not every system takes"
    if any(part in ("", ".", "..") for part in parts):
        return "is no plain path"
    if any(_RESERVED.fullmatch(part) for part in parts):
        return "is reserved by Windows"
    if any(part.endswith((".", " ")) for part in parts):
        return "ends in a dot or a blank, which Windows cuts off"
    return None


def _refused(path: str, reason: str) -> AmowidgetError:
    return AmowidgetError(
        "archive.unsafe",
        f"The name {path!r} {reason}.",
        "Rename the file, or leave it out with `exclude` below [pack] in amowidget.toml.",
    )
