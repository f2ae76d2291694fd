"""SCR, fourth part: what the callbacks of single places give back, and what such a place can call beside."""

import difflib
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.checks.script_module import Callback, module, named
from amowidget.checks.script_paths import outcomes
from amowidget.checks.script_results_rules import RULES
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, head, own_scripts
from amowidget.widget.js_nodes import Syntax, first_named
from amowidget.widget.js_returns import returns_of
from amowidget.widget.widget import SCRIPT, Widget


class _Contract(NamedTuple):
    """What a callback has to give: how it is called, the kinds of values that are none, the keys of its object."""

    wanted: str
    remedy: str
    unfit: frozenset[str]
    keys: tuple[str, ...] = ()


_PROMISE = _Contract(
    "a promise",
    "Return the promise of the request, or Promise.resolve(...).",
    frozenset({"object", "array", "string", "template_string", "number", "true", "false", "null", "undefined", ""}),
)
# Runtime reference 4.2.
_CONTRACTS = {
    **dict.fromkeys(("loadPreloadedData", "loadElements", "linkCard", "searchDataInCard"), _PROMISE),
    "onSalesbotDesignerSave": _Contract(
        "a text of JSON", "Return JSON.stringify(...) of the steps.", frozenset({"object", "array", "number", "true"})
    ),
    "salesbotDesignerSettings": _Contract(
        "an object with exits, or nothing",
        "Return { exits: [{ code: ..., title: ... }] }.",
        frozenset({"array", "string", "template_string", "number"}),
        ("exits",),
    ),
    "onSave": _Contract(
        "true, a promise, or false to stop the save",
        "Return true, or the promise of the request.",
        frozenset({"object", "array", "string", "template_string", "number"}),
    ),
    "calendarSync": _Contract(
        "an object",
        "Return { name, description, enabled, onEnable, onDisable }.",
        frozenset({"array", "string", "template_string", "number", "true", "false", "null", "undefined", ""}),
        ("name", "description", "enabled", "onEnable", "onDisable"),
    ),
}
# Their places do not wait for a promise.
_AT_ONCE = ("onSalesbotDesignerSave", "salesbotDesignerSettings", "calendarSync")
_STEP_KEYS = frozenset({"question", "require"})
_CALLED = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "template_string": "a text",
    "number": "a number",
    "": "nothing",
}
# What a place can call, and who needs it not.
_OPTIONAL = {
    "card_sdk": ("searchDataInCard", "the tab has nothing to search"),
    "salesbot_designer": ("salesbotDesignerSettings", "the block has no form and no exits of its own"),
}


def callback_result_unfit(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find values of callbacks that are of another kind than the place asks for."""
    for own, callback, contract in _contracts(widget, context):
        if callback.function is not None and callback.function.is_async and callback.name in _AT_ONCE:
            yield own.hit(
                callback.key, name=callback.name, given="a promise", wanted=contract.wanted, remedy=contract.remedy
            )
        for statement, value in _given(own, callback):
            kind = value.type if value is not None else ""
            if kind in contract.unfit:
                given = _CALLED.get(kind, kind)
                place = callback.key if statement is None else head(own.script, statement)
                yield own.hit(place, name=callback.name, given=given, wanted=contract.wanted, remedy=contract.remedy)


def callback_result_incomplete(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find objects that lack a key which the place reads."""
    for own, callback, contract in _contracts(widget, context):
        for _, value in _given(own, callback):
            steps = _steps(own, callback, value) if value is not None else ()
            yield from (
                own.hit(head(own.script, step), name=callback.name, key=key, near=near) for step, key, near in steps
            )
            if value is not None and value.type == "object":
                lacking = _lacking(own, value, contract)
                place = head(own.script, value)
                yield from (own.hit(place, name=callback.name, key=key, near=near) for key, near in lacking)


def location_callback_absent(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations that could call more than the script has."""
    made = module(widget, context)
    for node in texts_at(root_of(widget), "locations") if made is not None and made.is_known else ():
        name, unused = _OPTIONAL.get(node.text or "", ("", ""))
        if name and made is not None and name not in made.callbacks:
            yield in_manifest(node, location=node.text, name=name, unused=unused)


def catalog_not_chosen(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget of a list's elements that names no list."""
    made = module(widget, context)
    scripts = own_scripts(widget, context) if made is not None and made.is_known else ()
    is_named = any(b"setSdkCatalogId" in own.script.source.data for own in scripts)
    for node in texts_at(root_of(widget), "locations"):
        if node.text == "catalogs" and scripts and not is_named:
            yield in_manifest(node, location=node.text)


def _contracts(widget: Widget, context: Context) -> Iterator[tuple[Own, Callback, _Contract]]:
    made = module(widget, context)
    if made is not None:
        for callback in named(made.callbacks, *_CONTRACTS):
            yield Own(SCRIPT, made.script), callback, _CONTRACTS[callback.name]


def _given(own: Own, callback: Callback) -> Iterator[tuple[Syntax | None, Syntax | None]]:
    """Yield each value that a callback gives, with its statement; nothing at its end has neither."""
    function = callback.function
    if function is None or function.is_async or function.is_generator:
        return
    body = function.body
    if body is not None and body.type != "statement_block":
        yield body, resolved(own.script, body, function) or body
        return
    for statement in returns_of(own.script, function):
        value = first_named(statement)
        if value is not None and value.type != "comment":
            yield statement, resolved(own.script, value, own.script.ground.at(value)) or value
        else:
            yield statement, None
    if any(way.node.id == function.node.id for way in outcomes(own.script, function)):
        yield None, None


def _steps(own: Own, callback: Callback, value: Syntax) -> Iterator[tuple[Syntax, str, str]]:
    """Yield the steps of a bot, written out in JSON.stringify, that have no question block: those never run."""
    called = value.child_by_field_name("function") if value.type == "call_expression" else None
    if callback.name != "onSalesbotDesignerSave" or called is None or own.script.path(called) != "JSON.stringify":
        return
    given = value.child_by_field_name("arguments")
    first = first_named(given) if given is not None else None
    known = resolved(own.script, first, own.script.ground.at(first)) if first is not None else None
    for step in known.named_children if known is not None and known.type == "array" else ():
        present = _keys(own, step) if step.type == "object" else None
        if present and not present & _STEP_KEYS:
            match = difflib.get_close_matches("question", sorted(present), 1, 0.75)
            yield step, "question", f"Write question instead of {match[0]}. " if match else ""


def _lacking(own: Own, value: Syntax, contract: _Contract) -> Iterator[tuple[str, str]]:
    """Yield the keys that an object lacks, each with the word of a similar one; an empty object may be meant so."""
    present = _keys(own, value)
    for key in contract.keys if present else ():
        if present is not None and key not in present:
            match = difflib.get_close_matches(key, sorted(present - set(contract.keys)), 1, 0.75)
            yield key, f"Write {key} instead of {match[0]}. " if match else ""


def _keys(own: Own, node: Syntax) -> frozenset[str] | None:
    """Return the keys of an object that is written out, or None when it may have others."""
    found: set[str] = set()
    for part in node.named_children:
        key = part.child_by_field_name("key") or part.child_by_field_name("name")
        if part.type == "spread_element" or (key is not None and key.type == "computed_property_name"):
            return None
        if part.type == "shorthand_property_identifier":
            found.add(own.script.text(part))
        elif key is not None:
            found.add(own.script.string(key) or own.script.text(key))
    return frozenset(found)


_FUNCTIONS = (callback_result_unfit, callback_result_incomplete, location_callback_absent, catalog_not_chosen)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
