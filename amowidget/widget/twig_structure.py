"""Looks for what twig.js 0.8.9 compiles and works out wrongly: values and brackets that are missing, `in` beside `or`."""

from collections.abc import Sequence
from dataclasses import dataclass

from amowidget.finding import Span
from amowidget.widget.twig_nodes import TwigProblem
from amowidget.widget.twig_nodes import TwigProblemKind as Kind
from amowidget.widget.twig_tokens import Token

_PAIRS = {")": "(", "]": "[", "}": "{"}
_OPENING = frozenset(_PAIRS.values())
_CALLABLE = frozenset({"function", "filter", "test", "member", "index", "variable", "context"})
_COMPARING = (8, 9)
_AFTER_VALUE = frozenset({"test", "filter", "member", "index"})


@dataclass
class _Level:
    """One pair of brackets, or the whole expression: what stands in its present part, between commas."""

    opened: Token | None = None
    is_call: bool = False
    question: Token | None = None
    has_key: bool = False
    contained: Token | None = None
    has_logic: bool = False

    @property
    def mark(self) -> str:
        return self.opened.text if self.opened else ""

    def start_part(self) -> None:
        self.question = self.contained = None
        self.has_key = self.has_logic = False


class Structure:
    """Goes over the tokens of one expression: a value is due, or an operator is."""

    def __init__(self, starts_with_filter: bool = False, is_index: bool = False) -> None:
        self._is_due = not starts_with_filter
        self._is_index = is_index
        self._levels = [_Level()]

    def problem(self, tokens: Sequence[Token]) -> TwigProblem | None:
        """Return the first thing that twig.js works out wrongly, or None."""
        before: Token | None = None
        for token in tokens:
            wrong = self._token(token, before)
            if wrong:
                return wrong
            before = token
        if len(self._levels) > 1 and self._levels[-1].opened:
            return _wrong(Kind.BRACKET, self._levels[-1].opened)
        if self._is_due and before:
            return _wrong(Kind.MISSING_VALUE, before)
        return self._end_of_part()

    def _token(self, token: Token, before: Token | None) -> TwigProblem | None:
        kind = token.kind
        if kind == "binary":
            return self._binary(token, before)
        if kind == "unary":
            return None if self._is_due else _wrong(Kind.BAD_EXPRESSION, token)
        if kind == ",":
            return self._comma(token)
        if kind in _OPENING:
            return self._open(token, before)
        if kind in _PAIRS:
            return self._close(token, before)
        if kind in _AFTER_VALUE:
            return _wrong(Kind.MISSING_VALUE, token) if self._is_due else None
        if kind == "function" and token.word == "not":
            return _wrong(Kind.UNSUPPORTED, token, "not(")
        if kind == "variable" and token.text == "not":
            return _wrong(Kind.UNSUPPORTED, token, "(not")
        if kind == "variable" and token.text in ("and", "or", "in"):
            return _wrong(Kind.MISSING_VALUE, token)
        self._is_due = kind == "function"
        return None

    def _binary(self, token: Token, before: Token | None) -> TwigProblem | None:
        if self._is_due:
            return self._without_value(token, before)
        self._is_due = True
        level = self._levels[-1]
        if token.text == ":":
            return self._colon(level, token)
        if token.text == "?":
            if level.question:
                return _wrong(Kind.UNSUPPORTED, token, "? in ?")
            level.question = token
        if token.text in ("in", "not in"):
            level.contained = level.contained or token
        elif token.text in ("and", "or", "?") or (level.contained and token.precedence in _COMPARING):
            level.has_logic = True
        return None

    def _without_value(self, token: Token, before: Token | None) -> TwigProblem:
        if before is None and token.text == "-":
            return _wrong(Kind.LEADING_MINUS, token)
        if before is None and token.text == ":" and self._is_index:
            return _wrong(Kind.UNSUPPORTED, token, "[:]")
        return _wrong(Kind.MISSING_VALUE, token)

    def _colon(self, level: _Level, token: Token) -> TwigProblem | None:
        if level.question:
            level.question = None
        elif level.mark == "{" and not level.has_key:
            level.has_key = True
        elif self._is_index and len(self._levels) == 1:
            return _wrong(Kind.UNSUPPORTED, token, "[:]")
        else:
            return _wrong(Kind.BAD_EXPRESSION, token)
        return None

    def _comma(self, token: Token) -> TwigProblem | None:
        level = self._levels[-1]
        if self._is_due or not level.opened or (level.mark == "(" and not level.is_call):
            return _wrong(Kind.BAD_EXPRESSION, token)
        wrong = self._end_of_part()
        level.start_part()
        self._is_due = True
        return wrong

    def _open(self, token: Token, before: Token | None) -> TwigProblem | None:
        is_call = token.kind == "(" and before is not None and before.kind in _CALLABLE
        if not self._is_due and not is_call:
            return _wrong(Kind.BAD_EXPRESSION, token)
        self._levels.append(_Level(token, is_call))
        self._is_due = True
        return None

    def _close(self, token: Token, before: Token | None) -> TwigProblem | None:
        level = self._levels[-1]
        if level.mark != _PAIRS[token.kind] or before is None:
            return _wrong(Kind.BRACKET, token)
        is_empty = before is level.opened
        if self._is_due and before.kind != "," and (not is_empty or (token.kind == ")" and not level.is_call)):
            return _wrong(Kind.MISSING_VALUE, before)
        wrong = None if is_empty or before.kind == "," else self._end_of_part()
        self._levels.pop()
        self._is_due = False
        return wrong

    def _end_of_part(self) -> TwigProblem | None:
        level = self._levels[-1]
        if level.question:
            return _wrong(Kind.UNSUPPORTED, level.question, "? without :")
        if level.contained and level.has_logic:
            return _wrong(Kind.WEAK_IN, level.contained)
        if level.mark == "{" and not level.has_key and level.opened:
            return _wrong(Kind.BAD_EXPRESSION, level.opened)
        return None


def _wrong(kind: Kind, token: Token, text: str = "") -> TwigProblem:
    return TwigProblem(kind, Span(*token.span), text or token.text, is_refused=False)
