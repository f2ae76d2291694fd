"""Which calls send requests, and the options of a request, as far as they are written: in the call or elsewhere."""

from collections.abc import Iterator

from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import argument, is_global, member
from amowidget.widget.js_nodes import Call, Scope, Script, Syntax, first_named

# The methods by which a call of `open` is known for that of a request.
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
REQUESTS = (
    "crm_post",
    "$authorizedAjax",
    "ajax",
    "get",
    "post",
    "getJSON",
    "fetch",
    "axios",
    "put",
    "patch",
    "delete",
)
_REQUEST_OWNERS = ("$", "jQuery", "axios")
_FALSE = ("false", "!1", "0")
_MERGERS = frozenset({"Object.assign", "$.extend", "jQuery.extend", "_.extend", "_.assign"})
_DEEPEST = 4


def is_request(call: Call) -> bool:
    """Return whether a call of one of these names sends a request."""
    owner, _, name = call.path.rpartition(".")
    if name in ("crm_post", "$authorizedAjax"):
        return True
    if name in ("fetch", "axios"):
        return is_global(call, name) or (name == "axios" and not owner)
    return owner in _REQUEST_OWNERS


def is_false(script: Script, node: Syntax) -> bool:
    """Return whether a value is written as false; a browser takes 0 for it."""
    return script.text(node) in _FALSE


def false_options(script: Script, call: Call, key: str) -> Iterator[Syntax]:
    """Yield where a key of the options of a call is given false, or a constant that is false."""
    for given in call.arguments:
        found = _given(script, given, call.node, key, _DEEPEST)
        value = found.child_by_field_name("value") or found.child_by_field_name("right") if found is not None else None
        if found is None or value is None:
            continue
        known = resolved(script, value, script.ground.at(value))
        if known is not None:
            yield from (found,) if is_false(script, known) else ()
        elif value.type == "identifier":
            yield from _false_arguments(script, value)


def _given(script: Script, node: Syntax, call: Syntax, key: str, depth: int) -> Syntax | None:
    """Return the pair or the assignment that gives a key of options its value last, as far as they are known."""
    scope = script.ground.at(node)
    known = resolved(script, node, scope)
    if known is None or depth == 0:
        return None
    written = _written(script, node, call, key) if node.type == "identifier" else []
    if written:
        return written[0] if len(written) == 1 else None
    if known.type == "call_expression":
        callee = known.child_by_field_name("function")
        given = known.child_by_field_name("arguments")
        is_merged = callee is not None and given is not None and script.path(callee) in _MERGERS
        parts = given.named_children[::-1] if given is not None and is_merged else []
        return _first(script, parts, call, key, depth)
    value = member(script, known, key)
    if value is not None:
        return value.parent
    spread = [first_named(child) for child in known.named_children if child.type == "spread_element"]
    return _first(script, [part for part in spread[::-1] if part is not None], call, key, depth)


def _first(script: Script, parts: list[Syntax], call: Syntax, key: str, depth: int) -> Syntax | None:
    for part in parts:
        found = _given(script, part, call, key, depth - 1)
        if found is not None:
            return found
    return None


def _written(script: Script, name: Syntax, call: Syntax, key: str) -> list[Syntax]:
    """Return the assignments to a key of what a name stands for, before the call and in a function around it."""
    scope = script.ground.at(name)
    path = f"{script.text(name)}.{key}"
    declared = scope.find(script.text(name))
    return [
        node
        for node in script.nodes.get("assignment_expression", ())
        if node.start_byte < call.start_byte
        and (left := node.child_by_field_name("left")) is not None
        and left.type in ("member_expression", "subscript_expression")
        and script.path(left) == path
        and _is_around(script.ground.at(node), scope)
        and script.ground.at(node).find(script.text(name)) == declared
    ]


def _is_around(outer: Scope, inner: Scope) -> bool:
    return any(around.function is outer.function for around in inner.outwards())


def _false_arguments(script: Script, name: Syntax) -> Iterator[Syntax]:
    """Yield where a function of the script is given false for a parameter."""
    scope = script.ground.at(name)
    declared = scope.find(script.text(name))
    function = scope.function
    if declared is None or function is None or function.parameters.get(script.text(name)) != declared:
        return
    named = function.node.child_by_field_name("name")
    around = function.node.parent
    if named is None and around is not None and around.type == "variable_declarator":
        named = around.child_by_field_name("name")
    place = list(function.parameters).index(script.text(name))
    for call in script.calls_of(script.text(named)) if named is not None else ():
        given = argument(call, place)
        is_plain = given is not None and call.callee.type == "identifier"
        if given is not None and is_plain and is_false(script, given):
            target = resolved(script, call.callee, call.scope)
            if target is not None and target.id == function.node.id:
                yield given
