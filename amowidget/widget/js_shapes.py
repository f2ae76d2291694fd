"""Shapes that the parser lets pass and JavaScript refuses, in the parser's own language of patterns.

What a pattern catches under the name of a kind of problem is one. What it catches under another name is looked at in
js_grammar and beside it. Two siblings of one pattern stand next to each other, or matching would take the square of
their number. A pattern whose outer node stands everywhere costs time everywhere: it is asked only where its sign is.
What is caught is an inner node: to catch an outer one and wait for what is in it costs many times more.
"""

from collections.abc import Callable
from typing import NamedTuple

from amowidget.pattern import compiled
from amowidget.widget.js_scopes import RESERVED_WORDS

Sign = Callable[[bytes], object]


class Shape(NamedTuple):
    """Patterns, and what the bytes of a script hold when they could catch something."""

    sign: Sign | None
    patterns: str


def _sign(*patterns: bytes) -> Sign:
    """Return whether one of some expressions is found; each is fast as long as it starts with plain letters."""
    searches = [compiled(pattern).search for pattern in patterns]
    return lambda data: any(search(data) for search in searches)


# Arrow functions and `yield` are no operands, nor are assignments (js_reading); the parser takes them for such.
_ASSIGNMENT = "[(assignment_expression) (augmented_assignment_expression)]"
_LOOSE = "[(arrow_function) (yield_expression)]"
_NO_HERITAGE = (
    "[(arrow_function) (yield_expression) (assignment_expression) (augmented_assignment_expression) "
    "(binary_expression) (unary_expression) (update_expression) (ternary_expression) (await_expression)]"
)
_QUOTED = " ".join(f'"{word}"' for word in sorted(RESERVED_WORDS))
_ALONE = "[(lexical_declaration) (using_declaration) (class_declaration) (generator_function_declaration)]"
_LOOPED = f"[{_ALONE[1:-1]} (function_declaration)]"
# Nothing that may follow starts as a gap does: none is tried again in parts.
_GAP = rb"\s*+(?:/\*(?:[^*]|\*(?!/))*+\*/\s*+)*+"
_DECLARES = (
    _GAP + rb"(?=[\w$])(?:[\w$]++" + _GAP + rb":" + _GAP + rb")?(?:let|const|class|function|async|using|await)\b"
)

# What scripts of today have together. Each set of patterns that is asked for has to be prepared, which takes 3 ms.
_OF_TODAY = _sign(rb"=>", rb"yield", rb"\.\.\.", rb"async(?:[ \t]|/\*[^*]*\*/)*[\r\n]")

SHAPES: tuple[Shape, ...] = (
    Shape(None, f"(await_expression {_ASSIGNMENT} @operand)\n(await_expression {_LOOSE} @operand)"),
    Shape(None, f"(class_heritage {_NO_HERITAGE} @unexpected)"),
    Shape(
        None,
        f"""
        (labeled_statement body: {_ALONE} @alone)
        (labeled_statement body: (function_declaration) @branch)
        """,
    ),
    Shape(None, '(unary_expression operator: "delete" argument: (_) @deleted)'),
    Shape(None, "(export_statement (using_declaration) @unexpected)"),
    # Texts in templates are told from code.
    Shape(None, "(template_string [(string_fragment) (escape_sequence)] @template-text)"),
    Shape(None, "[(jsx_element) (jsx_self_closing_element)] @jsx-element\n(jsx_text) @jsx-text"),
    Shape(None, "(decorator) @unexpected"),
    Shape(None, "(hash_bang_line) @hashbang"),
    Shape(
        None,
        f"""
        ((shorthand_property_identifier) @reserved (#any-of? @reserved {_QUOTED}))
        ((shorthand_property_identifier_pattern) @reserved (#any-of? @reserved {_QUOTED}))
        """,
    ),
    Shape(
        _OF_TODAY,
        f"""
        (binary_expression right: {_LOOSE} @operand)
        (unary_expression argument: {_LOOSE} @operand)
        """,
    ),
    Shape(
        _OF_TODAY,
        """
        (object_pattern (rest_pattern) . "," @unexpected)
        (object_pattern (rest_pattern [(object_pattern) (array_pattern)] @unexpected))
        (array_pattern (rest_pattern) . "," @unexpected)
        (formal_parameters (rest_pattern) . "," @unexpected)
        """,
    ),
    Shape(
        _OF_TODAY,
        """
        (function_expression "async" @async-start)
        (generator_function "async" @async-start)
        (arrow_function "async" @async-start parameters: (_))
        (object (method_definition "async" @async-start))
        """,
    ),
    Shape(
        _sign(rb"\?\?"),
        """
        (binary_expression operator: "??" @unexpected right: (binary_expression operator: ["||" "&&"]))
        (binary_expression left: (binary_expression operator: ["||" "&&"]) operator: "??" @unexpected)
        """,
    ),
    Shape(
        _sign(rb"\*\*(?!/)"),
        '(binary_expression left: [(unary_expression) (await_expression)] operator: "**" @unexpected)',
    ),
    Shape(
        _sign(rb"import" + _GAP + rb"\("),
        """
        (new_expression constructor: (call_expression) @unexpected)
        (new_expression constructor: (member_expression object: (call_expression function: (import)) @unexpected))
        (call_expression function: (import) arguments: (arguments) @import)
        """,
    ),
    Shape(
        _sign(rb"," + _GAP + rb",", rb"\(" + _GAP + rb",", rb"\{" + _GAP + rb","),
        """
        (object "{" . "," @unexpected)
        (object "{" . (comment) . "," @unexpected)
        (object "," . "," @unexpected)
        (object "," . (comment) . "," @unexpected)
        (object_pattern "{" . "," @unexpected)
        (object_pattern "," . "," @unexpected)
        (arguments "(" . "," @unexpected)
        (arguments "(" . (comment) . "," @unexpected)
        (arguments "," . "," @unexpected)
        (arguments "," . (comment) . "," @unexpected)
        (named_imports "{" . "," @unexpected)
        """,
    ),
    Shape(
        _sign(rb"\)" + _DECLARES, rb"else" + _DECLARES, rb"do" + _DECLARES),
        f"""
        (if_statement consequence: {_ALONE} @alone)
        (if_statement alternative: (else_clause {_ALONE} @alone))
        (while_statement body: {_LOOPED} @alone)
        (do_statement body: {_LOOPED} @alone)
        (for_statement body: {_LOOPED} @alone)
        (for_in_statement body: {_LOOPED} @alone)
        (with_statement body: {_LOOPED} @alone)
        (if_statement consequence: (function_declaration) @branch)
        (if_statement alternative: (else_clause (function_declaration) @branch))
        (if_statement consequence: (labeled_statement body: (function_declaration) @alone))
        (if_statement alternative: (else_clause (labeled_statement body: (function_declaration) @alone)))
        (while_statement body: (labeled_statement body: (function_declaration) @alone))
        (do_statement body: (labeled_statement body: (function_declaration) @alone))
        (for_statement body: (labeled_statement body: (function_declaration) @alone))
        (for_in_statement body: (labeled_statement body: (function_declaration) @alone))
        (with_statement body: (labeled_statement body: (function_declaration) @alone))
        """,
    ),
)
