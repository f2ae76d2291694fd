"""Where a script fails: the byte from which no reading of it goes on. Only asked for scripts that do not parse."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from tree_sitter import Node as Syntax
from tree_sitter import Parser, Tree

from amowidget.pattern import compiled
from amowidget.widget.js_parser import language, with_stack

_FIRST_CUT_BYTES = 4096
# The parser tells every character, 3 s for a megabyte. From this size on it is asked about what it did not understand
# alone: the rest of the tree is used again.
_LARGE_BYTES = 64 * 1024
_MOST_MARKED = 200
_Chunk = Callable[[int, object], bytes]
_Progress = Callable[[int, bool], bool]
_POSITION = compiled(r"row:(\d+), col:(\d+)")


def failing_byte(data: bytes, tree: Tree) -> int:
    """Return the byte after which every reading of a script fails."""
    first = first_error(tree.root_node).start_byte
    place = _from_tree(data, tree) if len(data) > _LARGE_BYTES else None
    if place is not None:
        return place
    before, size = None, first + _FIRST_CUT_BYTES
    while True:
        # The parser tells every character, of what follows the mistake too. A cut may be one itself: it counts what
        # two of them agree on.
        place = _furthest(data[:size])
        if size >= len(data) or (place is not None and place == before):
            return first if place is None else place
        before, size = place, size * 2


def first_error(root: Syntax) -> Syntax:
    """Return the first node that the parser could not make sense of, or had to add."""
    node = root
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node


def errors(root: Syntax) -> Iterator[Syntax]:
    """Yield what the parser could not make sense of, or had to add; what holds all of the script is left out."""
    cursor = root.walk()
    while (node := cursor.node) is not None:
        if (node.is_error or node.is_missing) and node.id != root.id:
            yield node
        if node.has_error and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _from_tree(data: bytes, tree: Tree) -> int | None:
    """Return where a large script fails, by reading anew what was not understood; None where that tells nothing."""
    root = tree.root_node
    found = list(islice(errors(root), _MOST_MARKED))
    if not found:
        return len(data)  # every token is taken, and some are still missing
    marked = tree.copy()
    for node in found:
        start, end = max(0, node.start_byte - 1), node.end_byte + 1
        marked.edit(start, end, end, node.start_point, node.end_point, node.end_point)
    place = _furthest(data, marked)
    if place is None:
        marked, first = tree.copy(), found[0]
        marked.edit(
            max(0, first.start_byte - 1), len(data), len(data), first.start_point, root.end_point, root.end_point
        )
        place = _furthest(data, marked)
    return place


def _furthest(data: bytes, known: Tree | None = None) -> int | None:
    """Return the byte at which the last reading of a script fails, or None when none does."""
    listener = _Listener()
    with_stack(data, lambda: listener.listen(data, known))
    if listener.furthest is None:
        return None
    row, column = listener.furthest
    line = 0
    for _ in range(row):
        line = data.index(b"\n", line) + 1
    return line + column


def _read_again(parser: Parser, known: Tree, chunk: _Chunk, progress_callback: _Progress) -> Tree:
    return parser.parse(chunk, known, progress_callback=progress_callback)


class _Listener:
    """Hears what the parser does, up to the point from which it guesses; it tells every character that it reads."""

    def __init__(self) -> None:
        self.furthest: tuple[int, int] | None = None
        self._last = ""
        self._is_guessing = False

    def listen(self, data: bytes, known: Tree | None) -> None:
        """Let the parser read a script until it guesses."""
        parser = Parser(language())
        parser.logger = self.hear
        read = parser.parse if known is None else partial(_read_again, parser, known)
        try:
            read(lambda start, _: data[start:], progress_callback=lambda *_: self._is_guessing)
        except ValueError:
            return  # it was told to stop

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
