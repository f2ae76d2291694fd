"""What a Twig template holds: its tags, filters, names and plain text with positions. How it is read: twig_text."""

from enum import StrEnum
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.widget.source import Source


class TwigProblemKind(StrEnum):
    """What can be wrong with the text of a template. The last five compile, and draw something else than they say."""

    UNCLOSED_MARK = "unclosed-mark"
    UNCLOSED_STRING = "unclosed-string"
    UNCLOSED_TAG = "unclosed-tag"
    UNEXPECTED_TAG = "unexpected-tag"
    UNKNOWN_TAG = "unknown-tag"
    BAD_TAG = "bad-tag"
    BAD_EXPRESSION = "bad-expression"
    BRACKET = "bracket"
    UNSUPPORTED = "unsupported"
    MISSING_VALUE = "missing-value"
    LEADING_MINUS = "leading-minus"
    TAKEN_PARENTHESES = "taken-parentheses"
    WEAK_IN = "weak-in"
    NEVER_TRUE = "never-true"


class TwigProblem(NamedTuple):
    """One problem at its place; `text` is the tag, operator or word that it is about.

    `is_refused` tells whether twig.js does not compile the template, or whether it draws something wrong.
    """

    kind: TwigProblemKind
    span: Span
    text: str = ""
    is_refused: bool = True


class Word(NamedTuple):
    """A name in a template with its place: a filter, a test, a variable with its members (`langs.a.b`), a file."""

    text: str
    span: Span


class Call(NamedTuple):
    """A function that a template calls, with its first argument where that is a plain string."""

    name: Word
    first: Word | None = None


class Template(NamedTuple):
    """A template read once. `texts` are the parts outside of tags, `comments` those between `{#` and `#}`.

    `names` are the variables and functions as they are written, a called one with `()` at its end. `included` are
    the files that it names by a plain string. `imported` are the names that come from macros.
    """

    source: Source
    problems: tuple[TwigProblem, ...]
    filters: tuple[Word, ...]
    tests: tuple[Word, ...]
    names: tuple[Word, ...]
    calls: tuple[Call, ...]
    included: tuple[Word, ...]
    imported: frozenset[str]
    texts: tuple[Span, ...]
    comments: tuple[Span, ...]
