"""What mending changes, as the lines of a unified difference; how they are coloured: terminal."""

import difflib
from collections.abc import Mapping

from amowidget.widget.source import Source
from amowidget.widget.widget import Widget

# Shown, so that a change of nothing but line ends can be seen.
_CARRIAGE_RETURN = "\u240d"
_UNENDED = "\0"
_NO_END = "\\ No newline at end of file"


def difference(
    widget: Widget, files: Mapping[str, bytes], prefix: str = "", *, is_for_people: bool = True
) -> list[str]:
    """Return the lines of a difference between a widget's files and their new bytes, file by file.

    `prefix` is the way to the widget's folder, so that the names are those of the project. For people the ends of
    lines are made visible; else they stay as they are, so that `patch` can take the difference.
    """
    lines: list[str] = []
    for path, data in sorted(files.items()):
        source = widget.source(path)
        before = _lines(source.text, is_for_people) if source else []
        after = _lines(Source(path, data).text, is_for_people)
        for line in difflib.unified_diff(before, after, f"a/{prefix}{path}", f"b/{prefix}{path}", lineterm=""):
            lines += [line.removesuffix(_UNENDED), _NO_END] if line.endswith(_UNENDED) else [line]
    return lines


def _lines(text: str, is_for_people: bool) -> list[str]:
    *lines, last = (text.replace("\r", _CARRIAGE_RETURN) if is_for_people else text).split("\n")
    return [*lines, f"{last}{_UNENDED}"] if last else lines
