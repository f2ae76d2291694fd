"""Reads a Twig template as the host's twig.js 0.8.9 does: its tags, their balance, their expressions. Never raises."""

import re

from amowidget.finding import Span
from amowidget.widget import twig_expression
from amowidget.widget.source import Source
from amowidget.widget.twig_nodes import Template, TwigProblem, TwigProblemKind, Word

_OPENING = re.compile(r"\{\{|\{%|\{#")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_VERBATIM_END = {name: re.compile(r"\{%-?\s*end" + name + r"\s*-?%\}") for name in ("verbatim", "raw")}
_NAME = re.compile(r"\s*([A-Za-z_]\w*)?")
_NAMES = r"[A-Za-z_]\w*"
_FOR = re.compile(rf"\s*{_NAMES}(?:\s*,\s*{_NAMES})?\s+in\s+(?P<of>\S.*?)(?:\s+if\s+(?P<when>\S.*))?\s*\Z", re.DOTALL)
_SET = re.compile(rf"\s*{_NAMES}(?:\s*,\s*{_NAMES})*\s*=\s*(?P<value>\S.*?)\s*\Z", re.DOTALL)
_CAPTURE = re.compile(rf"\s*{_NAMES}\s*\Z")
# What opens a block, with what may stand in between; twig.js 0.8.9 knows no other tags.
_BLOCKS: dict[str, tuple[str, ...]] = {
    "if": ("elseif", "else"),
    "for": ("else",),
    "filter": (),
    "block": (),
    "macro": (),
    "spaceless": (),
    "embed": (),
    "set": (),
    "verbatim": (),
    "raw": (),
}
_SINGLE = ("include", "extends", "use", "import", "from")
_MIDDLE = ("else", "elseif")
TAGS = (*_BLOCKS, *_SINGLE, *_MIDDLE, *(f"end{name}" for name in _BLOCKS))
_PLAIN_ARGUMENTS = ("block", "macro", "use", "spaceless", "verbatim", "raw")
_FILES = ("include", "extends", "embed", "import", "from")
_SAYS = re.compile(r"\b(?:with|only|ignore\s+missing|as|import)\b.*", re.DOTALL)


def parse(source: Source) -> Template:
    """Read a template, whatever it holds."""
    return _Reader(source).template()


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._problems: list[TwigProblem] = []
        self._filters: list[Word] = []
        self._names: list[Word] = []
        self._included: list[Word] = []
        self._texts: list[Span] = []
        self._comments: list[Span] = []
        self._open: list[list[str | Span]] = []

    def template(self) -> Template:
        at, length = 0, len(self._text)
        while at < length:
            match = _OPENING.search(self._text, at)
            start = match.start() if match else length
            if start > at:
                self._texts.append(Span(at, start))
            if match is None:
                break
            at = self._mark(match.group(), start)
        for name, span, *_ in self._open:
            assert isinstance(span, Span)
            self._tell(TwigProblemKind.UNCLOSED_TAG, span, str(name))
        return Template(
            self._source,
            tuple(sorted(self._problems, key=lambda problem: problem.span)),
            tuple(self._filters),
            tuple(self._names),
            tuple(self._included),
            tuple(self._texts),
            tuple(self._comments),
        )

    def _tell(self, kind: TwigProblemKind, span: Span, text: str = "") -> None:
        self._problems.append(TwigProblem(kind, span, text))

    def _mark(self, mark: str, start: int) -> int:
        """Read what starts at a mark and return where it ends."""
        end = self._closing(mark, start + 2)
        if end is None:
            self._tell(TwigProblemKind.UNCLOSED_MARK, Span(start, start + 2), mark)
            return len(self._text)
        inner = Span(start + 2, end)
        if mark == "{#":
            self._comments.append(Span(start, end + 2))
        elif mark == "{{":
            self._expression(self._trimmed(inner))
        else:
            return self._tag(self._trimmed(inner), Span(start, end + 2))
        return end + 2

    def _closing(self, mark: str, start: int) -> int | None:
        """Return where the closing mark stands; inside of quotes it is text."""
        closing = _CLOSING[mark]
        if mark == "{#":
            found = self._text.find(closing, start)
            return found if found >= 0 else None
        quote = ""
        first = self._text.find(closing, start)
        for at in range(start, len(self._text)):
            char = self._text[at]
            if quote:
                if char == quote and self._text[at - 1] != "\\":
                    quote = ""
            elif char in "'\"":
                quote = char
            elif self._text.startswith(closing, at):
                return at
            if at - start > 20_000:
                break
        # A quote that never closes: the first closing mark ends the tag, and the expression tells about the quote.
        return first if first >= 0 else None

    def _trimmed(self, span: Span) -> Span:
        start, end = span
        if self._text.startswith("-", start) and start < end:
            start += 1
        if end > start and self._text[end - 1] == "-":
            end -= 1
        return Span(start, end)

    def _expression(self, span: Span) -> twig_expression.Expression:
        found = twig_expression.read(self._text[span.start : span.end], span.start)
        self._filters.extend(found.filters)
        self._names.extend(found.names)
        if found.problem:
            self._problems.append(found.problem)
        return found

    def _tag(self, inner: Span, whole: Span) -> int:
        match = _NAME.match(self._text, inner.start, inner.end)
        name = (match.group(1) or "") if match else ""
        place = Span(match.start(1), match.end(1)) if match and name else whole
        rest = Span(match.end() if match else inner.start, inner.end)
        if name not in TAGS:
            self._tell(TwigProblemKind.UNKNOWN_TAG, place, name)
        elif name in _VERBATIM_END:
            return self._verbatim(name, place, whole.end)
        else:
            self._balance(name, place, rest)
            self._arguments(name, place, rest)
        return whole.end

    def _verbatim(self, name: str, place: Span, start: int) -> int:
        end = _VERBATIM_END[name].search(self._text, start)
        if end is None:
            self._tell(TwigProblemKind.UNCLOSED_TAG, place, name)
            return len(self._text)
        self._texts.append(Span(start, end.start()))
        return end.end()

    def _balance(self, name: str, place: Span, rest: Span) -> None:
        is_capture = name == "set" and bool(_CAPTURE.match(self._text[rest.start : rest.end]))
        if name in _BLOCKS and (name != "set" or is_capture):
            self._open.append([name, place, ""])
        elif name in _MIDDLE:
            top = self._open[-1] if self._open else None
            if top is None or name not in _BLOCKS[str(top[0])] or top[2] == "else":
                self._tell(TwigProblemKind.UNEXPECTED_TAG, place, name)
            else:
                top[2] = name
        elif name.startswith("end"):
            if self._open and self._open[-1][0] == name[3:]:
                self._open.pop()
            else:
                self._tell(TwigProblemKind.UNEXPECTED_TAG, place, name)

    def _arguments(self, name: str, place: Span, rest: Span) -> None:
        text = self._text[rest.start : rest.end]
        if name in ("else", "spaceless") or name.startswith("end"):
            if text.strip() and name != "endblock":
                self._tell(TwigProblemKind.BAD_TAG, place, name)
        elif name in ("for", "set"):
            self._assigning(name, place, rest, text)
        elif name in _PLAIN_ARGUMENTS or name == "filter":
            if not text.strip() and name != "spaceless":
                self._tell(TwigProblemKind.BAD_TAG, place, name)
        elif not text.strip():
            self._tell(TwigProblemKind.BAD_TAG, place, name)
        elif name in _FILES:
            self._file(rest, text)
        else:
            self._expression(rest)

    def _assigning(self, name: str, place: Span, rest: Span, text: str) -> None:
        match = (_FOR if name == "for" else _SET).match(text)
        if match is None:
            if name == "for" or not _CAPTURE.match(text):
                self._tell(TwigProblemKind.BAD_TAG, place, name)
            return
        for group, value in match.groupdict().items():
            if value is not None:
                self._expression(Span(rest.start + match.start(group), rest.start + match.end(group)))

    def _file(self, rest: Span, text: str) -> None:
        says = _SAYS.search(text)
        end = rest.start + (says.start() if says and not _in_quotes(text, says.start()) else len(text))
        found = self._expression(Span(rest.start, end))
        if says and "ignore" in says.group() and not _in_quotes(text, says.start()):
            place = Span(rest.start + says.start(), rest.end)
            self._tell(TwigProblemKind.UNSUPPORTED, place, "ignore missing")
        if len(found.strings) == 1 and not found.names:
            self._included.append(found.strings[0])


def _in_quotes(text: str, at: int) -> bool:
    return text[:at].count("'") % 2 == 1 or text[:at].count('"') % 2 == 1
