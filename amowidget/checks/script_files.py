"""SCR, sixth part: the modules, templates, styles and pictures that scripts ask for, and how they ask."""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_files_rules import RULES
from amowidget.checks.script_module import defines, dependencies
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, Sight, joined, member, own_scripts, sights
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Scope, Syntax, first_named
from amowidget.widget.widget import SCRIPT, Widget

_ASSET = compiled(
    r"""(?P<path>/?(?:[\w.@-]+/)*[\w.@-]+\.(?:css|twig|json|m?js|html?|png|jpe?g|gif|svg|webp))(?P<rest>[^"'\s>)]*)"""
)
_ASSET_SIGN = compiled(rb"\.(?:css|twig|json|m?js|html?|png|jpe?g|gif|svg|webp)")
# A version that is written out stays when the widget's is raised; an empty one is none.
_NO_VERSION = compiled(r"\?(?:v(?:er(?:sion)?)?=)?[\d.]*")
# The property of the settings that holds where the widget's files lie; documented: web_sdk/mechanics.
_WIDGET_PATH = compiled(r"(?:^|\.)(?:params|get_settings\(\)|\w*settings)\.(?:path|cdn_path)$", re.IGNORECASE)
_WIDGET_ADDRESS = compiled(r"/(?:widgets|upl)/(?P<code>[\w-]{4,})/")
_TOO_GENERAL = frozenset({"list", "edit", "category", "system", "settings"})
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
_FOREIGN = compiled(r"^(?:[a-z]+:)?//|^/", re.IGNORECASE)
# The global, how it is used, what every use holds, and the module that gives it.
_GLOBALS = (
    ("$", compiled(rb"(?<![\w$.])(?:\$|jQuery)(?=[.(])"), (b"$(", b"$.", b"jQuery"), "jquery"),
    ("_", compiled(rb"(?<![\w$.])_(?=[.(])"), (b"_.", b"_("), "underscore"),
)
_AMD = compiled(rb"define\s*\.\s*amd|define\[['\"]amd")


class _Dependency(NamedTuple):
    own: Own
    node: Syntax
    name: str  # without the plug-in and the query
    query: str


class _Asset(NamedTuple):
    own: Own
    span: Span
    path: str  # inside the widget
    has_version: bool


def dependency_without_dot(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules of the widget that are asked for by a path which RequireJS takes relative to the page."""
    for found in _dependencies(widget, context):
        is_named = found.name in widget.files or f"{found.name}.js" in widget.files
        if is_named and not found.name.startswith(".") and not _FOREIGN.match(found.name):
            yield found.own.hit(found.node, name=found.name)


def dependency_without_ending(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules beside the script that are asked for without their ending."""
    for found in _dependencies(widget, context):
        path = _beside(found.own.path, found.name)
        if path and "." not in path.rpartition("/")[2]:
            yield found.own.hit(found.node, name=found.name)


def dependency_not_in_widget(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules beside the script that are not there."""
    loaded = _loaded(_dependencies(widget, context))
    for found in _dependencies(widget, context):
        path = _beside(found.own.path, found.name)
        if found.own.path in loaded and "." in path.rpartition("/")[2] and path not in widget.files:
            yield found.own.hit(found.node, name=found.name, path=path)


def file_not_in_widget(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find templates, styles and pictures of the widget that are not there."""
    for asset in _assets(widget, context):
        if asset.path not in widget.files:
            yield asset.own.hit(asset.span, path=asset.path)


def module_without_version(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules beside the script that are asked for without the version."""
    for found in _dependencies(widget, context):
        path = _beside(found.own.path, found.name)
        if path in widget.files and not found.query:
            yield found.own.hit(found.node, name=found.name)


def file_without_version(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find templates and styles that are asked for without the version."""
    for asset in _assets(widget, context):
        if asset.path in widget.files and not asset.has_version and not asset.path.lower().endswith(_PICTURES):
            yield asset.own.hit(asset.span, path=asset.path)


def picture_without_version(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find pictures that are asked for without the version."""
    for asset in _assets(widget, context):
        if asset.path in widget.files and not asset.has_version and asset.path.lower().endswith(_PICTURES):
            yield asset.own.hit(asset.span, path=asset.path)


def widget_code_literal(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses with the code of one account's widget, where the project has several accounts."""
    if context.targets < 2:
        return
    for own in own_scripts(widget, context):
        for node, _ in own.script.strings:
            span = own.script.span(node)
            match = _WIDGET_ADDRESS.search(own.script.source.text, span.start, span.end)
            if match and match["code"] not in _TOO_GENERAL and not match["code"].isdecimal():
                yield own.hit(Span(*match.span()), code=match["code"])


def define_repeated(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a library inside of script.js that defines a module of its own without a name."""
    for own in own_scripts(widget, context):
        found = [call for call in defines(own.script) if call.arguments and call.arguments[0].type != "string"]
        if own.path == SCRIPT and len(found) > 1:
            guarded = [call for call in found if _is_guarded_by_amd(own, call) and not _has_exports(call)]
            # Where every call is guarded, one of them is the module of the widget.
            told = guarded if len(guarded) < len(found) else guarded[:-1]
            plain = [call for call in found if _is_at_top(call)]
            for call in (*told, *(call for call in plain[1:] if call not in told)):
                yield own.hit(call.callee)


def _is_at_top(call: Call) -> bool:
    """Return whether a call is a statement of the script itself, and is made in any case."""
    statement = call.node.parent
    around = statement.parent if statement is not None else None
    return around is not None and around.type == "program"


def global_without_dependency(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the global $ and _ in scripts that do not ask for their modules."""
    for own in own_scripts(widget, context):
        for name, pattern, signs, dependency in _GLOBALS:
            data = own.script.source.data
            if any(f"{quote}{dependency}{quote}".encode() in data for quote in "'\""):
                continue  # asked for; going through every use would tell the same
            used = next((found for found in sights(own.script, pattern, *signs) if not _is_declared(own, found)), None)
            if used is not None:
                yield own.hit(used.span(own.script), name=name, dependency=dependency)


def _is_declared(own: Own, sight: Sight) -> bool:
    scope = sight.function or own.script.top
    return scope.find(sight.match.group().decode("ascii")) is not None


def _dependencies(widget: Widget, context: Context) -> tuple[_Dependency, ...]:
    if "dependencies" not in context.memo:
        context.memo["dependencies"] = tuple(_find_dependencies(widget, context))
    found: tuple[_Dependency, ...] = context.memo["dependencies"]
    return found


def _find_dependencies(widget: Widget, context: Context) -> Iterator[_Dependency]:
    for own in own_scripts(widget, context):
        requires = own.script.calls_of("require", "requirejs") if own.path == SCRIPT else ()
        imported = [first for given, _ in own.script.of_kind("import") if (first := first_named(given)) is not None]
        named = (node for call in (*defines(own.script), *requires) for node in dependencies(call))
        for node in (*named, *imported):
            name, _, query = (own.script.string(node) or "").rpartition("!")[2].partition("?")
            if name:
                yield _Dependency(own, node, name, query)


def _loaded(dependencies: tuple[_Dependency, ...]) -> set[str]:
    """Return the scripts that the host loads: script.js, and what is asked for from there; others may be sources."""
    loaded, waiting = {SCRIPT}, [SCRIPT]
    while waiting:
        path = waiting.pop()
        asked = {_beside(path, found.name) for found in dependencies if found.own.path == path}
        waiting.extend(asked - loaded)
        loaded |= asked
    return loaded


def _beside(script: str, name: str) -> str:
    """Return the path inside the widget that a relative name leads to, or an empty text."""
    if not name.startswith(("./", "../")):
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(script), name))
    return "" if path.startswith("..") else path


def _assets(widget: Widget, context: Context) -> tuple[_Asset, ...]:
    if "assets" not in context.memo:
        # A text of several pieces is met once for each of them.
        context.memo["assets"] = tuple(
            {(asset.own.path, asset.span): asset for asset in _find_assets(widget, context)}.values()
        )
    found: tuple[_Asset, ...] = context.memo["assets"]
    return found


def _find_assets(widget: Widget, context: Context) -> Iterator[_Asset]:
    for own in own_scripts(widget, context):
        if not _ASSET_SIGN.search(own.script.source.data):
            continue
        yield from _rendered(own, context)
        for node, scope in own.script.strings:
            if _ASSET_SIGN.search(own.script.source.data, node.start_byte, node.end_byte):
                yield from _linked(own, node, scope)


def _rendered(own: Own, context: Context) -> Iterator[_Asset]:
    """Yield the templates that `self.render` loads from the widget's path."""
    for call in own.script.calls_of("render"):
        for given in call.arguments[:1]:
            href, base = member(own.script, given, "href"), member(own.script, given, "base_path")
            text = own.script.string(href) if href is not None else None
            if href is None or text is None or base is None or not _ASSET.fullmatch(text):
                continue
            if _is_widget_path(own, base, call.scope):
                has_version = member(own.script, given, "v") is not None
                yield _Asset(own, own.script.span(href), text.lstrip("/"), has_version)


def _linked(own: Own, node: Syntax, scope: Scope) -> Iterator[_Asset]:
    """Yield the files that stand behind the widget's path in a text: `self.params.path + '/style.css?v=' + ...`."""
    parts = joined(own.script, node)
    for before, part, after in zip(parts, parts[1:], (*parts[2:], ""), strict=False):
        if isinstance(before, str) or not isinstance(part, str) or not _is_widget_path(own, before, scope):
            continue
        match = _ASSET.match(part)
        if match and match["path"].startswith("/"):
            is_last = isinstance(after, str) and not after
            is_computed = match.end() == len(part) and not is_last and (not isinstance(after, str) or after[:1] == "?")
            is_fixed = is_last and _NO_VERSION.fullmatch(match["rest"]) is not None
            start = own.script.source.text.find(match["path"], own.script.span(before).end)
            if start >= 0:
                span = Span(start, start + len(match["path"]))
                has_version = match["rest"].startswith("?") and not is_fixed
                yield _Asset(own, span, match["path"][1:], has_version or is_computed)


def _is_widget_path(own: Own, node: Syntax, scope: Scope) -> bool:
    path = own.script.path(node)
    if _WIDGET_PATH.search(path):
        return True
    if node.type != "identifier":
        return False
    known = resolved(own.script, node, scope)
    return known is not None and bool(_WIDGET_PATH.search(own.script.path(known)))


def _is_guarded_by_amd(own: Own, call: Call) -> bool:
    current = call.node.parent
    for _ in range(12):
        if current is None or current.type == "program":
            return False
        if current.type in ("if_statement", "ternary_expression", "binary_expression"):
            condition = current.child_by_field_name("condition") or current.child_by_field_name("left") or current
            if _AMD.search(own.script.source.data, condition.start_byte, condition.end_byte):
                return True
        current = current.parent
    return False


def _has_exports(call: Call) -> bool:
    # A bundler gives a library its own `exports`, and it takes that way before it looks for define.
    return call.scope.find("exports") is not None or call.scope.find("module") is not None


_FUNCTIONS = (
    dependency_without_dot,
    dependency_without_ending,
    dependency_not_in_widget,
    file_not_in_widget,
    module_without_version,
    file_without_version,
    picture_without_version,
    widget_code_literal,
    define_repeated,
    global_without_dependency,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
