"""The widget's scripts as the rules see them: which are its own, their calls by name, their nodes by a sign.

Everything is computed once for all rules of a run. What a script is to the host: script_module.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Context, Hit
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import FUNCTIONS, Call, Scope, Script, Syntax, first_named
from amowidget.widget.source import Source
from amowidget.widget.widget import SCRIPT, Widget

# The scripts that the host itself asks for, each by a location or always.
ENTRIES = (SCRIPT, "amoforms.js", "personal_page.js")
_ENDINGS = (".js", ".mjs")
_LIBRARY_FOLDERS = frozenset({"vendor", "vendors", "libs", "lib", "node_modules", "third-party", "3rdparty"})
_LIBRARY_NAME = compiled(r"[.-]min\.m?js$|^(?:jquery|underscore|lodash|moment|vue|react|axios|select2|twig)\b.*\.js$")
_LIBRARY_BANNER = compiled(rb"\s*(?:;?\s*/\*!|/\*\*?\s*\n?\s*\*?\s*@(?:license|preserve)|//! )")
_DENSE_LINE = 400
_LONGEST_SUM = 200
_TEXTS = ("string", "template_string", "comment", "regex", "string_fragment", "regex_pattern", "escape_sequence")


class Own(NamedTuple):
    """One script of the widget with its path."""

    path: str
    script: Script

    def hit(self, node: Syntax | Span, **facts: object) -> Hit:
        """Return a breach at a node of the script."""
        return Hit(self.path, node if isinstance(node, Span) else self.script.span(node), facts)


class Sight(NamedTuple):
    """A place in code that a pattern found: the match, the smallest node there, and the function that it lies in."""

    match: re.Match[bytes]
    node: Syntax
    function: Scope | None

    def span(self, script: Script) -> Span:
        """Return where the match stands; the node can be larger."""
        return Span(script.offsets.character(self.match.start()), script.offsets.character(self.match.end()))


def all_scripts(widget: Widget, context: Context) -> tuple[Own, ...]:
    """Return every script of the widget that can be read, libraries and broken ones too."""
    if "scripts" not in context.memo:
        paths = [path for path in widget.files if path.lower().endswith(_ENDINGS)]
        context.memo["scripts"] = tuple(Own(path, script) for path in paths if (script := widget.script(path)))
    found: tuple[Own, ...] = context.memo["scripts"]
    return found


def own_scripts(widget: Widget, context: Context) -> tuple[Own, ...]:
    """Return the scripts that the developer wrote, or built, and that are JavaScript: no libraries, no broken ones."""
    if "own scripts" not in context.memo:
        context.memo["own scripts"] = tuple(
            own
            for own in all_scripts(widget, context)
            if not own.script.problems and not is_library(own.path, own.script.source)
        )
    found: tuple[Own, ...] = context.memo["own scripts"]
    return found


def whole_scripts(widget: Widget, context: Context) -> tuple[Own, ...]:
    """Return the own scripts, and those with a mistake that could be read to their end all the same.

    They are for rules that tell of one statement, and conclude nothing from what is not there or from what is around.
    """
    if "whole scripts" not in context.memo:
        context.memo["whole scripts"] = tuple(
            own
            for own in all_scripts(widget, context)
            if own.script.is_whole and not is_library(own.path, own.script.source)
        )
    found: tuple[Own, ...] = context.memo["whole scripts"]
    return found


def written_scripts(widget: Widget, context: Context) -> Iterator[Own]:
    """Yield the own scripts that people read and write: what a build made dense is left out."""
    for own in own_scripts(widget, context):
        if not is_dense(own.script.source):
            yield own


def is_library(path: str, source: Source) -> bool:
    """Return whether a script is somebody else's work by its name, its folder or its banner; entries never are."""
    if path in ENTRIES:
        return False
    *folders, name = path.lower().split("/")
    return bool(
        _LIBRARY_FOLDERS & set(folders) or _LIBRARY_NAME.search(name) or _LIBRARY_BANNER.match(source.data)
    ) or is_dense(source)


def is_dense(source: Source) -> bool:
    """Return whether a text is minified: its lines are longer than people write them."""
    size = len(source.data)
    return size > 2000 and size / (source.data.count(b"\n") + 1) > _DENSE_LINE


def own_calls(widget: Widget, context: Context, *names: str) -> Iterator[tuple[Own, Call]]:
    """Yield the calls of all whole scripts whose path ends with one of some names, each with its script."""
    for own in whole_scripts(widget, context):
        yield from ((own, call) for call in own.script.calls_of(*names))


def is_global(call: Call, name: str) -> bool:
    """Return whether a call is that of a global function, by its name or as a member of window."""
    owner, _, last = call.path.rpartition(".")
    if last != name or owner not in ("", "window", "self", "globalThis"):
        return False
    return call.scope.find(owner or name) is None  # `self` is mostly the widget


def sights(script: Script, pattern: re.Pattern[bytes], *signs: bytes) -> Iterator[Sight]:
    """Yield where a pattern matches code; in texts and comments it does not count.

    Of `signs` every match holds one: where a script holds none, the pattern, which is far slower, is not tried.
    """
    if signs and not any(sign in script.source.data for sign in signs):
        return
    for match in pattern.finditer(script.source.data):
        node = script.root.descendant_for_byte_range(match.start(), match.end())
        first = script.root.descendant_for_byte_range(match.start(), match.start() + 1)
        if node is not None and first is not None and first.type not in _TEXTS and node.type not in _TEXTS:
            yield Sight(match, node, function_of(script, node))


def function_of(script: Script, node: Syntax) -> Scope | None:
    """Return the nearest function around a node, or None at the top of the script."""
    current = node.parent
    while current is not None:
        if current.type in FUNCTIONS:
            return script.functions.get(current.id)
        current = current.parent
    return None


def head(script: Script, node: Syntax) -> Span:
    """Return what to underline of a node: of a function its head, of a bracket its opening, else its first line."""
    span = script.span(node)
    if node.type in ("object", "array", "statement_block"):
        return Span(span.start, span.start + 1)
    body = node.child_by_field_name("body") if node.type in FUNCTIONS else None
    if body is not None:
        start = script.span(body).start
        return Span(span.start, len(script.source.text[:start].rstrip()) if start > span.start else span.start + 1)
    text = script.source.text[span.start : span.end]
    return Span(span.start, span.start + len(text.partition("\n")[0].rstrip()))


def argument(call: Call, number: int) -> Syntax | None:
    """Return an argument of a call, or None where it has fewer."""
    given = call.node.child_by_field_name("arguments")
    if given is not None and given.type == "arguments":
        for child in given.named_children:
            if child.type == "comment":
                continue
            if number == 0:
                return child
            number -= 1
    return None


def member(script: Script, node: Syntax | None, key: str) -> Syntax | None:
    """Return the value of a key in an object that is written out, or None."""
    if node is None or node.type != "object":
        return None
    for pair in node.named_children:
        named = pair.child_by_field_name("key")
        if named is not None and (script.string(named) or script.text(named)) == key:
            return pair.child_by_field_name("value")
    return None


def joined(script: Script, node: Syntax) -> tuple[str | Syntax, ...]:
    """Return the parts of the text that a string is a piece of, put together with `+`: texts, and what is computed."""
    whole = node
    while (around := whole.parent) is not None and (_is_sum(around) or around.type == "parenthesized_expression"):
        whole = around
    found: list[str | Syntax] = []
    waiting = [whole]
    while waiting and len(found) < _LONGEST_SUM:
        part = waiting.pop()
        if _is_sum(part) or part.type == "parenthesized_expression":
            waiting.extend(part.named_children[::-1])
        elif part.type == "template_string":
            found.extend(_pieces(script, part))
        else:
            text = script.string(part) if part.type == "string" else None
            found.append(part if text is None else text)
    return tuple(found)


def _is_sum(node: Syntax) -> bool:
    operator = node.child_by_field_name("operator") if node.type == "binary_expression" else None
    return operator is not None and operator.type == "+"


def _pieces(script: Script, node: Syntax) -> Iterator[str | Syntax]:
    for child in node.named_children:
        inner = first_named(child) if child.type == "template_substitution" else None
        yield script.text(child) if inner is None else inner
