"""Style elements inside of templates and of texts of scripts, read as style sheets that stand where they are written."""

import re
from collections.abc import Iterable, Iterator

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget import css_text
from amowidget.widget.css_text import Style
from amowidget.widget.js_nodes import Script
from amowidget.widget.source import Source, encoded
from amowidget.widget.twig_nodes import Template

_ELEMENT = compiled(r"<style\b[^<>]*>(?P<css>.*?)</style", re.IGNORECASE | re.DOTALL)
_SIGN = compiled(rb"<style", re.IGNORECASE)
_KEPT = compiled(r"[^\r\n]")


def of_template(template: Template) -> Style | None:
    """Return the style elements of a template; what Twig prints there stands for some name."""
    source = template.source
    if not _SIGN.search(source.data):
        return None
    elements = [Span(*match.span("css")) for match in _ELEMENT.finditer(source.text)]
    holes: list[Span] = []
    end = 0
    for text in (*sorted(template.texts), Span(len(source.text), len(source.text))):
        holes.append(Span(end, text.start))
        end = text.end
    return _parsed(source, elements, holes)


def of_script(script: Script) -> Style | None:
    """Return the style elements that stand whole in one text of a script; what is put in there stands for some name."""
    if not _SIGN.search(script.source.data):
        return None
    elements: list[Span] = []
    holes: list[Span] = []
    for node, _ in script.strings:
        whole = script.span(node)
        found = [Span(*match.span("css")) for match in _ELEMENT.finditer(script.source.text, whole.start, whole.end)]
        if found:
            elements.extend(found)
            holes.extend(script.span(child) for child in node.named_children if child.type != "string_fragment")
    return _parsed(script.source, elements, holes)


def _parsed(source: Source, elements: Iterable[Span], holes: Iterable[Span]) -> Style | None:
    spans = sorted(elements)
    if not spans:
        return None
    text = "".join(_pieces(source.text, spans))
    printed: list[Span] = []
    for hole in holes:
        inside = source.text[hole.start : hole.end]
        # A value or a name is printed; an escape, a tag or a comment is no part of the sheet.
        is_printed = inside.startswith(("{{", "${"))
        if _is_in(hole, spans):
            printed += [hole] if is_printed else []
            text = text[: hole.start] + _KEPT.sub("x" if is_printed else " ", inside) + text[hole.end :]
    return _as_written(css_text.parse(Source(source.path, encoded(text))), source, printed)


def _as_written(style: Style, source: Source, printed: list[Span]) -> Style:
    """Return the style with its words as they are written; a selector into which something is printed is unknown."""
    known = [selector for selector in style.selectors if not any(_is_in(hole, (selector.span,)) for hole in printed)]
    told = [
        problem._replace(text=source.text[problem.span.start : problem.span.end])
        if problem.text == style.source.text[problem.span.start : problem.span.end]
        else problem
        for problem in style.problems
    ]
    return style._replace(selectors=tuple(known), problems=tuple(told))


def _is_in(hole: Span, spans: Iterable[Span]) -> bool:
    return any(span.start <= hole.start and hole.end <= span.end for span in spans)


def _pieces(text: str, spans: Iterable[Span]) -> Iterator[str]:
    """Yield the text with blanks for all that stands outside of some spans: nothing moves."""
    end = 0
    for span in spans:
        yield _KEPT.sub(" ", text[end : span.start])
        yield text[span.start : span.end]
        end = span.end
    yield _KEPT.sub(" ", text[end:])
