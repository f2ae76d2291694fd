"""Which names a script declares, in which scope, and which it declares twice. The walk over the tree: js_text."""

from collections.abc import Iterator

from tree_sitter import Node as Syntax

from amowidget.finding import Span
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_nodes import FUNCTIONS, JsProblem, JsProblemKind, Scope
from amowidget.widget.source import Source

_BLOCKS = frozenset(
    {"program", "statement_block", "for_statement", "for_in_statement", "switch_statement", "class_static_block"}
)
_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_PATTERNS = frozenset(
    {
        *("object_pattern", "array_pattern", "assignment_pattern", "object_assignment_pattern", "rest_pattern"),
        *(
            "pair_pattern",
            "formal_parameters",
            "import_specifier",
            "named_imports",
            "namespace_import",
            "import_clause",
        ),
    }
)


def entered(source: Source, kind: str, node: Syntax, parent: Scope) -> Scope:
    """Return the scope that a node opens inside of another."""
    scope = Scope(node, kind, parent, parent.function, parent.is_strict or kind == "class_body")
    if kind in FUNCTIONS:
        scope.function = scope
        words = {child.type for child in node.children[:4]}
        scope.is_async = "async" in words
        scope.is_generator = "*" in words
    elif kind == "labeled_statement":
        label = node.child_by_field_name("label")
        scope.label = source.data[label.start_byte : label.end_byte].decode("utf-8", "replace") if label else ""
    elif kind == "catch_clause":
        pattern = node.child_by_field_name("parameter")
        for name in bound(pattern) if pattern is not None else ():
            scope.parameters[source.data[name.start_byte : name.end_byte].decode("utf-8", "replace")] = name
    return scope


def bound(pattern: Syntax) -> Iterator[Syntax]:
    """Yield the names that a pattern, a parameter list or an import binds."""
    waiting = [pattern]
    while waiting:
        node = waiting.pop()
        if node.type in _NAMES:
            yield node
        elif node.type == "import_specifier":
            waiting.append(node.child_by_field_name("alias") or node.child_by_field_name("name") or node.children[0])
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            waiting.extend(node.named_children[:1])
        elif node.type == "pair_pattern":
            waiting.extend(node.named_children[-1:])
        elif node.type in _PATTERNS:
            waiting.extend(node.named_children[::-1])


class Names:
    """Collects the declarations of a script in the order of its text."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._twice: list[tuple[Syntax, Syntax, str]] = []

    def declare(self, kind: str, node: Syntax, scope: Scope) -> None:
        """Take the names that a declaration brings into its scope."""
        if kind == "formal_parameters":
            self._parameters(node, scope)
        elif kind in ("lexical_declaration", "variable_declaration"):
            for declarator in node.named_children:
                pattern = declarator.child_by_field_name("name")
                for name in bound(pattern) if pattern is not None else ():
                    self._variable(name, declarator, scope, kind == "lexical_declaration")
        elif kind == "import_clause":
            for name in bound(node):
                self._variable(name, node, scope, is_lexical=True)
        else:
            named = node.child_by_field_name("name")
            if named is not None:
                self._function_or_class(named, node, scope)

    def single_parameter(self, node: Syntax, scope: Scope) -> None:
        """Take the parameter of an arrow function without parentheses."""
        name = node.child_by_field_name("parameter")
        if name is not None:
            scope.parameters[self._text(name)] = name

    def problems(self, offsets: ByteOffsets) -> Iterator[JsProblem]:
        """Yield the names that are declared twice, at the second place."""
        for name, other, text in self._twice:
            span = Span(offsets.character(name.start_byte), offsets.character(name.end_byte))
            yield JsProblem(JsProblemKind.REDECLARED, span, text, offsets.character(other.start_byte))

    def _text(self, node: Syntax) -> str:
        return self._source.data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")

    def _parameters(self, node: Syntax, scope: Scope) -> None:
        is_simple = all(child.type in ("identifier", "comment") for child in node.named_children)
        for name in bound(node):
            text = self._text(name)
            is_strict = scope.is_strict or scope.is_arrow or not is_simple or scope.kind == "method_definition"
            if text in scope.parameters and is_strict:
                self._twice.append((name, scope.parameters[text], text))
            scope.parameters.setdefault(text, name)

    def _variable(self, name: Syntax, declarator: Syntax, scope: Scope, is_lexical: bool) -> None:
        text = self._text(name)
        if is_lexical:
            self._lexical(name, text, declarator, _block(scope))
            return
        for around in scope.outwards():
            if text in around.lexical:
                self._twice.append((name, around.lexical[text], text))
                return
            if around.kind in _BLOCKS or around.is_function:
                # A declaration without a value does not hide the one that has it.
                if text not in around.declared or declarator.child_by_field_name("value") is not None:
                    around.declared[text] = declarator
                if around.is_function:
                    return

    def _function_or_class(self, name: Syntax, node: Syntax, scope: Scope) -> None:
        text = self._text(name)
        block = _block(scope)
        is_function = node.type != "class_declaration"
        at_top = block.kind == "program" or (block.parent is not None and block.parent.is_function)
        if is_function and (at_top or (text in block.lexical and _is_function(block.lexical[text]))):
            if text in block.lexical and not _is_function(block.lexical[text]):
                self._twice.append((name, block.lexical[text], text))
            block.declared[text] = node
        else:
            self._lexical(name, text, node, block)

    def _lexical(self, name: Syntax, text: str, node: Syntax, block: Scope) -> None:
        around = block.parent
        other = block.declared.get(text)
        if other is None and around is not None and (around.is_function or around.kind == "catch_clause"):
            other = around.parameters.get(text)
        if other is not None:
            self._twice.append((name, other, text))
        block.declared.setdefault(text, node)
        block.lexical.setdefault(text, node)


def _block(scope: Scope) -> Scope:
    return next((around for around in scope.outwards() if around.kind in _BLOCKS or around.is_function), scope)


def _is_function(node: Syntax) -> bool:
    return node.type in FUNCTIONS
