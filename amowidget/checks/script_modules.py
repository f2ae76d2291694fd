"""SCR: modules that scripts ask for and cannot get: names that the host does not have, libraries past the loader."""

import difflib
import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_assets import Asset, assets
from amowidget.checks.script_dependencies import Dependency, asked_modules, defined_names, is_configured, loaded_scripts
from amowidget.checks.script_module import dependencies, module
from amowidget.checks.script_modules_rules import RULES
from amowidget.checks.script_umd import defined_modules, forgone_globals, is_at_top, is_named
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, member, own_scripts, sights
from amowidget.config.toml_table import near
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Syntax
from amowidget.widget.source import encoded
from amowidget.widget.widget import SCRIPT, Widget

# Documented: web_sdk/system_modules. Then what one build of the host knows besides, and what public widgets ask for.
_HOST_MODULES = (
    *("underscore", "backbone", "jquery", "twigjs", "browser-detect", "chartjs", "colorpicker", "rangeslider"),
    *("clipboard", "cocktail", "accounting", "device", "enquire", "FileAPI", "google-libphonenumber", "jplayer"),
    *("js-uuid", "fullcalendar", "moment", "pubsub", "steady", "store", "cropperjs", "virtualized-list", "quill"),
    *("intl_tel_input", "lib/components/base/modal"),
)
_OTHER_MODULES = (
    *("marked", "ifvisible", "webfontloader", "wheel-indicator", "atjs", "scrollMonitor", "elements_view"),
    *("moment-timezone", "visibilityjs", "url-regex-safe", "rxjs", "magnific-popup", "jquery-ui", "intl-tel-input"),
    *("intl-tel-input-utils", "twig", "twigjs-core", "twigjs-additions", "amocrm-sdk", "text", "json", "optional"),
    *("css", "es6", "require-css", "require", "exports", "module"),
)
_LIBRARIES = ("lib/components/base/modal", "lib/common/fn", "lib/common/urlparams", "lib/common/router")
_BARE = compiled(r"[\w.@-]+(?<!\.js)")
_REPEATED = compiled(r"(.)\1+")
_PAST_LOADER = compiled(rb"define\s*\.\s*amd\s*=|\bdefine\s*=[^=>]|delete\s+(?:window\s*\.\s*)?define\b")
_SETTING = ("attr", "prop", "setAttribute")
_HOST_GLOBALS = frozenset({"$", "jQuery", "_", "moment", "Twig", "APP", "AMOCRM", "Backbone"})


def module_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names of modules that neither the host has nor the widget defines."""
    loaded = loaded_scripts(widget, context)
    for found in asked_modules(widget, context):
        name = found.name
        if found.own.path not in loaded or found.plugin or name in _HOST_MODULES or name in _OTHER_MODULES:
            continue
        is_slip = name.startswith("lib/") and any(_is_slip(name, known) for known in _LIBRARIES)
        if not (is_slip or _BARE.fullmatch(name)) or not _is_of_widget(widget, context, found):
            continue
        is_there = name in widget.files or f"{name}.js" in widget.files
        if not is_there and name not in defined_names(widget, context) and not is_configured(widget, context):
            remedy = near(name, (*_HOST_MODULES, *_LIBRARIES)) if is_slip or _is_typo(name) else ""
            yield found.own.hit(found.node, name=name, near=remedy)


def _is_slip(name: str, known: str) -> bool:
    """Return whether a name is another one but for a letter written twice, left single, swapped or of the other case."""
    first, second = _REPEATED.sub(r"\1", name.lower()), _REPEATED.sub(r"\1", known.lower())
    is_same_letters = sorted(name) == sorted(known) and name.rpartition("/")[0] == known.rpartition("/")[0]
    return name != known and (first == second or is_same_letters)


def _is_typo(name: str) -> bool:
    return bool(difflib.get_close_matches(name, _HOST_MODULES, 1, 0.75))


def _is_of_widget(widget: Widget, context: Context, found: Dependency) -> bool:
    """Return whether a call is that of the file's own module, and not of a library in it that never comes there."""
    if found.call is None or found.call.name != "define" or is_at_top(found.call):
        return True
    if found.own.path == SCRIPT:
        made = module(widget, context)
        return made is not None and made.define is found.call
    return [call for call in defined_modules(found.own.script) if not is_named(call)] == [found.call]


def module_by_script_element(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find scripts of the widget that define a module without a name and are loaded past RequireJS."""
    for asset in assets(widget, context):
        script = widget.script(asset.path) if asset.path.endswith(".js") and asset.path in widget.files else None
        if script is None or not _is_past_loader(asset) or _PAST_LOADER.search(asset.own.script.source.data):
            continue
        if any(not is_named(call) for call in defined_modules(script)):
            yield asset.own.hit(asset.span, path=asset.path)


def _is_past_loader(asset: Asset) -> bool:
    """Return whether an address becomes that of a script element: by its `src`, by getScript, or in markup."""
    script, whole = asset.own.script, asset.node
    while (around := whole.parent) is not None and around.type in ("binary_expression", "parenthesized_expression"):
        whole = around
    if around is None:
        return False
    if around.type == "arguments" and around.parent is not None and around.parent.type == "call_expression":
        name, first = script.last_name(around.parent), around.named_children[0]
        return name == "getScript" or (name in _SETTING and script.string(first) == "src")
    if around.type == "assignment_expression":
        left = around.child_by_field_name("left")
        return left is not None and script.path(left).endswith(".src")
    key = around.child_by_field_name("key") if around.type == "pair" else None
    named = (script.string(key) or script.text(key)) if key is not None else ""
    kind = member(script, around.parent, "dataType") if named == "url" else None
    return named == "src" or (kind is not None and script.string(kind) == "script")


def module_under_other_name(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files that are asked for by their address, and define nothing but modules with names."""
    asked = {found.name for found in asked_modules(widget, context)}
    for found in asked_modules(widget, context):
        script = widget.script(found.path) if found.path in widget.files and found.path != SCRIPT else None
        calls = defined_modules(script) if script is not None and not found.plugin else ()
        names = [call.script.string(call.arguments[0]) or "" for call in calls if is_named(call)]
        if not names or len(names) < len(calls) or asked & set(names):
            continue
        parameter = _parameter(found)
        if parameter is not None and _is_used(found.own, parameter):
            yield found.own.hit(found.node, path=found.path, other=names[0], parameter=parameter)


def _parameter(found: Dependency) -> str | None:
    """Return the name under which a function takes a module that it asks for, or None where it takes none."""
    if found.call is None or not found.call.arguments:
        return None
    asked = [node.id for node in dependencies(found.call)]
    made = resolved(found.own.script, found.call.arguments[-1], found.call.scope)
    function = found.own.script.functions.get(made.id) if made is not None else None
    if function is None or found.node.id not in asked:
        return None
    names = list(function.parameters)
    number = asked.index(found.node.id)
    return names[number] if number < len(names) else None


def _is_used(own: Own, parameter: str) -> bool:
    """Return whether a script holds the name of a parameter at a second place."""
    return len(re.findall(rf"(?<![\w$.]){re.escape(parameter)}(?![\w$])", own.script.source.text)) > 1


def global_not_set(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find uses of a global that a library, asked for as a module, does not set."""
    for found in asked_modules(widget, context):
        script = widget.script(found.path) if found.path in widget.files and not found.plugin else None
        if script is None or found.call is None:
            continue
        for name in sorted(forgone_globals(script) - _HOST_GLOBALS):
            if _parameter(found) is None and not _is_set_elsewhere(widget, context, found, name):
                yield from _first_use(found, name)


def _is_set_elsewhere(widget: Widget, context: Context, found: Dependency, name: str) -> bool:
    """Return whether another script gives the global its value itself, or asks whether it is there."""
    word = re.escape(name)
    asked = rf"typeof\s+(?:window\.)?{word}\b|(?<![\w$]){word}\s*(?:=[^=]|\|\||&&|\?)|if\s*\(\s*!?\s*window\.{word}\b"
    others = (own for own in own_scripts(widget, context) if own.path != found.path)
    return any(re.search(asked, own.script.source.text) for own in others)


def _first_use(found: Dependency, name: str) -> Iterator[Hit]:
    script = found.own.script
    pattern = re.compile(rb"(?<![\w$.])(?:window\.)?" + re.escape(encoded(name)) + rb"(?![\w$:])")
    for sight in sights(script, pattern, encoded(name)):
        scope = sight.function or script.top
        if scope.find(name) is None and not _is_key(sight.node):
            yield found.own.hit(sight.span(script), path=found.path, name=name)
            return


def _is_key(node: Syntax) -> bool:
    return node.type in ("property_identifier", "shorthand_property_identifier_pattern", "statement_identifier")


_FUNCTIONS = (module_unknown, module_by_script_element, module_under_other_name, global_not_set)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
