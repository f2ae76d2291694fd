"""What a script holds: its syntax tree, its functions and scopes, and what stands where. How it is read: js_text."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, TypeAlias

import tree_sitter

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_problems import JsProblem
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
CLASS_CODE = frozenset({"field_definition", "class_static_block"})  # no functions, and with a `this` of their own
_LONGEST_PATH = 60
_START, _END = attrgetter("start_byte"), attrgetter("end_byte")
_ESCAPE = compiled(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}|([0-3][0-7]{0,2}|[4-7][0-7]?)|(\r\n|.))", re.DOTALL
)
# A call of plain words: `self.render(`. What is no name there has no last part.
_CALLED = compiled(rb"(?!\d|(?:function|import|new|undefined|true|false|null)\b)(?:[\w$]++\.)*+([\w$]++)\(")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_CONTINUED = ("\n", "\r", "\r\n", "\u2028", "\u2029")


class Scope:
    """A function, a block, a loop, or another part of a script in which names live and statements have a meaning.

    `function` is the nearest function around it, itself when it is one, and None at the top. `declared` maps a name to
    the node that declares it; `own_name` is the name that a function or class expression has inside of itself alone.
    `this` is filled for functions, arrows hand it on; the top has what stands in none.
    """

    __slots__ = (
        *("node", "kind", "parent", "function", "is_strict", "is_async", "is_generator", "label", "own_name"),
        *("declared", "lexical", "this", "_parameters", "_given"),
    )

    def __init__(self, node: Syntax, kind: str, parent: "Scope | None", is_strict: bool) -> None:
        self.node = node
        self.kind = kind
        self.parent = parent
        self.function: Scope | None = parent.function if parent is not None else None
        self.is_strict = is_strict
        self.is_async = self.is_generator = False
        self.label = self.own_name = ""
        self.declared: dict[str, Syntax] = {}
        self.lexical: dict[str, Syntax] = {}
        self.this: list[Syntax] = []
        self._parameters: dict[str, Syntax] = {}
        self._given = b""

    @property
    def parameters(self) -> dict[str, Syntax]:
        """The names that a function or a catch clause takes its values under, with the nodes that declare them."""
        if self._given:
            names, self._given = self._given.decode().replace(" ", "").split(","), b""
            given = self.node.child_by_field_name("parameters")
            self._parameters.update(zip(names, given.named_children if given else (), strict=False))
        return self._parameters

    def take_parameters(self, names: bytes) -> None:
        """Take a list of plain names between commas; most parameters are never asked for, and get no nodes."""
        self._given = names

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
        """Return the function that `this` belongs to here, or the field or static block of a class; None at the top."""
        for scope in self.outwards():
            if (scope.is_function and not scope.is_arrow) or scope.kind in CLASS_CODE:
                return scope
        return None

    def find(self, name: str) -> Syntax | None:
        """Return the node that declares a name as it is seen from here, or None."""
        for scope in self.outwards():
            if name in scope.declared:
                return scope.declared[name]
            if name in scope.parameters:
                return scope.parameters[name]
            if name == scope.own_name:
                return scope.node
        return None


class Placed(NamedTuple):
    """A node with the scope that it stands in."""

    node: Syntax
    scope: Scope


class Ground(NamedTuple):
    """Which scope holds which part of a script: `scopes[i]` is the innermost one from the byte `starts[i]` on."""

    starts: Sequence[int]
    scopes: Sequence[Scope]

    def at_byte(self, byte: int) -> Scope:
        """Return the innermost scope around a byte."""
        return self.scopes[bisect_right(self.starts, byte) - 1]

    def at(self, node: Syntax) -> Scope:
        """Return the innermost scope around a node; a node that opens a scope does not stand in it."""
        start = node.start_byte
        scope = self.at_byte(start)
        while scope.parent is not None and scope.node.start_byte == start and scope.node.end_byte <= node.end_byte:
            scope = scope.parent
        return scope


@dataclass(slots=True, eq=False)
class Call:
    """A call, or a `new`: its node, its scope and what is called."""

    script: "Script"
    node: Syntax

    @property
    def scope(self) -> Scope:
        """The innermost scope around the call."""
        return self.script.ground.at(self.node)

    @property
    def path(self) -> str:
        """What is called, as a dotted path such as `self.render`."""
        return self.script.path(self.callee)

    @property
    def name(self) -> str:
        """The last part of the path; most calls are asked for nothing more."""
        return self.script.last_name(self.node)

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
    """A script read once. Nodes count bytes; `span` turns them into character offsets of the source.

    `nodes` holds the nodes of each kind that the rules ask for, in no order; `of_kind` puts them in order.
    `is_unread` says that the script was not read: it nests deeper than anything written, or `is_given_up`, because too
    much of it is not understood. `is_whole` says that each statement in the tree is one, even where problems make what
    they add up to a guess.
    """

    source: Source
    root: Syntax
    top: Scope
    nodes: Mapping[str, Sequence[Syntax]]
    ground: Ground
    functions: Mapping[int, Scope]
    problems: tuple[JsProblem, ...]
    offsets: ByteOffsets
    is_unread: bool = False
    is_given_up: bool = False
    is_whole: bool = True
    _placed: dict[str, tuple[Placed, ...]] = field(default_factory=dict, repr=False, compare=False)
    _calls: dict[int, Call] = field(default_factory=dict, repr=False, compare=False)

    def span(self, node: Syntax) -> Span:
        """Return where a node stands."""
        return Span(self.offsets.character(node.start_byte), self.offsets.character(node.end_byte))

    def of_kind(self, *kinds: str) -> Iterator[Placed]:
        """Yield the nodes of some kinds that the reader kept, kind by kind, each in the order of the text."""
        for kind in kinds:
            if kind not in self._placed:
                # A query tells its captures in the order in which their patterns end.
                found = in_order(self.nodes.get(kind, ()))
                self._placed[kind] = tuple(Placed(node, self.ground.at(node)) for node in found)
            yield from self._placed[kind]

    def around(self, node: Syntax) -> tuple[Syntax, ...]:
        """Return the nodes around a node, the nearest first; asking each for its parent costs the depth every time."""
        cursor = self.root.walk()
        found: list[Syntax] = []
        while (current := cursor.node) is not None and current.id != node.id:
            found.append(current)
            if cursor.goto_first_child_for_byte(node.start_byte) is None:
                break
        return tuple(reversed(found))

    def text(self, node: Syntax) -> str:
        """Return the text of a node."""
        return self.source.data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call and every `new`, in the order of the text."""
        found = (*self.nodes.get("call_expression", ()), *self.nodes.get("new_expression", ()))
        return tuple(self._call(node) for node in in_order(found))

    @cached_property
    def _calls_by_name(self) -> dict[str, list[Syntax]]:
        """The nodes of the calls by the last part of what is called; a large script has thousands that nobody asks for."""
        table: dict[str, list[Syntax]] = {}
        ordered = in_order((*self.nodes.get("call_expression", ()), *self.nodes.get("new_expression", ())))
        starts = [node.start_byte for node in ordered]
        for node, start, following in zip(ordered, starts, (*starts[1:], -1), strict=False):
            # Of the calls that start at one place, the last one is that of the words there.
            plain = _CALLED.match(self.source.data, start) if start != following and not self.root.has_error else None
            name = plain[1].decode() if plain is not None else self.last_name(node)
            table.setdefault(name, []).append(node)
        return table

    def last_name(self, call: Syntax) -> str:
        """Return the last part of the path of what is called."""
        callee = Call(self, call).callee
        named = callee.child_by_field_name("property") if callee.type == "member_expression" else callee
        if named is not None and named.type in ("identifier", "property_identifier"):
            return self.text(named)
        return self.path(callee).rpartition(".")[2]

    def calls_of(self, *names: str) -> Iterator[Call]:
        """Yield the calls whose path ends with one of some names: `log` finds `console.log()`; name by name."""
        for name in names:
            for node in self._calls_by_name.get(name, ()):
                yield self._call(node)

    def _call(self, node: Syntax) -> Call:
        if node.id not in self._calls:
            self._calls[node.id] = Call(self, node)
        return self._calls[node.id]

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
                current = first_named(current)
            else:
                parts.append(self.text(current) if kind in ("identifier", "this", "super") else "?")
                break
        return ".".join(reversed(parts)).replace(".()", "()")

    def string(self, node: Syntax) -> str | None:
        """Return the value of a string, or of a template without substitutions; None for anything else."""
        if node.type == "string" or (node.type == "template_string" and not _has_substitution(node)):
            return unescaped("".join(self.text(child) for child in node.named_children if child.type in _TEXTS))
        return None

    def pieces(self, node: Syntax) -> tuple[str | None, ...]:
        """Return the parts of a text put together with `+` or in a template; None stands for what is computed."""
        found: list[str | None] = []
        waiting = [node]
        while waiting and len(found) < _LONGEST_PATH:
            part = waiting.pop()
            operator = part.child_by_field_name("operator") if part.type == "binary_expression" else None
            if operator is not None and operator.type == "+":
                waiting.extend(child for child in part.named_children[::-1] if child.type != "comment")
            elif part.type == "parenthesized_expression" and part.named_child_count == 1:
                waiting.extend(part.named_children)
            elif part.type in ("string", "template_string"):
                found.extend(self._fragments(part))
            else:
                found.append(None)
        return tuple(found)

    def _fragments(self, node: Syntax) -> Iterator[str | None]:
        text = ""
        for child in node.named_children:
            if child.type in _TEXTS:
                text += self.text(child)
            elif child.type == "template_substitution":
                yield from (unescaped(text),) if text else ()
                yield None
                text = ""
        yield from (unescaped(text),) if text else ()


_TEXTS = ("string_fragment", "escape_sequence")


def in_order(nodes: Iterable[Syntax]) -> list[Syntax]:
    """Return nodes in the order of the text, outer ones before inner ones."""
    return sorted(sorted(nodes, key=_END, reverse=True), key=_START)


def first_named(node: Syntax) -> Syntax | None:
    """Return the first named child of a node that is no comment, or None."""
    return next((child for child in node.named_children if child.type != "comment"), None)


def _has_substitution(node: Syntax) -> bool:
    return any(child.type == "template_substitution" for child in node.named_children)


def unescaped(text: str) -> str:
    """Return what the text between the quotes of a string means."""
    if "\\" not in text:
        return text
    # Two escaped halves of one character are the character.
    return _ESCAPE.sub(_escaped, text).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _escaped(match: re.Match[str]) -> str:
    two, four, braced, octal, other = match.groups()
    if two or four or braced:
        code = int(two or four or braced, 16)
        return chr(code) if code <= 0x10FFFF else match.group()
    if octal:
        return chr(int(octal, 8))
    return "" if other in _CONTINUED else _CONTROLS.get(other, other)
