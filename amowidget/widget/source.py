"""One text file of a widget: its bytes, its text, and where an offset stands. Nothing here knows a format."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from amowidget.finding import SourceLine, Span
from amowidget.pattern import compiled

BOM = "\ufeff"
_FRAME_LINES = 9
_LINE_END = compiled(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Source:
    """A file's bytes under its POSIX path inside the widget.

    Offsets count characters of `text`. Bytes that are not UTF-8 become lone surrogates, one per byte, so that
    `text` always encodes back to exactly the same bytes. A byte order mark is the first character of `text`.
    """

    path: str
    data: bytes

    @cached_property
    def text(self) -> str:
        """The decoded content; `encoded` is its inverse."""
        return self.data.decode("utf-8", "surrogateescape")

    @property
    def has_bom(self) -> bool:
        """Whether the file starts with a UTF-8 byte order mark."""
        return self.data.startswith(b"\xef\xbb\xbf")

    @cached_property
    def line_ends(self) -> tuple[str, ...]:
        """The kinds of line ends in the file, in the order in which they first occur."""
        return tuple(dict.fromkeys(_LINE_END.findall(self.text)))

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset at which each line starts."""
        return (0, *(match.end() for match in _LINE_END.finditer(self.text)))

    @cached_property
    def _line_texts(self) -> dict[int, str]:
        return {}

    @cached_property
    def bad_byte(self) -> int | None:
        """The offset of the first byte that is not UTF-8, or None."""
        match = None if self.data.isascii() else re.search("[\udc80-\udcff]", self.text)
        return match.start() if match else None

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, of an offset; a byte order mark has no width."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.line_starts, offset)
        column = offset - self.line_starts[line - 1] + 1
        if line == 1 and self.has_bom and offset > 0:
            column -= 1
        return line, column

    def line_text(self, line: int) -> str:
        """Return the text of a line, counted from 1, without its end and without a byte order mark."""
        # Many findings can stand in the one long line of a bundle: they share its text.
        if line not in self._line_texts:
            start = self.line_starts[line - 1]
            end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
            self._line_texts[line] = self.text[start:end].rstrip("\r\n").removeprefix(BOM if line == 1 else "")
        return self._line_texts[line]

    def lines_around(self, span: Span, context: int = 1) -> tuple[SourceLine, ...]:
        """Return the lines that a span covers, with `context` lines before and after, not too many."""
        first = self.place(span.start)[0]
        last = self.place(span.end)[0]
        numbers = range(max(1, first - context), min(len(self.line_starts), last + context) + 1)
        return tuple(SourceLine(number, self.line_text(number)) for number in numbers[:_FRAME_LINES])


def encoded(text: str) -> bytes:
    """Return the bytes of a text that came from `Source.text`, whatever bytes it was made of."""
    return text.encode("utf-8", "surrogateescape")
