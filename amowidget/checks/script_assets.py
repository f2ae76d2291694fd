"""The templates, styles, pictures and other files that scripts ask for by the widget's path. What is wrong with them: script_files."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Context
from amowidget.checks.script_dependencies import widget_version
from amowidget.checks.script_module import enclosed, module
from amowidget.checks.script_reach import names_of
from amowidget.checks.script_texts import parts
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, argument, joined, member, own_calls, whole_scripts
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Scope, Syntax
from amowidget.widget.js_returns import returns_of
from amowidget.widget.source import encoded
from amowidget.widget.widget import Widget

_ENDINGS = r"(?:css|twig|json|m?js|html?|png|jpe?g|gif|svg|webp)"
_ASSET = compiled(rf"""(?P<path>/?(?:[\w.@-]+/)*[\w.@-]+\.{_ENDINGS})(?P<rest>[^"'\s>)]*)""")
_ASSET_SIGN = compiled(rb"\.(?:css|twig|json|m?js|html?|png|jpe?g|gif|svg|webp)")
# "*" stands for what is computed.
_HREF = compiled(rf"/?(?P<path>[\w.@*/-]+\.{_ENDINGS})(?P<rest>\?.*)?")
# A version that is written out stays when the widget's is raised; an empty one is none.
_NO_VERSION = compiled(r"\?(?:v(?:er(?:sion)?)?=)?[\d.]*")
_FIXED = compiled(r"[\d.]*")
_NOTHING = ("null", "undefined", "false")
# The properties of the settings that hold where the widget's files lie; documented: web_sdk/mechanics.
_WIDGET_PATH = compiled(
    r"(?:^|\.)(?:params|get_settings\(\)|\w*settings)\.(?:(?:cdn_)?path|(?P<images>(?:cdn_)?images_path))$",
    re.IGNORECASE,
)
_BINDING = ("_.bind", "$.proxy", "jQuery.proxy")
_CONDITIONS = ("if_statement", "ternary_expression", "switch_statement", "catch_clause")


class Asset(NamedTuple):
    """A file of the widget that a script asks for. `text` is the node that names it.

    In the path of an asset that `is_computed`, `*` stands for what only running tells; some file has such a path.
    """

    own: Own
    span: Span
    path: str
    has_version: bool
    node: Syntax
    is_computed: bool = False


class Href(NamedTuple):
    """A call of `render` that loads a template: its argument, the `href` there, and the text of that in parts."""

    own: Own
    call: Call
    given: Syntax
    node: Syntax
    parts: tuple[str | Syntax, ...]


def assets(widget: Widget, context: Context) -> tuple[Asset, ...]:
    """Return every file of the widget that an own script asks for behind the widget's path."""
    if "assets" not in context.memo:
        # A text of several pieces is met once for each of them.
        found = {(asset.own.path, asset.span): asset for asset in _find(widget, context)}
        context.memo["assets"] = tuple(found.values())
    known: tuple[Asset, ...] = context.memo["assets"]
    return known


def hrefs(widget: Widget, context: Context) -> tuple[Href, ...]:
    """Return every call of `render` whose first argument is an object with `href`."""
    if "hrefs" not in context.memo:
        context.memo["hrefs"] = tuple(_hrefs(widget, context))
    known: tuple[Href, ...] = context.memo["hrefs"]
    return known


def loading(own: Own, given: Syntax, key: str) -> Syntax | None:
    """Return the value of a key in what is given to `render`, or what may bring it: a name alone, or a spread."""
    found = member(own.script, given, key)
    if found is not None:
        return found
    for child in given.named_children:
        is_named = child.type == "shorthand_property_identifier" and own.script.text(child) == key
        if is_named or child.type in ("spread_element", "method_definition"):
            return child
    return None


def own_folder(own: Own, node: Syntax, scope: Scope) -> str | None:
    """Return which folder of the widget an expression is the address of: "" for the whole, or None for neither."""
    if node.type == "binary_expression":  # self.params.cdn_path || self.params.path
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        operator = node.child_by_field_name("operator")
        is_either = operator is not None and operator.type in ("||", "??")
        told = (own_folder(own, side, scope) for side in sides if side is not None and is_either)
        return next((folder for folder in told if folder is not None), None)
    match = _WIDGET_PATH.search(own.script.path(node))
    if match is None and node.type == "identifier":
        known = resolved(own.script, node, scope)
        match = _WIDGET_PATH.search(own.script.path(known)) if known is not None else None
        if match is None and known is not None and known.type == "binary_expression":
            return own_folder(own, known, scope)
    if match is None:
        return None
    return "images/" if match["images"] else ""


def _find(widget: Widget, context: Context) -> Iterator[Asset]:
    for href in hrefs(widget, context):
        yield from _rendered(widget, context, href)
    for own in whole_scripts(widget, context):
        if not _ASSET_SIGN.search(own.script.source.data):
            continue
        for node, scope in own.script.strings:
            if _ASSET_SIGN.search(own.script.source.data, node.start_byte, node.end_byte):
                yield from _linked(own, node, scope)


def _hrefs(widget: Widget, context: Context) -> Iterator[Href]:
    for own, call in own_calls(widget, context, "render"):
        given = argument(call, 0)
        node = member(own.script, given, "href")
        if given is not None and node is not None:
            yield Href(own, call, given, node, parts(own.script, node, call.scope))


def _rendered(widget: Widget, context: Context, href: Href) -> Iterator[Asset]:
    """Yield the templates that `self.render` loads from the widget's path."""
    own, base = href.own, member(href.own.script, href.given, "base_path")
    folder = own_folder(own, base, href.call.scope) if base is not None else None
    match = _HREF.fullmatch("".join(part if isinstance(part, str) else "*" for part in href.parts))
    if folder is None or match is None:
        return
    path = folder + match["path"]
    has_version = _is_versioned(widget, href, match["rest"] or "")
    if "*" not in path:
        yield Asset(own, own.script.span(href.node), path, has_version, href.node)
        return
    if matching(widget, path):
        yield Asset(own, own.script.span(href.node), path, has_version, href.node, is_computed=True)
    yield from _asked_of(widget, context, href, folder)


def matching(widget: Widget, path: str) -> bool:
    """Return whether some file of the widget has a path in which `*` stands for anything."""
    known = re.compile(".+".join(map(re.escape, path.split("*"))))
    return any(known.fullmatch(file) for file in widget.files)


def _is_versioned(widget: Widget, href: Href, rest: str) -> bool:
    if rest:
        return "*" in rest or _NO_VERSION.fullmatch(rest) is None
    version = loading(href.own, href.given, "v")
    if version is None:
        return False
    text = href.own.script.string(version)
    written = href.own.script.text(version) if text is None else text
    if text is None and version.type != "number":
        return version.type not in _NOTHING
    return _FIXED.fullmatch(written) is None or written == widget_version(widget)


def _asked_of(widget: Widget, context: Context, href: Href, folder: str) -> Iterator[Asset]:
    """Yield what a function that loads templates by their names is called for, where each name is written out."""
    script, function = href.own.script, href.call.scope.owner()
    computed = [part for part in href.parts if not isinstance(part, str)]
    names = {script.text(part) for part in computed if part.type == "identifier"}
    if function is None or len(computed) != 1 or len(names) != 1 or not _is_plain(href, function):
        return
    name = names.pop()
    number = next((at for at, given in enumerate(function.parameters) if given == name), None)
    if number is None or not _is_as_given(href.own, function, name):
        return
    for call in _calls(widget, context, href.own, function):
        given = call.arguments[number] if number < len(call.arguments) else None
        text = script.string(given) if given is not None else None
        match = _HREF.fullmatch("".join(part if isinstance(part, str) else text or "*" for part in href.parts))
        if given is not None and match is not None and "*" not in match["path"]:
            yield Asset(href.own, script.span(given), folder + match["path"], True, given)


def _is_plain(href: Href, function: Scope) -> bool:
    """Return whether a function comes to its call of render in any case, with nothing given back before."""
    around = href.own.script.around(href.call.node)
    inside = [node for node in around if node.start_byte > function.node.start_byte]
    if any(node.type in _CONDITIONS for node in inside):
        return False
    before = href.call.node.start_byte
    return not any(node.end_byte < before for node in returns_of(href.own.script, function))


def _is_as_given(own: Own, function: Scope, name: str) -> bool:
    """Return whether a parameter keeps what it is given; `name = name || ''` keeps it."""
    for node, scope in own.script.of_kind("assignment_expression"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or own.script.text(left) != name or not enclosed(scope, function):
            continue
        kept = right.child_by_field_name("left") if right.type == "binary_expression" else None
        operator = right.child_by_field_name("operator")
        is_kept = kept is not None and operator is not None and operator.type in ("||", "??")
        if kept is None or not is_kept or own.script.text(kept) != name:
            return False
    return not re.search(encoded(rf"(?<![\w$.]){re.escape(name)}\s*(?:\+|&&)="), own.script.source.data)


def _calls(widget: Widget, context: Context, own: Own, function: Scope) -> Iterator[Call]:
    """Yield the calls of a function in its script, where its name is no other function's."""
    script, node = own.script, function.node
    named = next(iter(names_of(script, function)), "")
    if not named or not _is_handed_whole(own, node):
        return
    same = [found for found in script.functions.values() if named in names_of(script, found)]
    made = module(widget, context)
    selves = {"this", *(made.selves if made is not None and made.script is script else ())}
    for call in script.calls_of(named) if len(same) == 1 else ():
        owner, _, _ = call.path.rpartition(".")
        declared = call.scope.find(named) if not owner else None
        is_it = declared is not None and declared.start_byte <= node.start_byte < declared.end_byte
        if owner in selves or is_it:
            yield call


def _is_handed_whole(own: Own, node: Syntax) -> bool:
    """Return whether a function keeps its parameters where it is given its name: bound to an owner, or as it is."""
    around = node.parent
    if around is not None and around.type == "arguments":
        call = around.parent
        callee = call.child_by_field_name("function") if call is not None else None
        return callee is not None and own.script.path(callee) in _BINDING and around.named_child_count == 2
    if around is not None and around.type == "member_expression":
        call = around.parent
        given = call.child_by_field_name("arguments") if call is not None else None
        return own.script.path(around).endswith(".bind") and given is not None and given.named_child_count == 1
    return True


def _linked(own: Own, node: Syntax, scope: Scope) -> Iterator[Asset]:
    """Yield the files that stand behind the widget's path in a text: `self.params.path + '/style.css?v=' + ...`."""
    pieces = joined(own.script, node)
    for before, part, after in zip(pieces, pieces[1:], (*pieces[2:], ""), strict=False):
        if isinstance(before, str) or not isinstance(part, str):
            continue
        folder, match = own_folder(own, before, scope), _ASSET.match(part)
        if folder is None or match is None or not match["path"].startswith("/"):
            continue
        is_last = isinstance(after, str) and not after
        is_computed = match.end() == len(part) and not is_last and (not isinstance(after, str) or after[:1] == "?")
        is_fixed = is_last and _NO_VERSION.fullmatch(match["rest"]) is not None
        start = own.script.source.text.find(match["path"], own.script.span(before).end)
        if start >= 0:
            span = Span(start, start + len(match["path"]))
            has_version = (match["rest"].startswith("?") and not is_fixed) or is_computed
            yield Asset(own, span, folder + match["path"][1:], has_version, node)
