"""Where a byte of a source stands in its text: readers that count bytes give places in characters by it."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from amowidget.pattern import compiled
from amowidget.widget.source import Source

_CONTINUATION = compiled(rb"[\x80-\xbf]")


@dataclass(frozen=True)
class ByteOffsets:
    """The table of one source; nothing is computed for a source of plain ASCII."""

    source: Source

    @cached_property
    def _continuations(self) -> list[int]:
        return [match.start() for match in _CONTINUATION.finditer(self.source.data)]

    @cached_property
    def _is_ascii(self) -> bool:
        return self.source.data.isascii()

    @cached_property
    def _starts(self) -> list[int]:
        """The byte at which each character starts; bytes that are no UTF-8 are one character each."""
        widths = (
            1 if char < "\x80" or "\udc80" <= char <= "\udcff" else len(char.encode()) for char in self.source.text
        )
        return list(accumulate(widths, initial=0))

    def character(self, byte: int) -> int:
        """Return the offset in `source.text` of a byte's offset in `source.data`."""
        if self._is_ascii:
            return byte
        if self.source.bad_byte is not None:
            return bisect_left(self._starts, byte)
        return byte - bisect_left(self._continuations, byte)


class BoundedOffsets(ByteOffsets):
    """The table of a source to which something was added for reading: what stands behind its end counts as its end."""

    def character(self, byte: int) -> int:
        """Return the offset in `source.text` of a byte's offset in what was read."""
        return super().character(min(byte, len(self.source.data)))
