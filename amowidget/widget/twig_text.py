"""Reads a Twig template as the host's twig.js 0.8.9 does: its tags, their balance, their expressions. Never raises."""

from dataclasses import dataclass

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget import twig_expression, twig_tags
from amowidget.widget.source import Source
from amowidget.widget.twig_marks import Cutter, Piece
from amowidget.widget.twig_nodes import Call, Template, TwigProblem, Word
from amowidget.widget.twig_nodes import TwigProblemKind as Kind
from amowidget.widget.twig_tags import BLOCKS, MIDDLE, TAGS
from amowidget.widget.twig_tokens import flat

_NAME = compiled(r"[A-Za-z_][A-Za-z0-9_]*")
_RAW = ("raw", "verbatim", "endraw", "endverbatim")
_MARKS = compiled(r"-?[}%]\}")


def parse(source: Source) -> Template:
    """Read a template, whatever it holds."""
    return _Reader(source).template()


@dataclass
class _Open:
    """A block that waits for its end; `name` is that of its last tag, so `else` after `else`."""

    opened: str
    name: str
    place: Span


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = flat(source.text)
        self._cutter = Cutter(self._text)
        self._problems: list[TwigProblem] = []
        self._filters: list[Word] = []
        self._tests: list[Word] = []
        self._names: list[Word] = []
        self._calls: list[Call] = []
        self._included: list[Word] = []
        self._imported: set[str] = set()
        self._texts: list[Span] = []
        self._comments: list[Span] = []
        self._open: list[_Open] = []
        self._waiting: dict[str, int] = {}  # how many of each block are open

    def template(self) -> Template:
        """Read the template to its end."""
        for piece in self._cutter.pieces():
            self._piece(piece)
        for block in self._open:
            self._problems.append(TwigProblem(Kind.UNCLOSED_TAG, block.place, block.opened))
        problems = sorted({*self._problems, *self._cutter.problems}, key=lambda problem: (problem.span, problem.kind))
        return Template(
            self._source,
            tuple(problems),
            tuple(self._filters),
            tuple(self._tests),
            tuple(self._names),
            tuple(self._calls),
            tuple(self._included),
            frozenset(self._imported),
            tuple(self._texts),
            tuple(self._comments),
        )

    def _piece(self, piece: Piece) -> None:
        if piece.kind in ("text", "raw"):
            self._texts.append(piece.inner)
        elif piece.kind == "comment":
            self._comments.append(piece.whole)
        elif piece.kind == "output":
            self._expression(piece.inner)
        elif piece.kind in ("tag", "cut-tag"):
            self._tag(piece)

    def _expression(self, span: Span, starts_with_filter: bool = False) -> twig_expression.Expression:
        found = twig_expression.read(self._text, span, starts_with_filter)
        if any(problem.is_refused for problem in found.problems) and self._ran_over(found.strings):
            return found
        self._problems.extend(found.problems)
        self._filters.extend(found.filters)
        self._tests.extend(found.tests)
        self._names.extend(found.names)
        self._calls.extend(found.calls)
        return found

    def _ran_over(self, strings: list[Span]) -> bool:
        """Tell of a text that has no end and runs into the next one, and go on behind the mark in it."""
        for span in strings:
            mark = _MARKS.search(self._text, span.start, span.end)
            if mark and self._cutter.go_back(mark.end()):
                self._problems.append(TwigProblem(Kind.UNCLOSED_STRING, Span(span.start, span.start + 1)))
                return True
        return False

    def _tag(self, piece: Piece) -> None:
        match = _NAME.match(self._text, piece.inner.start, piece.inner.end)
        if match is None:
            self._problems.append(TwigProblem(Kind.UNKNOWN_TAG, piece.whole, self._text[slice(*piece.inner)]))
            return
        name, place = match.group(), Span(*match.span())
        if name not in TAGS:
            self._problems.append(TwigProblem(Kind.UNKNOWN_TAG, place, name))
            return
        if piece.kind == "cut-tag":
            self._balance(twig_tags.Tag(name, opens=name in BLOCKS), place, piece.whole)
            return
        tag = twig_tags.read(self._text, name, place, Span(match.end(), piece.inner.end))
        self._balance(tag, place, piece.whole)
        if tag.problem and name not in _RAW:
            self._problems.append(tag.problem)
        self._imported.update(tag.imported)
        for span in tag.expressions:
            found = self._expression(span, starts_with_filter=name == "filter")
            if span == tag.file and found.file:
                self._included.append(found.file)
            if name == "elseif" and found.is_never_true:
                self._problems.append(TwigProblem(Kind.NEVER_TRUE, span, is_refused=False))

    def _balance(self, tag: twig_tags.Tag, place: Span, whole: Span) -> None:
        top = self._open[-1] if self._open else None
        if tag.name in _RAW:
            self._raw(tag.name, place, self._text[whole.start : whole.end])
        elif tag.opens:
            self._open.append(_Open(tag.name, tag.name, place))
            self._waiting[tag.name] = self._waiting.get(tag.name, 0) + 1
        elif tag.name in MIDDLE:
            is_expected = top and tag.name in BLOCKS[top.opened] and top.name != "else"
            if top and is_expected:
                top.name = tag.name
            else:
                self._problems.append(TwigProblem(Kind.UNEXPECTED_TAG, place, tag.name))
        elif tag.name.startswith("end"):
            self._end(tag.name, place)

    def _end(self, name: str, place: Span) -> None:
        """Close a block; what is still open inside of it lacks its own end."""
        top = self._open[-1] if self._open else None
        if top and top.name == "else" and name in ("endif", "endfor"):
            self._pop()  # for twig.js either ends what `else` belongs to
            return
        if not self._waiting.get(name.removeprefix("end")):
            self._problems.append(TwigProblem(Kind.UNEXPECTED_TAG, place, name))
            return
        while self._open[-1].opened != name.removeprefix("end"):
            block = self._pop()
            self._problems.append(TwigProblem(Kind.UNCLOSED_TAG, block.place, block.opened))
        self._pop()

    def _pop(self) -> _Open:
        block = self._open.pop()
        self._waiting[block.opened] -= 1
        return block

    def _raw(self, name: str, place: Span, whole: str) -> None:
        """Tell why a tag of raw text was not read as one: it is not written exactly so, or its other half is missing."""
        if whole == f"{{% {name} %}}":
            kind = Kind.UNEXPECTED_TAG if name.startswith("end") else Kind.UNCLOSED_TAG
            self._problems.append(TwigProblem(kind, place, name))
        else:
            self._problems.append(TwigProblem(Kind.UNSUPPORTED, place, name.removeprefix("end")))
