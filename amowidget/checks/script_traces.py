"""SCR, seventh part: what a widget leaves behind in the page, or takes from others there."""

import re
from collections.abc import Iterable, Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.markup import markup, templates
from amowidget.checks.script_module import module
from amowidget.checks.script_reach import reach_of_destroy
from amowidget.checks.script_traces_rules import RULES
from amowidget.checks.script_undoing import Undoing, handle, kept_as
from amowidget.checks.scripts import Own, argument, is_global, joined, member, own_scripts, written_scripts
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Scope, Syntax
from amowidget.widget.widget import SCRIPT, Widget

_PAGE = compiled(r"^(?:\$|jQuery)\(\s*(?P<page>document|window|['\"](?:body|html)['\"]|document\.body)\s*\)$")
_BODY = compiled(r"^(?:\$|jQuery)\(\s*(?:['\"](?:body|html)['\"]|document\.body)\s*\)$")
# These events belong to the host's page itself: who listens to them wants to outlive the place.
_OF_PAGE = compiled(r"page:|widget:|widgets:")
_ID = compiled(r"""<[a-z][^<>]*?\sid\s*=\s*\\?(["'])(?P<id>[A-Za-z][\w-]*)\\?\1""", re.IGNORECASE)
_PLAIN_ID = compiled(r"[A-Za-z][\w-]*")
_STYLE_LINK = compiled(r"<link\b", re.IGNORECASE)
_STYLE_SOUGHT = compiled(rb"link\[|querySelector|getElementById|styleSheets")
# Containers of the host that hold what is not the widget's: runtime reference 9.
_CONTAINERS = compiled(
    r"""^(?:\$|jQuery)\(\s*['"](?P<name>\#(?:page_holder|card_holder|card_fields|notes_holder|widgets_block|list_table
    |work_area|nano-card-widgets|left_menu)|\.(?:feed-compose|card-holder__fields|nav__menu|content__top
    |card-holder__feed|modal-body))['"]\s*\)$""",
    re.VERBOSE,
)
_OFF_BY_NAME = (
    "On document write the event as 'click' + self.ns, which the host takes off; else take it off in destroy."
)
_OFF_BY_HAND = "Keep the function in a variable, and give it to removeEventListener in destroy."
_TIMERS = ("setInterval", "setTimeout")
_STOPS = ("clearInterval", "clearTimeout")
_CHAINED = ("on", "off", "one", "bind", "unbind")
_ONCE_IN_A_PAGE = frozenset({"DOMContentLoaded", "load", "beforeunload", "unload", "pagehide"})
_REPLACED = ("html", "empty", "remove", "replaceWith", "text", "detach")


def timer_not_stopped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find timers that nothing stops when the widget is destroyed."""
    for own in own_scripts(widget, context):
        begun = [call for call in own.script.calls_of("setInterval") if is_global(call, "setInterval")]
        undoing = Undoing(own.script, reach_of_destroy(widget, context, own.path)) if begun else None
        stops = [(call, _handle_of(own, argument(call, 0))) for call in own.script.calls_of(*_STOPS)]
        names = _names_of(own, own.script.calls_of(*_TIMERS)) if begun else frozenset()
        for call in begun:
            if undoing is not None and not undoing.stops(call, stops, names):
                yield own.hit(call.callee)


def observer_not_stopped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find observers that nothing disconnects when the widget is destroyed."""
    for own in own_scripts(widget, context):
        begun = [
            call
            for call in own.script.calls_of("MutationObserver")
            if call.node.type == "new_expression" and is_global(call, "MutationObserver")
        ]
        undoing = Undoing(own.script, reach_of_destroy(widget, context, own.path)) if begun else None
        stops = [
            (call, _handle_of(own, call.callee.child_by_field_name("object")))
            for call in own.script.calls_of("disconnect")
        ]
        for call in begun:
            if undoing is not None and not undoing.stops(call, stops, _names_of(own, begun)):
                yield own.hit(call.callee)


def handler_left(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find handlers of the whole page that nothing takes off when the widget is destroyed."""
    for own in own_scripts(widget, context):
        undoing = Undoing(own.script, reach_of_destroy(widget, context, own.path))
        for call in (*_left_by_jquery(own, undoing), *_left_by_dom(own, undoing)):
            is_dom = call.name == "addEventListener"
            yield own.hit(argument(call, 0) or call.callee, remedy=_OFF_BY_HAND if is_dom else _OFF_BY_NAME)


def _left_by_jquery(own: Own, undoing: Undoing) -> Iterator[Call]:
    for call in own.script.calls_of("on", "bind"):
        page = _page(own, call)
        if page and _stays(own, argument(call, 0)):
            offs = [other for other in own.script.calls_of("off", "unbind") if _page(own, other) == page]
            if not undoing.takes_off(call, offs):
                yield call


def _left_by_dom(own: Own, undoing: Undoing) -> Iterator[Call]:
    begun = tuple(_listened(own, "addEventListener"))
    names = frozenset(name for call, _ in begun if (name := _handle_of(own, argument(call, 1))))
    for call, target in begun:
        removals = [other for other, its in _listened(own, "removeEventListener") if its == target]
        if _is_of_widget(own, call) and not undoing.removes(call, removals, names):
            yield call


def all_timers_stopped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find loops that stop every timer of the page."""
    for own in own_scripts(widget, context):
        for call in own.script.calls_of("clearInterval", "clearTimeout"):
            counter = argument(call, 0)
            if counter is not None and counter.type == "identifier" and _counts(own, call, counter):
                yield own.hit(call.callee)


def element_left(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find elements that are put into the page's body by scripts that remove nothing."""
    for own in own_scripts(widget, context):
        if any(own.script.calls_of("remove", "removeChild", "detach")):
            continue
        for call in own.script.calls_of("append", "prepend"):
            if _BODY.match(_receiver(own, call)):
                yield own.hit(call.callee)
        for call in own.script.calls_of("appendTo", "prependTo"):
            first = argument(call, 0)
            if first is not None and own.script.string(first) == "body":
                yield own.hit(call.node if call.node.start_point[0] == call.node.end_point[0] else first)
        for call in own.script.calls_of("appendChild"):
            if call.path == "document.body.appendChild":
                yield own.hit(call.callee)


def static_id(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find elements with an id that another widget may have as well."""
    for own in written_scripts(widget, context):
        for node in _given_ids(own):
            name = own.script.string(node)
            if name and _PLAIN_ID.fullmatch(name):
                yield own.hit(node, name=name)
        if b"id=" not in own.script.source.data.replace(b" ", b""):
            continue
        for node, _ in own.script.strings:
            span = own.script.span(node)
            for match in _ID.finditer(own.script.source.text, span.start, span.end):
                yield own.hit(Span(*match.span("id")), name=match["id"])
    for path, template in templates(widget):
        for match in markup(template, _ID):
            yield Hit(path, Span(*match.span("id")), {"name": match["id"]})


def _given_ids(own: Own) -> Iterator[Syntax]:
    """Yield what elements are given as an id: by their attribute, by jQuery, or as their property."""
    script = own.script
    for call in script.calls_of("setAttribute", "attr", "prop"):
        first, second = argument(call, 0), argument(call, 1)
        if first is not None and second is not None and script.string(first) == "id":
            yield second
    for call in script.calls_of("$", "jQuery"):
        first = argument(call, 0)
        value = member(script, argument(call, 1), "id")
        if first is not None and value is not None and (script.string(first) or "").startswith("<"):
            yield value
    made = {script.text(node) for call in script.calls_of("createElement") if (node := _made_name(call)) is not None}
    for node, _ in script.of_kind("assignment_expression") if made else ():
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        owner, _, name = script.path(left).rpartition(".") if left is not None else ("", "", "")
        if name == "id" and owner in made and right is not None:
            yield right


def _made_name(call: Call) -> Syntax | None:
    """Return the variable that an element is kept in as it is made."""
    around = call.node.parent
    if around is None or around.type not in ("variable_declarator", "assignment_expression"):
        return None
    return around.child_by_field_name("name") or around.child_by_field_name("left")


def style_link_repeated(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find links to a style sheet that every call of a callback appends once more."""
    made = module(widget, context)
    for own in own_scripts(widget, context):
        if made is None or own.path != SCRIPT or _STYLE_SOUGHT.search(own.script.source.data):
            continue
        for call in own.script.calls_of("append", "prepend"):
            first = argument(call, 0)
            text = "".join(part for part in joined(own.script, first) if isinstance(part, str)) if first else ""
            if _STYLE_LINK.search(text) and "head" in _receiver(own, call) and _is_in(call.scope, made.constructor):
                yield own.hit(call.callee)


def host_container_changed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find containers of the host that are emptied or replaced."""
    for own in own_scripts(widget, context):
        for call in own.script.calls_of(*_REPLACED):
            match = _CONTAINERS.match(_receiver(own, call))
            is_written = bool(call.arguments) or not call.path.endswith((".html", ".text"))
            if match and is_written:
                yield own.hit(call.callee, name=match["name"])


def _receiver(own: Own, call: Call) -> str:
    owner = call.callee.child_by_field_name("object")
    is_short = owner is not None and owner.end_byte - owner.start_byte < 200
    return own.script.text(owner) if owner is not None and is_short else ""


def _page(own: Own, call: Call) -> str:
    """Return which part of the page a call of jQuery is about, or nothing when it is about less."""
    owner = call.callee.child_by_field_name("object")
    while owner is not None and owner.type == "call_expression":
        before = Call(own.script, owner)
        if before.callee.type != "member_expression" or before.name not in _CHAINED:
            break
        owner = before.callee.child_by_field_name("object")
    match = _PAGE.match(own.script.text(owner)) if owner is not None else None
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


def _handle_of(own: Own, node: Syntax | None) -> str | None:
    return handle(own.script, node) if node is not None else None


def _names_of(own: Own, begun: Iterable[Call]) -> frozenset[str]:
    """Return all names that timers or observers are kept under."""
    return frozenset(name for call in begun if (name := kept_as(own.script, call.node)))


def _stays(own: Own, events: Syntax | None) -> bool:
    """Return whether no namespace that could be the widget's own stands in the names of events."""
    if events is None:
        return False
    parts = joined(own.script, events)
    if not all(isinstance(part, str) for part in parts):
        return False  # the namespace of the widget, `self.ns`, is computed
    text = "".join(part for part in parts if isinstance(part, str))
    return bool(text) and not _OF_PAGE.search(text)


def _counts(own: Own, call: Call, counter: Syntax) -> bool:
    """Return whether an argument is the counter of a loop around the call."""
    current = call.node.parent
    while current is not None and current.type not in ("function_expression", "function_declaration", "program"):
        start = current.child_by_field_name("initializer") if current.type == "for_statement" else None
        if start is not None and re.search(rf"\b{re.escape(own.script.text(counter))}\b", own.script.text(start)):
            return True
        current = current.parent
    return False


def _is_in(scope: Scope, function: Scope | None) -> bool:
    return any(around is function for around in scope.outwards())


_FUNCTIONS = (
    timer_not_stopped,
    observer_not_stopped,
    handler_left,
    all_timers_stopped,
    element_left,
    static_id,
    style_link_repeated,
    host_container_changed,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
