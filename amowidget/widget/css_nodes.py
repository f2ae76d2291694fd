"""What a style sheet holds: selectors, addresses and mistakes with their places. How it is read: css_text."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.pattern import compiled


class CssProblemKind(StrEnum):
    """What can be wrong with the text of a style sheet."""

    UNCLOSED = "unclosed"
    EXTRA_BRACKET = "extra-bracket"
    LINE_COMMENT = "line-comment"
    SELECTOR = "selector"
    NO_BLOCK = "no-block"
    DECLARATION = "declaration"
    SEMICOLON = "semicolon"
    ADDRESS = "address"


class CssProblem(NamedTuple):
    """One problem at its place; `text` is the bracket, sign or word that it is about."""

    kind: CssProblemKind
    span: Span
    text: str = ""


# A class or an id, but not what stands in square brackets, in quotes, or within :not(...).
_SKIPPED = r"\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]|:not\((?:[^()]|\([^()]*\))*\)"
_NAME = compiled(r"[.#](?:[\w-]|\\.|[^\x00-\x7f])+")
_NAMES = compiled(rf"{_SKIPPED}|(?P<name>[.#](?:[\w-]|\\.|[^\x00-\x7f])+)", re.IGNORECASE)


class Selector(NamedTuple):
    """One selector of a list, as it is written but without comments, with its place.

    `is_nested` tells that it stands inside of another rule and reaches no further than that; `sets_only_variables`
    that its rule holds nothing but custom properties.
    """

    text: str
    span: Span
    is_nested: bool = False
    sets_only_variables: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The classes and ids that an element has to have, with their mark: `.a > #b:not(.c)` has `.a` and `#b`."""
        return _names(self.text)


@lru_cache(4096)  # several rules ask for the same
def _names(text: str) -> tuple[str, ...]:
    if "[" not in text and "(" not in text:
        return tuple(_NAME.findall(text))
    return tuple(name for match in _NAMES.finditer(text) if (name := match["name"]))


class Address(NamedTuple):
    """An address that the style sheet loads: by `url()`, or by `@import`."""

    text: str
    span: Span
    is_import: bool


class AtRule(NamedTuple):
    """The word of an at-rule without its sign; `is_late` tells that rules stand before an `@import`."""

    name: str
    span: Span
    is_late: bool = False


class Variable(NamedTuple):
    """A custom property that a rule sets, with the place of its name."""

    name: str
    span: Span
