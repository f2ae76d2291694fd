"""What script.js is to the host: its module, the widget's constructor and its callbacks. Told once for all rules.

What cannot be told without running the script stays unknown, and no rule speaks about it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from amowidget.checks.check import Context
from amowidget.checks.script_values import CLASSES, handed_in, resolved
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Scope, Script, Syntax, first_named
from amowidget.widget.js_returns import returns_of
from amowidget.widget.source import encoded
from amowidget.widget.widget import SCRIPT, Widget

DEFINES = ("define", "window.define", "self.define", "globalThis.define")
# What every widget inherits; documented: web_sdk/mechanics and integrations/script_js.
METHODS = frozenset(
    {
        *("system", "get_settings", "set_settings", "i18n", "set_lang", "get_version", "get_install_status"),
        *("set_status", "get_accounts_current", "get_current_card_contacts_data", "list_selected", "widgetsOverlay"),
        *("render", "render_template", "add_action", "add_source", "crm_post", "$authorizedAjax"),
        *("listenSocketChannel", "setSdkCatalogId", "get_pipeline_id"),
    }
)
_GROUPED = frozenset({"leads", "contacts", "todo", "tasks", "companies", "customers"})
_NO_FUNCTION = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "template_string": "a text",
    "number": "a number",
    "true": "true",
    "false": "false",
    "null": "null",
    "undefined": "undefined",
    "new_expression": "an object made by new",
}
_CALLBACKS = compiled(rb"(?<![\w$])callbacks(?![\w$])")


class Callback(NamedTuple):
    """A function of `this.callbacks`: where its key stands, and the function when it can be told.

    `is_bound` says that `this` in it is not the object of callbacks. `kind` names what is no function at all.
    """

    name: str
    key: Syntax
    function: Scope | None = None
    is_bound: bool = False
    kind: str = ""


@dataclass
class Module:
    """The module of script.js. `value_kind` is function, arrow, class, other, nothing or unknown; `value` its node.

    `selves` are the names that stand for the widget inside of the constructor, `this` among them. `callbacks_at` is
    where the callbacks are given; `is_open` says that there may be more of them than can be told.
    `shadowed` are callbacks that another one of the same name in the same object takes the place of.
    """

    script: Script
    define: Call
    value_kind: str = "unknown"
    value: Syntax | None = None
    value_name: str = ""
    constructor: Scope | None = None
    selves: frozenset[str] = frozenset({"this"})
    callbacks: dict[str, Callback] = field(default_factory=dict)
    callbacks_at: Syntax | None = None
    shadowed: list[Callback] = field(default_factory=list)
    is_open: bool = False
    has_callbacks: bool = False

    @property
    def is_known(self) -> bool:
        """Whether every callback of the widget can be told."""
        return self.has_callbacks and not self.is_open

    @property
    def dependencies(self) -> tuple[Syntax, ...]:
        """The nodes of the module's dependencies that are written as texts."""
        return dependencies(self.define)


def module(widget: Widget, context: Context) -> Module | None:
    """Return the module of script.js, or None when there is none, or when it is no JavaScript."""
    if "module" not in context.memo:
        script = widget.script(SCRIPT)
        context.memo["module"] = _module(script) if script and not script.problems else None
    found: Module | None = context.memo["module"]
    return found


def dependencies(define: Call) -> tuple[Syntax, ...]:
    """Return the nodes of the texts in the list of a define or require."""
    given = define.arguments
    listed = next((node for node in given if node.type == "array"), None)
    if listed is None:
        # The last one is the function; a name before it can stand for the list.
        named = (resolved(define.script, node, define.scope) for node in given[:-1] if node.type == "identifier")
        listed = next((node for node in named if node is not None and node.type == "array"), None)
    return tuple(node for node in listed.named_children if node.type in ("string", "template_string")) if listed else ()


def defines(script: Script) -> tuple[Call, ...]:
    """Return the calls of define, those at the top of the script first."""
    found = [call for call in script.calls_of("define") if call.path in DEFINES]
    return tuple(sorted(found, key=lambda call: (call.scope.function is not None, call.node.start_byte)))


def enclosed(scope: Scope | None, function: Scope) -> bool:
    """Return whether a scope lies in a function, or is it."""
    return scope is not None and any(around is function for around in scope.outwards())


def _module(script: Script) -> Module | None:
    found = defines(script)
    if not found:
        return None
    # Asked for by its address, the script gives the value of its module without a name.
    define = next((call for call in found if call.arguments and call.arguments[0].type != "string"), found[0])
    result = Module(script, define)
    factory = define.arguments[-1] if define.arguments else None
    if factory is not None:
        _read_value(result, handed_in(script, factory, define.scope) or factory)
    if result.constructor is not None:
        _read_constructor(result, result.constructor)
    return result


def _read_value(result: Module, factory: Syntax) -> None:
    """Tell what the module's value is: that of the factory, or what the factory returns."""
    script = result.script
    names = {script.string(node) for node in result.dependencies}
    made = resolved(script, factory, script.ground.at(factory))
    function = script.functions.get(made.id) if made is not None else None
    if made is None:
        return
    if names & {"exports", "module"}:
        if function is not None and not returns_of(script, function):
            _read_exports(result, function)
        return
    if function is None:
        _take(result, made)
        return
    if function.is_async or function.is_generator:
        result.value_kind, result.value, result.value_name = "other", made, "a promise"
        return
    values = list(_returned(script, function))
    if not values and not _is_expression(function):
        result.value_kind, result.value, result.value_name = "nothing", factory, "nothing"
        return
    for node in values:
        known = resolved(script, node, script.ground.at(node))
        _take(result, known if known is not None else node)
        if result.value_kind in ("function", "class", "arrow", "unknown"):
            return


def _read_exports(result: Module, factory: Scope) -> None:
    """Tell what a module is worth that gives its value by `exports`: that of `module.exports`, else an object."""
    script = result.script
    given: list[tuple[Syntax, Syntax]] = []
    for node, scope in script.of_kind("assignment_expression"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        path = script.path(left) if left is not None else ""
        if right is not None and enclosed(scope, factory) and path == "module.exports":
            known = resolved(script, right, scope)
            _take(result, known if known is not None else right)
            return
        if left is not None and right is not None and path.startswith("exports.") and enclosed(scope, factory):
            given.append((left, right))
    if given and "module" not in factory.parameters:
        result.value_kind, result.value, result.value_name = "other", given[-1][0], "an object of exports"


def _take(result: Module, node: Syntax) -> None:
    result.value, result.value_name = node, _NO_FUNCTION.get(node.type, "")
    function = result.script.functions.get(node.id)
    if function is not None and (function.is_async or function.is_generator):
        result.value_kind, result.value_name = "other", "a function that `new` cannot call"
    elif function is not None:
        result.value_kind = "arrow" if node.type == "arrow_function" else "function"
        result.constructor = function
    elif node.type in CLASSES:
        result.value_kind = "class"
        result.constructor = _class_constructor(result, node)
    else:
        result.value_kind = "other" if result.value_name else "unknown"


def _returned(script: Script, function: Scope) -> Iterator[Syntax]:
    """Yield the expressions that a function returns."""
    if _is_expression(function):
        body = function.body
        if body is not None:
            yield body
    for statement in returns_of(script, function):
        value = first_named(statement)
        if value is not None and value.type != "comment":
            yield value


def _is_expression(function: Scope) -> bool:
    body = function.body
    return function.is_arrow and body is not None and body.type != "statement_block"


def _class_constructor(result: Module, node: Syntax) -> Scope | None:
    body = node.child_by_field_name("body")
    constructor = None
    for member in body.named_children if body is not None else ():
        name = member.child_by_field_name("name") or member.child_by_field_name("property")
        text = result.script.text(name) if name is not None else ""
        if member.type == "method_definition" and text == "constructor":
            constructor = result.script.functions.get(member.id)
        elif member.type == "field_definition" and text == "callbacks":
            value = member.child_by_field_name("value")
            _take_callbacks(result, value, result.script.top)
    return constructor


def _read_constructor(result: Module, constructor: Scope) -> None:
    script = result.script
    aliases = {"this"}
    for node, scope in script.of_kind("variable_declarator", "assignment_expression"):
        name = node.child_by_field_name("name") or node.child_by_field_name("left")
        value = node.child_by_field_name("value") or node.child_by_field_name("right")
        is_this = value is not None and value.type == "this" and scope.owner() is constructor
        if is_this and name is not None and name.type == "identifier":
            aliases.add(script.text(name))
    result.selves = frozenset(aliases)
    for node, scope in script.of_kind("assignment_expression"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        is_member = left is not None and left.type in ("member_expression", "subscript_expression")
        if left is not None and is_member and enclosed(scope, constructor):
            _read_assignment(result, script.path(left), left, right, scope)
    if result.has_callbacks:
        result.is_open = result.is_open or _escapes(result)
    else:
        result.is_open = _hands_itself_on(result, constructor)


def _read_assignment(result: Module, path: str, left: Syntax, right: Syntax | None, scope: Scope) -> None:
    owner, _, rest = path.partition(".")
    if owner not in result.selves or (owner == "this" and scope.owner() is not result.constructor):
        return
    if rest == "callbacks":
        _take_callbacks(result, right, scope)
    elif rest.startswith("callbacks.") and right is not None:
        name = rest.removeprefix("callbacks.")
        result.has_callbacks = True
        result.callbacks_at = result.callbacks_at or left
        result.callbacks.setdefault(name, _callback(result.script, name, left, right, scope))


def _escapes(result: Module) -> bool:
    """Return whether the object of callbacks gets to where it could be given more than is written here."""
    script = result.script
    for match in _CALLBACKS.finditer(script.source.data):
        word = script.root.descendant_for_byte_range(match.start(), match.end())
        around = word.parent if word is not None and word.type in ("property_identifier", "string_fragment") else None
        if around is not None and word is not None and word.type == "string_fragment":
            around = around.parent if around.type == "string" else None
        if around is None or around.type not in ("member_expression", "subscript_expression"):
            continue
        owner = around.child_by_field_name("object")
        is_own = owner is not None and script.text(owner) in result.selves
        if not is_own or not _is_plainly_used(around):
            return True
    known = result.callbacks_at
    if known is not None and known.type == "identifier":
        # Under its name the object can be given more: declared and handed over is all that a whole one needs.
        name = re.escape(encoded(script.text(known)))
        return len(re.findall(rb"(?<![\w$])" + name + rb"(?![\w$])", script.source.data)) > 2
    return False


def _is_plainly_used(callbacks: Syntax) -> bool:
    """Return whether the member is assigned as a statement, or a member of its own is called, read or assigned."""
    around = callbacks.parent
    if around is None:
        return True
    if around.type == "assignment_expression":
        left = around.child_by_field_name("left")
        statement = around.parent
        is_alone = statement is not None and statement.type in ("expression_statement", "sequence_expression")
        return left is not None and left.id == callbacks.id and is_alone
    if around.type == "member_expression":
        return True
    index = around.child_by_field_name("index") if around.type == "subscript_expression" else None
    return index is not None and index.type == "string"


def _hands_itself_on(result: Module, constructor: Scope) -> bool:
    """Return whether the constructor gives the widget to somebody who may put the callbacks in."""
    if "super" in result.script.source.text or constructor.node.type == "method_definition":
        return True
    inside = (call for call in result.script.calls if enclosed(call.scope, constructor))
    return any(result.script.text(node) in result.selves for call in inside for node in call.arguments)


def _take_callbacks(result: Module, value: Syntax | None, scope: Scope) -> None:
    result.has_callbacks = True
    result.callbacks_at = value
    known = resolved(result.script, value, scope) if value is not None else None
    if known is None:
        result.is_open = True
    elif known.type == "object":
        given: dict[str, Callback] = {}
        for name, callback in _members(result, known, scope, ""):
            if name in given:
                result.shadowed.append(given[name])
            given[name] = callback
        result.callbacks = given | result.callbacks
    elif known.type in _NO_FUNCTION:
        result.has_callbacks = False
    else:
        result.is_open = True


def _members(result: Module, node: Syntax, scope: Scope, prefix: str) -> Iterator[tuple[str, Callback]]:
    script = result.script
    for member in node.named_children:
        key = member.child_by_field_name("key") or member.child_by_field_name("name")
        if member.type == "spread_element" or (key is not None and key.type == "computed_property_name"):
            result.is_open = True
        elif member.type == "shorthand_property_identifier":
            name = prefix + script.text(member)
            yield name, _callback(script, name, member, member, scope)
        elif member.type == "method_definition" and key is not None:
            name = prefix + _key(script, key)
            yield name, Callback(name, key, script.functions.get(member.id))
        elif member.type == "pair" and key is not None:
            yield from _pair(result, member, prefix + _key(script, key), scope)


def _pair(result: Module, member: Syntax, name: str, scope: Scope) -> Iterator[tuple[str, Callback]]:
    key, value = member.child_by_field_name("key"), member.child_by_field_name("value")
    if key is None or value is None:
        return
    if name in _GROUPED and value.type == "object":
        yield name, Callback(name, key)
        yield from _members(result, value, scope, f"{name}.")
    else:
        yield name, _callback(result.script, name, key, value, scope)


def _key(script: Script, key: Syntax) -> str:
    return (script.string(key) if key.type == "string" else None) or script.text(key)


def _callback(script: Script, name: str, key: Syntax, value: Syntax, scope: Scope) -> Callback:
    is_bound = False
    if value.type == "call_expression":
        callee = value.child_by_field_name("function")
        given = value.child_by_field_name("arguments")
        path = script.path(callee) if callee is not None else ""
        first = first_named(given) if given is not None else None
        if path in ("_.bind", "$.proxy", "jQuery.proxy") and first is not None:
            value, is_bound = first, True
        elif path.endswith(".bind") and callee is not None:
            value, is_bound = callee.child_by_field_name("object") or value, True
    known = resolved(script, value, scope)
    function = script.functions.get(known.id) if known is not None else None
    kind = _NO_FUNCTION.get(known.type, "") if known is not None else ""
    return Callback(name, key, function, is_bound or bool(function and function.is_arrow), kind)


def named(callbacks: Mapping[str, Callback], *names: str) -> Iterator[Callback]:
    """Yield the callbacks of some names whose function can be told."""
    for name in names:
        callback = callbacks.get(name)
        if callback is not None and callback.function is not None:
            yield callback
