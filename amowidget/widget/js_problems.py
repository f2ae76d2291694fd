"""What can be wrong with the text of a script, and where. Who finds it: js_mistakes and js_grammar."""

from enum import StrEnum
from typing import NamedTuple

from amowidget.finding import Span


class JsProblemKind(StrEnum):
    """What can be wrong with the text of a script."""

    UNEXPECTED = "unexpected"
    MISSING = "missing"
    UNCLOSED = "unclosed"
    WRONG_BRACKET = "wrong-bracket"
    EXTRA_BRACKET = "extra-bracket"
    RESERVED = "reserved"
    REDECLARED = "redeclared"
    JSX = "jsx"
    MISPLACED = "misplaced"
    BAD_TARGET = "bad-target"
    BAD_DELETE = "bad-delete"
    BAD_LITERAL = "bad-literal"
    MODULE_SYNTAX = "module-syntax"


# What is a mistake in no source that a build translates.
SOURCES = (JsProblemKind.JSX, JsProblemKind.MODULE_SYNTAX)


class JsProblem(NamedTuple):
    """One problem at its place; `text` is the word or bracket that it is about, `other` the place it conflicts with."""

    kind: JsProblemKind
    span: Span
    text: str = ""
    other: int | None = None
