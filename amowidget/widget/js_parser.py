"""The parser of scripts: trees, and the byte at which a script stops being one. Bytes move nowhere on the way."""

import re
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Parser
from tree_sitter import Node as Syntax

_CHUNK_BYTES = 1024
# Spaces of the language that the parser takes for such on some machines alone, or not everywhere in a script.
_SPACES = re.compile(rb"\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_BAD_BYTE = re.compile("[\udc80-\udcff]")
_POSITION = re.compile(r"row:(\d+), col:(\d+)")


@cache
def language() -> Language:
    """Return the grammar of the parser."""
    return Language(tree_sitter_javascript.language())


def normal(data: bytes) -> bytes:
    """Return a script with what the parser stumbles over replaced: spaces, line ends, zero bytes, bytes of no letter."""
    # The parser ends texts at a zero byte; outside of a text the replacement is as wrong as the zero.
    data = data.replace(b"\0", b"\1")
    if b"\r" in data:
        data = _LONE_RETURN.sub(b"\n", data)
    if data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        data = _BAD_BYTE.sub("_", data.decode("utf-8", "surrogateescape")).encode()
    return _SPACES.sub(lambda match: b" " * len(match.group()), data)


def tree(data: bytes) -> Syntax:
    """Return the root of the tree of a script."""
    return Parser(language()).parse(data).root_node


def first_error(root: Syntax) -> Syntax:
    """Return the first node that the parser could not make sense of, or had to add."""
    node = root
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node


def failing_byte(data: bytes, root: Syntax) -> int:
    """Return the byte after which every reading of a script fails."""
    told = _Told(data)
    parser = Parser(language())
    parser.logger = told.hear
    parser.parse(told.read)
    return first_error(root).start_byte if told.furthest is None else told.furthest


class _Told:
    """Listens to the parser up to the first place where none of its readings goes on; it is given no more then."""

    def __init__(self, data: bytes) -> None:
        self.furthest: int | None = None
        self._data = data
        self._point = (0, 0)
        self._line = (0, 0)
        self._is_over = False

    def read(self, place: int, _point: object) -> bytes:
        """Return the bytes of a script from a place on."""
        return b"" if self._is_over else self._data[place : place + _CHUNK_BYTES]

    def hear(self, _kind: object, message: str) -> None:
        """Take one message of the parser; it tells every character that it reads."""
        start = message[:3]
        if self._is_over:
            return
        if start == "pro":
            found = _POSITION.search(message)
            self._point = (int(found[1]), int(found[2])) if found else self._point
        elif start == "det":
            self.furthest = max(self.furthest or 0, self._byte())
        elif start == "res" and self.furthest is not None:
            self._is_over = True

    def _byte(self) -> int:
        row, column = self._point
        line, start = self._line if self._line[0] <= row else (0, 0)
        for _ in range(row - line):
            start = self._data.index(b"\n", start) + 1
        self._line = (row, start)
        return start + column
