"""Reads on behind a mistake: a script is mended by the smallest change that lets it be read further.

Nothing is told of the changes. They serve to find the next mistake, and to judge the statements around; a change has the
length of what it replaces, or stands behind the end, so that every byte stays where it is.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node as Syntax

from amowidget.pattern import compiled
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_mistakes import CLOSER, Brackets, brackets_before, mistakes
from amowidget.widget.js_parser import tree
from amowidget.widget.js_problems import JsProblem, JsProblemKind
from amowidget.widget.js_reading import captured
from amowidget.widget.js_rereading import Reading, read
from amowidget.widget.source import encoded

# A mistake in a script that people write; what is larger was built, by a tool that has told its mistakes.
_LARGEST_BYTES = 64 * 1024
_MOST_MISTAKES = 6
_MOST_READ = 3
_NEAR_LINES = 3
_GAP = compiled(rb"\s+\Z")
_TOKEN = compiled(rb"[^\s\w$\"'`]|[\w$]+")
_BEHIND_TEXT = compiled(rb"[\s;,)\]}]*\Z")
_LINE_END = compiled(rb"[\r\n]|\Z")
_LAST_LETTER = compiled(rb"[^\x80-\xbf][\x80-\xbf]*\Z")
_OPENERS = (b"{", b"(", b"[", b":")

Change = tuple[int, bytes]


class Mended(NamedTuple):
    """A script that could be read to its end: its tree, and the mistakes behind the first one."""

    root: Syntax
    problems: tuple[JsProblem, ...]


def mended(offsets: ByteOffsets, reading: Reading, first: JsProblem) -> Mended | None:
    """Return a script as it reads without its mistakes, or None where no small changes make it whole."""
    if len(offsets.source.data) > _LARGEST_BYTES:
        return None
    problem = first
    told = [first]
    for _ in range(_MOST_MISTAKES):
        better = _better(offsets, reading, problem)
        if better is None:
            return None
        if better.fails_at is None:
            return Mended(better.root, tuple(told[1:]))
        reading = better
        strings = captured(reading.root, reading.data).get("string", ())
        problem = next(iter(mistakes(offsets, reading, strings)))
        if any(_is_near(offsets, other, problem) for other in told):
            return None
        told.append(problem)
    return None


def _is_near(offsets: ByteOffsets, other: JsProblem, problem: JsProblem) -> bool:
    """Return whether a mistake stands so close to another one that it may come from a wrong change of that one."""
    lines = (offsets.source.place(one.span.start)[0] for one in (other, problem))
    return abs(next(lines) - next(lines)) <= _NEAR_LINES


def _better(offsets: ByteOffsets, reading: Reading, problem: JsProblem) -> Reading | None:
    """Return a script with the change that lets it be read whole, else the furthest; None when none leads further."""
    data, fails_at = reading.data, reading.fails_at or 0
    changed = [
        data[:start] + text + data[start + len(text) :]
        for start, text in dict.fromkeys(_changes(offsets, reading, problem))
    ]
    for one in changed:
        root = tree(one)
        if not root.has_error:
            return Reading(root, None, one)
    further = [
        found for one in changed[:_MOST_READ] if (found := read(one)).fails_at is None or found.fails_at > fails_at
    ]
    return max(further, key=lambda found: len(found.data) if found.fails_at is None else found.fails_at, default=None)


def _changes(offsets: ByteOffsets, reading: Reading, problem: JsProblem) -> Iterator[Change]:
    """Yield the changes that may mend a mistake, the likeliest first."""
    data, place = reading.data, reading.fails_at or 0
    start = _byte(offsets, problem.span.start)
    if problem.kind is JsProblemKind.UNCLOSED and problem.text in ("'", '"'):
        yield from _closed_text(data, start)
        return
    brackets = brackets_before(data, reading.root, place)
    if problem.kind is JsProblemKind.RESERVED:
        yield start, b"_" * len(problem.text)
    elif problem.kind is JsProblemKind.EXTRA_BRACKET:
        yield start, b" "
    elif problem.kind is JsProblemKind.UNEXPECTED and problem.text == "=":
        yield from _signs(data, brackets)
    elif problem.kind is JsProblemKind.UNCLOSED:
        yield from _closed(data, brackets, place, start)
    if place >= len(data.rstrip()):
        yield len(data), b"\n" + b"".join(CLOSER.get(bracket.mark, b"") for bracket in reversed(brackets.opened))
        return
    yield from _between(data, brackets, place)


def _byte(offsets: ByteOffsets, character: int) -> int:
    return len(encoded(offsets.source.text[:character]))


def _between(data: bytes, brackets: Brackets, place: int) -> Iterator[Change]:
    """Yield what may be missing before a token, and the token left out."""
    closer = CLOSER.get(brackets.opened[-1].mark, b"") if brackets.opened else b""
    gap = _GAP.search(data, max(0, place - 200), place)
    if gap is not None:
        for mark in (closer, b",", b";") if closer in (b")", b"]") else (b",", b";", closer):
            if mark:
                yield gap.end() - 1, mark
        for mark in _OPENERS:
            yield gap.end() - 1, mark
    token = _TOKEN.match(data, place)
    if token is not None and token.group() == b";" and closer:
        yield place, closer  # the end of the line ends the statement
    if token is not None and not token.group()[:1].isalnum():
        yield place, b" " * len(token.group())
        if closer and token.group() in CLOSER.values():
            yield place, closer


def _closed(data: bytes, brackets: Brackets, place: int, start: int) -> Iterator[Change]:
    """Yield where a bracket that was forgotten may be closed: where another one was taken for its own, or at the mistake."""
    tried = [(bracket, at) for bracket, at in brackets.suspects if bracket.place == start]
    tried += [(bracket, place) for bracket in brackets.opened if bracket.place == start]
    for bracket, at in tried:
        gap = _GAP.search(data, max(0, at - 200), at)
        if gap is not None and bracket.mark in CLOSER:
            yield at - 1, CLOSER[bracket.mark]


def _closed_text(data: bytes, start: int) -> Iterator[Change]:
    """Yield where a text that was not closed may end: before the marks at the end of its line, or with the line."""
    end = _LINE_END.search(data, start).start()  # type: ignore[union-attr]  # matches the end, too
    behind = _BEHIND_TEXT.search(data, start + 1, end)
    quote = data[start : start + 1]
    for last in (behind.start() if behind is not None else end, end):
        replaced = _LAST_LETTER.search(data, start + 1, last)
        if replaced is not None:
            yield replaced.start(), quote.rjust(last - replaced.start())


def _signs(data: bytes, brackets: Brackets) -> Iterator[Change]:
    """Yield the signs of objects in which `=` stands for `:`."""
    for signs in list(brackets.signs.values()):
        first, last = signs[0], signs[-1] + 1
        text = bytearray(data[first:last])
        for place in signs:
            text[place - first : place - first + 1] = b":"
        yield first, bytes(text)
