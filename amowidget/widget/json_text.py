"""JSON with positions: a reader that never raises, tells each problem at its place, and still reads the rest.

The values that it yields for valid JSON are those of the standard library; what a problem means for a widget is
decided in checks/.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from amowidget.finding import Span
from amowidget.widget.source import Source

_DEPTH_LIMIT = 100
_PROBLEM_LIMIT = 100


class Kind(StrEnum):
    """What a node is."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"


class ProblemKind(StrEnum):
    """What can be wrong with the text of a JSON file."""

    EMPTY = "empty"
    BOM = "bom"
    NOT_UTF8 = "not-utf8"
    COMMENT = "comment"
    TRAILING_COMMA = "trailing-comma"
    MISSING_COMMA = "missing-comma"
    EXTRA_COMMA = "extra-comma"
    MISSING_COLON = "missing-colon"
    MISSING_KEY = "missing-key"
    MISSING_VALUE = "missing-value"
    DUPLICATE_KEY = "duplicate-key"
    UNQUOTED_KEY = "unquoted-key"
    WRONG_QUOTES = "wrong-quotes"
    UNCLOSED_STRING = "unclosed-string"
    UNCLOSED_BRACKET = "unclosed-bracket"
    WRONG_BRACKET = "wrong-bracket"
    CONTROL_CHARACTER = "control-character"
    BAD_ESCAPE = "bad-escape"
    BAD_NUMBER = "bad-number"
    BAD_WORD = "bad-word"
    UNEXPECTED = "unexpected"
    TEXT_AFTER_END = "text-after-end"
    TOO_DEEP = "too-deep"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at its place; `text` is the key, word or bracket that it is about."""

    kind: ProblemKind
    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place; `value` is that of a scalar, None for objects and arrays."""

    kind: Kind
    span: Span
    value: str | int | float | bool | None = None
    members: tuple["Member", ...] = ()
    items: tuple["Node", ...] = ()

    def get(self, key: str) -> "Node | None":
        """Return the value of a key, the last one when the key stands twice, or None."""
        member = self.member(key)
        return member.value if member else None

    def member(self, key: str) -> "Member | None":
        """Return the key with its value, the last one when the key stands twice, or None."""
        return next((member for member in reversed(self.members) if member.key == key), None)

    def find(self, *path: str) -> "Node | None":
        """Return the value at a path of keys, or None."""
        node: Node | None = self
        for key in path:
            node = node.get(key) if node else None
        return node

    @property
    def plain(self) -> object:
        """The value as the standard library's `json` would give it."""
        if self.kind is Kind.OBJECT:
            return {member.key: member.value.plain for member in self.members}
        if self.kind is Kind.ARRAY:
            return [item.plain for item in self.items]
        return self.value

    @property
    def text(self) -> str | None:
        """The value of a string, None for anything else."""
        return self.value if isinstance(self.value, str) else None

    def walk(self, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], "Node"]]:
        """Yield this node and every node below it, each with its path of keys and positions."""
        yield path, self
        for member in self.members:
            yield from member.value.walk((*path, member.key))
        for number, item in enumerate(self.items):
            yield from item.walk((*path, number))


@dataclass(frozen=True, slots=True)
class Member:
    """One key of an object with the key's place and its value."""

    key: str
    key_span: Span
    value: Node


@dataclass(frozen=True, slots=True)
class Document:
    """What a JSON file holds: its root, as far as it can be read, and the problems of its text in order."""

    source: Source
    root: Node | None
    problems: tuple[Problem, ...]

    @property
    def is_strict(self) -> bool:
        """Whether every JSON parser reads the file (duplicate keys are grammatical, a byte order mark is not)."""
        return all(problem.kind is ProblemKind.DUPLICATE_KEY for problem in self.problems)


def parse(source: Source) -> Document:
    """Read a JSON file; never raises, whatever the bytes."""
    reader = _Reader(source)
    root = reader.document()
    problems = sorted(reader.problems, key=lambda problem: problem.span)
    return Document(source, root, tuple(problems[:_PROBLEM_LIMIT]))


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    | (?P<comment>//[^\r\n]*|/\*.*?(?:\*/|\Z)|\#[^\r\n]*)
    | (?P<string>"(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])*")
    | (?P<punctuation>[{}\[\],:])
    | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.+-]))
    | (?P<broken_string>"(?:[^"\\]|\\.)*"(?=\s*(?:[,}\]:]|\Z))|"(?:[^"\\\r\n]|\\[^\r\n])*(?:"|\\?(?=[\r\n]|\Z)))
    | (?P<wrong_quotes>'(?:[^'\\\r\n]|\\[^\r\n])*'|[“”„«][^"“”»\r\n]*["“”»])
    | (?P<word>[^\W\d][\w$]*|\$[\w$]*)
    | (?P<bad_number>[-+.\d][\w.+-]*)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SILENT = frozenset({"space", "comment"})
_SCALAR_WORDS: dict[str, tuple[Kind, bool | None]] = {
    "true": (Kind.BOOLEAN, True),
    "false": (Kind.BOOLEAN, False),
    "null": (Kind.NULL, None),
}
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\.?', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f]")
_COLON = re.compile(r"[ \t\r\n]*:")
_CLOSER = {"{": "}", "[": "]"}


class _Reader:
    """Walks over the tokens once; a problem is noted and reading goes on with the likeliest meaning."""

    def __init__(self, source: Source) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._text = source.text
        self._at = 0
        self._open: list[str] = []
        self._is_cut = False
        self._is_separated = False
        self._kind = ""
        self._span = Span(0, 0)
        self._last_end = 0
        if source.has_bom:
            self._note(ProblemKind.BOM, Span(0, 1))
            self._at = 1
        if source.bad_byte is not None:
            self._note(ProblemKind.NOT_UTF8, Span(source.bad_byte, source.bad_byte + 1))
        self._advance()

    def document(self) -> Node | None:
        """Read the whole file."""
        if not self._kind:
            self._note(ProblemKind.EMPTY, Span(0, 0))
            return None
        root = self._value()
        if self._kind:
            self._note(ProblemKind.TEXT_AFTER_END, Span(self._span.start, len(self._text.rstrip())))
        return root

    def _note(self, kind: ProblemKind, span: Span, text: str = "") -> None:
        self.problems.append(Problem(kind, span, text))

    def _advance(self) -> None:
        self._last_end = self._span.end
        while match := _TOKEN.match(self._text, self._at):
            self._at = match.end()
            self._kind = match.lastgroup or ""
            self._span = Span(*match.span())
            if self._kind == "comment":
                self._note(ProblemKind.COMMENT, self._span)
            if self._kind not in _SILENT:
                return
        self._kind = ""
        self._span = Span(len(self._text), len(self._text))

    @property
    def _word(self) -> str:
        return self._text[self._span.start : self._span.end]

    def _is(self, mark: str) -> bool:
        return self._kind == "punctuation" and self._word == mark

    def _is_closing(self) -> bool:
        return self._kind == "punctuation" and self._word in ("}", "]")

    def _value(self) -> Node | None:
        if self._is("{") or self._is("["):
            return self._bracketed()
        if self._kind == "punctuation" or not self._kind:
            self._note(ProblemKind.MISSING_VALUE, Span(self._last_end, self._last_end))
            return None
        node = self._scalar()
        self._advance()
        return node

    def _scalar(self) -> Node | None:
        token, span = self._word, self._span
        if self._kind in ("string", "broken_string", "wrong_quotes"):
            return Node(Kind.STRING, span, self._string())
        if self._kind == "number":
            return Node(Kind.NUMBER, span, _number(token))
        if self._kind == "word":
            if token in _SCALAR_WORDS:
                kind, value = _SCALAR_WORDS[token]
                return Node(kind, span, value)
            self._note(ProblemKind.BAD_WORD, span, token)
            kind, value = _SCALAR_WORDS.get(token.lower(), (Kind.NULL, None))
            return Node(kind, span, value)
        if self._kind == "bad_number":
            self._note(ProblemKind.BAD_NUMBER, span, token)
            return Node(Kind.NUMBER, span, 0)
        self._note(ProblemKind.UNEXPECTED, span, token)
        return None

    def _string(self) -> str:
        token, start = self._word, self._span.start
        if self._kind == "string":
            if "\\" not in token:
                return token[1:-1]
            return self._unescaped(token[1:-1], start + 1)
        if self._kind == "wrong_quotes":
            self._note(ProblemKind.WRONG_QUOTES, self._span, token[0])
            return token[1:-1]
        closed = len(token) > 1 and token.endswith('"') and not _ends_in_escape(token)
        if not closed:
            self._note(ProblemKind.UNCLOSED_STRING, self._span)
        body = token[1:-1] if closed else token[1:]
        for match in _CONTROL.finditer(body):
            place = start + 1 + match.start()
            self._note(ProblemKind.CONTROL_CHARACTER, Span(place, place + 1), f"U+{ord(match.group()):04X}")
        return self._unescaped(body, start + 1)

    def _unescaped(self, body: str, start: int) -> str:
        good = True
        for match in _ESCAPE.finditer(body):
            if len(match.group()) < 2 or match.group()[1] not in '"\\/bfnrtu' or match.group() == "\\u":
                good = False
                self._note(ProblemKind.BAD_ESCAPE, Span(start + match.start(), start + match.end()), match.group())
        if not good:
            return body
        return str(json.loads(f'"{_CONTROL.sub(" ", body)}"'))

    def _bracketed(self) -> Node:
        opening, start = self._word, self._span
        self._advance()
        if len(self._open) >= _DEPTH_LIMIT:
            self._note(ProblemKind.TOO_DEEP, start)
            self._is_cut = True
            self._skip_rest()
            return Node(Kind.NULL, start)
        self._open.append(opening)
        if opening == "{":
            members = self._members()
            span = self._close(start)
            return Node(Kind.OBJECT, span, members=members)
        items = self._items()
        span = self._close(start)
        return Node(Kind.ARRAY, span, items=items)

    def _skip_rest(self) -> None:
        self._at = len(self._text)
        self._advance()

    def _close(self, start: Span) -> Span:
        closer = _CLOSER[self._open.pop()]
        if self._is(closer):
            end = self._span.end
            self._advance()
            return Span(start.start, end)
        if self._is_closing() and not any(_CLOSER[opening] == self._word for opening in self._open):
            self._note(ProblemKind.WRONG_BRACKET, self._span, closer)
            self._advance()
        elif not self._is_cut:
            self._note(ProblemKind.UNCLOSED_BRACKET, start, self._text[start.start : start.end])
        return Span(start.start, self._last_end)

    def _members(self) -> tuple[Member, ...]:
        members: list[Member] = []
        seen: set[str] = set()
        while self._kind and not self._is_closing():
            member = self._member()
            if member:
                if member.key in seen:
                    self._note(ProblemKind.DUPLICATE_KEY, member.key_span, member.key)
                seen.add(member.key)
                members.append(member)
            self._separator()
        return tuple(members)

    def _member(self) -> Member | None:
        key, key_span = self._key(), self._span
        if key is None:
            return None
        self._advance()
        if self._is(":"):
            self._advance()
        else:
            self._note(ProblemKind.MISSING_COLON, Span(key_span.end, key_span.end), key)
            if self._is(",") or self._is_closing() or not self._kind:
                return Member(key, key_span, Node(Kind.NULL, Span(key_span.end, key_span.end)))
        value = self._value()
        return Member(key, key_span, value or Node(Kind.NULL, Span(self._last_end, self._last_end)))

    def _key(self) -> str | None:
        if self._kind in ("string", "broken_string", "wrong_quotes"):
            return self._string()
        if self._kind in ("word", "number", "bad_number"):
            self._note(ProblemKind.UNQUOTED_KEY, self._span, self._word)
            return self._word
        if self._is(",") or self._is(":"):
            self._note(ProblemKind.MISSING_KEY, self._span)
            if self._is(":"):
                self._advance()
                self._value()
            return None
        if self._is("{") or self._is("["):
            self._note(ProblemKind.MISSING_KEY, self._span)
            self._value()
            return None
        self._note(ProblemKind.UNEXPECTED, self._span, self._word)
        self._advance()
        return None

    def _items(self) -> tuple[Node, ...]:
        items: list[Node] = []
        while self._kind and not self._is_closing():
            if self._is(","):
                self._note(ProblemKind.EXTRA_COMMA, self._span)
                self._advance()
                continue
            if self._is(":"):
                self._note(ProblemKind.UNEXPECTED, self._span, ":")
                self._advance()
                continue
            if self._starts_member():
                # A key in a list: the list's closing bracket is missing, and the object around it goes on.
                self._is_separated = True
                break
            item = self._value()
            if item:
                items.append(item)
            self._separator()
        return tuple(items)

    def _starts_member(self) -> bool:
        is_key = self._kind == "string" and "{" in self._open
        return is_key and bool(_COLON.match(self._text, self._at))

    def _separator(self) -> None:
        if self._is_separated:
            self._is_separated = False
        elif self._is(","):
            comma = self._span
            self._advance()
            if self._is_closing() or not self._kind:
                self._note(ProblemKind.TRAILING_COMMA, comma)
        elif self._kind == "other":
            self._note(ProblemKind.UNEXPECTED, self._span, self._word)
            self._advance()
        elif self._kind and not self._is_closing():
            last = self.problems[-1] if self.problems else None
            if last is None or last.span.end < self._last_end or last.kind not in _EXPLAINS_MISSING_COMMA:
                self._note(ProblemKind.MISSING_COMMA, Span(self._last_end, self._last_end))


# After one of these at the same place a missing comma would only repeat it.
_EXPLAINS_MISSING_COMMA = frozenset(
    {ProblemKind.UNEXPECTED, ProblemKind.MISSING_KEY, ProblemKind.UNCLOSED_STRING, ProblemKind.WRONG_QUOTES}
)


def _ends_in_escape(token: str) -> bool:
    slashes = len(token) - 1 - len(token[:-1].rstrip("\\"))
    return slashes % 2 == 1


def _number(token: str) -> int | float:
    if token.lstrip("-").isdigit():
        # Python refuses integers of thousands of digits; JavaScript would read them as Infinity.
        return int(token) if len(token) < 4000 else float(token)
    return float(token)
