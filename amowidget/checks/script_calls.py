"""SCR, fifth part: script elements, requests in loops, and what is done with the data of the host."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.markup import markup_everywhere
from amowidget.checks.script_calls_rules import RULES
from amowidget.checks.script_requests import METHODS, REQUESTS, is_request
from amowidget.checks.script_uses import kept_uses, unpacked
from amowidget.checks.script_values import is_assigned_later, resolved
from amowidget.checks.scripts import argument, member, own_calls, own_scripts, sights, whole_scripts
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import FUNCTIONS, LOOPS, Call, Scope, Script, Syntax
from amowidget.widget.js_returns import returns_of
from amowidget.widget.widget import Widget

# Copying into the host's data writes it too.
_MERGERS = frozenset(
    {
        "Object.assign",
        "$.extend",
        "jQuery.extend",
        "_.extend",
        "_.assign",
        "_.defaults",
        "_.merge",
        "Object.defineProperty",
        "Reflect.set",
    }
)
_EACH = ("forEach", "map", "each", "filter", "reduce", "some", "every")
# What is in them runs under a condition.
_CONDITIONS = frozenset(
    {
        "if_statement",
        "ternary_expression",
        "switch_case",
        "switch_default",
        "catch_clause",
        "augmented_assignment_expression",
        *LOOPS,
    }
)
_HOST = compiled(rb"(?<![\w$.])(?:window\.)?(?:APP|AMOCRM)\.([\w$]+(?:\.[\w$]+)?)")
# The members that the page on environment variables and the page of the JS SDK name.
_DOCUMENTED = frozenset(
    {
        *("getBaseEntity", "isCard", "getWidgetsArea", "getV3WidgetsArea", "lang_id", "constant", "sdk"),
        *("data.current_view", "data.current_list", "data.current_card", "widgets.legal_handlers", "notifications"),
        *("addNotificationCallback", "developer"),
    }
)
_ELEMENT_MADE = compiled(r"(?:window\.)?document\.createElement(?:NS)?")
_TAG_GIVEN = compiled(rb"\(\s*['\"`]\s*<script", re.IGNORECASE)
_TAG = compiled(r"\s*<script\s*/?>(?:\s*</script\s*>)?\s*", re.IGNORECASE)
_MARKUP = compiled(r"<script[\s>]", re.IGNORECASE)
_HOST_NAMES = ("APP", "AMOCRM")
_HOST_SIGNS = (b"APP", b"AMOCRM")


def script_element(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find script elements that are made by code."""
    for own, call in own_calls(widget, context, "createElement", "createElementNS"):
        tag = argument(call, int(call.path.endswith("NS")))
        is_page = _ELEMENT_MADE.fullmatch(call.path)
        known = resolved(own.script, tag, call.scope) if tag is not None and is_page else None
        if known is not None and (own.script.string(known) or "").lower() == "script":
            yield own.hit(call.node)
    for own, call in own_calls(widget, context, "getScript"):
        if call.path in ("$.getScript", "jQuery.getScript"):
            yield own.hit(call.callee)
    for own in whole_scripts(widget, context):
        yield from (own.hit(node) for node in _script_tags(own.script))
    for own, call in own_calls(widget, context, "ajax", "get", "post"):
        options = [member(own.script, resolved(own.script, node, call.scope), "dataType") for node in call.arguments]
        asked = options if call.path.endswith(".ajax") else [*options, *call.arguments[1:][-1:]]
        is_request = call.path.rpartition(".")[0] in ("$", "jQuery")
        for node in (node for node in asked if node is not None and is_request):
            if own.script.string(node) == "script":
                yield own.hit(node)


def _script_tags(script: Script) -> Iterator[Syntax]:
    """Yield the texts of which jQuery makes a script element: those that are its tag alone."""
    for call in script.calls_of("$", "jQuery"):
        first = argument(call, 0) if _TAG_GIVEN.match(script.source.data, call.callee.end_byte) else None
        if first is not None and _TAG.fullmatch(script.string(first) or ""):
            yield first


def script_markup(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find script elements in markup; those that jQuery makes of a tag alone are made by code."""
    made = {
        (own.path, own.script.span(node).start + 1)
        for own in whole_scripts(widget, context)
        for node in _script_tags(own.script)
    }
    for hit in markup_everywhere(widget, context, compiled(rb"<script", re.IGNORECASE).search, _MARKUP):
        if hit.span is None or (hit.path, hit.span.start) not in made:
            yield hit


def request_in_loop(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find requests that are sent in a loop, by the code there or by a function that it calls."""
    for own in own_scripts(widget, context):
        requests = [call for call in own.script.calls_of(*REQUESTS) if is_request(call)]
        requests += [call for call in own.script.calls_of("open") if _opens(own.script, call)]
        for call in requests:
            if _is_in_loop(own.script, call.node):
                yield own.hit(call.callee, name=own.script.text(call.callee))
        for node in _sent_through(own.script, requests):
            yield own.hit(node, name=own.script.text(node))


def _opens(script: Script, call: Call) -> bool:
    first = argument(call, 0)
    return first is not None and (script.string(first) or "").upper() in METHODS


def _sent_through(script: Script, requests: list[Call]) -> Iterator[Syntax]:
    """Yield where a function that surely sends a request is called in a loop, or handed to one."""
    senders = {function.node.id: function for call in requests if (function := _sure_sender(script, call)) is not None}
    for function in senders.values():
        node = function.node
        around = node.parent
        is_kept = around is not None and around.type == "variable_declarator"
        keeper = around if around is not None and is_kept else node
        name = keeper.child_by_field_name("name")
        if name is None or name.type != "identifier" or is_assigned_later(script, script.text(name)):
            continue
        for found in kept_uses(script, keeper, name):
            is_called = found.kind == "called" and _is_in_loop(script, found.node)
            if is_called or (found.kind == "handed" and _loops(script, found.node)):
                yield found.value


def _sure_sender(script: Script, call: Call) -> Scope | None:
    """Return the function that sends a request whenever it is called, or None."""
    current, function = call.node, call.scope.function
    while (around := current.parent) is not None and (function is None or current.id != function.node.id):
        if around.type in _CONDITIONS or (around.type == "binary_expression" and current != around.children[0]):
            return None
        current = around
    if function is None or any(end.end_byte <= call.node.start_byte for end in returns_of(script, function)):
        return None
    return function


def _loops(script: Script, node: Syntax) -> bool:
    """Return whether a call runs the function that it is given for each thing of a list."""
    callee = node.child_by_field_name("function")
    return callee is not None and script.path(callee).rpartition(".")[2] in _EACH


def host_data_written(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find writes into the host's own data."""
    for own in whole_scripts(widget, context):
        if not any(sign in own.script.source.data for sign in _HOST_SIGNS):
            continue
        for node, scope in own.script.of_kind(
            "assignment_expression", "augmented_assignment_expression", "update_expression"
        ):
            left = node.child_by_field_name("left") or node.child_by_field_name("argument")
            if left is not None and _is_of_host(own.script, left, scope):
                yield own.hit(left, name=own.script.path(left))
        for node, scope in own.script.of_kind("deleted"):
            if _is_of_host(own.script, node, scope):
                yield own.hit(node, name=own.script.path(node))
        for call in own.script.calls_of("assign", "extend", "defaults", "merge", "defineProperty", "set"):
            target = next((node for node in call.arguments if node.type != "true"), None)
            is_copied = call.path in _MERGERS and (len(call.arguments) > 1 or call.path.endswith("extend"))
            if is_copied and target is not None and _is_of_host(own.script, target, call.scope, is_assigned=False):
                yield own.hit(target, name=own.script.path(target))
        for call in own.script.calls_of("constant"):
            if call.path in ("APP.constant", "AMOCRM.constant") and len(call.arguments) > 1:
                yield own.hit(call.callee, name=call.path)


def _is_of_host(script: Script, node: Syntax, scope: Scope, is_assigned: bool = True) -> bool:
    """Return whether an expression is the host's object, or a member of it; what a method of it gives is not.

    A variable that keeps one of them is another name for it: giving the variable a value changes nothing of the host.
    """
    path = script.path(node)
    name, _, rest = path.removeprefix("window.").partition(".")
    if "()" in path:
        return False
    declared = scope.find(name)
    if declared is None:
        return name in _HOST_NAMES
    is_kept = declared.type == "variable_declarator" and path.startswith(name) and (rest or not is_assigned)
    return bool(is_kept) and _is_kept(script, declared, name)


def _is_kept(script: Script, declared: Syntax, name: str) -> bool:
    """Return whether a variable is declared as the host's object, or as an object in it, and given no other value."""
    left, value = declared.child_by_field_name("name"), declared.child_by_field_name("value")
    if left is None or value is None:
        return False
    if left.type == "object_pattern" and not any(script.text(local) == name for _, local in unpacked(script, left)):
        return False
    if value.type == "binary_expression" and script.text(value.children[1]) == "||":
        value = value.children[0]
    path = script.path(value)
    owner = path.removeprefix("window.").partition(".")[0]
    is_host = owner in _HOST_NAMES and "()" not in path and "?" not in path
    around = script.ground.at(declared)
    is_free = path.startswith("window.") or around.find(owner) is None
    return is_host and is_free and left.type in ("object_pattern", "identifier") and not is_assigned_later(script, name)


def host_data_undocumented(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find members of the host that no documentation names; asked of public integrations only."""
    for own in whole_scripts(widget, context) if context.is_public else ():
        for sight in sights(own.script, _HOST, *_HOST_SIGNS):
            path = sight.match.group(1).decode("ascii", "replace")
            if not {path, path.partition(".")[0]} & _DOCUMENTED and path != "data":
                yield own.hit(sight.span(own.script), name=sight.match.group().decode("ascii", "replace"))


def _is_in_loop(script: Script, node: Syntax) -> bool:
    current = node.parent
    inner = node
    while current is not None:
        if current.type in LOOPS:
            body = current.child_by_field_name("body")
            # A request in the head of a loop over a list is sent once.
            if body is not None and body.start_byte <= inner.start_byte < body.end_byte:
                return True
        if current.type in FUNCTIONS:
            given = current.parent
            around = given.parent if given is not None and given.type == "arguments" else None
            return around is not None and _loops(script, around)
        inner, current = current, current.parent
    return False


_FUNCTIONS = (
    script_element,
    script_markup,
    request_in_loop,
    host_data_written,
    host_data_undocumented,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES[6:11], _FUNCTIONS, strict=True))
