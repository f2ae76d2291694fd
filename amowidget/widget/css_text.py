"""Reads a style sheet: its selectors, addresses and mistakes with positions, by tinycss2. Never raises."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import tinycss2  # type: ignore[import-untyped]  # it brings no types

from amowidget.finding import Span
from amowidget.widget.source import Source

_GROUPS = frozenset({"media", "supports", "layer", "container", "document", "scope"})
_COMPOUND = re.compile(r"(?:[^\s>+~\[(]|\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\))+")
_SKIPPED = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|[{}'\"]", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DEEPEST = 20


class CssProblemKind(StrEnum):
    """What can be wrong with the text of a style sheet."""

    RULE = "rule"
    DECLARATION = "declaration"
    SELECTOR = "selector"
    UNCLOSED = "unclosed"
    EXTRA_BRACE = "extra-brace"


class CssProblem(NamedTuple):
    """One problem at its place; `text` is the parser's short name of it."""

    kind: CssProblemKind
    span: Span
    text: str = ""


class Selector(NamedTuple):
    """One selector of a list, as it is written, with its place."""

    text: str
    span: Span

    @property
    def compounds(self) -> tuple[str, ...]:
        """The parts between combinators: `.a > input.b` has `.a` and `input.b`."""
        return tuple(_COMPOUND.findall(self.text))


class Address(NamedTuple):
    """An address that the style sheet loads: by `url()`, or by `@import`."""

    text: str
    span: Span
    is_import: bool


@dataclass(frozen=True, slots=True)
class Style:
    """A style sheet read once. Selectors inside of other rules are left out: they are below the outer ones."""

    source: Source
    problems: tuple[CssProblem, ...]
    selectors: tuple[Selector, ...]
    addresses: tuple[Address, ...]
    comments: tuple[Span, ...]


# tinycss2 has no types; its nodes are looked at by their `type` alone.
_Token = Any


def parse(source: Source) -> Style:
    """Read a style sheet, whatever it holds."""
    reader = _Reader(source)
    reader.rules(tinycss2.parse_stylesheet(source.text.removeprefix("\ufeff"), skip_comments=True), 0)
    problems = sorted((*reader.problems, *_braces(source)), key=lambda problem: problem.span)
    comments = tuple(Span(*match.span()) for match in _COMMENT.finditer(source.text))
    return Style(source, tuple(problems), tuple(reader.selectors), tuple(reader.addresses), comments)


def _braces(source: Source) -> Iterator[CssProblem]:
    opened: list[int] = []
    for match in _SKIPPED.finditer(source.text):
        if match.group() == "{":
            opened.append(match.start())
        elif match.group() == "}" and opened:
            opened.pop()
        elif match.group() == "}":
            yield CssProblem(CssProblemKind.EXTRA_BRACE, Span(*match.span()), "}")
        elif match.group() in "'\"":
            yield CssProblem(CssProblemKind.UNCLOSED, Span(*match.span()), match.group())
        elif match.group().startswith("/*") and not match.group().endswith("*/"):
            yield CssProblem(CssProblemKind.UNCLOSED, Span(match.start(), match.start() + 2), "/*")
    for start in opened[-1:]:
        yield CssProblem(CssProblemKind.UNCLOSED, Span(start, start + 1), "{")


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._shift = 1 if source.has_bom else 0
        self.problems: list[CssProblem] = []
        self.selectors: list[Selector] = []
        self.addresses: list[Address] = []

    def rules(self, nodes: Sequence[_Token], depth: int) -> None:
        for node in nodes:
            if node.type == "error":
                self._error(node, CssProblemKind.RULE)
            elif node.type == "qualified-rule":
                self._rule(node)
            elif node.type == "at-rule":
                self._at_rule(node, depth)

    def _rule(self, node: _Token) -> None:
        part: list[_Token] = []
        if self._source.text[self._offset(node)] == "}":
            return  # what follows a brace too many is misread
        for token in (*node.prelude, None):
            if token is None or (token.type == "literal" and token.value == ","):
                self._selector(part, self._offset(token or node))
                part = []
            else:
                part.append(token)
        self._content(node.content, 0)

    def _content(self, content: Sequence[_Token], depth: int) -> None:
        for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
            if node.type == "error":
                self._error(node, CssProblemKind.DECLARATION)
            elif node.type == "declaration":
                self._addresses(node.value, is_import=False)
            elif node.type in ("qualified-rule", "at-rule") and node.content is not None and depth < _DEEPEST:
                self._content(node.content, depth + 1)

    def _selector(self, tokens: list[_Token], brace: int) -> None:
        while tokens and tokens[0].type in ("whitespace", "comment"):
            tokens = tokens[1:]
        while tokens and tokens[-1].type in ("whitespace", "comment"):
            tokens = tokens[:-1]
        if tokens:
            text = tinycss2.serialize([token for token in tokens if token.type != "comment"])
            start = self._offset(tokens[0])
            end = self._offset(tokens[-1]) + len(tinycss2.serialize(tokens[-1:]))
            self.selectors.append(Selector(text, Span(start, end)))
        else:
            self.problems.append(CssProblem(CssProblemKind.SELECTOR, Span(brace, brace + 1)))

    def _at_rule(self, node: _Token, depth: int) -> None:
        if node.lower_at_keyword == "import":
            self._addresses(node.prelude, is_import=True)
        elif node.lower_at_keyword in _GROUPS and node.content is not None and depth < _DEEPEST:
            self.rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), depth + 1)
        elif node.content is not None and not node.lower_at_keyword.endswith("keyframes"):
            self._content(node.content, 0)

    def _addresses(self, tokens: Sequence[_Token], is_import: bool) -> None:
        for token in tokens:
            if token.type == "url" or (is_import and token.type == "string"):
                self._address(token, token.value, is_import)
            elif token.type == "function" and token.lower_name == "url":
                for inner in token.arguments:
                    if inner.type == "string":
                        self._address(inner, inner.value, is_import)

    def _address(self, token: _Token, value: str, is_import: bool) -> None:
        start = self._offset(token)
        self.addresses.append(Address(value, Span(start, start + len(tinycss2.serialize([token]))), is_import))

    def _error(self, node: _Token, kind: CssProblemKind) -> None:
        start = self._offset(node)
        if self._source.text[start : start + 1] != "}":  # a brace too many is told once, by its own kind
            self.problems.append(CssProblem(kind, Span(start, start + 1)))

    def _offset(self, token: _Token) -> int:
        starts = self._source.line_starts
        line: int = min(token.source_line, len(starts))
        shift = self._shift if line == 1 else 0
        offset: int = starts[line - 1] + token.source_column - 1 + shift
        return min(offset, len(self._source.text))
