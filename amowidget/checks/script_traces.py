"""SCR, sixth part: what a widget leaves behind in the page, or takes from others there."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_module import module
from amowidget.checks.script_traces_rules import RULES
from amowidget.checks.scripts import Own, argument, is_global, joined, own_calls, own_scripts, written_scripts
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Scope, Syntax
from amowidget.widget.widget import SCRIPT, Widget

_PAGE = compiled(r"^(?:\$|jQuery)\(\s*(?:document|window|['\"](?:body|html)['\"]|document\.body)\s*\)$")
_BODY = compiled(r"^(?:\$|jQuery)\(\s*(?:['\"](?:body|html)['\"]|document\.body)\s*\)$")
# These events belong to the host's page itself: who listens to them wants to outlive the place.
_OF_PAGE = compiled(r"page:|widget:|widgets:")
_ID = compiled(r"""<[a-z][^<>]*?\sid\s*=\s*\\?(["'])(?P<id>[A-Za-z][\w-]*)\\?\1""", re.IGNORECASE)
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
_REPLACED = ("html", "empty", "remove", "replaceWith", "text", "detach")


def timer_not_stopped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find timers in scripts that stop none."""
    for own, call in own_calls(widget, context, "setInterval"):
        if is_global(call, "setInterval") and not any(own.script.calls_of("clearInterval")):
            yield own.hit(call.callee)


def observer_not_stopped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find observers in scripts that disconnect none."""
    for own, call in own_calls(widget, context, "MutationObserver"):
        is_made = call.node.type == "new_expression" and is_global(call, "MutationObserver")
        if is_made and not any(own.script.calls_of("disconnect")):
            yield own.hit(call.callee)


def handler_left(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find handlers of the whole page that nothing takes off."""
    for own, call in own_calls(widget, context, "on", "bind"):
        if _is_of_page(own, call) and _stays(own, argument(call, 0)) and not _takes_off(own):
            yield own.hit(argument(call, 0) or call.callee, remedy=_OFF_BY_NAME)
    for own, call in own_calls(widget, context, "addEventListener"):
        first = argument(call, 0)
        name = own.script.string(first) if first is not None else None
        is_page = call.path.startswith(("document.", "window.")) or call.path == "addEventListener"
        is_left = bool(name) and not _OF_PAGE.search(name or "")
        if is_page and is_left and not any(own.script.calls_of("removeEventListener")):
            yield own.hit(first or call.callee, remedy=_OFF_BY_HAND)


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
        if b"id=" not in own.script.source.data.replace(b" ", b""):
            continue
        for node, _ in own.script.strings:
            span = own.script.span(node)
            for match in _ID.finditer(own.script.source.text, span.start, span.end):
                yield own.hit(Span(*match.span("id")), name=match["id"])


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


def _is_of_page(own: Own, call: Call) -> bool:
    return bool(_PAGE.match(_receiver(own, call)))


def _takes_off(own: Own) -> bool:
    return any(_is_of_page(own, call) for call in own.script.calls_of("off", "unbind"))


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
