"""Mends what has one right answer, in memory: judges, edits, judges again, until nothing more is to mend."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from amowidget.checks.check import Check, Fix
from amowidget.checks.registry import CHECKS
from amowidget.checks.run import Found, judged
from amowidget.checks.settings import Settings
from amowidget.finding import Span
from amowidget.widget.edit import Edit, apply
from amowidget.widget.widget import Widget

# One edit can bring the next to light: a comma behind a comment, a key in a file that could not be read before.
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Mended:
    """A mended widget, the new bytes of each changed file, and how many findings were mended."""

    widget: Widget
    files: Mapping[str, bytes]
    count: int


def mended(widget: Widget, settings: Settings, checks: Sequence[Check] = CHECKS) -> Mended:
    """Return the widget with every finding mended that knows how; nothing is written."""
    before = widget
    count = 0
    for _ in range(_ROUNDS):
        mendable = (found for found in judged(widget, settings, checks) if found.hit.fixes)
        chosen, fixed = _chosen(found.hit.fixes for found in mendable if _is_sure(widget, found))
        files = {path: data for path, edits in chosen.items() if (data := _edited(widget, path, edits)) is not None}
        if not files:
            break
        widget = widget.replaced(files)
        count += fixed
    changed = {
        path: file.source.data
        for path, file in widget.files.items()
        if file.source and (old := before.source(path)) is not None and old.data != file.source.data
    }
    return Mended(widget, MappingProxyType(changed), count)


def _is_sure(widget: Widget, found: Found) -> bool:
    """Return whether the places of an edit can be trusted: in JSON with mistakes only what mends its text is."""
    if found.finding.code.startswith(("JSN", "PUB")):
        return True
    documents = (widget.json(fix.path) for fix in found.hit.fixes if fix.path.endswith(".json"))
    return not any(document and document.problems for document in documents)


def _chosen(offered: Iterable[tuple[Fix, ...]]) -> tuple[dict[str, list[Edit]], int]:
    """Return the edits of one round by path: those of a finding all or none, and none that touches another's."""
    chosen: dict[str, list[Edit]] = {}
    count = 0
    for fixes in offered:
        if not any(_touches(fix.edit.span, edit.span) for fix in fixes for edit in chosen.get(fix.path, ())):
            count += 1
            for fix in fixes:
                chosen.setdefault(fix.path, []).append(fix.edit)
    return chosen, count


def _touches(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _edited(widget: Widget, path: str, edits: list[Edit]) -> bytes | None:
    source = widget.source(path)
    if source is None:
        return None
    data = apply(source, edits)
    return data if data != source.data else None
