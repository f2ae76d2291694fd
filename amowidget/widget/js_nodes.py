"""What a script holds: its syntax tree, its functions and scopes, and what stands where. How it is read: js_text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeAlias

import tree_sitter

from amowidget.finding import Span
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.source import Source

# A node of the parser's tree; the rules know it by this name alone.
Syntax: TypeAlias = tree_sitter.Node

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "arrow_function",
        "method_definition",
    }
)
LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_LONGEST_PATH = 60


class JsProblemKind(StrEnum):
    """What can be wrong with the text of a script."""

    UNEXPECTED = "unexpected"
    MISSING = "missing"
    UNCLOSED = "unclosed"
    WRONG_BRACKET = "wrong-bracket"
    EXTRA_BRACKET = "extra-bracket"
    RESERVED = "reserved"
    REDECLARED = "redeclared"
    JSX = "jsx"
    MISPLACED = "misplaced"
    BAD_TARGET = "bad-target"
    BAD_LITERAL = "bad-literal"
    MODULE_SYNTAX = "module-syntax"


class JsProblem(NamedTuple):
    """One problem at its place; `text` is the word or bracket that it is about, `other` the place it conflicts with."""

    kind: JsProblemKind
    span: Span
    text: str = ""
    other: int | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """A function, a block, a loop, or another part of a script in which names live and statements have a meaning.

    `function` is the nearest function around it, itself when it is one, and None at the top. `declared` maps a name to
    the node that declares it; `this` and `returns` are filled for functions alone, arrows hand `this` on.
    """

    node: Syntax
    kind: str
    parent: "Scope | None"
    function: "Scope | None" = None
    is_strict: bool = False
    is_async: bool = False
    is_generator: bool = False
    label: str = ""
    declared: dict[str, Syntax] = field(default_factory=dict)
    lexical: dict[str, Syntax] = field(default_factory=dict)
    parameters: dict[str, Syntax] = field(default_factory=dict)
    this: list[Syntax] = field(default_factory=list)
    returns: list[Syntax] = field(default_factory=list)

    @property
    def is_function(self) -> bool:
        """Whether the scope is a function of any form."""
        return self.kind in FUNCTIONS

    @property
    def is_arrow(self) -> bool:
        """Whether the scope is an arrow function, which has no `this` of its own."""
        return self.kind == "arrow_function"

    @property
    def body(self) -> Syntax | None:
        """The body of a function: a block, or the value of an arrow function."""
        return self.node.child_by_field_name("body")

    def outwards(self) -> Iterator["Scope"]:
        """Yield this scope and every scope around it, the nearest first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def owner(self) -> "Scope | None":
        """Return the function that `this` belongs to here, None at the top of the script."""
        for scope in self.outwards():
            if scope.is_function and not scope.is_arrow:
                return scope
        return None

    def find(self, name: str) -> Syntax | None:
        """Return the node that declares a name as it is seen from here, or None."""
        for scope in self.outwards():
            if name in scope.declared:
                return scope.declared[name]
            if name in scope.parameters:
                return scope.parameters[name]
        return None


class Placed(NamedTuple):
    """A node with the scope that it stands in."""

    node: Syntax
    scope: Scope


class Call(NamedTuple):
    """A call, or a `new`: what is called as a dotted path such as `self.render`, its node and its scope."""

    path: str
    node: Syntax
    scope: Scope

    @property
    def arguments(self) -> tuple[Syntax, ...]:
        """The nodes of the arguments."""
        given = self.node.child_by_field_name("arguments")
        if given is None or given.type != "arguments":
            return ()
        return tuple(child for child in given.named_children if child.type != "comment")

    @property
    def callee(self) -> Syntax:
        """The node of what is called."""
        name = "constructor" if self.node.type == "new_expression" else "function"
        return self.node.child_by_field_name(name) or self.node


@dataclass(frozen=True)
class Script:
    """A script read once. Nodes count bytes; `span` turns them into character offsets of the source."""

    source: Source
    root: Syntax
    top: Scope
    nodes: Mapping[str, tuple[Placed, ...]]
    functions: Mapping[int, Scope]
    problems: tuple[JsProblem, ...]
    offsets: ByteOffsets

    def span(self, node: Syntax) -> Span:
        """Return where a node stands."""
        return Span(self.offsets.character(node.start_byte), self.offsets.character(node.end_byte))

    def of_kind(self, *kinds: str) -> Iterator[Placed]:
        """Yield the nodes of some kinds that the walk kept, kind by kind, each in the order of the text."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())

    def text(self, node: Syntax) -> str:
        """Return the text of a node."""
        return self.source.data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call and every `new`, in the order of the text."""
        found = [
            Call(self.path(callee), node, scope)
            for node, scope in self.of_kind("call_expression", "new_expression")
            if (callee := node.child_by_field_name("function") or node.child_by_field_name("constructor"))
        ]
        return tuple(sorted(found, key=lambda call: (call.node.start_byte, -call.node.end_byte)))

    @cached_property
    def strings(self) -> tuple[Placed, ...]:
        """Every string and template, in the order of the text."""
        return tuple(sorted(self.of_kind("string", "template_string"), key=lambda placed: placed.node.start_byte))

    def path(self, node: Syntax) -> str:
        """Return a name, or a chain of members and calls, as a dotted path: `$().on`, `self.langs.title`.

        What cannot be told without running the script is `?`.
        """
        parts: list[str] = []
        current: Syntax | None = node
        while current is not None and len(parts) < _LONGEST_PATH:
            kind = current.type
            if kind == "member_expression":
                name = current.child_by_field_name("property")
                parts.append(self.text(name) if name else "?")
                current = current.child_by_field_name("object")
            elif kind == "subscript_expression":
                index = current.child_by_field_name("index")
                parts.append((self.string(index) if index else None) or "?")
                current = current.child_by_field_name("object")
            elif kind in ("call_expression", "new_expression"):
                parts.append("()")
                current = current.child_by_field_name("function") or current.child_by_field_name("constructor")
            elif kind == "parenthesized_expression":
                current = current.named_child(0)
            else:
                parts.append(self.text(current) if kind in ("identifier", "this", "super") else "?")
                break
        return ".".join(reversed(parts)).replace(".()", "()")

    def string(self, node: Syntax) -> str | None:
        """Return the value of a string, or of a template without substitutions; None for anything else."""
        if node.type == "string" or (node.type == "template_string" and not _has_substitution(node)):
            return "".join(self._fragment(child) for child in node.named_children)
        return None

    def pieces(self, node: Syntax) -> tuple[str | None, ...]:
        """Return the parts of a text put together with `+` or in a template; None stands for what is computed."""
        found: list[str | None] = []
        waiting = [node]
        while waiting and len(found) < _LONGEST_PATH:
            part = waiting.pop()
            operator = part.child_by_field_name("operator") if part.type == "binary_expression" else None
            if operator is not None and operator.type == "+":
                waiting.extend(part.named_children[::-1])
            elif part.type == "parenthesized_expression" and part.named_child_count == 1:
                waiting.extend(part.named_children)
            elif part.type in ("string", "template_string"):
                found.extend(
                    None if child.type == "template_substitution" else self._fragment(child)
                    for child in part.named_children
                )
            else:
                found.append(None)
        return tuple(found)

    def _fragment(self, node: Syntax) -> str:
        text = self.text(node)
        return _ESCAPES.get(text, text[1:]) if node.type == "escape_sequence" else text


_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\b": "\b", "\\f": "\f", "\\v": "\v", "\\0": "\0", "\\\n": ""}


def _has_substitution(node: Syntax) -> bool:
    return any(child.type == "template_substitution" for child in node.named_children)
