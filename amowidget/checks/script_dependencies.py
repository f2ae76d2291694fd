"""The modules that scripts ask for, and where in the widget they lie. What is wrong with them: script_files and others."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Context, root_of
from amowidget.checks.script_module import defines, dependencies
from amowidget.checks.scripts import Own, all_scripts, whole_scripts
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Script, Syntax, first_named
from amowidget.widget.widget import SCRIPT, Widget

# The address of a widget's folder; observed: package reference 3.4.
_ADDRESS = compiled(r"/(?:widgets/(?P<old>[\w-]+)|upl/(?P<code>[\w-]+)(?:/\d+)?/widget)/(?P<path>.+)")
_CONFIGURING = ("require.config", "requirejs.config", "window.require.config", "window.requirejs.config")


class Dependency(NamedTuple):
    """A module that a script asks for: `name` is written without the plug-in and the query, `path` leads to the file.

    `path` is empty for what lies outside of the widget, or cannot be told; `call` is None where it is imported.
    """

    own: Own
    node: Syntax
    plugin: str
    name: str
    query: str
    path: str
    call: Call | None = None


def asked_modules(widget: Widget, context: Context) -> tuple[Dependency, ...]:
    """Return every module that an own script asks for by a text."""
    if "dependencies" not in context.memo:
        context.memo["dependencies"] = tuple(_find(widget, context))
    found: tuple[Dependency, ...] = context.memo["dependencies"]
    return found


def loaded_scripts(widget: Widget, context: Context) -> frozenset[str]:
    """Return the scripts that the host loads: script.js, and what is asked for from there; others may be sources."""
    if "loaded-scripts" not in context.memo:
        loaded, waiting = {SCRIPT}, [SCRIPT]
        while waiting:
            path = waiting.pop()
            asked = {found.path for found in asked_modules(widget, context) if found.own.path == path}
            waiting.extend(asked - loaded)
            loaded |= asked
        context.memo["loaded-scripts"] = frozenset(loaded)
    found: frozenset[str] = context.memo["loaded-scripts"]
    return found


def is_configured(widget: Widget, context: Context) -> bool:
    """Return whether a script tells the loader other paths, so that a name can lead anywhere."""
    return any(
        call.path in _CONFIGURING for own in whole_scripts(widget, context) for call in own.script.calls_of("config")
    )


def defined_names(widget: Widget, context: Context) -> frozenset[str]:
    """Return the names that scripts of the widget, libraries too, give to modules."""
    if "defined-names" not in context.memo:
        calls = (call for own in all_scripts(widget, context) for call in own.script.calls_of("define"))
        named = (call.script.string(call.arguments[0]) for call in calls if call.arguments)
        context.memo["defined-names"] = frozenset(name for name in named if name)
    found: frozenset[str] = context.memo["defined-names"]
    return found


def widget_version(widget: Widget) -> str:
    """Return the version of the widget, or an empty text."""
    root = root_of(widget)
    node = root.find("widget", "version") if root else None
    return (node.text or "") if node is not None else ""


def _find(widget: Widget, context: Context) -> Iterator[Dependency]:
    for own in whole_scripts(widget, context):
        requires = own.script.calls_of("require", "requirejs") if own.path == SCRIPT else ()
        for call in (*defines(own.script), *requires):
            for node in dependencies(call) or _required(own.script, call):
                yield from _read(widget, own, node, call)
        for given, _ in own.script.of_kind("import"):
            if (first := first_named(given)) is not None:
                yield from _read(widget, own, first, None)


def _required(script: Script, define: Call) -> Iterator[Syntax]:
    """Yield what `define(function (require) { require('x') })` asks for: RequireJS reads the text of the function."""
    arguments = define.arguments
    function = script.functions.get(arguments[0].id) if len(arguments) == 1 and define.name == "define" else None
    given = function.parameters.get("require") if function is not None else None
    if given is None:
        return
    for call in script.calls_of("require"):
        found = call.scope.find("require")
        is_asked = call.path == "require" and len(call.arguments) == 1 and found is not None and found.id == given.id
        if is_asked and call.arguments[0].type == "string":
            yield call.arguments[0]


def _read(widget: Widget, own: Own, node: Syntax, call: Call | None) -> Iterator[Dependency]:
    plugin, _, rest = (own.script.string(node) or "").rpartition("!")
    name, _, query = rest.partition("?")
    if name:
        yield Dependency(own, node, plugin, name, query, _path(widget, own.path, name), call)


def _path(widget: Widget, script: str, name: str) -> str:
    address = _ADDRESS.fullmatch(name)
    if address is not None:
        root = root_of(widget)
        code = root.find("widget", "code") if root else None
        is_own = code is not None and code.text in (address["old"], address["code"])
        # The code may be that of another widget; a module of the same name is not likely to lie there.
        is_likely = address["path"] in widget.files and address["path"] != SCRIPT
        return address["path"] if is_own or is_likely else ""
    if not name.startswith(("./", "../")):
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(script), name))
    # Another folder up there can be another widget.
    is_astray = path.startswith("../") and ("/" not in path[3:] or path[3:] in widget.files)
    return path if is_astray or not path.startswith("..") else ""
