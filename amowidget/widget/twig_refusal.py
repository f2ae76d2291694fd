"""Says why twig.js 0.8.9 takes no token at a place: what newer versions of Twig know there, or what is wrong."""

import re
from collections.abc import Sequence

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.twig_nodes import TwigProblem
from amowidget.widget.twig_nodes import TwigProblemKind as Kind
from amowidget.widget.twig_tokens import SPACE, Token

# What stands at the place itself.
_HERE = (
    ("===", compiled("===")),
    ("!==", compiled("!==")),
    ("=>", compiled("=>")),
    ("&&", compiled("&&")),
    ("||", compiled(r"\|\|")),
    ("|  ", compiled(rf"\|{SPACE}{{2,}}[A-Za-z_]")),
    (". ", compiled(rf"\.{SPACE}+[A-Za-z0-9_]")),
    ("starts with", compiled(rf"starts{SPACE}+with\b")),
    ("ends with", compiled(rf"ends{SPACE}+with\b")),
    ("matches", compiled(r"matches\b")),
    ("has some", compiled(rf"has{SPACE}+(?:some|every)\b")),
    ("b-and", compiled(r"b-(?:and|or|xor)\b")),
    ("xor", compiled(r"xor\b")),
    ("and(", compiled(r"(?:and|or|in)\(")),
    ("=", compiled("=(?!=)")),
    ("!", compiled("!(?!=)")),
)
_WORD = compiled(r"[^\W\d]\w*|\d[\w.]*|[=!<>]=*|.", re.DOTALL)


def problem(text: str, at: int, end: int, tokens: Sequence[Token]) -> TwigProblem:
    """Return what is wrong at the offset of the first token that is not taken; `tokens` are those before it."""
    found = _known(text, at, end, tokens)
    if found:
        return found
    if at < end and text[at] in "'\"":
        is_open = text.find(text[at], at + 1, end) < 0
        return TwigProblem(Kind.UNCLOSED_STRING if is_open else Kind.BAD_EXPRESSION, Span(at, at + 1), text[at])
    match = _WORD.match(text, at, end)
    span = Span(at, match.end() if match else at)
    return TwigProblem(Kind.BAD_EXPRESSION, span, text[span.start : span.end])


def _known(text: str, at: int, end: int, tokens: Sequence[Token]) -> TwigProblem | None:
    last = tokens[-1] if tokens else None
    if last and (pair := _pair(text[at : at + 1], last, at)):
        return TwigProblem(Kind.UNSUPPORTED, Span(last.span.start, at + 1), pair)
    for name, pattern in _HERE:
        match = pattern.match(text, at, end)
        if match:
            return TwigProblem(Kind.UNSUPPORTED, Span(*match.span()), name)
    if last and last.kind == "test" and (two := _TWO_WORDS.get(last.word)) and text.startswith(two[1], at, end):
        start = last.span.end - len(last.word)
        return TwigProblem(Kind.UNSUPPORTED, Span(start, at + len(two[1])), two[0])
    if last and last.text == "not" and last.kind == "variable":
        return TwigProblem(Kind.UNSUPPORTED, last.span, "(not")
    if last and last.text == "in" and len(tokens) > 1 and tokens[-2].text == "not":
        return TwigProblem(Kind.UNSUPPORTED, Span(tokens[-2].span.start, last.span.end), "not  in")
    if last and last.kind == "variable" and last.text in ("and", "or", "in"):
        return TwigProblem(Kind.BAD_EXPRESSION, last.span, last.text)
    return None


_TWO_WORDS = {"same": ("same as", "as"), "divisible": ("divisible by", "by")}
_PAIRS = {("?", "?"): "??", ("?", ":"): "?:", ("<=", ">"): "<=>", ("-", ">"): "->", ("?", "."): "?."}


def _pair(char: str, last: Token, at: int) -> str:
    """Return the operator that the last token makes with the next character."""
    name = _PAIRS.get((last.text, char), "")
    return name if last.kind == "binary" and (last.span.end == at or name == "?:") else ""
