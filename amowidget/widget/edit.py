"""Edits of a text that touch nothing but their spans: not the byte order mark, the line ends or the indentation."""

from collections.abc import Iterable
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.widget.source import Source, encoded


class Edit(NamedTuple):
    """Text that takes the place of a span of a source."""

    span: Span
    text: str


def apply(source: Source, edits: Iterable[Edit]) -> bytes:
    """Return the bytes of `source` with every edit applied; everything outside the spans stays as it is.

    The edits may come in any order; overlapping ones are a mistake of the caller and raise ValueError.
    """
    text = source.text
    limit = len(text)
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        start, end = edit.span
        if not 0 <= start <= end <= limit:
            raise ValueError(f"the edit at {start}..{end} of {source.path} overlaps another or lies outside")
        text = text[:start] + edit.text + text[end:]
        limit = start
    return encoded(text)
