"""Reads a script anew where the parser is known to refuse what JavaScript takes: what it stumbles over is replaced.

A replacement has the length of what it replaces, so that every other byte stays where it is.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node as Syntax
from tree_sitter import Tree

from amowidget.pattern import compiled
from amowidget.widget.js_failing import failing_byte
from amowidget.widget.js_parser import normal, parsed

_MOST_READINGS = 16
_NEAR_BYTES = 80
_FAR_BYTES = 4000
_BLANK = compiled(rb"(?:\s|/\*.*?\*/|//[^\n]*)*", re.DOTALL)
_GAP = compiled(rb"(?:\s|/\*(?:[^*]|\*(?!/))*\*/)+\Z")
# Words that are names in most code; the parser takes them for operators and declarations alone.
_WORDS = compiled(rb"(?<![\w$])(?<![^.]\.)(?:yield|using|await|of)(?![\w$])")
_USING = compiled(rb"(?<![\w$.])(?:await(\s+))?using(?=\s+[\w$]+\s*\Z)")
_EXPORTED = compiled(rb"\bexport\s*(?:\{[^{}]*|\*\s*)\bas\s+\Z")
_RENAMED = compiled(rb"[a-z]+(?=\s+as\b)")
_WORD = compiled(rb"[a-z]+")
_ATTRIBUTES = compiled(rb"with\s*\{[^{}]*\}")
_BEFORE_ATTRIBUTES = compiled(rb"[\"']\s*\Z")
_PARENTHESES = compiled(rb"(?<=[\[,:.])(\s*)\((\s*[\w$]+(?:\s*\.\s*[\w$]+)*\s*)\)")
_BAD_ESCAPE = compiled(rb"\\(?=x(?![0-9a-fA-F]{2})|u(?!\{[0-9a-fA-F]+\}|[0-9a-fA-F]{4}))")
_USED = compiled(rb"(?<![\w$.])using(?=\s*[^\s\w$\[{])")
_MEANT = {b";": (";",), b"?": ("string_fragment", "template_string", "string")}
# Comments of the time before scripts had any; behind a block the parser does not know them.
_OLD_COMMENT = compiled(rb"(^[ \t]*|\A)<!--", re.MULTILINE)
_STARTS = compiled(rb"[\w$\"'`/*\x80-\xff\[({!~@#+-]")
_ENDS = compiled(rb"[\w$\"'`)\]}/\x80-\xff]\Z")
_NO_STATEMENT = compiled(rb"(?:else|catch|finally|while|in|instanceof|of)(?![\w$])")


class Reading(NamedTuple):
    """The tree of a script, the byte at which it stops being one or None, and the bytes that the parser was given.

    `is_given_up` says that the script was not read to where it can be told what it is.
    """

    root: Syntax
    fails_at: int | None
    data: bytes
    is_given_up: bool = False


def read(data: bytes) -> Reading:
    """Return the tree of a script."""
    data = normal(data)
    read_tree = parsed(data)
    root, fails_at = read_tree.root_node, _failing(data, read_tree)
    for _ in range(_MOST_READINGS):
        better = _better(data, fails_at) if fails_at is not None else None
        if better is None:
            break
        data, root, fails_at = better
    return Reading(root, fails_at, data)


def _failing(data: bytes, tree: Tree) -> int | None:
    if not tree.root_node.has_error:
        return None
    return _BLANK.match(data, failing_byte(data, tree)).end()  # type: ignore[union-attr]  # matches nothing too


def _better(data: bytes, fails_at: int) -> tuple[bytes, Syntax, int | None] | None:
    """Return the first changed script that is read further than this one."""
    for start, replacement in _changes(data, fails_at):
        changed = data[:start] + replacement + data[start + len(replacement) :]
        tree = parsed(changed)
        root = tree.root_node
        if replacement[:1] in _MEANT and not _is_meant(root, start, replacement[:1]):
            continue
        place = _failing(changed, tree)
        if place is None or place > fails_at:
            return changed, root, place
    return None


def _is_meant(root: Syntax, place: int, replacement: bytes) -> bool:
    """Return whether a semicolon ends a statement, and what was no escape is a part of a text, in the changed script."""
    node = root.descendant_for_byte_range(place, place + 1)
    parent = node.parent if node is not None else None
    around = parent.parent if parent is not None else None
    if node is None or parent is None or node.type not in _MEANT[replacement]:
        return False
    # The language puts none into the header of a loop, and none where it would be a statement of its own.
    is_header = parent.type == "for_statement" or (
        around is not None and around.type == "for_statement" and parent.type.endswith("declaration")
    )
    return replacement != b";" or not (is_header or parent.type == "empty_statement")


def _changes(data: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield what may be put where, the likeliest first."""
    near = max(0, place - _NEAR_BYTES)
    before = data[near:place]
    if _BAD_ESCAPE.match(data, place):
        yield place, _BAD_ESCAPE.sub(b"?", data[place:])
    if data.startswith(b"<!--", place - 1):
        yield place - 1, _OLD_COMMENT.sub(rb"\1//--", data[place - 1 :])
    using = _USING.search(before)
    if using:
        yield near + using.start(), b"const".rjust(using.end() - using.start())
    for match in reversed(list(_WORDS.finditer(data, near, min(len(data), place + 8)))):
        is_common = _USED.match(data, match.start())
        yield match.start(), _USED.sub(b"_____", data[match.start() :]) if is_common else b"_" * len(match.group())
    yield from _exported(data, place, before)
    yield from _ended(data, place, data[max(0, place - _FAR_BYTES) : place])
    if data.startswith(b"=", place) and data[:place].rstrip().endswith((b"]", b"}")):
        yield from _unwrapped(data, place)


def _exported(data: bytes, place: int, before: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what modules may write and the parser does not know: any word as a name, attributes of what is exported."""
    word = (_WORD if _EXPORTED.search(before) else _RENAMED).match(data, place)
    if word:
        yield place, b"_" * len(word.group())
    attributes = _ATTRIBUTES.match(data, place) if _BEFORE_ATTRIBUTES.search(before) else None
    if attributes:
        yield place, b" " * len(attributes.group())


def _ended(data: bytes, place: int, before: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield a semicolon where the language puts one at the end of a line and the parser does not."""
    gap = _GAP.search(before)
    if gap is None or b"\n" not in gap.group() or not _ENDS.search(before, 0, gap.start()):
        return
    if _STARTS.match(data, place) and not _NO_STATEMENT.match(data, place):
        yield place - len(gap.group()), b";".ljust(len(gap.group()))


def _unwrapped(data: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield a pattern whose targets stand in no parentheses."""
    depth, start = 0, place
    for start in range(place - 1, max(-1, place - 2000), -1):
        depth += (data[start] in b"]})") - (data[start] in b"[{(")
        if depth == 0 and data[start] in b"[{":
            break
    pattern = data[start:place]
    plain = _PARENTHESES.sub(lambda match: match[1] + b" " + match[2] + b" ", pattern)
    if plain != pattern:
        yield start, plain
