"""What mending changes, as the lines of a unified difference; how they are coloured: terminal."""

import difflib
from collections.abc import Mapping

from amowidget.widget.source import Source
from amowidget.widget.widget import Widget

# Shown, so that a change of nothing but line ends can be seen.
_CARRIAGE_RETURN = "\u240d"


def difference(widget: Widget, files: Mapping[str, bytes]) -> list[str]:
    """Return the lines of a difference between a widget's files and their new bytes, file by file."""
    lines: list[str] = []
    for path, data in sorted(files.items()):
        source = widget.source(path)
        before = _lines(source.text) if source else []
        after = _lines(Source(path, data).text)
        lines.extend(difflib.unified_diff(before, after, f"a/{path}", f"b/{path}", lineterm=""))
    return lines


def _lines(text: str) -> list[str]:
    return [line.replace("\r", _CARRIAGE_RETURN) for line in text.split("\n")]
