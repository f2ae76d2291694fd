"""Refuses names that may not stand in an archive; which ones, widget/names tells."""

from collections.abc import Iterable

from amowidget.errors import AmowidgetError
from amowidget.widget.names import unsafe_because


def refuse_unsafe(paths: Iterable[str]) -> None:
    """Refuse an empty archive and any name that another system would change, refuse or misunderstand."""
    seen: dict[str, str] = {}
    for path in paths:
        reason = unsafe_because(path)
        if reason:
            raise _refused(path, reason)
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            raise _refused(path, f"{other} differs from it in upper and lower case only.")
    if not seen:
        raise AmowidgetError("archive.unsafe", "The widget has no files.", "Check `source` below [widget].")


def _refused(path: str, reason: str) -> AmowidgetError:
    return AmowidgetError(
        "archive.unsafe",
        f"{path!a} cannot be packed. {reason}",
        "Rename the file, or leave it out with `exclude` below [pack] in amowidget.toml.",
    )
