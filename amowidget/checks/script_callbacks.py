"""SCR, third part: the callbacks: that they are there, what they return on every way, and what `this` is in them."""

import difflib
from collections.abc import Callable, Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.checks.script_callbacks_rules import RULES
from amowidget.checks.script_module import METHODS, Callback, Module, module, named
from amowidget.checks.script_paths import Outcome, outcomes
from amowidget.checks.script_uses import unpacked
from amowidget.checks.scripts import Own, head
from amowidget.widget.js_nodes import Syntax
from amowidget.widget.widget import SCRIPT, Widget

_MANDATORY = ("render", "init", "bind_actions")
# What a location calls; documented on the pages of web_sdk, and kept by the vendor's own generator.
_OF_LOCATION: dict[str, tuple[str, ...]] = {
    "llist": ("leads.selected",),
    "clist": ("contacts.selected",),
    "tlist": ("todo.selected",),
    "advanced_settings": ("advancedSettings",),
    "card_sdk": ("loadPreloadedData", "loadElements", "linkCard"),
    "catalogs": ("loadCatalogElement",),
    "salesbot_designer": ("onSalesbotDesignerSave",),
    "lead_sources": ("onAddAsSource",),
    "widget_page": ("initMenuPage",),
}
# What no other location calls.
_ONLY_OF_LOCATION = {
    **_OF_LOCATION,
    "digital_pipeline": ("dpSettings",),
    "card_sdk": (*_OF_LOCATION["card_sdk"], "searchDataInCard"),
    "salesbot_designer": (*_OF_LOCATION["salesbot_designer"], "salesbotDesignerSettings"),
}
_OF_TASKS = frozenset({"tlist", "tline", "tcalendar"})
_OLD_NAMES = {"todo.selected": "tasks.selected"}
_OTHERS = (
    *("settings", "onSave", "destroy", "onInstall", "onSource", "dpSettings", "advancedStats", "calendarSync"),
    *("salesbotDesignerSettings", "searchDataInCard", "leads", "contacts", "todo", "tasks", "companies", "customers"),
    *("register_steps", "finish_wizard", "get_tutorial"),
)
_KNOWN = frozenset(
    {*_MANDATORY, *_OTHERS, *_OLD_NAMES.values(), *(name for names in _OF_LOCATION.values() for name in names)}
)
# What the widget has and its object of callbacks has not; `render` is left out, a callback has the same name.
_OF_WIDGET = (METHODS | {"params", "langs"}) - {"render"}
_EMPTY = ("falsy", "nothing")


def callback_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget that lacks one of the three callbacks without which the host drops it."""
    for made, own in _known(widget, context):
        for name in _MANDATORY:
            if name not in made.callbacks:
                yield own.hit(head(own.script, _place(made)), name=name)


def on_save_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget that nobody can install, because it has no onSave."""
    for made, own in _known(widget, context):
        if "onSave" not in made.callbacks and _is_installed(widget):
            yield own.hit(head(own.script, _place(made)))


def settings_callback_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget with a window of settings and no callback for it."""
    for made, own in _known(widget, context):
        if "settings" not in made.callbacks and _is_installed(widget):
            yield own.hit(head(own.script, _place(made)))


def destroy_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget that leaves something behind and has no callback to take it away."""
    for made, own in _known(widget, context):
        if "destroy" not in made.callbacks:
            trace = _trace(own, context)
            if trace is not None:
                yield own.hit(
                    head(own.script, _place(made)), line=own.script.source.place(own.script.span(trace).start)[0]
                )


def render_not_true(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find ways through render that end without true, under no condition."""
    yield from _ends(widget, context, ("render",), lambda way: way.value in _EMPTY and not way.is_guarded)


def render_not_always_true(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find ways through render that end without true under a condition."""
    yield from _ends(widget, context, ("render",), lambda way: way.value in _EMPTY and way.is_guarded)


def callback_not_true(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find ways through init and bind_actions that end without true, under no condition."""
    yield from _ends(widget, context, _MANDATORY[1:], lambda way: way.value in _EMPTY and not way.is_guarded)


def on_save_never_true(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find an onSave that stops every save."""
    for made, own in _made(widget, context):
        for callback, ways in _ways(made, own, ("onSave",)):
            if ways and all(way.value in _EMPTY for way in ways):
                yield own.hit(callback.key)


def on_save_not_true(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find ways through onSave that end without a value, where others let the save go on."""
    for made, own in _made(widget, context):
        for _, ways in _ways(made, own, ("onSave",)):
            if any(way.value not in _EMPTY for way in ways):
                silent = [
                    way for way in ways if way.value == "nothing" or (way.value == "falsy" and not way.is_guarded)
                ]
                yield from (own.hit(head(own.script, way.node)) for way in silent)


def callback_async(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the three first callbacks where they are async."""
    for made, own in _made(widget, context):
        for callback in named(made.callbacks, *_MANDATORY):
            if callback.function and callback.function.is_async:
                yield own.hit(callback.key, name=callback.name)


def this_in_callback(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find callbacks that look for the widget's methods in `this`, which is the object of callbacks there."""
    for made, own in _made(widget, context):
        # What the host does not call itself is called by the widget, with whatever `this`.
        called = (callback for callback in named(made.callbacks, *_KNOWN) if not callback.is_bound)
        places = ((told, node) for told in called for node in (*_this(told), *_names_of_this(own, told)))
        for callback, name, place in ((told, *member) for told, node in places for member in _members(own, node)):
            if callback.name == "calendarSync" or name in _OF_WIDGET - made.callbacks.keys():
                yield own.hit(place, name=name, callback=callback.name)


def location_callback_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations whose callback the script lacks."""
    for made, _ in _known(widget, context):
        for node in texts_at(root_of(widget), "locations"):
            missing = (name for name in _OF_LOCATION.get(_area(node.text or ""), ()) if not _has(made, name))
            yield from (in_manifest(node, location=node.text, name=name) for name in missing)


def dp_callback_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a Digital Pipeline trigger whose form the script does not touch."""
    for made, _ in _known(widget, context):
        for node in texts_at(root_of(widget), "locations"):
            if node.text == "digital_pipeline" and "dpSettings" not in made.callbacks:
                yield in_manifest(node)


def callback_without_location(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find callbacks that nobody calls, because their location is not listed."""
    areas = {_area(node.text or "") for node in texts_at(root_of(widget), "locations")}
    for made, own in _made(widget, context):
        for area, names in _ONLY_OF_LOCATION.items():
            found = next((made.callbacks[name] for name in names if name in made.callbacks), None)
            if found is not None and area not in areas and root_of(widget):
                yield own.hit(found.key, name=found.name, location=area)
        synced = made.callbacks.get("calendarSync")
        if synced is not None and not areas & _OF_TASKS and root_of(widget):
            yield own.hit(synced.key, name=synced.name, location="tlist")


def callback_misspelt(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find callbacks whose name is nearly a documented one, and the old name of those for tasks."""
    for made, own in _made(widget, context):
        for name, callback in made.callbacks.items():
            near = _meant(name, made)
            if near:
                yield own.hit(callback.key, name=name, near=near)


def salesbot_save_without_result(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find an onSalesbotDesignerSave that gives no steps."""
    for made, own in _made(widget, context):
        for callback, ways in _ways(made, own, ("onSalesbotDesignerSave",)):
            if any(way.value in _EMPTY and not way.is_guarded for way in ways):
                yield own.hit(callback.key)


def _made(widget: Widget, context: Context) -> Iterator[tuple[Module, Own]]:
    made = module(widget, context)
    if made is not None:
        yield made, Own(SCRIPT, made.script)


def _known(widget: Widget, context: Context) -> Iterator[tuple[Module, Own]]:
    """Yield the module where every callback of it can be told."""
    for made, own in _made(widget, context):
        if made.is_known:
            yield made, own


def _place(made: Module) -> Syntax:
    node = made.callbacks_at
    return node if node is not None else made.define.node


def _is_installed(widget: Widget) -> bool:
    node = root.find("widget", "installation") if (root := root_of(widget)) else None
    return not (node and node.value is False)


def _ways(made: Module, own: Own, names: tuple[str, ...]) -> Iterator[tuple[Callback, tuple[Outcome, ...]]]:
    """Yield the callbacks that give their value at once, with every way out of them; an async one gives a promise."""
    for callback in named(made.callbacks, *names):
        if callback.function and not callback.function.is_async and not callback.function.is_generator:
            yield callback, outcomes(own.script, callback.function)


def _ends(
    widget: Widget, context: Context, names: tuple[str, ...], is_wrong: Callable[[Outcome], bool]
) -> Iterator[Hit]:
    for made, own in _made(widget, context):
        for callback, ways in _ways(made, own, names):
            for way in filter(is_wrong, ways):
                is_whole = callback.function is not None and way.node.id == callback.function.node.id
                yield own.hit(head(own.script, callback.key if is_whole else way.node), name=callback.name)


def _members(own: Own, node: Syntax) -> Iterator[tuple[str, Syntax]]:
    """Yield what is read of a `this`: the member's name and its place, `this.name` or the name in a pattern."""
    parent = node.parent
    if parent is None:
        return
    if parent.type == "variable_declarator":
        pattern = parent.child_by_field_name("name")
        taken = unpacked(own.script, pattern) if pattern is not None and pattern.type == "object_pattern" else ()
        # What has a default is provided for.
        yield from ((name, place) for name, place in taken if place.parent == pattern or _is_renamed(place))
    if parent.type != "member_expression":
        return
    named_as = parent.child_by_field_name("property")
    around = parent.parent
    left = around.child_by_field_name("left") if around is not None and around.type == "assignment_expression" else None
    if named_as is not None and (left is None or left.id != parent.id):
        yield own.script.text(named_as), parent


def _is_renamed(place: Syntax) -> bool:
    return place.parent is not None and place.parent.type == "pair_pattern"


def _this(callback: Callback) -> list[Syntax]:
    return callback.function.this if callback.function else []


def _names_of_this(own: Own, callback: Callback) -> Iterator[Syntax]:
    """Yield where a variable that a callback keeps its `this` in is called for a method: `that` of `that.i18n()`."""
    kept = [node.parent for node in _this(callback) if node.parent is not None]
    for declared in (node for node in kept if node.type == "variable_declarator"):
        name = declared.child_by_field_name("name")
        if name is None or name.type != "identifier":
            continue
        word = own.script.text(name)
        for call in own.script.calls:
            owner = call.callee.child_by_field_name("object")
            is_named = owner is not None and owner.type == "identifier" and own.script.text(owner) == word
            if owner is not None and is_named and call.scope.find(word) == declared:
                yield owner


def _meant(name: str, made: Module) -> str:
    """Return the documented name that another one is a slip of, or an empty text; capitals, underscores do not count."""
    if name == "tasks" and "todo" not in made.callbacks:
        return "todo"
    if name in _KNOWN or "." in name:
        return ""
    plain = {other.replace("_", "").lower(): other for other in sorted(_KNOWN - made.callbacks.keys())}
    bare = name.replace("_", "").lower()
    matches = [bare] if bare in plain else difflib.get_close_matches(bare, plain, 1, 0.85)
    return plain[matches[0]] if matches else ""


def _area(code: str) -> str:
    return code[:-2] if code[-2:] in ("-0", "-1") else code


def _has(made: Module, name: str) -> bool:
    group = name.partition(".")[0]
    is_hidden = (
        group != name and group in made.callbacks and not any(key.startswith(f"{group}.") for key in made.callbacks)
    )
    return name in made.callbacks or _OLD_NAMES.get(name) in made.callbacks or is_hidden


def _trace(own: Own, context: Context) -> Syntax | None:
    """Return the first thing that stays when the user leaves the place: a timer, a handler, an element."""
    for call in own.script.calls_of("setInterval", "addEventListener", "MutationObserver", "on", "append"):
        name = call.path.rpartition(".")[2]
        receiver = own.script.text(call.callee).replace('"', "'")
        is_outside = receiver.startswith(
            ("$(document)", "$(window)", "$('body')", "jQuery(document)", "document.", "window.")
        )
        if name in ("setInterval", "MutationObserver") or is_outside:
            return call.node
    return None


_FUNCTIONS = (
    callback_missing,
    on_save_missing,
    settings_callback_missing,
    destroy_missing,
    render_not_true,
    render_not_always_true,
    callback_not_true,
    on_save_never_true,
    on_save_not_true,
    callback_async,
    this_in_callback,
    location_callback_missing,
    dp_callback_missing,
    callback_without_location,
    callback_misspelt,
    salesbot_save_without_result,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
