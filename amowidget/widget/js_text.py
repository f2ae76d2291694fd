"""Reads a script: its syntax tree, walked once, with the functions, scopes and problems in it. Never raises."""

import re
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Parser
from tree_sitter import Node as Syntax

from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_grammar import Grammar
from amowidget.widget.js_mistakes import mistakes
from amowidget.widget.js_nodes import FUNCTIONS, LOOPS, JsProblem, Placed, Scope, Script
from amowidget.widget.js_scopes import Names, entered
from amowidget.widget.source import Source

# What the rules and the grammar ask for; everything else is only passed by.
_KEPT = frozenset(
    {
        *("call_expression", "new_expression", "assignment_expression", "augmented_assignment_expression"),
        *("update_expression", "variable_declarator", "string", "template_string", "comment", "this", "super"),
        *("return_statement", "break_statement", "continue_statement", "labeled_statement", "await_expression"),
        *("yield_expression", "meta_property", "regex", "number", "import_statement", "export_statement"),
        *("jsx_element", "jsx_self_closing_element", "unary_expression", "binary_expression", "with_statement"),
        *("class_body", "object", "rest_pattern", "private_property_identifier", "switch_body", "try_statement"),
        *("for_statement", "for_in_statement", "if_statement", "while_statement", "do_statement", "arguments"),
        *("expression_statement", "decorator", "method_definition"),
    }
)
_SCOPES = frozenset(
    {
        *FUNCTIONS,
        *LOOPS,
        *("statement_block", "switch_statement", "catch_clause", "class_body", "class_static_block"),
        *("labeled_statement", "field_definition"),
    }
)
_DECLARATIONS = frozenset(
    {
        *("lexical_declaration", "variable_declaration", "class_declaration", "function_declaration"),
        *("generator_function_declaration", "import_clause", "formal_parameters"),
    }
)
# Their inside holds nothing that is asked for.
_LEAVES = frozenset({"string", "regex", "comment", "number", *"(){}[],;:.=+"})
_NOTICED = _KEPT | _SCOPES | _DECLARATIONS

# Kinds that stand everywhere and matter only to what the grammar asks: passed by where the text cannot hold a mistake.
_RARELY_NEEDED = {
    "binary_expression": re.compile(rb"\?\?|\*\*"),
    "arguments": re.compile(rb"[(,]\s*,"),
    "unary_expression": re.compile(rb"\bdelete\b"),
    "number": re.compile(rb"(?<![\w$])(?:0[0-9_]|[1-9]\d*[A-Za-z_])"),
}


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_javascript.language()))


def parse(source: Source, is_module: bool = False) -> Script:
    """Read a script, whatever its bytes are; `is_module` allows import and export."""
    root = _parser().parse(source.data).root_node
    offsets = ByteOffsets(source)
    walk = _Walk(source, root)
    walk.run()
    grammar = Grammar(source, offsets, walk, is_module)
    problems: list[JsProblem] = list(mistakes(source, offsets, root)) if root.has_error else []
    # After a mistake the rest is guessed: what the grammar would tell about it could be wrong.
    problems = problems or [*walk.names.problems(offsets), *grammar.problems()]
    kept = {kind: tuple(found) for kind, found in walk.kept.items()}
    return Script(source, root, walk.top, kept, walk.functions, tuple(sorted(problems)), offsets)


class _Walk:
    """One walk over a tree, in the order of the text, without recursion: hostile scripts nest deep."""

    def __init__(self, source: Source, root: Syntax) -> None:
        self.root = root
        self.top = Scope(root, "program", None, is_strict=_is_strict(source, root))
        self.kept: dict[str, list[Placed]] = {kind: [] for kind in _KEPT}
        self.functions: dict[int, Scope] = {}
        self.names = Names(source)
        self._source = source
        self._noticed = _NOTICED - {kind for kind, sign in _RARELY_NEEDED.items() if not sign.search(source.data)}

    def run(self) -> None:
        cursor = self.root.walk()
        down, across, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
        scope, open_scopes, depth, closes_at = self.top, [(-1, self.top)], 0, -1
        noticed = self._noticed
        while True:
            node: Syntax = cursor.node  # type: ignore[assignment]  # a cursor always stands on a node
            kind = node.type
            while depth <= closes_at:
                open_scopes.pop()
                closes_at, scope = open_scopes[-1]
            if kind in noticed:
                scope = self._notice(kind, node, scope)
                if kind in _SCOPES:
                    open_scopes.append((depth, scope))
                    closes_at = depth
            if kind not in _LEAVES and down():
                depth += 1
                continue
            while not across():
                if not up():
                    return
                depth -= 1

    def _notice(self, kind: str, node: Syntax, scope: Scope) -> Scope:
        """Take what a node tells, and return the scope of what it holds."""
        if kind in _KEPT:
            self._keep(kind, node, scope)
        if kind in _DECLARATIONS:
            self.names.declare(kind, node, scope)
        return self._enter(kind, node, scope) if kind in _SCOPES else scope

    def _enter(self, kind: str, node: Syntax, parent: Scope) -> Scope:
        scope = entered(self._source, kind, node, parent)
        if kind in FUNCTIONS:
            self.functions[node.id] = scope
            self.names.single_parameter(node, scope)
            body = node.child_by_field_name("body")
            if body is not None and body.type == "statement_block" and not scope.is_strict:
                scope.is_strict = _is_strict(self._source, body)
        return scope

    def _keep(self, kind: str, node: Syntax, scope: Scope) -> None:
        if node.is_named:
            self.kept[kind].append(Placed(node, scope))
        if kind == "this":
            owner = scope.owner()
            (owner or self.top).this.append(node)
        elif kind == "return_statement" and scope.function:
            scope.function.returns.append(node)


def _is_strict(source: Source, body: Syntax) -> bool:
    first = next((child for child in body.named_children[:3] if child.type != "comment"), None)
    word = first.named_child(0) if first is not None and first.type == "expression_statement" else None
    return word is not None and source.data[word.start_byte + 1 : word.end_byte - 1] == b"use strict"
