"""The Twig that stands in texts of scripts: templates given to `render` and `twigjs`, and the host's that they name."""

from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Context
from amowidget.checks.markup import templates
from amowidget.checks.script_texts import Text, whole
from amowidget.checks.scripts import Own, argument, member, own_calls
from amowidget.finding import Span
from amowidget.widget import twig_text
from amowidget.widget.source import Source, encoded
from amowidget.widget.twig_nodes import Call as TwigCall
from amowidget.widget.twig_nodes import Template, Word
from amowidget.widget.widget import Widget

# What is called, and the key under which it takes the text of a template.
_TAKING = {"render": "data", "render_template": "render", "Twig": "data", "twig": "data"}
# Another owner of `render` can be another engine, whose marks look alike.
_OWNERS = frozenset({"this", "self", "_this", "_self", "that", "widget", "this.widget", "self.widget"})
_MARKS = ("{%", "{{", "{#")


def all_templates(widget: Widget, context: Context) -> tuple[tuple[str, Template], ...]:
    """Return every template with its path: the files, and those that stand whole in a text of an own script."""
    if "all-templates" not in context.memo:
        context.memo["all-templates"] = (*templates(widget), *_embedded(widget, context))
    found: tuple[tuple[str, Template], ...] = context.memo["all-templates"]
    return found


class Reference(NamedTuple):
    """A template of the host that a script names by `ref`, with the place of the text within its quotes."""

    own: Own
    word: Word


def references(widget: Widget, context: Context) -> Iterator[Reference]:
    """Yield the templates that own scripts name by `ref`."""
    for own, call in own_calls(widget, context, *_TAKING):
        named = member(own.script, argument(call, 0), "ref")
        text = own.script.string(named) if named is not None else None
        if named is not None and text is not None:
            yield Reference(own, Word(text, own.script.span(named)))


def _embedded(widget: Widget, context: Context) -> Iterator[tuple[str, Template]]:
    seen: set[tuple[str, Span]] = set()
    for own, call in own_calls(widget, context, *_TAKING):
        is_other = call.name == "render" and call.path.rpartition(".")[0] not in _OWNERS
        node = member(own.script, argument(call, 0), _TAKING[call.name]) if not is_other else None
        text = whole(own.script, node, call.scope) if node is not None else None
        if text is None or not any(mark in text.value for mark in _MARKS) or (own.path, text.places[0]) in seen:
            continue
        seen.add((own.path, text.places[0]))
        yield own.path, _placed(own, text)


def _placed(own: Own, text: Text) -> Template:
    """Return the template with its places in the script."""
    read = twig_text.parse(Source(own.path, encoded(text.value)))

    def there(span: Span) -> Span:
        last = len(text.places) - 1
        start = text.places[min(span.start, last)].start
        return Span(start, text.places[min(span.end, last + 1) - 1].end if span.end > span.start else start)

    def word(found: Word) -> Word:
        return found._replace(span=there(found.span))

    return read._replace(
        source=own.script.source,
        problems=tuple(problem._replace(span=there(problem.span)) for problem in read.problems),
        filters=tuple(map(word, read.filters)),
        tests=tuple(map(word, read.tests)),
        names=tuple(map(word, read.names)),
        calls=tuple(TwigCall(word(call.name), word(call.first) if call.first else None) for call in read.calls),
        included=tuple(map(word, read.included)),
        texts=tuple(map(there, read.texts)),
        comments=tuple(map(there, read.comments)),
    )
