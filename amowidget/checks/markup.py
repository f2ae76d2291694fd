"""The templates of a widget, and the markup in them: what Twig does not read, without the comments."""

import re
from collections.abc import Iterator

from amowidget.pattern import compiled
from amowidget.widget.twig_nodes import Template
from amowidget.widget.widget import Widget

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
