"""Which scopes a script has, which names it declares in them, and which of them it must not declare. The tree: js_text."""

import sys
from collections.abc import Iterator, Mapping, Sequence

from tree_sitter import Node as Syntax

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_nodes import CLASS_CODE, FUNCTIONS, LOOPS, Ground, Scope
from amowidget.widget.js_problems import JsProblem, JsProblemKind
from amowidget.widget.source import Source

SCOPES = frozenset(
    {
        *FUNCTIONS,
        *LOOPS,
        *CLASS_CODE,
        *("statement_block", "switch_statement", "catch_clause", "class", "class_body", "labeled_statement"),
    }
)
DECLARATIONS = frozenset(
    {
        *("lexical_declaration", "variable_declaration", "using_declaration", "class_declaration", "import_clause"),
        *FUNCTIONS,
        *("for_in_statement", "catch_clause", "class"),
    }
)
STRICT_WORDS = frozenset(
    {"implements", "interface", "let", "package", "private", "protected", "public", "static", "yield"}
)
RESERVED_WORDS = frozenset(
    {
        *("break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else"),
        *("enum", "export", "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof"),
        *("new", "null", "return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void"),
        *("while", "with"),
    }
)
_BLOCKS = frozenset(
    {
        *("program", "statement_block", "for_statement", "for_in_statement", "switch_statement", "catch_clause"),
        "class_static_block",
    }
)
_DECLARED = ("function_declaration", "generator_function_declaration")
_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern", "undefined"})
_PATTERNS = frozenset(
    {
        *("object_pattern", "array_pattern", "rest_pattern", "formal_parameters", "named_imports", "import_clause"),
        "namespace_import",
    }
)
_PASSED = frozenset({"comment", "html_comment", "decorator", "string", "number"})
# What starts neither a text nor a comment, behind the bracket of the body.
_NO_DIRECTIVE = compiled(rb"\{?+\s*+[\w$(\[{}+*=!~@;:.,]")
# The head of a function whose parameters are names alone, with them.
_HEAD = compiled(rb"(?:async ++)?function *+\*? *+[\w$]*+ *+\(([\w$, ]*+)\)")
_UNNAMED = (b"function (", b"function(")
_NEVER = sys.maxsize
_ESCAPED = compiled(r"\\u(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]+)\})")


def bound(pattern: Syntax) -> Iterator[Syntax]:
    """Yield the names that a pattern, a parameter list or an import binds, and what stands there and is no name."""
    waiting = [pattern]
    while waiting:
        node = waiting.pop()
        kind = node.type
        if kind == "import_specifier":
            waiting.append(node.child_by_field_name("alias") or node.child_by_field_name("name") or node.children[0])
        elif kind in ("assignment_pattern", "object_assignment_pattern"):
            waiting.extend(node.named_children[:1])
        elif kind == "pair_pattern":
            waiting.extend(node.named_children[-1:])
        elif kind in _PATTERNS:
            waiting.extend(node.named_children[::-1])
        elif kind not in _PASSED:
            yield node


def decoded(name: str) -> str:
    """Return a name without its escapes."""
    if "\\" not in name:
        return name
    return _ESCAPED.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), name)


class Survey:
    """Goes once over the nodes that open scopes or declare names, in the order of the text."""

    def __init__(self, source: Source, root: Syntax, is_module: bool) -> None:
        self.functions: dict[int, Scope] = {}
        self._data = source.data
        self._has_directives = b"use strict" in source.data
        self.top = Scope(root, "program", None, is_module or self._is_strict(root))
        self._starts: list[int] = [0]
        self._scopes: list[Scope] = [self.top]
        self._open: list[tuple[int, Scope]] = [(_NEVER, self.top)]

    def run(self, nodes: Mapping[str, Sequence[Syntax]], names: "Names") -> Ground:
        """Make the scopes, let `names` take what is declared, and return where each scope stands.

        The block of a function is no scope of its own: what it declares belongs to the function.
        """
        for start, end, kind, _, node in self._events(nodes):
            around = scope = self._closed(start) if self._open[-1][0] <= start else self._open[-1][1]
            if kind == "statement_block" and around.is_function and self._open[-1][0] == -end:
                continue
            if kind in SCOPES:
                scope = self._entered(kind, node, around)
                self._starts.append(start)
                self._scopes.append(scope)
                self._open.append((-end, scope))
            if kind in DECLARATIONS:
                names.declare(kind, node, scope, around)
        self._closed(len(self._data) + 1)
        return Ground(self._starts, self._scopes)

    def _events(self, nodes: Mapping[str, Sequence[Syntax]]) -> list[tuple[int, int, str, int, Syntax]]:
        """Return the nodes that open scopes or declare names in the order of the text, with their places and kinds."""
        events = [
            (node.start_byte, -node.end_byte, kind, number, node)
            for kind in SCOPES | DECLARATIONS
            for number, node in enumerate(
                nodes.get(kind, ()) if kind != "statement_block" or self.top.node.has_error else ()
            )
        ]
        if not self.top.node.has_error:
            # Every second block is the body of a function: where every bracket has its pair, no other ends where one does.
            ends = {end for _, end, kind, _, _ in events if kind in FUNCTIONS}
            events += [
                (node.start_byte, end, "statement_block", number, node)
                for number, node in enumerate(nodes.get("statement_block", ()))
                if (end := -node.end_byte) not in ends
            ]
        events.sort()
        return events

    def _closed(self, start: int) -> Scope:
        """Leave the scopes that end before a byte; return the one that is left."""
        opened = self._open
        while opened[-1][0] <= start:
            end, _ = opened.pop()
            self._starts.append(end)
            self._scopes.append(opened[-1][1])
        return opened[-1][1]

    def _entered(self, kind: str, node: Syntax, parent: Scope) -> Scope:
        scope = Scope(node, kind, parent, parent.is_strict or kind in ("class", "class_body"))
        if kind in FUNCTIONS:
            self._function(kind, node, scope)
        elif kind in ("labeled_statement", "class"):
            named = node.child_by_field_name("label" if kind == "labeled_statement" else "name")
            text = self._text(named) if named is not None else ""
            scope.label, scope.own_name = (text, "") if kind == "labeled_statement" else ("", text)
        return scope

    def _function(self, kind: str, node: Syntax, scope: Scope) -> None:
        scope.function = scope
        self.functions[node.id] = scope
        if kind == "method_definition":
            name = node.child_by_field_name("name")
            words = {child.type for child in node.children if name is not None and child.end_byte <= name.start_byte}
            scope.is_async, scope.is_generator = "async" in words, "*" in words
        else:
            # An arrow function's only parameter may be called async.
            scope.is_async = self._data.startswith(b"async", node.start_byte) and node.children[0].type == "async"
            scope.is_generator = kind.startswith("generator")
        if kind in ("function_expression", "generator_function"):
            is_named = not self._data.startswith(_UNNAMED, node.start_byte)
            named = node.child_by_field_name("name") if is_named else None
            scope.own_name = self._text(named) if named is not None else ""
        elif kind == "arrow_function":
            parameter = node.child_by_field_name("parameter")
            if parameter is not None:
                scope.parameters[self._text(parameter)] = parameter
        if self._has_directives and not scope.is_strict:
            body = scope.body
            scope.is_strict = body is not None and body.type == "statement_block" and self._is_strict(body)

    def _is_strict(self, body: Syntax) -> bool:
        """Return whether a script or the body of a function starts with a directive for strict mode."""
        return self._has_directives and directive(self._data, body) is not None

    def _text(self, node: Syntax) -> str:
        return decoded(self._data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape"))


def directive(data: bytes, body: Syntax) -> Syntax | None:
    """Return the "use strict" at the start of a body, or None."""
    if _NO_DIRECTIVE.match(data, body.start_byte):
        return None
    for statement in body.named_children:
        if statement.type in ("comment", "hash_bang_line"):
            continue
        text = statement.named_children[0] if statement.type == "expression_statement" else statement
        if text.type != "string":
            break
        if data[text.start_byte + 1 : text.end_byte - 1] == b"use strict":
            return text
    return None


class Names:
    """Collects the declarations of a script in the order of its text."""

    def __init__(self, source: Source, is_module: bool) -> None:
        self._data = source.data
        self._is_module = is_module
        # Functions that stand alone as a branch of an if: their names reach no scope that could refuse them.
        self.alone: frozenset[int] = frozenset()
        self.is_whole = False
        self._found: list[tuple[JsProblemKind, Syntax, str, Syntax | None]] = []

    def declare(self, kind: str, node: Syntax, scope: Scope, around: Scope) -> None:
        """Take the names that a declaration brings into its scope; `around` is the scope before the node opens one."""
        if kind in FUNCTIONS:
            self._function(kind, node, scope, around)
        elif kind in ("lexical_declaration", "variable_declaration", "using_declaration"):
            for declarator in node.named_children:
                pattern = declarator.child_by_field_name("name")
                for name in bound(pattern) if pattern is not None else ():
                    self._variable(name, declarator, scope, kind != "variable_declaration")
        elif kind == "for_in_statement":
            self._loop(node, scope)
        elif kind == "catch_clause":
            self._caught(node, scope)
        elif kind == "import_clause":
            for name in bound(node):
                self._variable(name, node, scope, is_lexical=True)
        else:
            self._class(kind, node, around)

    def problems(self, offsets: ByteOffsets) -> Iterator[JsProblem]:
        """Yield the names that are declared twice, at the second place, and what can be no name."""
        for kind, name, text, other in self._found:
            span = Span(offsets.character(name.start_byte), offsets.character(name.end_byte))
            yield JsProblem(kind, span, text, offsets.character(other.start_byte) if other is not None else None)

    def _text(self, node: Syntax) -> str:
        return decoded(self._data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape"))

    def _named(self, name: Syntax, is_strict: bool, is_lexical: bool = False) -> str:
        """Return the text of a name that is bound; note it when it can be none."""
        text = self._text(name)
        if name.type not in _NAMES:
            self._found.append((JsProblemKind.BAD_TARGET, name, text[:40], None))
        elif (is_strict and text in ("eval", "arguments")) or (is_lexical and text == "let"):
            self._found.append((JsProblemKind.RESERVED, name, text, None))
        return text

    def _twice(self, name: Syntax, text: str, other: Syntax) -> None:
        self._found.append((JsProblemKind.REDECLARED, name, text, other))

    def _takes_plain(self, node: Syntax, scope: Scope) -> bool:
        """Take parameters that are names alone, and such as may stand there, by their text; return whether they are."""
        match = _HEAD.match(self._data, node.start_byte) if self.is_whole else None
        if match is None:
            return False
        names = match[1]
        if b"," in names and len({*names.replace(b" ", b"").split(b",")}) <= names.count(b","):
            return False
        if scope.is_strict and (b"eval" in names or b"arguments" in names):
            return False
        if names:
            scope.take_parameters(names)
        return True

    def _parameters(self, node: Syntax, scope: Scope) -> None:
        given = node.named_children
        is_plain = all(child.type == "identifier" for child in given)
        is_simple = is_plain or all(child.type in ("identifier", "comment", "undefined") for child in given)
        is_strict = scope.is_strict or scope.is_arrow or not is_simple or scope.kind == "method_definition"
        for name in given if is_plain else bound(node):
            text = self._named(name, scope.is_strict)
            if text in scope.parameters and is_strict:
                self._twice(name, text, scope.parameters[text])
            scope.parameters.setdefault(text, name)
        body = scope.body if scope.is_strict and not is_simple else None
        own = directive(self._data, body) if body is not None else None
        if own is not None:
            self._found.append((JsProblemKind.MISPLACED, own, "use strict", None))

    def _loop(self, node: Syntax, scope: Scope) -> None:
        kind, left = node.child_by_field_name("kind"), node.child_by_field_name("left")
        if kind is not None and left is not None:
            for name in bound(left):
                self._variable(name, node, scope, kind.type != "var")

    def _caught(self, node: Syntax, scope: Scope) -> None:
        pattern = node.child_by_field_name("parameter")
        if pattern is None:
            return
        for name in bound(pattern):
            text = self._named(name, scope.is_strict, is_lexical=pattern.type != "identifier")
            if text in scope.parameters:
                self._twice(name, text, scope.parameters[text])
            scope.parameters[text] = name
            if pattern.type != "identifier":
                scope.lexical[text] = name

    def _variable(self, name: Syntax, declarator: Syntax, scope: Scope, is_lexical: bool) -> None:
        text = self._named(name, scope.is_strict, is_lexical)
        if is_lexical:
            self._lexical(name, text, declarator, _block(scope))
            return
        for around in scope.outwards():
            if text in around.lexical:
                self._twice(name, text, around.lexical[text])
                return
            if around.kind in _BLOCKS or around.is_function:
                # A declaration without a value does not hide the one that has it.
                if text not in around.declared or declarator.child_by_field_name("value") is not None:
                    around.declared[text] = declarator
                if around.is_function or around.kind == "class_static_block":
                    return

    def _function(self, kind: str, node: Syntax, scope: Scope, around: Scope) -> None:
        has_name = kind in _DECLARED or bool(scope.own_name)
        name = node.child_by_field_name("name") if has_name else None
        if name is not None:
            if scope.is_strict:
                self._strict(name, self._text(name))
            if kind in _DECLARED:
                self._declared(name, node, scope, around)
        if self._takes_plain(node, scope):
            return
        given = node.child_by_field_name("parameters")
        if given is not None and given.named_child_count:
            self._parameters(given, scope)
        elif given is None and scope.is_strict and (only := node.child_by_field_name("parameter")) is not None:
            self._strict(only, self._text(only))

    def _class(self, kind: str, node: Syntax, around: Scope) -> None:
        name = node.child_by_field_name("name")
        if name is None:
            return
        text = self._text(name)
        # A class may be called eval by itself, though a declared one may not.
        if kind != "class" or text in STRICT_WORDS:
            self._strict(name, text)
        if kind != "class":
            self._lexical(name, text, node, _block(around))

    def _strict(self, name: Syntax, text: str) -> None:
        if text in ("eval", "arguments", *STRICT_WORDS):
            self._found.append((JsProblemKind.RESERVED, name, text, None))

    def _declared(self, name: Syntax, node: Syntax, scope: Scope, around: Scope) -> None:
        text = self._text(name)
        block = _block(around)
        if around.kind == "labeled_statement" or node.id in self.alone:
            block.declared.setdefault(text, node)
        elif self._is_hoisted(block):
            if text in block.lexical:
                self._twice(name, text, block.lexical[text])
            block.declared[text] = node
        else:
            self._block_function(name, text, scope, block)

    def _is_hoisted(self, block: Scope) -> bool:
        """Return whether functions declared in a block are variables, which may be declared again."""
        if block.kind == "program":
            return not self._is_module
        return block.kind == "class_static_block" or block.is_function

    def _block_function(self, name: Syntax, text: str, scope: Scope, block: Scope) -> None:
        other = block.lexical.get(text)
        is_plain = scope.kind == "function_declaration" and not (scope.is_async or scope.is_strict)
        if (
            is_plain
            and other is not None
            and other.type == "function_declaration"
            and other.children[0].type != "async"
        ):
            block.declared[text] = scope.node
        else:
            self._lexical(name, text, scope.node, block)

    def _lexical(self, name: Syntax, text: str, node: Syntax, block: Scope) -> None:
        around = block if block.is_function else block.parent
        other = block.declared.get(text)
        if other is None and around is not None and (around is block or around.kind == "catch_clause"):
            other = around.parameters.get(text)
        if other is not None:
            self._twice(name, text, other)
        block.declared.setdefault(text, node)
        block.lexical.setdefault(text, node)


def _block(scope: Scope) -> Scope:
    return next((around for around in scope.outwards() if around.kind in _BLOCKS or around.is_function), scope)
