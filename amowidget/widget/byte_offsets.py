"""Where a byte of a source stands in its text: readers that count bytes give places in characters by it."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from amowidget.widget.source import Source

_CONTINUATION = re.compile(rb"[\x80-\xbf]")


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

    def character(self, byte: int) -> int:
        """Return the offset in `source.text` of a byte's offset in `source.data`."""
        if self._is_ascii:
            return byte
        if self.source.bad_byte is not None:
            # Bytes that are no UTF-8 are one character each, so that counting is the only way.
            return len(self.source.data[:byte].decode("utf-8", "surrogateescape"))
        return byte - bisect_left(self._continuations, byte)
