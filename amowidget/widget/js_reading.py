"""The parser at work: the tree of a script, and the nodes of it that are asked for. What it misreads: js_rereading."""

from functools import cache

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
        *("return_statement", "break_statement", "continue_statement", "throw_statement", "await_expression"),
        *("yield_expression", "meta_property", "regex", "import_statement", "export_statement", "object"),
        *("object_pattern", "array_pattern", "private_property_identifier", "switch_body", "try_statement"),
        *("with_statement", "html_comment"),
    }
)
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
    asked = tuple(shape.patterns for shape in SHAPES if shape.sign is None or shape.sign(data))
    return QueryCursor(_query(asked)).captures(root)


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
    for number in range(0, root.descendant_count, _SAMPLED):
        cursor.goto_descendant(number)
        if cursor.depth > _DEEPEST:
            return True
    return False
