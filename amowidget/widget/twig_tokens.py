"""Cuts one Twig expression into tokens as twig.js 0.8.9 does, up to the first that may not stand where it stands."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.pattern import compiled

# The spaces of JavaScript in a text that is `flat`; Python's own set differs.
SPACES = "\t\n\v\f\r "
SPACE = r"[\t-\r ]"
_ODD_SPACE = compiled("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff]")
_ODD_LINE_END = compiled("[\u2028\u2029]")
_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_FILTER_NAME = compiled(r"[A-Za-z_][A-Za-z0-9_\-]*")
_SPACING = compiled(f"{SPACE}*")
_PATTERNS = {
    kind: compiled(pattern, re.DOTALL)
    for kind, pattern in {
        "test": rf"is{SPACE}++(?:(not){SPACE}*+)?({_NAME})",
        ",": ",",
        "binary": rf"[-+~%?:]|[!=]==?|[!<>]=?|\*\*?|//?|(?:and|or|not in|in){SPACE}+|\.\.",
        "unary": f"not{SPACE}+",
        "string": r""""[^"\\]*+(?:\\.[^"\\]*+)*+"|'[^'\\]*+(?:\\.[^'\\]*+)*+'""",
        "(": r"\(",
        ")": r"\)",
        "[": r"\[",
        "]": r"\]",
        "{": r"\{",
        "}": r"\}",
        "filter": rf"\|{SPACE}?([A-Za-z_][A-Za-z0-9_\-]*)",
        "function": rf"({_NAME}){SPACE}*+(?=\()",
        "variable": _NAME,
        "member": r"\.([A-Za-z0-9_]+)",
        "index": r"\[([^\]]*)\]",
        "null": "null|NULL|none|NONE",
        "context": "_context",
        "number": r"-?[0-9]+(?:\.[0-9]+)?",
        "bool": "true|TRUE|false|FALSE",
    }.items()
}
_RESERVED = frozenset({"true", "false", "null", "TRUE", "FALSE", "NULL", "_context"})
_OPERATIONS = frozenset({"filter", "unary", "binary", "]", "}", ")", ",", "test"})
_VALUES = frozenset({"function", "bool", "string", "variable", "number", "null", "context", "(", "[", "{"})
_ACCESS = _OPERATIONS | {"member", "index"}
_CALL = _ACCESS | {"("}
# What may follow what. After an opening bracket or a comma there is no `not`.
_FOLLOWING = {
    "test": _OPERATIONS | {"("},
    ",": _VALUES | {"]", "}"},
    "binary": _VALUES | {"unary"},
    "unary": _VALUES,
    "string": _OPERATIONS,
    "(": _VALUES | {")"},
    ")": _ACCESS,
    "[": _VALUES | {"]"},
    "]": _ACCESS,
    "{": _VALUES | {"}"},
    "}": _ACCESS,
    "filter": _CALL,
    "function": frozenset({"("}),
    "variable": _CALL,
    "member": _CALL,
    "index": _CALL,
    "null": _OPERATIONS,
    "context": _CALL,
    "number": _OPERATIONS,
    "bool": _OPERATIONS,
}
_WORDS = ("test", "binary", "unary", "function", "variable", "null", "context", "bool")
_DIGITS = ("number",)
# By the first character, in the order in which twig.js tries them.
_CANDIDATES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", _WORDS),
    **dict.fromkeys("0123456789", _DIGITS),
    **dict.fromkeys("+~%?:!=<>*/", ("binary",)),
    **dict.fromkeys("\"'", ("string",)),
    **{mark: (mark,) for mark in ",()]{}"},
    "-": ("binary", "number"),
    ".": ("binary", "member"),
    "|": ("filter",),
    "[": ("[", "index"),
}
_PRECEDENCE = {
    **dict.fromkeys(("..", "not in", "in"), 20),
    **dict.fromkeys(("?", ":"), 16),
    "or": 14,
    "and": 13,
    **dict.fromkeys(("==", "!="), 9),
    **dict.fromkeys(("<", "<=", ">", ">="), 8),
    **dict.fromkeys(("~", "+", "-"), 6),
    **dict.fromkeys(("//", "**", "*", "/", "%"), 5),
    "not": 3,
}
RIGHT_TO_LEFT = frozenset({"?", ":", "not"})


class Token(NamedTuple):
    """One token. `word` is its name without marks: of a filter, a function, a test, a member, or what an index holds.

    `precedence` is 0 for what is no operator; the higher it is, the weaker an operator binds.
    """

    kind: str
    text: str
    span: Span
    word: str = ""
    precedence: int = 0


@dataclass
class Tokens:
    """The tokens of an expression; `refused` is the offset of the first that twig.js does not take, or -1."""

    tokens: list[Token] = field(default_factory=list)
    refused: int = -1


def flat(text: str) -> str:
    """Return a text of the same length in which the rare spaces of JavaScript are plain ones; it makes reading fast."""
    return text if text.isascii() else _ODD_LINE_END.sub("\n", _ODD_SPACE.sub("\v", text))


def tokenize(text: str, span: Span, starts_with_filter: bool = False) -> Tokens:
    """Return the tokens of the expression that stands in a part of a text.

    In the tag `filter` it starts with a filter without its mark.
    """
    found = Tokens()
    allowed: frozenset[str] | None = None
    at = _skip(text, span.start, span.end)
    if starts_with_filter:
        match = _FILTER_NAME.match(text, at, span.end)
        if match is None:
            return Tokens([], at)
        found.tokens.append(Token("filter", match.group(), Span(*match.span()), match.group()))
        allowed = _FOLLOWING["filter"]
        at = _skip(text, match.end(), span.end)
    while at < span.end:
        token = _token(text, at, span.end, allowed)
        if token is None or (token.precedence == 0 and token.kind in ("binary", "unary")):
            found.refused = at
            break
        found.tokens.append(token)
        allowed = _FOLLOWING[token.kind]
        at = _skip(text, token.span.end, span.end)
    return found


def _skip(text: str, at: int, end: int) -> int:
    match = _SPACING.match(text, at, end)
    return match.end() if match else at


def _token(text: str, at: int, end: int, allowed: frozenset[str] | None) -> Token | None:
    for kind in _CANDIDATES.get(text[at], ()):
        if allowed is not None and kind not in allowed:
            continue
        match = _PATTERNS[kind].match(text, at, end)
        if match is None or (kind == "variable" and match.group() in _RESERVED):
            continue
        said = match.group().rstrip(SPACES)
        word = match.group(match.lastindex) if match.lastindex else ""
        precedence = _PRECEDENCE.get(said, 0) if kind in ("binary", "unary") else 0
        # The space behind a word belongs to the operator for twig.js, and not to its place.
        return Token(kind, said, Span(at, at + len(said)), word, precedence)
    return None
