"""SCR, eighth part: what a widget puts into the page, or takes from others there."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.markup import markup, templates
from amowidget.checks.script_module import module
from amowidget.checks.script_traces_rules import RULES
from amowidget.checks.scripts import Own, argument, joined, member, own_scripts, whole_scripts, written_scripts
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Scope, Syntax
from amowidget.widget.widget import SCRIPT, Widget

_BODY = compiled(r"^(?:\$|jQuery)\(\s*(?:['\"](?:body|html)['\"]|document\.body)\s*\)$")
_ID = compiled(
    r"""<[a-z](?:[^<>"']|"[^"<]*"|'[^'<]*'|\\["'])*?\sid\s*=\s*
    (?:\\?(?P<quote>["'])(?P<id>[A-Za-z][\w-]*)\\?(?P=quote)|(?P<bare>[A-Za-z][\w-]*)(?=[\s>]))""",
    re.IGNORECASE | re.VERBOSE,
)
_ID_SIGN = compiled(rb"i *d *=")
_PLAIN_ID = compiled(r"[A-Za-z][\w-]*")
_STYLE_LINK = compiled(r"<link\b", re.IGNORECASE)
_STYLE_SOUGHT = compiled(rb"link\[|querySelector|getElementById|styleSheets")
# Containers of the host that hold what is not the widget's: runtime reference 9.
_CONTAINERS = compiled(
    r"""^(?:\$|jQuery)\(\s*['"](?P<name>\#(?:page_holder|card_holder|card_fields|notes_holder|widgets_block|list_table
    |work_area|nano-card-widgets)|\.(?:feed-compose|card-holder__fields|content__top
    |card-holder__feed|modal-body))['"]\s*\)$""",
    re.VERBOSE,
)
# Where a loop tells what it counts.
_COUNTED = {"for_statement": "initializer", "while_statement": "condition", "do_statement": "condition"}
_REPLACED = ("html", "empty", "remove", "replaceWith", "text", "detach")


def all_timers_stopped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find loops that stop every timer of the page."""
    for own in whole_scripts(widget, context):
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
        if not _ID_SIGN.search(own.script.source.data):
            continue
        for node, _ in own.script.strings:
            span = own.script.span(node)
            for match in _ID.finditer(own.script.source.text, span.start, span.end):
                group = "id" if match["id"] else "bare"
                yield own.hit(Span(*match.span(group)), name=match[group])
    for path, template in templates(widget):
        for match in markup(template, _ID):
            group = "id" if match["id"] else "bare"
            yield Hit(path, Span(*match.span(group)), {"name": match[group]})


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
    for own in whole_scripts(widget, context):
        for call in own.script.calls_of(*_REPLACED):
            match = _CONTAINERS.match(_receiver(own, call))
            is_written = bool(call.arguments) or not call.path.endswith((".html", ".text"))
            if match and is_written:
                yield own.hit(call.callee, name=match["name"])


def _receiver(own: Own, call: Call) -> str:
    owner = call.callee.child_by_field_name("object")
    is_short = owner is not None and owner.end_byte - owner.start_byte < 200
    return own.script.text(owner) if owner is not None and is_short else ""


def _counts(own: Own, call: Call, counter: Syntax) -> bool:
    """Return whether an argument is the counter of a loop around the call."""
    current = call.node.parent
    while current is not None and current.type not in ("function_expression", "function_declaration", "program"):
        start = current.child_by_field_name(_COUNTED.get(current.type, ""))
        name = re.escape(own.script.text(counter))
        pattern = rf"\b{name}\b" if current.type == "for_statement" else rf"--\s*{name}\b|\b{name}\s*--"
        if start is not None and re.search(pattern, own.script.text(start)):
            return True
        current = current.parent
    return False


def _is_in(scope: Scope, function: Scope | None) -> bool:
    return any(around is function for around in scope.outwards())


_FUNCTIONS = (
    all_timers_stopped,
    element_left,
    static_id,
    style_link_repeated,
    host_container_changed,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES[3:], _FUNCTIONS, strict=True))
