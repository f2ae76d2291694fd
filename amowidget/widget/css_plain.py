"""Rules of a style sheet that hold nothing special: one expression reads each, and no token has to be made of it."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.css_nodes import Selector

_SPACE = r"[ \t\r\n\f]"
_NAME = r"-?[A-Za-z_][A-Za-z0-9_-]*+"
_COMPOUND = rf"(?=[\w.#:-])(?:{_NAME})?+(?:(?:[.#]|::?){_NAME})*+"
# `u+a` would be a range of characters, were there no spaces.
_BETWEEN = rf"(?:{_SPACE}*+[>,]{_SPACE}*+|{_SPACE}++(?:[+~]{_SPACE}++)?)"
# No bracket, quote, comment, address, escape or second colon: what is left is a value, whatever it means.
_VALUE = r"[^:;{}()\[\]\"'\\/@< \t\r\n\f][^:;{}()\[\]\"'\\/@<]*+"
_DECLARATION = rf"{_NAME}{_SPACE}*+:{_SPACE}*+{_VALUE}(?:;{_SPACE}*+|(?=\}}))"
_RULE = compiled(
    rf"{_SPACE}*+(?P<selectors>{_COMPOUND}(?:{_BETWEEN}{_COMPOUND})*+){_SPACE}*+\{{{_SPACE}*+(?:{_DECLARATION})*+\}}"
)
# Where an address starts or ends is told here by other means than by the tokens: where they could differ, as by an
# escape or a letter before it, no rule is taken for plain.
_ADDRESS = compiled(r"([\w@#\\-]|[^\x00-\x7f])?url\([^)\\]*+(\\)?", re.IGNORECASE)
_ESCAPED_NAME = compiled(r"\\[^()]{0,24}\(")
_SPACES = " \t\r\n\f"
_KEPT = compiled(r"[^\r\n\f]")


class Plain(NamedTuple):
    """The selectors of the plain rules, and the rest of the sheet, in which blanks stand for those rules."""

    selectors: tuple[Selector, ...]
    rest: str


def plain_rules(text: str) -> tuple[Selector, ...] | None:
    """Return the selectors of a sheet that holds nothing but plain rules; None where it holds anything else."""
    selectors: list[Selector] = []
    end = 0
    while match := _RULE.match(text, end):
        selectors.extend(_selectors(*match.span("selectors"), text))
        end = match.end()
    return None if text[end:].strip(_SPACES) else tuple(selectors)


def plain_among_others(text: str, ends: Iterable[int]) -> Plain:
    """Read the plain rules of a sheet whose brackets are whole; `ends` tells where its outermost blocks end."""
    is_doubtful = _ESCAPED_NAME.search(text) or (
        "url(" in text.lower() and any(match[1] or match[2] for match in _ADDRESS.finditer(text))
    )
    if is_doubtful:
        return Plain((), text)
    selectors: list[Selector] = []
    rest: list[str] = []
    start = 0
    for end in ends:
        match = _RULE.fullmatch(text, start, end)
        if match:
            selectors.extend(_selectors(*match.span("selectors"), text))
        rest.append(_KEPT.sub(" ", match.group()) if match else text[start:end])
        start = end
    return Plain(tuple(selectors), "".join((*rest, text[start:])))


def _selectors(start: int, end: int, text: str) -> Iterable[Selector]:
    for said in text[start:end].split(","):
        word = said.strip(_SPACES)
        place = start + said.index(word)
        yield Selector(word, Span(place, place + len(word)), False, False)
        start += len(said) + 1
