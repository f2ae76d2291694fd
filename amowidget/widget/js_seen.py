"""What the rules of the language look at in a script, and how they tell a mistake. The rules: js_grammar and beside it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from tree_sitter import Node as Syntax

from amowidget.pattern import compiled
from amowidget.widget.js_nodes import CLASS_CODE, Ground, Scope
from amowidget.widget.js_problems import JsProblemKind

Found: TypeAlias = Mapping[str, Sequence[Syntax]]
# A kind of problem, the bytes that it is about, and what to call them when it is not the text itself.
Mistake: TypeAlias = tuple[JsProblemKind, int, int, str]

_TEXTS = ("comment", "html_comment", "string", "regex", "template-text", "hashbang", "jsx-text")
_LINK = compiled(rb"\?\.")
_BREAK = compiled(rb"[\r\n]|\xe2\x80[\xa8\xa9]")


@dataclass(frozen=True)
class Seen:
    """A script whose tree has no errors: its bytes, the nodes that were caught, and the scopes they stand in."""

    data: bytes
    root: Syntax
    found: Found
    ground: Ground
    is_module: bool

    @cached_property
    def optional_links(self) -> list[int]:
        """Where `?.` stands, in code or in texts."""
        return [match.start() for match in _LINK.finditer(self.data)]

    def has_link(self, node: Syntax) -> bool:
        """Return whether `?.` stands anywhere in a node."""
        index = bisect_left(self.optional_links, node.start_byte)
        return index < len(self.optional_links) and self.optional_links[index] < node.end_byte

    @cached_property
    def _texts(self) -> tuple[list[int], list[int]]:
        """Where what is no code starts and ends."""
        spans = sorted((node.start_byte, node.end_byte) for kind in _TEXTS for node in self.found.get(kind, ()))
        return [start for start, _ in spans], [end for _, end in spans]

    def is_in_text(self, place: int) -> bool:
        """Return whether a byte stands in a comment, a text or a regular expression."""
        starts, ends = self._texts
        index = bisect_right(starts, place) - 1
        return index >= 0 and place < ends[index]

    def text(self, node: Syntax) -> bytes:
        """Return the bytes of a node."""
        return self.data[node.start_byte : node.end_byte]

    def name(self, node: Syntax) -> str:
        """Return the text of a node."""
        return self.text(node).decode("utf-8", "surrogateescape")

    def has_break(self, start: int, end: int) -> bool:
        """Return whether a line ends between two bytes."""
        return _BREAK.search(self.data, start, end) is not None


Rule: TypeAlias = Callable[[Seen, Syntax], Iterator[Mistake]]


def at(kind: JsProblemKind, node: Syntax, text: str = "") -> Mistake:
    """Return a mistake at a node."""
    return kind, node.start_byte, node.end_byte, text


def code_of(node: Syntax, scope: Scope | None) -> Scope | None:
    """Return the function, or the part of a class, whose code a node belongs to; None at the top of the script.

    What a member is called by is no part of its code.
    """
    for around in scope.outwards() if scope is not None else ():
        if around.is_function or around.kind in CLASS_CODE:
            field = {"method_definition": "parameters", "field_definition": "value"}.get(around.kind)
            first = around.node.child_by_field_name(field) if field else around.node
            if first is not None and first.start_byte <= node.start_byte:
                return around
    return None


def owner_of(node: Syntax, scope: Scope) -> Scope | None:
    """Return the function, or the part of a class, that `this` and `super` belong to; arrow functions hand them on."""
    code = code_of(node, scope)
    while code is not None and code.is_arrow:
        code = code_of(node, code.parent)
    return code


def is_parameter(node: Syntax, code: Scope) -> bool:
    """Return whether a node stands among the parameters of a function, not in its body."""
    body = code.body
    return code.is_function and body is not None and node.start_byte < body.start_byte


def unwrapped(node: Syntax) -> Syntax | None:
    """Return what stands in the parentheses of an expression, or the expression itself."""
    inner: Syntax | None = node
    while inner is not None and inner.type == "parenthesized_expression":
        inner = next((child for child in inner.named_children if child.type != "comment"), None)
    return inner
