"""What a JSON file holds, with positions: values, keys and problems. How they are read: json_text."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.widget.source import Source


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


class Problem(NamedTuple):
    """One problem at its place; `text` is the key, word or bracket that it is about."""

    kind: ProblemKind
    span: Span
    text: str = ""


class Node(NamedTuple):
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


class Member(NamedTuple):
    """One key of an object with the key's place and its value."""

    key: str
    key_span: Span
    value: Node


class Document(NamedTuple):
    """What a JSON file holds: its root, as far as it can be read, and the problems of its text in order."""

    source: Source
    root: Node | None
    problems: tuple[Problem, ...]

    @property
    def is_strict(self) -> bool:
        """Whether every JSON parser reads the file (duplicate keys are grammatical, a byte order mark is not)."""
        return all(problem.kind is ProblemKind.DUPLICATE_KEY for problem in self.problems)
