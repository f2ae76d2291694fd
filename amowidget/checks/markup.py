"""The templates of a widget, the markup in them, which Twig does not read, and the texts of its scripts."""

import re
from collections.abc import Callable, Iterator

from amowidget.checks.check import Context, Hit
from amowidget.checks.scripts import Own, own_scripts
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.twig_nodes import Template
from amowidget.widget.widget import Widget

# Tells by the bytes of a script or a template whether a pattern could be found in it.
Sign = Callable[[bytes], object]
_COMMENT = compiled(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def templates(widget: Widget) -> Iterator[tuple[str, Template]]:
    """Yield every template with its path."""
    for path in widget.files:
        if path.lower().endswith(".twig"):
            template = widget.template(path)
            # What macOS puts beside a file under its name is no template.
            if template is not None and "\0" not in template.source.text:
                yield path, template


def markup(template: Template, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield where a pattern starts in the markup of a template; it may go on over tags of Twig."""
    text = template.source.text
    comments = [match.span() for match in _COMMENT.finditer(text)]
    for match in pattern.finditer(text):
        is_markup = any(span.start <= match.start() < span.end for span in template.texts)
        if is_markup and not any(start <= match.start() < end for start, end in comments):
            yield match


def texts(
    widget: Widget, context: Context, sign: Sign, pattern: re.Pattern[str], is_start: bool = False
) -> Iterator[Hit]:
    """Yield the texts of the own scripts in which a pattern is found, at its place; every match holds the sign."""
    for own in own_scripts(widget, context):
        if sign(own.script.source.data):
            yield from texts_of(own, pattern, is_start)


def texts_of(own: Own, pattern: re.Pattern[str], is_start: bool = False) -> Iterator[Hit]:
    """Yield the texts of one script in which a pattern is found, at its place."""
    for node, _ in own.script.strings:
        span = own.script.span(node)
        text = own.script.source.text[span.start : span.end]
        around = node.parent
        if around is not None and around.type == "call_expression":
            continue  # a template with a tag is what its function makes of it
        match = pattern.match(text, 1) if is_start else pattern.search(text)
        if match:
            yield own.hit(Span(span.start + match.start(), span.start + match.end()), text=match.group())


def markup_everywhere(widget: Widget, context: Context, sign: Sign, pattern: re.Pattern[str]) -> Iterator[Hit]:
    """Yield where a pattern of markup is found: in the texts of the own scripts, and in templates."""
    yield from texts(widget, context, sign, pattern)
    yield from markup_of_templates(widget, sign, pattern)


def markup_of_templates(widget: Widget, sign: Sign, pattern: re.Pattern[str]) -> Iterator[Hit]:
    """Yield where a pattern of markup is found in templates; every match holds the sign."""
    for path, template in templates(widget):
        if sign(template.source.data):
            for match in markup(template, pattern):
                yield Hit(path, Span(*match.span()), {"text": match.group()})
