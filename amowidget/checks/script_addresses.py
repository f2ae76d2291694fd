"""SCR, sixth part: addresses that scripts and markup ask, and what they press or read of the host."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, root_of
from amowidget.checks.markup import markup_everywhere, markup_of_templates, texts, texts_of
from amowidget.checks.script_calls_rules import RULES
from amowidget.checks.script_module import defines, dependencies
from amowidget.checks.script_requests import METHODS, REQUESTS, is_request
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import argument, is_global, member, own_calls, whole_scripts
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Script, Syntax, first_named
from amowidget.widget.widget import Widget

_LOADERS = ("require.config", "requirejs.config", "window.require.config", "window.requirejs.config")
_PLAIN = compiled(r"(?:http|ws)://", re.IGNORECASE)
_FRAME = compiled(
    r"""<iframe\b[^<>]*?\ssrc\s*=\s*\\?["']?http://(?!localhost|127\.|0\.0\.0\.0|\[::1\])""", re.IGNORECASE
)
_PRESSED = compiled(r"js-widget-install|install-widget__button|js-widget-uninstall|js-widget-skip-tour")
_SAVED = compiled(r"js-widget-save|#save_")
# An expression that starts with plain letters is found many times quicker than one that takes letters of any case.
_INLINE_SIGNS = tuple(compiled(rb"%b(?<=\s%b)[a-zA-Z]+\s*+=" % (on, on)).search for on in (b"on", b"On", b"oN", b"ON"))
_INLINE = compiled(r"<[a-z][^>]*\son[a-z]+\s*=\s*(?:\\?[\"']|[\w.]+\()", re.IGNORECASE)
_LOADED = compiled(
    r"""<(?:link|script)\b[^<>]*?\b(?:href|src)\s*=\s*\\?["']?(?:https?:)?//(?!localhost|127\.)[\w.-]+""", re.IGNORECASE
)
_SWITCHER = compiled(r"switcher__?o(?:n|ff)\b")
_KEY_SIGNS = (b"amohash", b"USER_HASH", b"#API_HASH#")
_KEY_LOGIN = compiled(rb"(?<![\w$])(?:amohash|USER_HASH)(?![\w$])|#API_HASH#")
_FOREIGN = compiled(r"(?:https?:)?//[^/]", re.IGNORECASE)
_LOCAL = compiled(r"(?:https?:|wss?:)?//(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?=[:/]|$)", re.IGNORECASE)


def dependency_foreign(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules and workers that are loaded from other hosts."""
    for own in whole_scripts(widget, context):
        for node in _loaded(own.script):
            address = (own.script.string(node) or "").rpartition("!")[2]
            if _FOREIGN.match(address) and not _LOCAL.match(address):
                yield own.hit(node, address=address)


def _loaded(script: Script) -> Iterator[Syntax]:
    """Yield the texts that name what is loaded: modules, the places that the loader is given for them, and workers."""
    for call in (*defines(script), *script.calls_of("require", "requirejs")):
        yield from dependencies(call)
    for given, _ in script.of_kind("import"):
        yield from (first for first in (first_named(given),) if first is not None)
    for call in script.calls_of("config"):
        options = resolved(script, node, call.scope) if (node := argument(call, 0)) is not None else None
        paths = member(script, options, "paths") if call.path in _LOADERS else None
        for pair in paths.named_children if paths is not None else ():
            value = pair.child_by_field_name("value")
            listed = value is not None and value.type == "array"
            yield from value.named_children if value is not None and listed else ()
            yield from (value,) if value is not None and not listed else ()
    for call in script.calls_of("Worker", "SharedWorker"):
        first = argument(call, 0)
        known = resolved(script, first, call.scope) if first is not None and is_global(call, call.name) else None
        yield from (known,) if known is not None else ()


def address_local(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses of the developer's own machine."""
    signs = compiled(rb"//(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)", re.IGNORECASE)
    yield from texts(widget, context, signs.search, _LOCAL, is_start=True)


def address_insecure(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find requests of the browser to plain http, connections without encryption, and such frames."""
    frames = [*markup_of_templates(widget, compiled(rb"<iframe", re.IGNORECASE).search, _FRAME)]
    for own in whole_scripts(widget, context):
        is_plain = b"http://" in own.script.source.data
        for call, url in _addresses(own.script) if is_plain else _connections(own.script):
            known = resolved(own.script, url, call.scope)
            start = (own.script.pieces(known) or (None,))[0] if known is not None else None
            if start and _PLAIN.match(start) and not _LOCAL.match(start):
                yield own.hit(url)
        frames += texts_of(own, _FRAME) if is_plain else ()
    for hit in frames:
        end = hit.span.end if hit.span is not None else 0
        yield Hit(hit.path, Span(end - len("http://"), end))


def _addresses(script: Script) -> Iterator[tuple[Call, Syntax]]:
    """Yield the calls by which a browser asks an address, each with the node of the address."""
    for call in script.calls_of(*REQUESTS):
        first = argument(call, 0)
        if first is not None and is_request(call) and not call.path.endswith("crm_post"):
            yield call, member(script, first, "url") or first
    yield from _connections(script)
    for call in script.calls_of("open"):
        method, second = argument(call, 0), argument(call, 1)
        if method is not None and second is not None and (script.string(method) or "").upper() in METHODS:
            yield call, second


def _connections(script: Script) -> Iterator[tuple[Call, Syntax]]:
    for call in script.calls_of("WebSocket", "EventSource"):
        first = argument(call, 0)
        if first is not None and is_global(call, call.name):
            yield call, first


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
    yield from texts(widget, context, compiled(rb"switcher_").search, _SWITCHER)


def inline_handler(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find handlers that are written into markup."""
    yield from markup_everywhere(widget, context, lambda data: any(search(data) for search in _INLINE_SIGNS), _INLINE)


def markup_foreign(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find styles and scripts that markup loads from other hosts; a frame of the widget's own backend is usual."""
    for hit in markup_everywhere(widget, context, compiled(rb"<(?:link|script)", re.IGNORECASE).search, _LOADED):
        address = str(hit.facts["text"]).rpartition("//")[2]
        yield Hit(hit.path, hit.span, {"host": address})


def key_login(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the login by API key, which the platform has given up."""
    for own in whole_scripts(widget, context):
        if not any(sign in own.script.source.data for sign in _KEY_SIGNS):
            continue
        lines: set[int] = set()  # the name of the header and the key itself mostly stand in one line
        for match in _KEY_LOGIN.finditer(own.script.source.data):
            node = own.script.root.descendant_for_byte_range(match.start(), match.end())
            if node is not None and node.type != "comment" and node.start_point[0] not in lines:
                lines.add(node.start_point[0])
                yield own.hit(node, name=match.group().decode("ascii"))


_FUNCTIONS = (
    dependency_foreign,
    address_local,
    address_insecure,
    virtual_click,
    switcher_class,
    inline_handler,
    key_login,
    markup_foreign,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES[11:], _FUNCTIONS, strict=True))
