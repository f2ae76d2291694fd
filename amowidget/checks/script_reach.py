"""Which functions of a script can run when one of them runs, as far as their names tell.

A function that is named anywhere in another one is taken for called by it: what is told as out of reach surely is.
"""

from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Context
from amowidget.checks.script_module import module
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import argument
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Scope, Script, Syntax
from amowidget.widget.source import encoded
from amowidget.widget.widget import SCRIPT, Widget

_NAME = compiled(rb"[\w$]+")
# Calls by whose name somebody else, in another module, ends what was begun.
_ENDS = compiled(
    r"(?:destroy|stop|dispose|clean|clear|teardown|tear_down|unmount|kill|cancel|unsubscribe|reset|shutdown|finish"
    r"|leave|exit)(?:[A-Z_]\w*)?"
)
_ENDED_HERE = frozenset({"clearInterval", "clearTimeout"})
_WRAPPERS = ("arguments", "call_expression", "member_expression", "parenthesized_expression")
_HIGHEST = 8
# A widget that lives on every page cleans up when this event tells it that it is left (runtime reference 2.4).
_LEAVING = b"page:changed"


class Reach(NamedTuple):
    """The functions that can run; `is_open` says that a call may end things out of sight, in another module."""

    functions: tuple[Scope, ...]
    is_open: bool

    def holds(self, node: Syntax) -> bool:
        """Return whether a node stands in one of the functions."""
        return any(function.node.start_byte <= node.start_byte < function.node.end_byte for function in self.functions)


def reached(script: Script, start: Scope) -> Reach:
    """Return what can run when a function runs, the function itself first."""
    named: dict[bytes, list[Scope]] = {}
    for function in script.functions.values():
        for name in names_of(script, function):
            named.setdefault(encoded(name), []).append(function)
    found = {start.node.id: start}
    waiting = [start]
    while waiting:
        node = waiting.pop().node
        words = set(_NAME.findall(script.source.data, node.start_byte, node.end_byte))
        called = [function for word in words & named.keys() for function in named[word]]
        waiting += [function for function in called if function.node.id not in found]
        found.update((function.node.id, function) for function in called)
    functions = tuple(found.values())
    return Reach(functions, any(_ends_elsewhere(script, function, named) for function in functions))


def reach_of_destroy(widget: Widget, context: Context, path: str) -> Reach | None:
    """Return what can run when the widget is destroyed; None where it cannot be told, in other scripts for one."""
    if path != SCRIPT:
        return None
    if "destroy" not in context.memo:
        context.memo["destroy"] = _reach_of_destroy(widget, context)
    found: Reach | None = context.memo["destroy"]
    return found


def _reach_of_destroy(widget: Widget, context: Context) -> Reach | None:
    made = module(widget, context)
    if made is None or not made.is_known:
        return None
    callback = made.callbacks.get("destroy")
    if callback is not None and callback.function is None:
        return None
    starts = [callback.function] if callback is not None and callback.function is not None else []
    leaving = _on_leaving(made.script)
    found = [reached(made.script, start) for start in (*starts, *(function for function in leaving if function))]
    functions = {function.node.id: function for reach in found for function in reach.functions}
    is_open = None in leaving or any(reach.is_open for reach in found)
    return Reach(tuple(functions.values()), is_open)


def _on_leaving(script: Script) -> list[Scope | None]:
    """Return the functions that run when the page changes, as the host announces it; None for one out of sight."""
    if _LEAVING not in script.source.data:
        return []
    found: list[Scope | None] = []
    for call in script.calls_of("on", "one", "bind"):
        events = argument(call, 0)
        if events is None or _LEAVING.decode() not in script.text(events):
            continue
        known = [resolved(script, node, call.scope) for node in call.arguments if node.id != events.id]
        functions = [script.functions.get(node.id) for node in known if node is not None]
        # The handlers of a map stand in it.
        inside = [function for function in script.functions.values() if _is_inside(function.node, events)]
        found += [function for function in functions if function is not None] or inside or [None]
    return found


def _is_inside(node: Syntax, other: Syntax) -> bool:
    return other.start_byte <= node.start_byte and node.end_byte <= other.end_byte


def _ends_elsewhere(script: Script, function: Scope, named: dict[bytes, list[Scope]]) -> bool:
    start, end = function.node.start_byte, function.node.end_byte
    inside = (call for call in script.calls if start <= call.node.start_byte < end)
    unseen = (call for call in inside if encoded(call.name) not in named and call.name not in _ENDED_HERE)
    # What ends an element or an animation, `$(...).stop()`, ends nothing else.
    return any(_ENDS.fullmatch(call.name) and "()" not in call.path.rpartition(".")[0] for call in unseen)


def names_of(script: Script, function: Scope) -> Iterator[str]:
    """Yield what a function is called by: its own name, and the name, key or member that it is given to."""
    own = function.node.child_by_field_name("name")
    if own is not None:
        yield script.text(own)
    current = function.node.parent
    for _ in range(_HIGHEST):
        if current is None or current.type not in _WRAPPERS:
            break
        current = current.parent
    given = given_to(script, current) if current is not None else None
    if given:
        yield given


def given_to(script: Script, around: Syntax) -> str | None:
    """Return the name, key or member that a declaration, an assignment or a pair gives its value to."""
    named = (
        around.child_by_field_name("left")
        or around.child_by_field_name("key")
        or around.child_by_field_name("name")
        or around.child_by_field_name("property")
    )
    if named is None or around.type not in ("variable_declarator", "assignment_expression", "pair", "field_definition"):
        return None
    if around.type == "assignment_expression":
        return script.path(named).rpartition(".")[2]
    return script.string(named) or script.text(named)
