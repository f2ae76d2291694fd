"""What a value can be given to, and what can be an operand: assignments, patterns, loops, arrow functions."""

from collections.abc import Iterator, Mapping

from tree_sitter import Node as Syntax

from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Scope
from amowidget.widget.js_problems import JsProblemKind
from amowidget.widget.js_seen import Mistake, Rule, Seen, at, code_of, unwrapped

_PLAIN = frozenset({"identifier", "member_expression", "subscript_expression", "undefined"})
_CHAINED = frozenset({"member_expression", "subscript_expression", "call_expression"})
_STRICT = (b"eval", b"arguments")
# What goes on from an expression on the same line, and cannot go on from the body of an arrow function.
_GOES_ON = compiled(rb"[ \t]*(?:/\*[^*\n]*\*/)*[ \t]*([(\[.`?*%&|^<>+-]|/(?![/*])|in\b|instanceof\b)")
# What goes on from `a++` on the same line, as if that had a value to call or to ask a member of.
_STEPPED = compiled(rb"[ \t]*(?:\+\+|--)(?:[ \t]*([(\[`])|\s*(\.(?!\d)))")
_LET = compiled(rb"let(?![\w$])")
_TAG = compiled(rb"[\w$)\]]\s*\Z")
_ARROW = compiled(rb"\s*=>")
_UNEXPECTED, _BAD_TARGET = JsProblemKind.UNEXPECTED, JsProblemKind.BAD_TARGET


def _operand(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield what binds too loosely to be an operand."""
    scope = seen.ground.at(node)
    if "assignment" in node.type:
        yield at(_BAD_TARGET, node.child_by_field_name("left") or node)
    elif node.type == "arrow_function":
        yield at(_UNEXPECTED, node)
    elif (code := code_of(node, scope)) is not None and code.is_generator:
        yield _UNEXPECTED, node.start_byte, node.start_byte + 5, "yield"


def _target(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    inner = unwrapped(node)
    if inner is not None and inner.type == "yield_expression" and inner.child_count == 1:
        return  # a name, or told where it is a word
    if inner is None or inner.type not in _PLAIN or _is_optional(seen, inner) or _is_strict_name(seen, inner, scope):
        yield at(_BAD_TARGET, node)
    match = _STEPPED.match(seen.data, node.end_byte)
    if match:
        yield _UNEXPECTED, match.start(match.lastindex or 0), match.end(), ""


def _is_strict_name(seen: Seen, node: Syntax, scope: Scope) -> bool:
    return scope.is_strict and node.type.endswith(("identifier", "pattern")) and seen.text(node) in _STRICT


def _is_optional(seen: Seen, node: Syntax) -> bool:
    if not seen.has_link(node):
        return False
    current: Syntax | None = node
    while current is not None and current.type in _CHAINED:
        if any(child.type == "optional_chain" for child in current.children):
            return True
        current = current.child_by_field_name("object") or current.child_by_field_name("function")
    return False


def optional(seen: Seen) -> Iterator[Mistake]:
    """Yield assignments to what is only asked for when it is there."""
    for kind in ("assignment_expression", "augmented_assignment_expression"):
        for node in seen.found.get(kind, ()) if seen.optional_links else ():
            left = node.child_by_field_name("left") if seen.has_link(node) else None
            if left is not None and _is_optional(seen, left):
                yield at(_BAD_TARGET, left)


def _pattern(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield members that no pattern can assign to."""
    scope = seen.ground.at(node)
    for child in node.named_children:
        place = child
        if place.type == "pair_pattern":
            place = place.named_children[-1]
        if place.type in ("assignment_pattern", "object_assignment_pattern", "rest_pattern"):
            place = place.named_children[0]
        if _is_strict_name(seen, place, scope) or _is_optional(seen, place):
            yield at(_BAD_TARGET, place)


def _deleted(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    inner = unwrapped(node)
    member = inner.child_by_field_name("property") if inner is not None else None
    is_private = member is not None and member.type == "private_property_identifier"
    if is_private or (scope.is_strict and inner is not None and inner.type == "identifier"):
        yield at(JsProblemKind.BAD_DELETE, node)


def _new(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    callee = node.child_by_field_name("constructor")
    if callee is not None and _is_optional(seen, callee):
        yield at(_UNEXPECTED, callee)


def _tagged(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield templates behind what is only asked for when it is there."""
    if not seen.optional_links or not _TAG.search(seen.data, max(0, node.start_byte - 16), node.start_byte):
        return
    call = node.parent
    callee = call.child_by_field_name("function") if call is not None and call.type == "call_expression" else None
    if callee is not None and _is_optional(seen, callee):
        yield _UNEXPECTED, node.start_byte, node.start_byte + 1, ""


def _import(_seen: Seen, node: Syntax) -> Iterator[Mistake]:
    given = [child for child in node.named_children if child.type != "comment"]
    if not 1 <= len(given) <= 2 or any(child.type == "spread_element" for child in given):
        yield at(_UNEXPECTED, node)


def _loop(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    kind, left = node.child_by_field_name("kind"), node.child_by_field_name("left")
    operator, value = node.child_by_field_name("operator"), node.child_by_field_name("value")
    right = node.child_by_field_name("right")
    if left is None or operator is None or right is None:
        return
    sign = operator.type
    if kind is None:
        yield from _loop_target(seen, left, sign if node.children[1].type != "await" else "", scope)
    elif kind.type in ("using", "await") and sign == "in":
        yield at(_UNEXPECTED, operator)
    if value is not None and (sign == "of" or scope.is_strict or left.type != "identifier"):
        yield at(_UNEXPECTED, left)
    if node.children[1].type == "await" and (sign == "in" or not _can_await(seen, node, scope)):
        yield at(JsProblemKind.MISPLACED, node.children[1])
    if sign == "of" and right.type == "sequence_expression":
        yield at(_UNEXPECTED, right)


def _can_await(seen: Seen, node: Syntax, scope: Scope) -> bool:
    code = code_of(node, scope)
    return seen.is_module if code is None else code.is_async


def _loop_target(seen: Seen, left: Syntax, sign: str, scope: Scope) -> Iterator[Mistake]:
    text = seen.text(left)
    is_async = text == b"async" and not _ARROW.match(seen.data, left.end_byte)
    if sign == "of" and (is_async or _LET.match(text)):
        yield at(_UNEXPECTED, left)
    elif left.type == "parenthesized_expression" or _is_optional(seen, left) or _is_strict_name(seen, left, scope):
        yield from _target(seen, left)


def _arrow(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    body = node.child_by_field_name("body")
    if body is None:
        return
    arrow = next((child for child in reversed(node.children) if child.type == "=>"), None)
    before = arrow.prev_sibling if arrow is not None else None
    if arrow is not None and before is not None and seen.has_break(before.end_byte, arrow.start_byte):
        yield at(_UNEXPECTED, arrow)
    match = _GOES_ON.match(seen.data, node.end_byte) if body.type == "statement_block" else None
    if match:
        yield _UNEXPECTED, match.start(1), match.end(1), ""


RULES: Mapping[str, Rule] = {
    "operand": _operand,
    "target": _target,
    "array_pattern": _pattern,
    "object_pattern": _pattern,
    "deleted": _deleted,
    "new_expression": _new,
    "template_string": _tagged,
    "import": _import,
    "for_in_statement": _loop,
    "arrow_function": _arrow,
}
