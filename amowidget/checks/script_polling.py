"""Functions that call themselves again and again by a timer, with nothing that could end it."""

from collections.abc import Iterator

from amowidget.checks.script_reach import names_of
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, argument, is_global
from amowidget.widget.js_nodes import FUNCTIONS, Call, Scope, Syntax
from amowidget.widget.js_returns import returns_of

_FAILING = ("fail", "catch", "error")
_LATER = ("setTimeout", "requestAnimationFrame")
# What stands in one of these may not come to its turn. A loop that awaits is judged by whoever reads it.
_MAYBE = frozenset(
    {
        *("if_statement", "else_clause", "ternary_expression", "switch_case", "switch_default", "binary_expression"),
        *("for_statement", "for_in_statement", "while_statement", "do_statement", "await_expression"),
    }
)


def polling(own: Own) -> Iterator[Call]:
    """Yield the timers by which a function calls itself once more whatever happens."""
    for call in own.script.calls_of(*_LATER):
        if is_global(call, call.name) and (called := _called(own, call)) and _comes_back(own, call, called):
            yield call


def _called(own: Own, call: Call) -> str:
    """Return the last name of what a timer calls: the function that it is given, or the only call in it."""
    first = argument(call, 0)
    if first is None:
        return ""
    if first.type in ("identifier", "member_expression"):
        return own.script.path(first).rpartition(".")[2]
    if first.type not in FUNCTIONS:
        return ""
    inside = [other for other in own.script.calls if first.start_byte <= other.node.start_byte < first.end_byte]
    return inside[0].name if len(inside) == 1 and not _is_maybe(inside[0].node, first) else ""


def _comes_back(own: Own, call: Call, called: str) -> bool:
    for around in call.scope.outwards():
        if not around.is_function:
            continue
        if _leaves(own, around) or _waits_for_failure(own, around):
            return False
        if called in names_of(own.script, around):
            return not _is_maybe(call.node, around.node) and _is_itself(own, call, around)
    return False


def _is_itself(own: Own, call: Call, function: Scope) -> bool:
    """Return whether a plain name that a timer is given stands for the function around it, as far as can be told."""
    first = argument(call, 0)
    if first is None or first.type != "identifier":
        return True
    known = resolved(own.script, first, call.scope)
    return known is None or known.id == function.node.id


def _waits_for_failure(own: Own, function: Scope) -> bool:
    """Return whether a function is called only where something has failed: what tries again ends when it succeeds."""
    around = function.node.parent
    if around is not None and around.type == "pair":
        key = around.child_by_field_name("key")
        return key is not None and (own.script.string(key) or own.script.text(key)) == "error"
    call = around.parent if around is not None and around.type == "arguments" else None
    if call is None or call.type != "call_expression":
        return False
    is_second = around is not None and around.named_children[0].id != function.node.id
    name = own.script.last_name(call)
    return name in _FAILING or (name == "then" and is_second)


def _is_maybe(node: Syntax, function: Syntax) -> bool:
    current = node.parent
    while current is not None and current.id != function.id:
        if current.type in _MAYBE or current.type == "try_statement":
            return True
        current = current.parent
    return False


def _leaves(own: Own, function: Scope) -> bool:
    """Return whether a function can end before its last statement."""
    return any(_is_maybe(statement, function.node) for statement in returns_of(own.script, function))
