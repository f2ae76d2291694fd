"""The parser at work: the tree of a script, and the nodes of it that are asked for. What it misreads: js_rereading."""

from functools import cache
from itertools import chain

from tree_sitter import Node as Syntax
from tree_sitter import Query, QueryCursor

from amowidget.widget.js_parser import language
from amowidget.widget.js_scopes import DECLARATIONS, SCOPES
from amowidget.widget.js_shapes import SHAPES

# What the rules, the scopes and the grammar ask for, beside the shapes.
_KINDS = frozenset(
    {
        *SCOPES,
        *DECLARATIONS,
        *("call_expression", "new_expression", "assignment_expression", "augmented_assignment_expression"),
        *("update_expression", "variable_declarator", "string", "template_string", "comment", "this", "super"),
        *("break_statement", "continue_statement", "throw_statement", "await_expression"),
        *("yield_expression", "meta_property", "regex", "import_statement", "export_statement", "object"),
        *("object_pattern", "array_pattern", "private_property_identifier", "switch_body", "try_statement"),
        *("with_statement", "html_comment", "debugger_statement"),
    }
)
_ASSIGNMENTS = ("assignment_expression", "augmented_assignment_expression")
_OPERATIONS = ("binary_expression", "unary_expression")
_NEAR_BYTES = 16
# What stands before an assignment and is no operator.
_NO_OPERATORS = (b";", b"{", b"}", b"(", b")", b"[", b",", b":", b"?")
_PARENTHESIS = ord("(")
_LEFTS = ("parenthesized_expression", "identifier")
_DEEPEST = 1000
_SAMPLED = 200


@cache
def _query(patterns: tuple[str, ...]) -> Query:
    kinds = "".join(f"({kind}) @{kind}\n" for kind in sorted(_KINDS))
    return Query(language(), kinds + "".join(patterns))


def captured(root: Syntax, data: bytes) -> dict[str, list[Syntax]]:
    """Return the nodes that are asked for by their kind, and what the shapes catch by its name; each list in no order."""
    if root.has_error:
        return _walked(root)
    signs = dict.fromkeys(shape.sign for shape in SHAPES)
    held = {sign for sign in signs if sign is None or sign(data)}
    asked = tuple(shape.patterns for shape in SHAPES if shape.sign in held)
    found = QueryCursor(_query(asked)).captures(root)
    # These two are asked of every script: as patterns they cost four times as much.
    for name, nodes in (("operand", _operands(found, data)), ("target", _targets(found, data))):
        if nodes:
            found.setdefault(name, []).extend(nodes)
    return found


def _operands(found: dict[str, list[Syntax]], data: bytes) -> list[Syntax]:
    """Return the assignments that are an operand of a binary or unary expression: that ends where they end."""
    operands = []
    for node in chain.from_iterable(found.get(kind, ()) for kind in _ASSIGNMENTS):
        start = node.start_byte
        # To ask a node for its parent costs the depth of the tree.
        if data[max(0, start - _NEAR_BYTES) : start].rstrip()[-1:] not in _NO_OPERATORS:
            around = node.parent
            if around is not None and around.type in _OPERATIONS and around.children[-1] == node:
                operands.append(node)
    return operands


def _targets(found: dict[str, list[Syntax]], data: bytes) -> list[Syntax]:
    """Return what is given a value and may be no target: what stands in parentheses, and operands of `+=` and `++`."""
    plain = (node for node in found.get("assignment_expression", ()) if data[node.start_byte] == _PARENTHESIS)
    lefts = (node.child_by_field_name("left") for node in (*plain, *found.get("augmented_assignment_expression", ())))
    targets = [left for left in lefts if left is not None and left.type in _LEFTS]
    updated = (node.child_by_field_name("argument") for node in found.get("update_expression", ()))
    return targets + [node for node in updated if node is not None]


def _walked(root: Syntax) -> dict[str, list[Syntax]]:
    """Return the nodes that are asked for by their kind. In a tree with errors a query takes the square of their number."""
    found: dict[str, list[Syntax]] = {}
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None and node.is_named and node.type in _KINDS:
            found.setdefault(node.type, []).append(node)
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found


def is_too_deep(root: Syntax) -> bool:
    """Return whether a tree nests deeper than anything that is written or built."""
    cursor = root.walk()
    if not root.has_error:
        for number in range(0, root.descendant_count, _SAMPLED):
            cursor.goto_descendant(number)
            if cursor.depth > _DEEPEST:
                return True
        return False
    # An error can have every token of a script for a child, and to go to one of them takes their number.
    depth = 0
    while depth <= _DEEPEST:
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            depth -= 1
            if not cursor.goto_parent():
                return False
    return True
