"""Reads a script of any size in a time that its size bounds: what is no JavaScript is known by its beginning.

Nothing here looks at the clock: a script is read, or given up, on every machine alike.
"""

from tree_sitter import Tree

from amowidget.pattern import compiled
from amowidget.widget.js_failing import errors, failing_byte
from amowidget.widget.js_parser import normal, parsed
from amowidget.widget.js_rereading import Reading, read

# From here on what is no script takes seconds; of a script to half of this size every reading is tried.
LARGE_BYTES = 512 * 1024
_BEGINNINGS = (64 * 1024, 256 * 1024, 1024 * 1024)
# The parser fails up to here before a cut because of the cut.
_CUT_BYTES = 8 * 1024
# One mistake leaves a few places that nothing is understood of. What has more is no script, or one of another language.
_MOST_ERRORS = 1000
_LARGEST_ERROR_BYTES = 64 * 1024
_STATEMENT_BYTES = 16
# A text in quotes ends with its line; one that the cut leaves open says nothing about the script.
_LINE_END = compiled(rb"[^\\\r\n]\r?\n")
# More brackets than this are open at no place of a script; the parser takes a kilobyte for each of them.
_MOST_OPEN = 2000


_OPENERS, _CLOSERS = (b"{", b"(", b"["), (b"}", b")", b"]")


def read_any(data: bytes) -> Reading:
    """Return the tree of a script; of a large one that is broken early the tree of its beginning alone."""
    if len(data) <= LARGE_BYTES:
        return read(data)
    for size in _BEGINNINGS:
        beginning = _broken(data[:size]) if size <= len(data) // 2 else None
        if beginning is not None:
            return beginning
    whole = parsed(normal(data))
    if whole.root_node.has_error and _is_hopeless(whole):
        return _given_up()
    return read(data)


def _broken(data: bytes) -> Reading | None:
    """Return the beginning of a script where it is broken by more than being cut off."""
    if sum(map(data.count, _OPENERS)) - sum(map(data.count, _CLOSERS)) > _MOST_OPEN:
        return _given_up()
    plain = normal(data)
    tree = parsed(plain)
    if not tree.root_node.has_error or not _is_early(plain, failing_byte(plain, tree)):
        return None
    found = read(data)
    return found if found.fails_at is not None and _is_early(plain, found.fails_at) else None


def _given_up() -> Reading:
    return read(b"")._replace(is_given_up=True)


def _is_early(data: bytes, place: int) -> bool:
    """Return whether a beginning fails at a byte for another reason than that a text or a comment is cut off."""
    comment, template = data.rfind(b"/*", 0, place + 2), data.rfind(b"`", 0, place + 1)
    return (
        place < len(data) - _CUT_BYTES
        and _LINE_END.search(data, place) is not None
        and (comment < 0 or data.find(b"*/", comment) >= 0)
        and (template < 0 or data.find(b"`", place + 1) >= 0)
    )


def _is_hopeless(tree: Tree) -> bool:
    """Return whether so much of a script is not understood that reading it anew takes long and tells nothing."""
    for number, node in enumerate(errors(tree.root_node)):
        size_bytes = node.end_byte - node.start_byte
        if number >= _MOST_ERRORS:
            return True
        # A forgotten bracket leaves whole statements in an error, and what is no code leaves signs and words.
        if size_bytes > _LARGEST_ERROR_BYTES and node.child_count * _STATEMENT_BYTES > size_bytes:
            return True
    return False
