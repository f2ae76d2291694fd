"""Judges the tokens of one selector: the first that may not stand where it stands."""

from collections.abc import Sequence
from typing import Any

# tinycss2 has no types; its tokens are looked at by their `type` alone.
_Token = Any
_COMBINATORS = frozenset({">", "+", "~", "||"})
_SIGNS = frozenset({".", ":", "*", "|", "&"}) | _COMBINATORS
_PARTS = frozenset({"ident", "hash", "function", "whitespace", "[] block", "literal"})
_AFTER = {".": ("ident",), ":": ("ident", "function", "literal")}


def broken(tokens: Sequence[_Token], is_nested: bool) -> _Token | None:
    """Return the first token of a selector that a browser does not take, or None."""
    before: _Token | None = None
    for token in tokens:
        kind = token.type
        if kind not in _PARTS or (kind == "literal" and token.value not in _SIGNS):
            return token
        if kind == "hash" and not token.is_identifier:
            return token
        if before is not None and kind not in _AFTER.get(before.value, (kind,)):
            return before
        # Only signs are looked at by their value; a word has one, too.
        before = token if kind == "literal" else None
    return _combinator(tokens, is_nested)


def _combinator(tokens: Sequence[_Token], is_nested: bool) -> _Token | None:
    """Return a combinator with nothing on one side."""
    words = [token for token in tokens if token.type != "whitespace"]
    if _is_combinator(words[-1]) or (_is_sign(words[-1]) and words[-1].value in ".:"):
        return words[-1]
    if _is_combinator(words[0]) and not is_nested:
        return words[0]
    return None


def _is_sign(token: _Token) -> bool:
    return bool(token.type == "literal")


def _is_combinator(token: _Token) -> bool:
    return _is_sign(token) and token.value in _COMBINATORS
