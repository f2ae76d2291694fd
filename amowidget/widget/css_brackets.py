"""Finds in a style sheet which brackets, quotes and comments lack their other half, without reading its rules."""

import re
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.css_nodes import CssProblem
from amowidget.widget.css_nodes import CssProblemKind as Kind

_PART = compiled(
    r"""(?P<comment>/\*(?:[^*]|\*(?!/))*+(?P<end>\*/)?)
    |\\.
    |"(?:[^"\\\n\r\f]|\\(?:\r\n|.))*+"|'(?:[^'\\\n\r\f]|\\(?:\r\n|.))*+'
    |url\([ \t\n\r\f]*+(?!["'])(?:[^)\\]|\\.)*+(?P<closed>\))?
    |(?P<line>//[^\n\r\f]*+)
    |(?P<quote>["'])
    |(?P<open>[{(\[])
    |(?P<close>[})\]])""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_PAIRS = {"}": "{", ")": "(", "]": "["}


class Brackets(NamedTuple):
    """What came of it: the problems, the places of comments, and those of what was meant for one (`// ...`).

    `ends` tells where each block ends that stands in no other.
    """

    problems: tuple[CssProblem, ...]
    comments: tuple[Span, ...]
    lines: tuple[Span, ...]
    ends: tuple[int, ...]


def brackets(text: str) -> Brackets:
    """Return what lacks its other half in the text of a style sheet."""
    problems: list[CssProblem] = []
    comments: list[Span] = []
    lines: list[Span] = []
    opened: list[int] = []
    ends: list[int] = []
    for match in _PART.finditer(text):
        span = Span(*match.span())
        kind = match.lastgroup
        if kind == "open":
            opened.append(span.start)
        elif kind == "close":
            problems.extend(_closed(text, span, opened))
            if not opened and match.group() == "}":
                ends.append(span.end)
        elif match["comment"]:
            comments.append(span)
            if not match["end"]:
                opened.clear()
                problems.append(CssProblem(Kind.UNCLOSED, Span(span.start, span.start + 2), "/*"))
        elif kind == "line":
            lines.append(span)
            problems.append(CssProblem(Kind.LINE_COMMENT, span, match.group()))
        elif kind == "quote":
            problems.append(CssProblem(Kind.UNCLOSED, span, match.group()))
        elif kind is None and span.end == len(text) and match.group()[:1] in "uU" and not match["closed"]:
            opened.clear()
            problems.append(CssProblem(Kind.UNCLOSED, Span(span.start + 3, span.start + 4), "("))
    # What runs to the end of the file hides how the rest would close. Of several that are never closed, the outermost is where the mistake began.
    problems.extend(CssProblem(Kind.UNCLOSED, Span(start, start + 1), text[start]) for start in opened[:1])
    return Brackets(tuple(problems), tuple(comments), tuple(lines), tuple(ends))


def _closed(text: str, span: Span, opened: list[int]) -> list[CssProblem]:
    """Close a bracket; what stands open within braces that end is never closed."""
    problems: list[CssProblem] = []
    bracket = text[span.start]
    wanted = _PAIRS[bracket]
    if bracket == "}":
        while opened and text[opened[-1]] != wanted:
            start = opened.pop()
            problems.append(CssProblem(Kind.UNCLOSED, Span(start, start + 1), text[start]))
    if opened and text[opened[-1]] == wanted:
        opened.pop()
    else:
        problems.append(CssProblem(Kind.EXTRA_BRACKET, span, bracket))
    return problems
