"""SCR, seventh part: timers, observers, connections and handlers that go on when the widget is destroyed."""

import re
from collections.abc import Iterable, Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_polling import polling
from amowidget.checks.script_reach import reach_of_destroy
from amowidget.checks.script_traces_rules import RULES
from amowidget.checks.script_undoing import Stop, Undoing, handle, kept_as
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, argument, is_global, joined, own_scripts, sights
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Syntax
from amowidget.widget.widget import Widget

_PAGE = compiled(r"(?:\$|jQuery)\(\s*(?P<page>document|window|['\"](?:body|html)['\"]|document\.body)\s*\)")
# These events belong to the host's page itself: who listens to them wants to outlive the place.
_OF_PAGE = compiled(r"page:|widget:|widgets:")
_OFF_BY_NAME = (
    "On document write the event as 'click' + self.ns, which the host takes off; else take it off in destroy."
)
_OFF_BY_HAND = "Keep the function in a variable, and give it to removeEventListener in destroy."
_STOPPED_BY = {
    "setInterval": "clearInterval",
    "setTimeout": "clearTimeout",
    "requestAnimationFrame": "cancelAnimationFrame",
}
_TIMERS = tuple(_STOPPED_BY)
_STOPS = tuple(_STOPPED_BY.values())
_HANDED_ON = compiled(rb"(?<![\w$.])(?:window\.)?clear(?:Interval|Timeout)(?=\s*[,)])")
# What goes on until it is ended, and the method that ends it.
_GOING_ON = {
    "MutationObserver": ("observer", "disconnect"),
    "WebSocket": ("connection", "close"),
    "EventSource": ("connection", "close"),
}
_CHAINED = ("on", "off", "one", "bind", "unbind")
_SHORT = (
    *("click", "dblclick", "keydown", "keyup", "keypress", "mousedown", "mouseup", "mousemove", "mouseover"),
    *("scroll", "resize", "change", "submit"),
)
_ONCE_IN_A_PAGE = frozenset({"DOMContentLoaded", "load", "beforeunload", "unload", "pagehide"})


def timer_not_stopped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find timers that nothing stops when the widget is destroyed."""
    for own in own_scripts(widget, context):
        begun = [call for call in own.script.calls_of("setInterval") if is_global(call, "setInterval")]
        begun += polling(own)
        if not begun:
            continue
        undoing = Undoing(own.script, reach_of_destroy(widget, context, own.path))
        stops = [Stop(call.node, _handle_of(own, argument(call, 0))) for call in own.script.calls_of(*_STOPS)]
        stops += [Stop(sight.node, None) for sight in sights(own.script, _HANDED_ON, b"clear")]
        names = _names_of(own, own.script.calls_of(*_TIMERS))
        left = [call for call in begun if not undoing.stops(call, stops, names)]
        yield from (own.hit(call.callee, name=call.name, stop=_STOPPED_BY[call.name]) for call in left)


def observer_not_stopped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find observers and connections that nothing ends when the widget is destroyed."""
    for own in own_scripts(widget, context):
        names = _names_of(own, own.script.calls_of(*_GOING_ON))
        for name, (what, method) in _GOING_ON.items():
            begun = [
                call
                for call in own.script.calls_of(name)
                if call.node.type == "new_expression" and is_global(call, name)
            ]
            if not begun:
                continue
            undoing = Undoing(own.script, reach_of_destroy(widget, context, own.path))
            stops = [
                Stop(call.node, _handle_of(own, call.callee.child_by_field_name("object")))
                for call in own.script.calls_of(method)
            ]
            left = [call for call in begun if not undoing.stops(call, stops, names)]
            yield from (own.hit(call.callee, what=what, method=method) for call in left)


def handler_left(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find handlers of the whole page that nothing takes off when the widget is destroyed."""
    for own in own_scripts(widget, context):
        undoing = Undoing(own.script, reach_of_destroy(widget, context, own.path))
        yield from (own.hit(_place(call), remedy=_OFF_BY_NAME) for call in _left_by_jquery(own, undoing))
        yield from (own.hit(_place(call), remedy=_OFF_BY_HAND) for call in _left_by_dom(own, undoing))


def _place(call: Call) -> Syntax:
    first = argument(call, 0)
    return first if first is not None and call.name not in _SHORT else call.callee


def _left_by_jquery(own: Own, undoing: Undoing) -> Iterator[Call]:
    calls = [(call, page) for call in own.script.calls_of("on", "bind") if (page := _page(own, call))]
    offs = [(call, page) for call in own.script.calls_of("off", "unbind") if (page := _page(own, call))]
    handlers = [known for call, _ in calls for node in call.arguments if (known := _function(own, call, node))]
    for call, page in calls:
        here = [off for off, other in offs if other == page]
        if _stays(own, argument(call, 0), page) and not undoing.takes_off(call, here, handlers):
            yield call
    for call in own.script.calls_of(*_SHORT):
        if _page(own, call) and call.arguments and not undoing.takes_off(call, [off for off, _ in offs], handlers):
            yield call


def _left_by_dom(own: Own, undoing: Undoing) -> Iterator[Call]:
    begun = tuple(_listened(own, "addEventListener"))
    names = frozenset(name for call, _ in begun if (name := _handle_of(own, argument(call, 1))))
    for call, target in begun:
        removals = [other for other, its in _listened(own, "removeEventListener") if its == target]
        if _is_of_widget(own, call) and not undoing.removes(call, removals, names):
            yield call


def _function(own: Own, call: Call, node: Syntax) -> Syntax | None:
    known = resolved(own.script, node, call.scope)
    return known if known is not None and known.id in own.script.functions else None


def _page(own: Own, call: Call) -> str:
    """Return which part of the page a call of jQuery is about, or nothing when it is about less."""
    owner = call.callee.child_by_field_name("object")
    while owner is not None and owner.type == "call_expression":
        before = Call(own.script, owner)
        if before.callee.type != "member_expression" or before.name not in _CHAINED:
            break
        owner = before.callee.child_by_field_name("object")
    if owner is not None and owner.type == "identifier":
        owner = resolved(own.script, owner, call.scope)
    match = _PAGE.fullmatch(own.script.text(owner)) if owner is not None else None
    return match["page"].strip("'\"").removeprefix("document.") if match else ""


def _listened(own: Own, name: str) -> Iterator[tuple[Call, str]]:
    """Yield the calls of a method of document or window, with the one it is."""
    for call in own.script.calls_of(name):
        target = call.path.rpartition(".")[0] or "window"
        if target in ("document", "window", "document.body", "document.documentElement"):
            yield call, target


def _is_of_widget(own: Own, call: Call) -> bool:
    """Return whether a handler of the page listens to more than the page's own start and end."""
    first = argument(call, 0)
    name = own.script.string(first) if first is not None else None
    return bool(name) and not _OF_PAGE.search(name or "") and name not in _ONCE_IN_A_PAGE


def _stays(own: Own, events: Syntax | None, page: str) -> bool:
    """Return whether the host does not take a handler off: it does so on document, by the widget's own namespace."""
    if events is None or events.type in ("function_expression", "arrow_function"):
        return False
    if events.type == "object":
        return page != "document" or all(_is_plain(own, pair) for pair in events.named_children)
    parts = joined(own.script, events)
    text = "".join(part for part in parts if isinstance(part, str))
    if all(isinstance(part, str) for part in parts):
        return bool(text) and not _OF_PAGE.search(text)
    # What is computed may be the namespace, `self.ns`: on document the host takes that off. It is that of the last event.
    is_shared = page == "document" and isinstance(parts[0], str) and not re.search(r"\S\s+\S", parts[0])
    return bool(text) and events.type in ("binary_expression", "template_string") and not is_shared


def _is_plain(own: Own, pair: Syntax) -> bool:
    key = pair.child_by_field_name("key")
    return key is not None and key.type != "computed_property_name" and not _OF_PAGE.search(own.script.text(key))


def _handle_of(own: Own, node: Syntax | None) -> str | None:
    return handle(own.script, node) if node is not None else None


def _names_of(own: Own, begun: Iterable[Call]) -> frozenset[str]:
    """Return all names that timers or observers are kept under."""
    return frozenset(name for call in begun if (name := kept_as(own.script, call.node)))


_FUNCTIONS = (timer_not_stopped, observer_not_stopped, handler_left)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES[:3], _FUNCTIONS, strict=True))
