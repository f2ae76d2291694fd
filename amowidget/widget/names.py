"""Which names mean the same file on every system, so that an archive unpacks to the same widget everywhere."""

import re

from amowidget.pattern import compiled

LENGTH_LIMIT = 200
_RESERVED = compiled(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = compiled(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')


def unsafe_because(path: str) -> str | None:
    """Return in a sentence why a POSIX path is not safe everywhere, or None when it is."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "The path leads out of the widget, or is no plain path."
    if _FORBIDDEN.search(path):
        return "The name has a character that not every system takes."
    if any(_RESERVED.fullmatch(part) for part in parts):
        return "The name is reserved by Windows."
    if any(part.endswith((".", " ")) for part in parts):
        return "The name ends in a dot or a blank, which Windows cuts off."
    if len(path) > LENGTH_LIMIT:
        return f"The name is longer than {LENGTH_LIMIT} characters."
    return None
