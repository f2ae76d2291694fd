"""What the parser lets pass and JavaScript refuses: words, targets, jumps, literals at a wrong place."""

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from tree_sitter import Node as Syntax

from amowidget.finding import Span
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_nodes import LOOPS, JsProblem, JsProblemKind, Placed, Scope
from amowidget.widget.source import Source

_STRICT_WORDS = frozenset(b"implements interface let package private protected public static yield".split())
_WORD = re.compile(
    rb"(?<![\w$.#'\"])(?:enum|implements|interface|let|package|private|protected|public|static|yield|await)(?![\w$])"
)
_NAMES = ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")
_TARGETS = frozenset(
    {
        *("identifier", "member_expression", "subscript_expression", "array_pattern", "object_pattern", "array"),
        *("object", "undefined", "let"),
    }
)
_FLAGS = re.compile(rb"[dgimsuvy]*\Z")
_BAD_ESCAPE = re.compile(rb"\\(?:x(?![0-9a-fA-F]{2})|u(?!\{[0-9a-fA-F]+\}|[0-9a-fA-F]{4}))")
_STRICT_OCTAL = re.compile(rb"\\(?:[1-9]|0[0-9])")
_CURLY = re.compile(rb"\xe2\x80[\x98-\x9f]|\xc2\xab|\xc2\xbb")


class Walked(Protocol):
    """What the walk over a tree gives: the tree, and the nodes that it kept by their kind."""

    root: Syntax
    kept: dict[str, list[Placed]]


class Grammar:
    """The rules of the language over the nodes that the walk kept."""

    def __init__(self, source: Source, offsets: ByteOffsets, walked: Walked, is_module: bool) -> None:
        self._data = source.data
        self._offsets = offsets
        self._root = walked.root
        self._kept = walked.kept
        self._is_module = is_module

    def problems(self) -> Iterator[JsProblem]:
        """Yield what the language refuses."""
        for kind, find in _RULES.items():
            for node, scope in self._kept[kind]:
                yield from find(self, node, scope)
        yield from self._words()
        yield from self._quotes()

    def _text(self, node: Syntax) -> bytes:
        return self._data[node.start_byte : node.end_byte]

    def _problem(self, kind: JsProblemKind, node: Syntax, text: str = "") -> JsProblem:
        span = self._span(node.start_byte, node.end_byte)
        return JsProblem(kind, span, text or self._text(node)[:40].decode("utf-8", "replace"))

    def _span(self, start: int, end: int) -> Span:
        return Span(self._offsets.character(start), self._offsets.character(end))

    def _words(self) -> Iterator[JsProblem]:
        for match in _WORD.finditer(self._data):
            node = self._root.descendant_for_byte_range(match.start(), match.end())
            if node is not None and node.type in _NAMES and node.end_byte == match.end():
                yield from self._word(node, match.group())

    def _quotes(self) -> Iterator[JsProblem]:
        """Yield quotes of a word processor, which the parser takes for letters."""
        for match in _CURLY.finditer(self._data):
            node = self._root.descendant_for_byte_range(match.start(), match.end())
            if node is not None and node.type in (*_NAMES, "property_identifier"):
                yield JsProblem(
                    JsProblemKind.UNEXPECTED, self._span(match.start(), match.end()), match.group().decode()
                )

    def _word(self, node: Syntax, word: bytes) -> Iterator[JsProblem]:
        owner, is_strict, is_async, is_generator = None, self._is_module, False, False
        current = node.parent
        while current is not None:
            if current.type == "class_body":
                is_strict = True
            if owner is None and current.type in _FUNCTION_KINDS:
                owner = current
                words = {child.type for child in current.children[:4]}
                is_async, is_generator = "async" in words, "*" in words
            is_strict = is_strict or _has_directive(self._data, current)
            current = current.parent
        refused = word == b"enum" or (is_strict and word in _STRICT_WORDS)
        refused = refused or (word == b"await" and (is_async or self._is_module)) or (word == b"yield" and is_generator)
        parent = node.parent
        declares = parent is not None and parent.parent is not None and parent.parent.type == "lexical_declaration"
        if refused or (word == b"let" and declares):
            yield self._problem(JsProblemKind.RESERVED, node)

    def _return(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        if scope.function is None:
            yield self._problem(JsProblemKind.MISPLACED, node, "return")

    def _jump(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        label = node.child_by_field_name("label")
        word = "break" if node.type == "break_statement" else "continue"
        name = self._text(label).decode("utf-8", "replace") if label is not None else ""
        for around in scope.outwards():
            if around.is_function or around.kind == "class_static_block":
                break
            is_loop = around.kind in LOOPS
            if name and around.label == name and (word == "break" or _labels_loop(around.node)):
                return
            if not name and (is_loop or (word == "break" and around.kind == "switch_statement")):
                return
        yield self._problem(JsProblemKind.MISPLACED, node, f"{word} {name}".strip())

    def _label(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        label, body = node.child_by_field_name("label"), node.child_by_field_name("body")
        name = self._text(label).decode("utf-8", "replace") if label is not None else ""
        for around in scope.outwards():
            if around.is_function:
                break
            if around.label == name and label is not None:
                yield self._problem(JsProblemKind.REDECLARED, label)
        yield from self._single(body)

    def _await(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        is_top = scope.function is None and self._is_module
        if not is_top and not (scope.function and scope.function.is_async):
            yield self._problem(JsProblemKind.MISPLACED, node.children[0], "await")

    def _yield(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        # Without a value it may be a name.
        if node.named_child_count and not (scope.function and scope.function.is_generator):
            yield self._problem(JsProblemKind.MISPLACED, node.children[0], "yield")

    def _super(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        owner = scope.owner()
        is_field = any(around.kind in ("field_definition", "class_static_block") for around in scope.outwards())
        is_method = owner is not None and owner.kind == "method_definition"
        parent = node.parent
        is_call = parent is not None and parent.type == "call_expression"
        if not (is_method or is_field) or (is_call and not self._is_subclass_constructor(owner)):
            yield self._problem(JsProblemKind.MISPLACED, node, "super")

    def _is_subclass_constructor(self, owner: Scope | None) -> bool:
        name = owner.node.child_by_field_name("name") if owner else None
        body = owner.node.parent if owner else None
        around = body.parent if body is not None else None
        is_extended = around is not None and any(child.type == "class_heritage" for child in around.children)
        return name is not None and self._text(name) == b"constructor" and is_extended

    def _meta(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        text = self._text(node)
        is_import = text.startswith(b"import")
        is_field = any(around.kind in ("field_definition", "class_static_block") for around in scope.outwards())
        if (is_import and not self._is_module) or (not is_import and scope.owner() is None and not is_field):
            yield self._problem(JsProblemKind.MISPLACED, node)

    def _module(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        if not self._is_module or scope.parent is not None:
            yield self._problem(JsProblemKind.MODULE_SYNTAX, node.children[0])

    def _jsx(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        parent = node.parent
        if parent is None or not parent.type.startswith("jsx"):
            first = node.child_by_field_name("open_tag") or node
            yield self._problem(JsProblemKind.JSX, first)

    def _assignment(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        left = node.child_by_field_name("left") or node.child_by_field_name("argument")
        while left is not None and left.type == "parenthesized_expression" and left.named_child_count == 1:
            left = left.named_child(0)
        if left is None:
            return
        is_plain = node.type == "assignment_expression"
        patterns = ("array", "object", "array_pattern", "object_pattern")
        if (
            left.type not in _TARGETS
            or (not is_plain and left.type in patterns)
            or _is_optional(left)
            or (scope.is_strict and self._text(left) in (b"eval", b"arguments"))
        ):
            yield self._problem(JsProblemKind.BAD_TARGET, left)

    def _delete(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        argument = node.child_by_field_name("argument")
        is_name = argument is not None and argument.type == "identifier"
        if scope.is_strict and is_name and node.children[0].type == "delete":
            yield self._problem(JsProblemKind.BAD_TARGET, node)

    def _binary(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        operator = node.child_by_field_name("operator")
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        sign = operator.type if operator is not None else ""
        if sign == "**" and left is not None and left.type == "unary_expression" and operator is not None:
            yield self._problem(JsProblemKind.UNEXPECTED, operator)
        if sign in ("??", "||", "&&"):
            for side in (left, right):
                inner = side.child_by_field_name("operator") if side and side.type == "binary_expression" else None
                mixed = inner is not None and {sign, inner.type} & {"??"} and {sign, inner.type} & {"||", "&&"}
                if mixed and operator is not None:
                    yield self._problem(JsProblemKind.UNEXPECTED, operator)

    def _declarator(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        parent, name = node.parent, node.child_by_field_name("name")
        if parent is None or name is None or node.child_by_field_name("value") is not None:
            return
        around = parent.parent
        if around is not None and around.type == "for_in_statement":
            return
        is_const = parent.child(0) is not None and parent.children[0].type == "const"
        if is_const or name.type in ("object_pattern", "array_pattern"):
            yield self._problem(JsProblemKind.UNEXPECTED, name)

    def _regex(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        flags = node.child_by_field_name("flags")
        given = self._text(flags) if flags is not None else b""
        if (
            not _FLAGS.match(given)
            or len(set(given)) != len(given)
            or {*b"uv"} <= {*given}
            or _is_unbalanced(self._text(node)[1:])
        ):
            yield self._problem(JsProblemKind.BAD_LITERAL, node)

    def _number(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        text = self._text(node)
        is_old = len(text) > 1 and text[:1] == b"0" and text[1:2].isdigit()
        follows = self._data[node.end_byte : node.end_byte + 1]
        is_separated = is_old and (b"_" in text or text.endswith(b"n"))
        if (is_old and scope.is_strict) or is_separated or (text[:2] == b"0_") or follows.isalpha() or follows == b"_":
            yield self._problem(JsProblemKind.BAD_LITERAL, node)

    def _string(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        if b"\\" not in (text := self._text(node)):
            return
        parent = node.parent
        is_tagged = parent is not None and parent.type == "call_expression" and node.type == "template_string"
        text = text.replace(b"\\\\", b"  ")
        is_octal = _STRICT_OCTAL.search(text) and (scope.is_strict or node.type == "template_string")
        is_high = any(int(digits, 16) > 0x10FFFF for digits in re.findall(rb"\\u\{([0-9a-fA-F]+)\}", text))
        if not is_tagged and (_BAD_ESCAPE.search(text) or is_octal or is_high):
            yield self._problem(JsProblemKind.BAD_LITERAL, node)

    def _with(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        if scope.is_strict:
            yield self._problem(JsProblemKind.MISPLACED, node.children[0], "with")
        yield from self._single(node.child_by_field_name("body"))

    def _class(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        seen = False
        for member in node.named_children:
            name = member.child_by_field_name("name") if member.type == "method_definition" else None
            if name is None or self._text(name) != b"constructor" or member.children[0].type == "static":
                continue
            if seen or member.children[0].type in ("get", "set", "async", "*"):
                yield self._problem(JsProblemKind.REDECLARED, name)
            seen = True

    def _object(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        before = ""
        for child in node.children:
            if child.type == before == ",":
                yield self._problem(JsProblemKind.UNEXPECTED, child)
            before = child.type
        parent = node.parent
        if parent is not None and parent.type in ("assignment_expression", "for_in_statement", "pair", "array"):
            return  # it may be a pattern
        for child in node.named_children:
            if child.type in ("object_assignment_pattern", "assignment_pattern"):
                yield self._problem(JsProblemKind.UNEXPECTED, child)

    def _private(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        name = self._text(node)
        bodies = [around.node for around in scope.outwards() if around.kind == "class_body"]
        for body in bodies:
            for member in body.named_children:
                named = member.child_by_field_name("name") or member.child_by_field_name("property")
                if named is not None and self._text(named) == name:
                    return
        yield self._problem(JsProblemKind.UNEXPECTED, node)

    def _accessor(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        kinds = [child.type for child in node.children if child.type in ("get", "set")]
        given = node.child_by_field_name("parameters")
        count = len([child for child in given.named_children if child.type != "comment"]) if given is not None else 0
        if given is not None and kinds and count != (kinds[0] == "set"):
            yield self._problem(JsProblemKind.UNEXPECTED, given)

    def _rest(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        following = node.next_sibling
        if following is not None and following.type == ",":
            yield self._problem(JsProblemKind.UNEXPECTED, following, "a comma after the rest")

    def _switch(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        for extra in [child for child in node.named_children if child.type == "switch_default"][1:]:
            yield self._problem(JsProblemKind.UNEXPECTED, extra.children[0])

    def _try(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        if node.child_by_field_name("handler") is None and node.child_by_field_name("finalizer") is None:
            yield self._problem(JsProblemKind.MISSING, node.children[0])

    def _branch(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        yield from self._single(node.child_by_field_name("consequence") or node.child_by_field_name("body"))
        other = node.child_by_field_name("alternative")
        yield from self._single(other.named_child(0) if other is not None else None)

    def _single(self, body: Syntax | None) -> Iterator[JsProblem]:
        """Yield a declaration that stands alone where a statement is asked for."""
        if body is not None and body.type in ("lexical_declaration", "class_declaration"):
            yield self._problem(JsProblemKind.UNEXPECTED, body.children[0])

    def _arguments(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        before = "("
        for child in node.children[1:]:
            if child.type == "," and before in ("(", ","):
                yield self._problem(JsProblemKind.UNEXPECTED, child)
            before = child.type if child.type != "comment" else before

    def _statement(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        first = node.named_child(0)
        if first is not None and first.type in ("function_expression", "class") and first.start_byte == node.start_byte:
            place = first.children[1] if first.child_count > 1 else first
            yield self._problem(JsProblemKind.UNEXPECTED, place)

    def _decorator(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        yield self._problem(JsProblemKind.UNEXPECTED, node)

    def _new(self, node: Syntax, scope: Scope) -> Iterator[JsProblem]:
        callee = node.child_by_field_name("constructor")
        if callee is not None and _is_optional(callee):
            yield self._problem(JsProblemKind.UNEXPECTED, callee)


_FUNCTION_KINDS = (
    *("function_declaration", "function_expression", "generator_function", "generator_function_declaration"),
    *("arrow_function", "method_definition"),
)
_RULES: dict[str, Callable[[Grammar, Syntax, Scope], Iterator[JsProblem]]] = {
    "return_statement": Grammar._return,
    "break_statement": Grammar._jump,
    "continue_statement": Grammar._jump,
    "labeled_statement": Grammar._label,
    "await_expression": Grammar._await,
    "yield_expression": Grammar._yield,
    "super": Grammar._super,
    "meta_property": Grammar._meta,
    "import_statement": Grammar._module,
    "export_statement": Grammar._module,
    "jsx_element": Grammar._jsx,
    "jsx_self_closing_element": Grammar._jsx,
    "assignment_expression": Grammar._assignment,
    "augmented_assignment_expression": Grammar._assignment,
    "update_expression": Grammar._assignment,
    "unary_expression": Grammar._delete,
    "binary_expression": Grammar._binary,
    "variable_declarator": Grammar._declarator,
    "regex": Grammar._regex,
    "number": Grammar._number,
    "string": Grammar._string,
    "template_string": Grammar._string,
    "with_statement": Grammar._with,
    "class_body": Grammar._class,
    "object": Grammar._object,
    "private_property_identifier": Grammar._private,
    "method_definition": Grammar._accessor,
    "rest_pattern": Grammar._rest,
    "switch_body": Grammar._switch,
    "try_statement": Grammar._try,
    "if_statement": Grammar._branch,
    "while_statement": Grammar._branch,
    "do_statement": Grammar._branch,
    "for_statement": Grammar._branch,
    "for_in_statement": Grammar._branch,
    "arguments": Grammar._arguments,
    "expression_statement": Grammar._statement,
    "decorator": Grammar._decorator,
    "new_expression": Grammar._new,
}


def _labels_loop(node: Syntax) -> bool:
    body = node.child_by_field_name("body")
    while body is not None and body.type == "labeled_statement":
        body = body.child_by_field_name("body")
    return body is not None and body.type in LOOPS


def _is_optional(node: Syntax) -> bool:
    current: Syntax | None = node
    for _ in range(60):
        if current is None or current.type not in ("member_expression", "subscript_expression", "call_expression"):
            return False
        if any(child.type == "optional_chain" for child in current.children):
            return True
        current = current.child_by_field_name("object") or current.child_by_field_name("function")
    return False


def _has_directive(data: bytes, node: Syntax) -> bool:
    if node.type not in ("program", "statement_block"):
        return False
    first = next((child for child in node.named_children[:3] if child.type != "comment"), None)
    return first is not None and data[first.start_byte : first.end_byte].strip(b";'\"") == b"use strict"


def _is_unbalanced(pattern: bytes) -> bool:
    """Return whether the groups of a regular expression do not close."""
    depth, is_class, skip = 0, False, False
    for char in pattern.rpartition(b"/")[0].decode("latin-1"):
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif is_class:
            is_class = char != "]"
        elif char == "[":
            is_class = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth < 0:
                return True
    return depth != 0
