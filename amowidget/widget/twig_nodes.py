"""What a Twig template holds: its tags, filters, names and plain text with positions. How it is read: twig_text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.widget.source import Source


class TwigProblemKind(StrEnum):
    """What can be wrong with the text of a template."""

    UNCLOSED_MARK = "unclosed-mark"
    UNCLOSED_STRING = "unclosed-string"
    UNCLOSED_TAG = "unclosed-tag"
    UNEXPECTED_TAG = "unexpected-tag"
    UNKNOWN_TAG = "unknown-tag"
    BAD_TAG = "bad-tag"
    BAD_EXPRESSION = "bad-expression"
    UNSUPPORTED = "unsupported"


class TwigProblem(NamedTuple):
    """One problem at its place; `text` is the tag, operator or word that it is about."""

    kind: TwigProblemKind
    span: Span
    text: str = ""


class Word(NamedTuple):
    """A name in a template with its place: a filter, a variable with its members (`langs.a.b`), an included file."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Template:
    """A template read once. `texts` are the parts outside of tags, `comments` those between `{#` and `#}`."""

    source: Source
    problems: tuple[TwigProblem, ...]
    filters: tuple[Word, ...]
    names: tuple[Word, ...]
    included: tuple[Word, ...]
    texts: tuple[Span, ...]
    comments: tuple[Span, ...]
