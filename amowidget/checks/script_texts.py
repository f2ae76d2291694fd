"""The text that an expression of a script gives, as far as it is written there; what is computed stays a node."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.script_values import resolved
from amowidget.finding import Span
from amowidget.widget.js_nodes import Scope, Script, Syntax, first_named, unescaped
from amowidget.widget.source import encoded

_MOST = 400
_WRITTEN = ("string_fragment", "escape_sequence")
_TEXTS = ("string", "template_string")
_AROUND = ("parenthesized_expression", "template_substitution")


class Text(NamedTuple):
    """A text that is known whole, and where in the script each of its characters stands."""

    value: str
    places: tuple[Span, ...]


def parts(script: Script, node: Syntax, scope: Scope) -> tuple[str | Syntax, ...]:
    """Return a text in its parts: what is written, pieces that follow one another as one, and what is computed."""
    found: list[str | Syntax] = []
    for leaf in _leaves(script, node, scope):
        if leaf.type not in _WRITTEN:
            found.append(leaf)
        elif found and isinstance(found[-1], str):
            found[-1] += unescaped(script.text(leaf))
        else:
            found.append(unescaped(script.text(leaf)))
    return tuple(found)


def whole(script: Script, node: Syntax, scope: Scope) -> Text | None:
    """Return a text that is known whole, with the places of its characters; None when a part of it is computed."""
    value: list[str] = []
    places: list[Span] = []
    for leaf in _leaves(script, node, scope):
        if leaf.type not in _WRITTEN:
            return None
        span, text = script.span(leaf), unescaped(script.text(leaf))
        value.append(text)
        is_plain = leaf.type == "string_fragment"
        starts = range(span.start, span.end) if is_plain else ()
        places += [Span(start, start + 1) for start in starts] if is_plain else [span] * len(text)
    return Text("".join(value), tuple(places)) if value else None


def _leaves(script: Script, node: Syntax, scope: Scope) -> Iterator[Syntax]:
    """Yield the pieces of a text in their order; a name that stands for one text stands for its pieces."""
    waiting = [(node, scope)]
    for _ in range(_MOST):
        if not waiting:
            return
        part, seen_from = waiting.pop()
        inner = _inner(script, part, seen_from)
        if inner is None:
            yield part
        else:
            waiting.extend(
                (child, seen_from if part.type != "identifier" else script.ground.at(child)) for child in inner
            )
    yield node  # too long to be told


def _inner(script: Script, part: Syntax, scope: Scope) -> tuple[Syntax, ...] | None:
    """Return what a part of a text is put together from, the last piece first; None when it is a piece itself."""
    if part.type in _TEXTS:
        return tuple(part.named_children[::-1])
    if part.type in _AROUND:
        inner = first_named(part)
        return (inner,) if inner is not None else ()
    operator = part.child_by_field_name("operator") if part.type == "binary_expression" else None
    if operator is not None and operator.type == "+":
        return tuple(child for child in part.named_children[::-1] if child.type != "comment")
    if part.type != "identifier" or _is_added_to(script, part):
        return None
    known = resolved(script, part, scope)
    is_text = known is not None and known.type in (*_TEXTS, "binary_expression")
    return (known,) if known is not None and is_text else None


def _is_added_to(script: Script, name: Syntax) -> bool:
    changed = rb"(?<![\w$.])" + re.escape(encoded(script.text(name))) + rb"\s*(?:\+|\|\||&&|\?\?)=(?!=)"
    return re.search(changed, script.source.data) is not None
