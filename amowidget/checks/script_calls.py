"""SCR, fifth part: calls and addresses that the platform forbids, or that do harm in somebody's account."""

import re
from collections.abc import Callable, Iterator

from amowidget.checks.check import Check, Context, Hit, root_of
from amowidget.checks.markup import markup, templates
from amowidget.checks.script_calls_rules import RULES
from amowidget.checks.script_module import defines, dependencies
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import argument, is_global, member, own_calls, own_scripts, sights
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import FUNCTIONS, LOOPS, Call, Scope, Script, Syntax, first_named
from amowidget.widget.widget import Widget

# Tells by the bytes of a script or a template whether a pattern could be found in it.
_Sign = Callable[[bytes], object]
_REQUESTS = (
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
_HOST = compiled(rb"(?<![\w$.])(?:window\.)?(?:APP|AMOCRM)\.([\w$]+(?:\.[\w$]+)?)")
# The members that the page on environment variables and the page of the JS SDK name.
_DOCUMENTED = frozenset(
    {
        *("getBaseEntity", "isCard", "getWidgetsArea", "getV3WidgetsArea", "lang_id", "constant", "sdk"),
        *("data.current_view", "data.current_list", "data.current_card", "widgets.legal_handlers", "notifications"),
        *("addNotificationCallback", "developer"),
    }
)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_NO = ("false", "!1")
_LOCAL = compiled(r"(?:https?:)?//(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?=[:/]|$)", re.IGNORECASE)
_FOREIGN = compiled(r"(?:https?:)?//[^/]", re.IGNORECASE)
_PRESSED = compiled(r"js-widget-install|install-widget__button|js-widget-uninstall|js-widget-skip-tour")
_SAVED = compiled(r"js-widget-save|#save_")
_MARKUP = compiled(r"<script[\s>]", re.IGNORECASE)
# An expression that starts with plain letters is found many times quicker than one that takes letters of any case.
_INLINE_SIGNS = tuple(compiled(rb"%b(?<=\s%b)[a-zA-Z]+\s*+=" % (on, on)).search for on in (b"on", b"On", b"oN", b"ON"))
_INLINE = compiled(r"<[a-z][^>]*\son[a-z]+\s*=\s*(?:\\?[\"']|[\w.]+\()", re.IGNORECASE)
_LOADED = compiled(
    r"""<(?:link|script)\b[^<>]*?\b(?:href|src)\s*=\s*\\?["']?(?:https?:)?//(?!localhost|127\.)[\w.-]+""", re.IGNORECASE
)
_SWITCHER = compiled(r"switcher__?o(?:n|ff)\b")
_HOST_SIGNS = (b"APP", b"AMOCRM")
_KEY_SIGNS = (b"amohash", b"USER_HASH", b"#API_HASH#")
_KEY_LOGIN = compiled(rb"(?<![\w$])(?:amohash|USER_HASH)(?![\w$])|#API_HASH#")


def script_element(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find script elements that are made by code."""
    for own, call in own_calls(widget, context, "createElement"):
        first = argument(call, 0)
        is_page = call.path in ("document.createElement", "window.document.createElement")
        known = resolved(own.script, first, call.scope) if first is not None else None
        if is_page and known is not None and (own.script.string(known) or "").lower() == "script":
            yield own.hit(call.node)
    for own, call in own_calls(widget, context, "getScript"):
        if call.path in ("$.getScript", "jQuery.getScript"):
            yield own.hit(call.callee)


def script_markup(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find script elements in markup."""
    yield from _markup(widget, context, compiled(rb"<script", re.IGNORECASE).search, _MARKUP)


def request_in_loop(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find requests that are sent in a loop."""
    for own, call in own_calls(widget, context, *_REQUESTS):
        if _is_request(call) and _is_in_loop(own.script, call.node):
            yield own.hit(call.callee, name=own.script.text(call.callee))


def host_data_written(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find writes into the host's own data."""
    for own in own_scripts(widget, context):
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
            if is_copied and target is not None and _is_of_host(own.script, target, call.scope):
                yield own.hit(target, name=own.script.path(target))
        for call in own.script.calls_of("constant"):
            if call.path in ("APP.constant", "AMOCRM.constant") and len(call.arguments) > 1:
                yield own.hit(call.callee, name=call.path)


def _is_of_host(script: Script, node: Syntax, scope: Scope) -> bool:
    """Return whether an expression is the host's object, or a member of it; what a method of it gives is not."""
    path = script.path(node)
    name = path.removeprefix("window.").partition(".")[0]
    return name in ("APP", "AMOCRM") and scope.find(name) is None and "()" not in path


def host_data_undocumented(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find members of the host that no documentation names; asked of public integrations only."""
    for own in own_scripts(widget, context) if context.is_public else ():
        for sight in sights(own.script, _HOST, *_HOST_SIGNS):
            path = sight.match.group(1).decode("ascii", "replace")
            if not {path, path.partition(".")[0]} & _DOCUMENTED and path != "data":
                yield own.hit(sight.span(own.script), name=sight.match.group().decode("ascii", "replace"))


def dependency_foreign(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules that are loaded from other hosts."""
    for own in own_scripts(widget, context):
        asked = (*defines(own.script), *own.script.calls_of("require", "requirejs"))
        imported = [first for given, _ in own.script.of_kind("import") if (first := first_named(given)) is not None]
        for node in (*(node for call in asked for node in dependencies(call)), *imported):
            address = (own.script.string(node) or "").rpartition("!")[2]
            if _FOREIGN.match(address) and not _LOCAL.match(address):
                yield own.hit(node, address=address)


def address_local(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses of the developer's own machine."""
    signs = compiled(rb"//(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)", re.IGNORECASE)
    yield from _texts(widget, context, signs.search, _LOCAL, is_start=True)


def address_insecure(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find requests of the browser to plain http."""
    for own in own_scripts(widget, context):
        if b"http://" not in own.script.source.data:
            continue
        for call in own.script.calls_of(*_REQUESTS):
            first = argument(call, 0)
            if first is None or not _is_request(call) or call.path.endswith("crm_post"):
                continue
            url = member(own.script, first, "url") or first
            known = resolved(own.script, url, call.scope)
            start = (own.script.pieces(known) or (None,))[0] if known is not None else None
            if start and start.lower().startswith("http://") and not _LOCAL.match(start):
                yield own.hit(url)


def virtual_click(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find buttons of the host that are pressed by code."""
    has_settings = bool((root := root_of(widget)) and (node := root.get("settings")) and node.members)
    for own, call in own_calls(widget, context, "click", "trigger"):
        first = argument(call, 0)
        event = own.script.string(first) if first is not None else None
        is_click = first is None if call.path.endswith("click") else event == "click"
        receiver = own.script.text(call.callee)
        if is_click and (_PRESSED.search(receiver) or (has_settings and _SAVED.search(receiver))):
            yield own.hit(call.node)


def switcher_class(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find scripts that read a switch by classes which the host has given up."""
    yield from _texts(widget, context, compiled(rb"switcher_").search, _SWITCHER)


def inline_handler(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find handlers that are written into markup."""
    yield from _markup(widget, context, lambda data: any(search(data) for search in _INLINE_SIGNS), _INLINE)


def markup_foreign(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find styles and scripts that markup loads from other hosts; a frame of the widget's own backend is usual."""
    for hit in _markup(widget, context, compiled(rb"<(?:link|script)", re.IGNORECASE).search, _LOADED):
        address = str(hit.facts["text"]).rpartition("//")[2]
        yield Hit(hit.path, hit.span, {"host": address})


def key_login(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the login by API key, which the platform has given up."""
    for own in own_scripts(widget, context):
        if not any(sign in own.script.source.data for sign in _KEY_SIGNS):
            continue
        lines: set[int] = set()  # the name of the header and the key itself mostly stand in one line
        for match in _KEY_LOGIN.finditer(own.script.source.data):
            node = own.script.root.descendant_for_byte_range(match.start(), match.end())
            if node is not None and node.type != "comment" and node.start_point[0] not in lines:
                lines.add(node.start_point[0])
                yield own.hit(node, name=match.group().decode("ascii"))


def _texts(
    widget: Widget, context: Context, sign: _Sign, pattern: re.Pattern[str], is_start: bool = False
) -> Iterator[Hit]:
    """Yield the texts of the own scripts in which a pattern is found, at its place; every match holds the sign."""
    for own in own_scripts(widget, context):
        if not sign(own.script.source.data):
            continue
        for node, _ in own.script.strings:
            span = own.script.span(node)
            text = own.script.source.text[span.start : span.end]
            around = node.parent
            if around is not None and around.type == "call_expression":
                continue  # a template with a tag is what its function makes of it
            match = pattern.match(text, 1) if is_start else pattern.search(text)
            if match:
                place = type(span)(span.start + match.start(), span.start + match.end())
                yield own.hit(place, text=match.group())


def _markup(widget: Widget, context: Context, sign: _Sign, pattern: re.Pattern[str]) -> Iterator[Hit]:
    """Yield where a pattern of markup is found: in the texts of the own scripts, and in templates."""
    yield from _texts(widget, context, sign, pattern)
    for path, template in templates(widget):
        if sign(template.source.data):
            for match in markup(template, pattern):
                yield Hit(path, Span(*match.span()), {"text": match.group()})


def _is_request(call: Call) -> bool:
    owner, _, name = call.path.rpartition(".")
    if name in ("crm_post", "$authorizedAjax"):
        return True
    if name in ("fetch", "axios"):
        return is_global(call, name) or (name == "axios" and not owner)
    return owner in _REQUEST_OWNERS


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
            callee = around.child_by_field_name("function") if around is not None else None
            return callee is not None and script.path(callee).rpartition(".")[2] in _EACH
        inner, current = current, current.parent
    return False


_FUNCTIONS = (
    script_element,
    script_markup,
    request_in_loop,
    host_data_written,
    host_data_undocumented,
    dependency_foreign,
    address_local,
    address_insecure,
    virtual_click,
    switcher_class,
    inline_handler,
    key_login,
    markup_foreign,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES[6:], _FUNCTIONS, strict=True))
