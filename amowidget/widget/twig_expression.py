"""Reads one Twig expression: what may follow what, which brackets close, which names and filters it uses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.widget.twig_nodes import TwigProblem, TwigProblemKind, Word

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<number>\d+(?:\.\d+)?|(?<![\w)\]])\.\d+)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<unsupported>\?\?|\?:|===|!==|=>|->|&&|\|\||<=>|!(?!=)|=(?!=)|\bb-(?:and|or|xor)\b)
    |(?P<binary>\*\*|//|==|!=|<=|>=|\.\.|[-+*/%<>~])
    |(?P<mark>[|.,:?()\[\]{}])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSES = {")": "(", "]": "[", "}": "{"}
_UNSUPPORTED_WORDS = {"starts": "starts with", "ends": "ends with", "matches": "matches", "b": "b-and"}
_TESTS = frozenset({"empty", "odd", "even", "divisibleby", "defined", "none", "null", "sameas", "iterable"})
_CONSTANTS = frozenset({"true", "false", "null", "none", "and", "or", "not", "in", "is"})


class _Token(NamedTuple):
    kind: str
    text: str
    span: Span


@dataclass
class Expression:
    """What one expression holds; `problem` is the first thing that twig.js does not read."""

    problem: TwigProblem | None = None
    names: list[Word] = field(default_factory=list)
    filters: list[Word] = field(default_factory=list)
    strings: list[Word] = field(default_factory=list)


def read(text: str, start: int) -> Expression:
    """Return what an expression holds; `start` is its offset in the template."""
    found = Expression()
    tokens = list(_tokens(text, start))
    found.problem = _Reader(tokens, Span(start, start + len(text)), found).problem()
    return found


def _tokens(text: str, start: int) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            span = Span(start + match.start(), start + match.end())
            yield _Token(match.lastgroup or "other", match.group(), span)


class _Reader:
    """Reads tokens one after another; an operand is due, or an operator is."""

    def __init__(self, tokens: list[_Token], whole: Span, found: Expression) -> None:
        self._tokens = tokens
        self._whole = whole
        self._found = found
        self._open: list[_Token] = []
        self._is_due = True
        self._at = 0

    def problem(self) -> TwigProblem | None:
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            wrong = self._operand(token) if self._is_due else self._operator(token)
            if wrong:
                return wrong
        if self._open:
            return _bad(self._open[-1])
        if self._is_due and self._tokens:
            return _bad(self._tokens[-1])
        return None

    def _operand(self, token: _Token) -> TwigProblem | None:
        kind, text = token.kind, token.text
        if text in ("not", "-", "+"):
            return None
        if kind == "string":
            self._found.strings.append(Word(text[1:-1], token.span))
            self._is_due = False
        elif kind == "number":
            self._is_due = False
        elif kind == "word" and text not in ("and", "or", "in", "is"):
            self._name(token)
            self._is_due = False
        elif text in ("(", "[", "{"):
            self._open.append(token)
        elif text in _CLOSES and self._may_close_empty(text):
            self._open.pop()
            self._is_due = False
        elif text == ":" and self._open and self._open[-1].text == "[":
            return None
        else:
            return _problem(token)
        return None

    def _may_close_empty(self, text: str) -> bool:
        if not self._open or self._open[-1].text != _CLOSES[text]:
            return False
        before = self._tokens[self._at - 2].text
        return before == self._open[-1].text or (before in (",", ":") and text != ")")

    def _name(self, token: _Token) -> None:
        if token.text in _CONSTANTS or (self._next() == ":" and self._is_in("{")):
            return
        path, end = token.text, token.span.end
        while self._next() == "." and self._at + 1 < len(self._tokens):
            member = self._tokens[self._at + 1]
            if member.kind not in ("word", "number"):
                break
            path, end = f"{path}.{member.text}", member.span.end
            self._at += 2
        is_called = self._next() == "("
        self._found.names.append(Word(path + "()" * is_called, Span(token.span.start, end)))

    def _operator(self, token: _Token) -> TwigProblem | None:
        kind, text = token.kind, token.text
        if kind == "binary" or text in ("and", "or", "in", "?", ":", ","):
            self._is_due = True
        elif text == "not" and self._next() == "in":
            self._at += 1
            self._is_due = True
        elif text == "is":
            return self._test(token)
        elif text == "|":
            return self._filter(token)
        elif text == ".":
            return self._member(token)
        elif text in ("(", "["):
            self._open.append(token)
            self._is_due = True
        elif text in _CLOSES and self._open and self._open[-1].text == _CLOSES[text]:
            self._open.pop()
        else:
            return _problem(token)
        return None

    def _test(self, token: _Token) -> TwigProblem | None:
        if self._next() == "not":
            self._at += 1
        name = self._take("word")
        if name is None:
            return _bad(token)
        if name.text not in _TESTS:
            return TwigProblem(TwigProblemKind.UNSUPPORTED, name.span, f"is {name.text}")
        return None

    def _filter(self, token: _Token) -> TwigProblem | None:
        name = self._take("word")
        if name is None:
            return _bad(token)
        self._found.filters.append(Word(name.text, name.span))
        return None

    def _member(self, token: _Token) -> TwigProblem | None:
        return None if self._take("word") or self._take("number") else _bad(token)

    def _take(self, kind: str) -> _Token | None:
        if self._at < len(self._tokens) and self._tokens[self._at].kind == kind:
            self._at += 1
            return self._tokens[self._at - 1]
        return None

    def _next(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _is_in(self, bracket: str) -> bool:
        return bool(self._open) and self._open[-1].text == bracket


def _bad(token: _Token) -> TwigProblem:
    return TwigProblem(TwigProblemKind.BAD_EXPRESSION, token.span, token.text)


def _problem(token: _Token) -> TwigProblem:
    if token.kind == "unsupported":
        return TwigProblem(TwigProblemKind.UNSUPPORTED, token.span, token.text)
    if token.kind == "word" and token.text in _UNSUPPORTED_WORDS:
        return TwigProblem(TwigProblemKind.UNSUPPORTED, token.span, _UNSUPPORTED_WORDS[token.text])
    if token.text in ("'", '"'):
        return TwigProblem(TwigProblemKind.UNCLOSED_STRING, token.span, token.text)
    return _bad(token)
