"""Puts the tokens of an expression in the order in which twig.js 0.8.9 works them off, and tells where that fails."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from amowidget.widget.twig_tokens import RIGHT_TO_LEFT, Token

_KEYS = frozenset({"string", "variable", "number"})
_STARTS = frozenset({"(", "[", "{"})
_PAIRS = {"]": "[", "}": "{"}
# What takes the next closing parentheses for its arguments, wherever they stand.
_TAKING = frozenset({"function", "filter", "test", "index", "member"})
_NEVER_TRUE_FILTERS = frozenset(
    {"length", "join", "url_encode", "json_encode", "date", "number_format", "round", "keys", "split", "batch"}
)
_NEVER_TRUE_OPERATORS = frozenset({"+", "-", "*", "/", "//", "%", "**", "~", ".."})


@dataclass
class Order:
    """What came of it: the token that twig.js fails at, and each `(` with what takes it for its arguments."""

    refused: Token | None = None
    taken: list[tuple[Token, Token]] = field(default_factory=list)
    is_never_true: bool = False


class _Item(NamedTuple):
    token: Token
    place: int
    is_never_true: bool = False


def compiled(tokens: Sequence[Token]) -> Order:
    """Return how twig.js orders the tokens of an expression."""
    order = Order()
    work = _Work(order)
    for index, token in enumerate(tokens):
        if not work.take(_Item(token, index)):
            order.refused = token
            return order
    order.is_never_true = work.is_never_true()
    return order


class _Work:
    """The two stacks of the shunting yard: operators that wait, and what is done."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._waiting: list[_Item] = []
        self._done: list[_Item] = []

    def take(self, item: _Item) -> bool:
        """Work one token in; return False where twig.js fails."""
        kind, text = item.token.kind, item.token.text
        if kind in ("binary", "unary"):
            return self._operator(item)
        if kind == ")":
            return self._parentheses(item)
        if kind in _STARTS:
            self._waiting.append(item)
        elif kind == ",":
            self._flush(_STARTS, keep=True)
        elif text in _PAIRS:
            self._flush(frozenset({_PAIRS[text]}), keep=False)
        self._done.append(item)
        return True

    def is_never_true(self) -> bool:
        """Return whether the value is surely something else than `true`."""
        return _is_never_true((*self._done, *reversed(self._waiting)))

    def _flush(self, until: frozenset[str], keep: bool) -> None:
        while self._waiting:
            item = self._waiting.pop()
            if item.token.kind in until:
                if keep:
                    self._waiting.append(item)
                return
            self._done.append(item)

    def _operator(self, item: _Item) -> bool:
        own = item.token.precedence
        is_right = item.token.text in RIGHT_TO_LEFT
        while self._waiting and 0 < self._waiting[-1].token.precedence < own + (not is_right):
            self._done.append(self._waiting.pop())
        if item.token.text != ":":
            self._waiting.append(item)
            return True
        if self._waiting and self._waiting[-1].token.text == "?":
            return True
        # The key of an object: it is what was worked off last.
        key = self._done.pop().token if self._done else None
        if key is None or not (key.kind in _KEYS or key.kind == ")"):
            return False
        self._done.append(item)
        return True

    def _parentheses(self, item: _Item) -> bool:
        top = self._waiting.pop() if self._waiting else None
        while self._waiting and top and top.token.kind != "(":
            self._done.append(top)
            top = self._waiting.pop()
        inside: list[_Item] = []
        while self._done and self._done[-1].token.kind != "(":
            inside.append(self._done.pop())
        if not self._done:
            return False
        opened = self._done.pop()
        taker = self._done[-1] if self._done else None
        if taker is None or taker.token.kind not in _TAKING:
            self._done.append(item._replace(is_never_true=_is_never_true(tuple(reversed(inside)))))
        elif taker.place != opened.place - 1:
            self._order.taken.append((opened.token, taker.token))
        return True


def _is_never_true(items: Sequence[_Item]) -> bool:
    values: list[bool | None] = []
    for item in items:
        kind, text = item.token.kind, item.token.text
        if kind in _STARTS:
            values.append(None)
        elif text in _PAIRS:
            while values and values.pop() is not None:
                pass
            values.append(True)
        elif kind in ("binary", "unary"):
            values.append(_operated(text, values))
        elif kind in ("member", "index", "test", "filter"):
            _popped(values)
            values.append(item.token.word in _NEVER_TRUE_FILTERS and kind == "filter")
        elif kind != ",":
            is_other = kind in ("string", "number", "null") or text in ("false", "FALSE")
            values.append(is_other or item.is_never_true)
    return bool(values and values[-1])


def _operated(operator: str, values: list[bool | None]) -> bool:
    second = _popped(values)
    first = second if operator == "not" else _popped(values)
    if operator == "?":
        _popped(values)
        return first and second
    if operator == "and":
        return second or first
    if operator == "or":
        return first and second
    return operator in _NEVER_TRUE_OPERATORS


def _popped(values: list[bool | None]) -> bool:
    return bool(values.pop()) if values else False
