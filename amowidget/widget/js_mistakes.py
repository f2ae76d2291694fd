"""The place at which a script stops being JavaScript, and what stands there. Only asked for scripts that do not parse."""

import re
from collections.abc import Iterator

import tree_sitter_javascript
from tree_sitter import Language, Parser
from tree_sitter import Node as Syntax

from amowidget.finding import Span
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_nodes import JsProblem, JsProblemKind
from amowidget.widget.source import Source

# The parser tells its steps character by character: 0.3 s for this much.
_TOLD_LIMIT_BYTES = 256 * 1024
_CLOSES = {")": "(", "]": "[", "}": "{"}
_OPENS = ("(", "[", "{", "${")
_QUOTES = ("'", '"', "`")
_BLANK = re.compile(rb"(?:[\s\x0b\x0c]|//[^\n]*|/\*.*?\*/|\xef\xbb\xbf|\xc2\xa0)*", re.DOTALL)
_TOKEN = re.compile(
    rb"[A-Za-z_$#][\w$]*|\d[\w.]*|[\x80-\xff]+|=>|===|!==|\.\.\.|[=!<>]=|&&|\|\||\?\?|\?\.|.", re.DOTALL
)
# fmt: off
_RESERVED = frozenset((
    "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum",
    "export", "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "null",
    "return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with",
))
# fmt: on
_DECLARES = re.compile(rb"(?:\b(?:var|let|const|function)|[(,{])\s*$")


def mistakes(source: Source, offsets: ByteOffsets, root: Syntax) -> Iterator[JsProblem]:
    """Yield the first mistake of a script; what follows it can only be guessed."""
    data = source.data
    first = _first_error(root)
    start = _failing_byte(data, first) if first.end_byte <= _TOLD_LIMIT_BYTES else None
    start = _BLANK.match(data, first.start_byte if start is None else start).end()  # type: ignore[union-attr]  # matches nothing too
    opened = _open_brackets(data, root, start)
    match = _TOKEN.match(data, start)
    token = match.group() if match else b""
    word = token.decode("utf-8", "replace")
    span = Span(offsets.character(start), offsets.character(start + len(token)))
    if opened and opened[-1][0] in _QUOTES:
        yield _unclosed(offsets, *opened[-1])
    elif not token:
        yield _at_the_end(offsets, opened, data)
    elif word in _CLOSES and not opened:
        yield JsProblem(JsProblemKind.EXTRA_BRACKET, span, word)
    elif word in _CLOSES and opened[-1][0][-1] != _CLOSES[word]:
        bracket, place = opened[-1]
        yield JsProblem(JsProblemKind.WRONG_BRACKET, span, f"{word} {bracket}", offsets.character(place))
    elif word in _RESERVED and _DECLARES.search(data, max(0, start - 40), start):
        yield JsProblem(JsProblemKind.RESERVED, span, word)
    else:
        yield JsProblem(JsProblemKind.UNEXPECTED, span, word)


def _at_the_end(offsets: ByteOffsets, opened: list[tuple[str, int]], data: bytes) -> JsProblem:
    if opened:
        return _unclosed(offsets, *_never_closed(opened, data))
    end = offsets.character(len(data.rstrip()))
    return JsProblem(JsProblemKind.MISSING, Span(end, end))


def _unclosed(offsets: ByteOffsets, mark: str, place: int) -> JsProblem:
    start = offsets.character(place)
    return JsProblem(JsProblemKind.UNCLOSED, Span(start, start + len(mark)), mark)


def _first_error(root: Syntax) -> Syntax:
    """Return the first node that the parser could not make sense of, or had to add."""
    node = root
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node


def _failing_byte(data: bytes, first: Syntax) -> int | None:
    """Return the byte after which every reading of the script fails, or None when the parser does not tell."""
    told: list[str] = []
    parser = Parser(Language(tree_sitter_javascript.language()))
    parser.logger = lambda _, message: told.append(message) if message[0] in "pdr" else None
    cut = data[: _cut_after(data, first.end_byte)]
    parser.parse(cut)
    furthest, row, column = None, 0, 0
    for message in told:
        if message.startswith("process version:"):
            found = re.search(r"row:(\d+), col:(\d+)", message)
            row, column = (int(found[1]), int(found[2])) if found else (row, column)
        elif message.startswith("detect_error"):
            furthest = max(furthest or (0, 0), (row, column))
        elif message.startswith("resume version") and furthest:
            break
    if furthest is None:
        return None
    line = 0
    for _ in range(furthest[0]):
        line = cut.index(b"\n", line) + 1
    return line + furthest[1]


def _cut_after(data: bytes, byte: int) -> int:
    # A token beyond the node has to be whole, or the cut would be the mistake.
    end = data.find(b"\n", min(len(data), byte + 200))
    return len(data) if end < 0 else end


def _open_brackets(data: bytes, root: Syntax, limit: int) -> list[tuple[str, int]]:
    """Return the brackets that are open at a byte, each with its place."""
    opened: list[tuple[str, int]] = []
    cursor = root.walk()
    while (node := cursor.node) is not None and node.start_byte < limit:
        if node.child_count == 0 and not node.is_missing:
            text = data[node.start_byte : node.end_byte].decode("latin-1")
            if text in _QUOTES and opened and opened[-1][0] == text:
                opened.pop()
            elif text in _OPENS or text in _QUOTES:
                opened.append((text, node.start_byte))
            elif text in _CLOSES and opened and opened[-1][0][-1] == _CLOSES[text]:
                opened.pop()
        if node.type not in ("string", "comment", "regex") and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return opened
    return opened


def _never_closed(opened: list[tuple[str, int]], data: bytes) -> tuple[str, int]:
    """Return the bracket that was most likely forgotten: the innermost one that is still open at the end."""
    # A forgotten brace takes the next one of the same kind; the indentation of what follows tells which it was.
    for bracket, place in reversed(opened):
        closer = {"(": b")", "[": b"]", "{": b"}", "${": b"}"}[bracket]
        indent = _indent(data, place)
        if not re.search(rb"\n" + re.escape(indent) + re.escape(closer), data[place:]):
            return bracket, place
    return opened[-1]


def _indent(data: bytes, place: int) -> bytes:
    line = data.rfind(b"\n", 0, place) + 1
    return re.match(rb"[ \t]*", data[line:place]).group()  # type: ignore[union-attr]  # matches nothing too
