"""What of a widget the rules could not read, or pass over: nobody may say that nothing is wrong with it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amowidget.checks.check import Context
from amowidget.checks.scripts import ENTRIES, is_dense, is_library
from amowidget.finding import Finding, Severity
from amowidget.widget.widget import MANIFEST, TEXT_ENDINGS, Widget

_SCRIPTS = (".js", ".mjs")
# By the ending of a text that is not read: the families of rules that say nothing of it.
_SILENT = {
    ".js": ("SCR", "CSS", "PUB"),
    ".mjs": ("SCR", "CSS", "PUB"),
    ".twig": ("SCR", "CSS", "PUB"),
    ".css": ("CSS", "SCR075", "PUB"),
    ".json": ("I18", "JSN", "PUB"),
}
_EVERY: tuple[str, ...] = ("",)
# Without these files there is nothing that rules could read.
_ABSENT = {"manifest-not-at-root": _EVERY, "manifest-not-object": _EVERY, "script-missing": ("SCR",)}
# A mark in front of the text hides nothing of it.
_BYTE_ORDER_MARK = "json-byte-order-mark"


class Unread(NamedTuple):
    """A file that rules could not read, with the beginnings of the codes of those that say nothing of it."""

    path: str
    families: tuple[str, ...]


def unread(widget: Widget, findings: Sequence[Finding]) -> Iterator[Unread]:
    """Yield what could not be read: too large, too deep or no code, not in its language, or not there."""
    for path, file in widget.files.items():
        ending = path.lower()[path.rfind(".") :]
        if ending not in TEXT_ENDINGS:
            continue
        if file.source is None:
            yield Unread(path, _EVERY if path == MANIFEST else _SILENT.get(ending, ("PUB",)))
        elif ending in _SCRIPTS:
            script = widget.script(path)
            if script is None or script.problems or script.is_unread:
                yield Unread(path, ("SCR", "CSS", "PUB001"))
    for finding in findings:
        if finding.rule in _ABSENT:
            yield Unread(finding.path, _ABSENT[finding.rule])
        elif finding.code.startswith("JSN") and finding.severity is Severity.ERROR:
            if finding.path == MANIFEST:
                yield Unread(MANIFEST, _EVERY)
            elif finding.rule != _BYTE_ORDER_MARK:
                yield Unread(finding.path, ("I18",))


def passed_over(widget: Widget, context: Context) -> tuple[str, ...]:
    """Return the scripts that are read and judged by few rules: libraries, and what a build made dense."""
    found = []
    for path, file in widget.files.items():
        if path.lower().endswith(_SCRIPTS) and file.source is not None:
            is_passed = is_dense(file.source) if path in ENTRIES else is_library(path, file.source)
            found += [path] if is_passed else []
    return tuple(found)
