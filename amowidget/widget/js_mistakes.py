"""The place at which a script stops being JavaScript, and what stands there. Only asked for scripts that do not parse."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node as Syntax

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_parser import tree
from amowidget.widget.js_problems import JsProblem, JsProblemKind
from amowidget.widget.js_rereading import Reading
from amowidget.widget.js_scopes import RESERVED_WORDS

_CLOSES = {")": "(", "]": "[", "}": "{"}
CLOSER = {"(": b")", "[": b"]", "{": b"}", "${": b"}"}
_QUOTES = ("'", '"', "`")
_TEXT_MARKS = (*_QUOTES, "/")
_TEXTS = ("comment", "string", "string_fragment", "template_string", "escape_sequence")
_TOKEN = compiled(rb"[A-Za-z_$#][\w$]*|\d[\w.]*|[\x80-\xff]+|=>|===|!==|\.\.\.|[=!<>]=|&&|\|\||\?\?|\?\.|.", re.DOTALL)
_DECLARES = compiled(rb"(?:\b(?:var|let|const|function)|[(,{])\s*$")
_LINE_END = compiled(rb"[\r\n]")
_PAIR = compiled(rb"\\(?:\r\n|.)", re.DOTALL)
_INDENT = compiled(rb"[ \t]*")
_TRIED_LIMIT_BYTES = 256 * 1024
_MOST_TRIED = 4
_REST_OF_TEXT = compiled(rb"(['\"])(?:(?!\1)[^\\\r\n]|\\(?:\r\n|.))*\1", re.DOTALL)
_EMPTY = compiled(rb"\(\s*(\))\s*\Z")
_CALLED = compiled(rb"[\w$)\]\"'`\x80-\xff.]\s*\Z")
_LONGEST_LINE = 1000


class Bracket(NamedTuple):
    """A bracket or a quote that is open: what it is, where it stands, and how far its line is indented."""

    mark: str
    place: int
    indent: int


@dataclass
class Brackets:
    """What is open at a byte, and what was closed by a bracket that seems to belong to another one."""

    opened: list[Bracket] = field(default_factory=list)
    suspects: list[tuple[Bracket, int]] = field(default_factory=list)
    # Where `=` stands between a key and a value, by the brace around.
    signs: dict[int, list[int]] = field(default_factory=dict)


def mistakes(offsets: ByteOffsets, reading: Reading, strings: Sequence[Syntax]) -> Iterator[JsProblem]:
    """Yield the first mistake of a script; what follows it can only be guessed."""
    data, start = offsets.source.data, reading.fails_at
    if start is None:
        return
    start -= data.startswith(b"==", start - 1)  # the parser takes half of the sign
    brackets = brackets_before(data, reading.root, start)
    unclosed = _open_text(data, reading.root, strings, start) or _forgotten(reading, brackets, start)
    sign = _sign(reading, brackets) if unclosed is None else None
    if unclosed is not None:
        place = offsets.character(unclosed.place)
        yield JsProblem(JsProblemKind.UNCLOSED, Span(place, place + len(unclosed.mark)), unclosed.mark)
    elif sign is not None:
        yield JsProblem(JsProblemKind.UNEXPECTED, Span(offsets.character(sign), offsets.character(sign + 1)), "=")
    else:
        yield _told(offsets, reading, brackets.opened, start)


def _told(offsets: ByteOffsets, reading: Reading, opened: list[Bracket], start: int) -> JsProblem:
    """Return what stands where a script fails."""
    data = offsets.source.data
    match = _TOKEN.match(data, start)
    token = match.group() if match else b""
    word = token.decode("utf-8", "surrogateescape")
    span = Span(offsets.character(start), offsets.character(start + len(token)))
    empty = _EMPTY.search(data, max(0, start - _LONGEST_LINE), start)
    if empty is not None and not _CALLED.search(data, max(0, empty.start() - _LONGEST_LINE), empty.start()):
        # Only an arrow function starts so; what is told is that there is nothing between the parentheses.
        end = offsets.character(empty.start(1))
        return JsProblem(JsProblemKind.UNEXPECTED, Span(end, end + 1), ")")
    if not token:
        end = offsets.character(len(data.rstrip()))
        return JsProblem(JsProblemKind.MISSING, Span(end, end))
    if word in _CLOSES and (not opened or _is_mended(reading, start, start + 1, b" ")):
        return JsProblem(JsProblemKind.EXTRA_BRACKET, span, word)
    if word in _CLOSES and opened[-1].mark[-1] != _CLOSES[word]:
        other = offsets.character(opened[-1].place)
        return JsProblem(JsProblemKind.WRONG_BRACKET, span, f"{word} {opened[-1].mark}", other)
    if word in ("'", '"') and _REST_OF_TEXT.match(data, start) is None:
        return JsProblem(JsProblemKind.UNCLOSED, span, word)
    is_reserved = word in RESERVED_WORDS and _DECLARES.search(data, max(0, start - 40), start)
    return JsProblem(JsProblemKind.RESERVED if is_reserved else JsProblemKind.UNEXPECTED, span, word)


def _is_mended(reading: Reading, start: int, end: int, text: bytes) -> bool:
    """Return whether a script is read to its end when something else stands between two bytes."""
    data = reading.data
    return len(data) <= _TRIED_LIMIT_BYTES and not tree(data[:start] + text + data[end:]).has_error


def _open_text(data: bytes, root: Syntax, strings: Sequence[Syntax], start: int) -> Bracket | None:
    """Return the quote or the start of a comment that was never closed before a byte, or None."""
    for node in strings:
        text = data[node.start_byte : node.end_byte]
        if node.start_byte < start and _LINE_END.search(_PAIR.sub(b"", text)):
            return Bracket(text[:1].decode(), node.start_byte, 0)
    place = data.rfind(b"/*", 0, start + 2)
    if place < 0 or data.find(b"*/", place + 2) >= 0:
        return None
    node = root.descendant_for_byte_range(place, place + 2) or root
    is_text = node.type in _TEXTS or (node.type == "regex_pattern" and node.start_byte <= place)
    return None if is_text else Bracket("/*", place, 0)


def brackets_before(data: bytes, root: Syntax, limit: int) -> Brackets:
    """Return the brackets that are open at a byte."""
    found = Brackets()
    cursor = root.walk()
    while (node := cursor.node) is not None and node.start_byte < limit:
        if node.type == "object_assignment_pattern" and found.opened:
            found.signs.setdefault(found.opened[-1].place, []).extend(
                child.start_byte for child in node.children if child.type == "="
            )
        elif node.child_count == 0 and not node.is_missing:
            _take(data, node, found)
        if node.type not in ("string", "comment", "regex") and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found
    return found


def _take(data: bytes, node: Syntax, found: Brackets) -> None:
    text = data[node.start_byte : node.end_byte].decode("latin-1") if node.end_byte - node.start_byte < 3 else ""
    opened = found.opened
    if node.type == "regex_pattern":
        opened.append(Bracket("/", node.start_byte - 1, 0))
    elif (text == "/" and opened and opened[-1].mark == "/") or (
        text in _QUOTES and opened and opened[-1].mark == text
    ):
        opened.pop()
    elif text in CLOSER or text in _QUOTES:
        opened.append(Bracket(text, node.start_byte, _indent(data, node.start_byte)[0]))
    elif text in _CLOSES and opened and opened[-1].mark[-1] == _CLOSES[text]:
        bracket = opened.pop()
        indent, is_first = _indent(data, node.start_byte)
        if is_first and indent < bracket.indent:
            found.suspects.append((bracket, node.start_byte))


def _indent(data: bytes, place: int) -> tuple[int, bool]:
    """Return how far the line of a byte is indented, and whether nothing else stands before the byte."""
    near = max(0, place - _LONGEST_LINE)
    line = max(data.rfind(b"\n", near, place), data.rfind(b"\r", near, place), near - 1) + 1
    end = _INDENT.match(data, line).end()  # type: ignore[union-attr]  # matches nothing too
    return end - line, end >= place


def _forgotten(reading: Reading, brackets: Brackets, start: int) -> Bracket | None:
    """Return the bracket or quote that was not closed: closed where it seems to end, it lets the script be read."""
    opened = brackets.opened
    if opened and opened[-1].mark in _TEXT_MARKS:
        return opened[-1]
    if reading.data[start : start + 1] in CLOSER.values() and _is_mended(reading, start, start + 1, b" "):
        return None
    # A forgotten bracket takes the next one of its kind; the indentation tells whose that was.
    tried = brackets.suspects[:_MOST_TRIED] + [(bracket, start) for bracket in reversed(opened[-2:])]
    for bracket, place in tried:
        closer = CLOSER.get(bracket.mark)
        if closer is not None and _is_mended(reading, place, place, closer + b"\n"):
            return bracket
    return opened[-1] if opened and start >= len(reading.data) else None


def _sign(reading: Reading, brackets: Brackets) -> int | None:
    """Return where `=` stands in an object that would be one with `:` there."""
    for signs in list(brackets.signs.values())[-_MOST_TRIED:]:
        first, last = signs[0], signs[-1] + 1
        text = bytearray(reading.data[first:last])
        for place in signs:
            text[place - first : place - first + 1] = b":"
        if _is_mended(reading, first, last, bytes(text)):
            return first
    return None
