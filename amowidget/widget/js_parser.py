"""The parser of scripts: trees, and the byte at which a script stops being one. Bytes move nowhere on the way."""

import threading
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Parser, Tree
from tree_sitter import Node as Syntax

from amowidget.pattern import compiled

_FIRST_CUT_BYTES = 4096
# The parser calls itself for each level of what could be a block or an object: 72 to 96 bytes were measured for one. A
# script of nothing else has a level for every byte, more than the stack of a process holds, which ends the process.
_LEVEL_BYTES = 256
_SHALLOW = 2000
_STACK_BYTES, _PAGE_BYTES = 1024 * 1024, 4096
# Spaces of the language that the parser takes for such on some machines alone, or not everywhere in a script.
_SPACES = compiled(rb"\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf")
_LONE_RETURN = compiled(rb"\r(?!\n)")
_BAD_BYTE = compiled("[\udc80-\udcff]")
_POSITION = compiled(r"row:(\d+), col:(\d+)")


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
    return _parsed(Parser(language()), data).root_node


def _parsed(parser: Parser, data: bytes) -> Tree:
    """Return the tree of a script; the parser gets the stack that its deepest reading can need."""
    levels = data.count(b"{") + data.count(b"(") + data.count(b"[")
    if levels <= _SHALLOW:
        return parser.parse(data)
    made: list[Tree] = []
    before = threading.stack_size(_STACK_BYTES + levels * _LEVEL_BYTES // _PAGE_BYTES * _PAGE_BYTES)
    try:
        thread = threading.Thread(target=lambda: made.append(parser.parse(data)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return made[0]


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
    first = first_error(root).start_byte
    before, size = None, first + _FIRST_CUT_BYTES
    while True:
        # The parser tells every character, of what follows the mistake too. A cut may be one itself: it counts what
        # two of them agree on.
        place = _furthest(data[:size])
        if size >= len(data) or (place is not None and place == before):
            return first if place is None else place
        before, size = place, size * 2


def _furthest(data: bytes) -> int | None:
    """Return the byte at which the last reading of a script fails, or None when none does."""
    listener = _Listener()
    parser = Parser(language())
    parser.logger = listener.hear
    _parsed(parser, data)
    if listener.furthest is None:
        return None
    row, column = listener.furthest
    line = 0
    for _ in range(row):
        line = data.index(b"\n", line) + 1
    return line + column


class _Listener:
    """Hears what the parser does, up to the point from which it guesses; it tells every character that it reads."""

    def __init__(self) -> None:
        self.furthest: tuple[int, int] | None = None
        self._last = ""
        self._is_guessing = False

    def hear(self, _kind: object, message: str) -> None:
        """Take one message of the parser."""
        start = message[:3]
        if start == "pro":
            self._last = message
        elif start == "det" and not self._is_guessing:
            place = _POSITION.search(self._last)
            here = (int(place[1]), int(place[2])) if place else (0, 0)
            self.furthest = max(self.furthest or here, here)
        elif start == "res" and self.furthest is not None:
            self._is_guessing = True
