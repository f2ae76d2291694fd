"""SCR, sixth part: the modules, templates, styles and pictures that scripts ask for, and how they ask."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_assets import assets
from amowidget.checks.script_dependencies import (
    asked_modules,
    defined_names,
    is_configured,
    loaded_scripts,
    widget_version,
)
from amowidget.checks.script_files_rules import RULES
from amowidget.checks.script_module import defines
from amowidget.checks.script_umd import branch_of_amd, has_exports, is_at_top
from amowidget.checks.scripts import Own, Sight, is_library, own_scripts, sights
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.source import encoded
from amowidget.widget.widget import SCRIPT, Widget

_WIDGET_ADDRESS = compiled(r"/(?:widgets|upl)/(?P<code>[\w-]{4,})/")
_TOO_GENERAL = frozenset({"list", "edit", "category", "system", "settings"})
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
_FOREIGN = compiled(r"/|[A-Za-z]+:")
# What is no name of a module, but an address; what the host itself has lies under lib and vendor.
_ADDRESS = compiled(r"(?!(?:lib|vendor)/)[\w./@-]+\.m?js")
_FILE = compiled(r"(?!(?:lib|vendor)/)[\w./@-]+\.(?:twig|html?|json|css|txt)")
_VERSION = compiled(r"v(?:er(?:sion)?)?=(?P<version>\d+(?:\.\d+)+)")
# The global, how it is used, what every use holds, and the module that gives it.
_GLOBALS = (
    ("$", compiled(rb"(?<![\w$.])(?:\$|jQuery)(?=[.(])"), (b"$(", b"$.", b"jQuery"), "jquery"),
    ("_", compiled(rb"(?<![\w$.])_(?=[.(])"), (b"_.", b"_("), "underscore"),
)


def dependency_without_dot(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules of the widget that are asked for by a path which RequireJS takes relative to the page."""
    loaded = loaded_scripts(widget, context)
    for found in asked_modules(widget, context):
        if found.name.startswith(".") or _FOREIGN.match(found.name):
            continue
        address = _FILE if found.plugin in ("text", "json", "css") else _ADDRESS
        is_named = found.name in widget.files or f"{found.name}.js" in widget.files
        is_address = found.own.path in loaded and address.fullmatch(found.name) and not is_configured(widget, context)
        if (is_named or is_address) and found.name not in defined_names(widget, context):
            yield found.own.hit(found.node, name=found.name)


def dependency_without_ending(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules beside the script that are asked for without their ending."""
    for found in asked_modules(widget, context):
        if found.path and "." not in found.path.rpartition("/")[2]:
            yield found.own.hit(found.node, name=found.name)


def dependency_not_in_widget(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules beside the script that are not there."""
    loaded = loaded_scripts(widget, context)
    for found in asked_modules(widget, context):
        path = found.path
        if found.own.path in loaded and "." in path.rpartition("/")[2] and path not in widget.files:
            yield found.own.hit(found.node, name=found.name, path=path)


def file_not_in_widget(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find templates, styles and pictures of the widget that are not there."""
    for asset in assets(widget, context):
        if asset.path not in widget.files and not asset.is_computed:
            yield asset.own.hit(asset.span, path=asset.path)


def module_without_version(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find modules beside the script that are asked for without the version, or with an old one."""
    for found in asked_modules(widget, context):
        if found.path in widget.files and (not found.query or _is_of_old(widget, found.path, found.query)):
            yield found.own.hit(found.node, name=found.name)


def _is_of_old(widget: Widget, path: str, query: str) -> bool:
    """Return whether a query is another version than the widget's; that of a library is the library's own."""
    written, version = _VERSION.fullmatch(query), widget_version(widget)
    source = widget.source(path)
    if written is None or not version or source is None or is_library(path, source):
        return False
    return written["version"] != version and _VERSION.fullmatch(f"v={version}") is not None


def file_without_version(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find templates and styles that are asked for without the version."""
    for asset in assets(widget, context):
        is_there = asset.path in widget.files or asset.is_computed
        if is_there and not asset.has_version and not asset.path.lower().endswith(_PICTURES):
            yield asset.own.hit(asset.span, path=asset.path)


def picture_without_version(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find pictures that are asked for without the version."""
    for asset in assets(widget, context):
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
            guarded = [call for call in found if branch_of_amd(own.script, call) is not None and not has_exports(call)]
            # Where every call is guarded, one of them is the module of the widget.
            told = guarded if len(guarded) < len(found) else guarded[:-1]
            plain = [call for call in found if is_at_top(call)]
            for call in (*told, *(call for call in plain[1:] if call not in told)):
                yield own.hit(call.callee)


def global_without_dependency(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the global $ and _ in scripts that do not ask for their modules."""
    for own in own_scripts(widget, context):
        for name, pattern, signs, dependency in _GLOBALS:
            data = own.script.source.data
            if any(encoded(f"{quote}{dependency}{quote}") in data for quote in "'\""):
                continue  # asked for; going through every use would tell the same
            used = next((found for found in sights(own.script, pattern, *signs) if not _is_declared(own, found)), None)
            if used is not None:
                yield own.hit(used.span(own.script), name=name, dependency=dependency)


def _is_declared(own: Own, sight: Sight) -> bool:
    scope = sight.function or own.script.top
    return scope.find(sight.match.group().decode("ascii")) is not None


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
