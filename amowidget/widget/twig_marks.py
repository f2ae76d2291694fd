"""Cuts a template at its marks as twig.js 0.8.9 does, odd cases included. What stands between them: twig_text."""

from collections.abc import Iterator
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.widget.twig_nodes import TwigProblem, TwigProblemKind
from amowidget.widget.twig_tokens import SPACES


class _Form(NamedTuple):
    kind: str
    opening: str
    closing: str


# In the order in which twig.js looks for them; at one place the longer opening mark wins, then the nearer closing one.
_FORMS = (
    _Form("raw", "{% raw %}", "{% endraw %}"),
    _Form("raw", "{% verbatim %}", "{% endverbatim %}"),
    _Form("output", "{{-", "}}"),
    _Form("output", "{{", "-}}"),
    _Form("output", "{{-", "-}}"),
    _Form("tag", "{%-", "%}"),
    _Form("tag", "{%", "-%}"),
    _Form("tag", "{%-", "-%}"),
    _Form("output", "{{", "}}"),
    _Form("tag", "{%", "%}"),
    _Form("comment", "{#", "#}"),
)
_MOST_RETURNS = 20


class Piece(NamedTuple):
    """One piece of a template: `text`, `raw`, `comment`, `output` or `tag`; `inner` leaves out marks and spaces.

    A `cut-tag` is what stands before the closing mark of a tag that holds a text without an end.
    """

    kind: str
    whole: Span
    inner: Span


class Cutter:
    """Yields the pieces of a template; after a problem it goes on behind the next closing mark."""

    def __init__(self, text: str) -> None:
        self.problems: list[TwigProblem] = []
        self._text = text
        self._at = 0
        self._found: dict[str, int] = {}
        self._returns = 0
        self._unended: Span | None = None  # from the first quote that has no end in its tag to the closing mark

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces one after another; `go_back` may be called in between."""
        length = len(self._text)
        while self._at < length:
            opened = self._opening()
            start = opened[1] if opened else length
            if start > self._at:
                span = Span(self._at, start)
                self._at = start
                yield Piece("text", span, span)
            if opened:
                self._unended = None
                piece = self._piece(*opened)
                if piece:
                    yield piece

    def go_back(self, offset: int) -> bool:
        """Go on reading at an earlier place, because a text ran over a closing mark; not for ever."""
        self._returns += 1
        if self._returns > _MOST_RETURNS:
            return False
        self._at = offset
        self._found.clear()
        return True

    def _next(self, needle: str, start: int) -> int:
        """Return where a text stands next, or -1; each part of the template is searched once for each text."""
        known = self._found.get(needle, -2)
        if known == -1 or known >= start:
            return known
        self._found[needle] = found = self._text.find(needle, start)
        return found

    def _opening(self) -> tuple[_Form, int] | None:
        best: _Form | None = None
        best_start = best_close = -1
        for form in _FORMS:
            start = self._next(form.opening, self._at)
            close = self._next(form.closing, self._at)
            if start < 0 or (len(form.opening) != len(form.closing) and close < 0):
                continue
            if best is None or start < best_start or (start == best_start and _wins(form, close, best, best_close)):
                best, best_start, best_close = form, start, close
        return (best, best_start) if best else None

    def _piece(self, form: _Form, start: int) -> Piece | None:
        first = start + len(form.opening)
        end = self._closing(form, first)
        if end < 0:
            return self._cut(form, start)
        self._at = end + len(form.closing)
        inner = Span(first, end) if form.kind in ("raw", "comment") else trimmed(self._text, Span(first, end))
        return Piece(form.kind, Span(start, self._at), inner)

    def _closing(self, form: _Form, first: int) -> int:
        """Return where the closing mark stands, or -1; within a text of quotes it is part of the text."""
        at = first
        while True:
            end = self._next(form.closing, at)
            if end < 0 or form.kind in ("raw", "comment"):
                return end
            # A quote right behind the opening mark is not seen by twig.js.
            quotes = [quote for mark in "'\"" if first < (quote := self._next(mark, at)) < end]
            if not quotes:
                return end
            close = _string_end(self._text, min(quotes))
            if self._unended is None and (close < 0 or close > end):
                self._unended = Span(min(quotes), end)
            if close < 0:
                return -1
            at = close + 1

    def _cut(self, form: _Form, start: int) -> Piece | None:
        """Tell why there is no closing mark, and go on where it was most likely meant to be."""
        first = start + len(form.opening)
        unended = self._unended
        if unended is None or not self.go_back(unended.end + len(form.closing)):
            self.problems.append(TwigProblem(TwigProblemKind.UNCLOSED_MARK, Span(start, first), form.opening))
            self._at = len(self._text)
            return None
        self.problems.append(TwigProblem(TwigProblemKind.UNCLOSED_STRING, Span(unended.start, unended.start + 1)))
        kind = "cut-tag" if form.kind == "tag" else "cut-output"
        return Piece(kind, Span(start, self._at), trimmed(self._text, Span(first, unended.end)))


def _wins(form: _Form, close: int, best: _Form, best_close: int) -> bool:
    if len(form.opening) != len(best.opening):
        return len(form.opening) > len(best.opening)
    return 0 <= close < best_close


def _string_end(text: str, quote: int) -> int:
    end = text.find(text[quote], quote + 1)
    while end > 0 and text[end - 1] == "\\":
        end = text.find(text[quote], end + 1)
    return end


def trimmed(text: str, span: Span) -> Span:
    """Return a span without the spaces at both ends."""
    inner = text[span.start : span.end]
    kept = inner.lstrip(SPACES)
    start = span.end - len(kept)
    return Span(start, start + len(kept.rstrip(SPACES)))
