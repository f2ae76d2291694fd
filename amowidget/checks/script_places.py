"""LOC, second part: what the manifest says of places against what the scripts do there."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.checks.script_module import defines, dependencies, module
from amowidget.checks.script_places_rules import RULES
from amowidget.checks.scripts import Own, all_scripts, own_calls
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import FUNCTIONS, Call
from amowidget.widget.json_nodes import Node
from amowidget.widget.source import encoded
from amowidget.widget.widget import SCRIPT, Widget

_CARDS = ("lcard", "ccard", "comcard", "cucard")
_AREAS = (*_CARDS, "llist", "clist", "tlist", "culist", "tline", "tcalendar")
_BLOCK = b"render_template"
# The column is filled by hand as well; what is loaded from elsewhere may fill it in any way.
_OTHER_WAYS = compiled(
    rb"card-widgets|widgets_block|template_element|getScript|[\"']script[\"']|<script|\bimport\(|\beval\b|new Function"
)
_OTHER_QUESTIONS = compiled(
    rb"isCard|getBaseEntity|getWidgetsArea|getV3WidgetsArea|current_entity|element_type|pathname|\bhref\b|s_card\b"
)
_CARD_CODE = compiled(rb"[\"'`](lcard|ccard|comcard|cucard)(?:-[01])?[\"'`]")
_TASK_PAGES = compiled(rb"tline|tcalendar|todo|calendar|tasks")


def right_column_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find cards whose right column is asked for and never filled; asked of public integrations only."""
    cards = [node for node in _places(widget) if _area(node) in _CARDS and _has_column(node)]
    made = module(widget, context)
    is_known = made is not None and made.is_known and _is_whole(widget, context)
    if context.is_public and cards and is_known and not _is_listed(widget, "card_sdk"):
        scripts = [own.script.source.data for own in all_scripts(widget, context)]
        if not any(_BLOCK in data or _OTHER_WAYS.search(data) for data in scripts):
            yield in_manifest(cards[0], location=cards[0].text)


def right_column_unavailable(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a block for the right column in a widget that has the column nowhere."""
    places = _places(widget)
    has_column = any(_area(node) in _AREAS and _has_column(node) for node in places)
    if not has_column and any(_area(node) in (*_CARDS, "everywhere") for node in places):
        for own, call in _blocks(widget, context):
            yield own.hit(call.callee)
            return


def card_never_asked_for(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find cards for which no block is drawn, where each block is drawn for cards that the script names."""
    cards = [node for node in _places(widget) if _area(node) in _CARDS and _has_column(node)]
    blocks = _blocks(widget, context) if len(cards) > 1 else ()
    if not blocks or not all(_is_asked(own, call) for own, call in blocks) or not _is_whole(widget, context):
        return
    scripts = [own.script.source.data for own in all_scripts(widget, context)]
    named = {match[1].decode() for data in scripts for match in _CARD_CODE.finditer(data)}
    if not any(_OTHER_QUESTIONS.search(data) or _OTHER_WAYS.search(data) for data in scripts):
        for node in cards:
            if _area(node) not in named:
                yield in_manifest(node, location=node.text, cards=", ".join(sorted(named)))


def card_of_running_widget(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find cards that are listed to start a widget there which runs everywhere."""
    root = root_of(widget)
    init_once = root.find("widget", "init_once") if root else None
    if init_once and init_once.value is True and not _is_listed(widget, "card_sdk"):
        for node in _places(widget):
            if _area(node) in _CARDS and not _has_column(node):
                yield in_manifest(node, location=node.text)


def task_page_without_sync(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the pages of tasks in a widget that neither offers a synchronisation nor speaks of them."""
    made = module(widget, context)
    pages = [node for node in _places(widget) if _area(node) in ("tline", "tcalendar")]
    if not pages or made is None or not made.is_known or "calendarSync" in made.callbacks:
        return
    if not any(_TASK_PAGES.search(own.script.source.data) for own in all_scripts(widget, context)):
        yield from (in_manifest(node, location=node.text) for node in pages)


def _places(widget: Widget) -> tuple[Node, ...]:
    return texts_at(root_of(widget), "locations")


def _is_listed(widget: Widget, code: str) -> bool:
    return any(node.text == code for node in _places(widget))


def _area(node: Node) -> str:
    return re.sub("-[01]$", "", node.text or "")


def _has_column(node: Node) -> bool:
    # Documented: an area without a suffix is the one with -1.
    return not (node.text or "").endswith("-0")


def _is_whole(widget: Widget, context: Context) -> bool:
    """Return whether every script of the widget was read, and none of them asks for one of another host."""
    paths = [path for path in widget.files if path.lower().endswith((".js", ".mjs"))]
    scripts = all_scripts(widget, context)
    if SCRIPT not in paths or len(scripts) < len(paths) or any(own.script.problems for own in scripts):
        return False
    asked = (own.script.text(node) for own in scripts for call in defines(own.script) for node in dependencies(call))
    return not any("//" in text for text in asked)


def _blocks(widget: Widget, context: Context) -> tuple[tuple[Own, Call], ...]:
    return tuple((own, call) for own, call in own_calls(widget, context, _BLOCK.decode()) if "." in call.path)


def _is_asked(own: Own, call: Call) -> bool:
    """Return whether a call stands under a condition that names a card, in the function that it stands in."""
    for around in own.script.around(call.node):
        if around.type in FUNCTIONS:
            return False
        condition = around.child_by_field_name("condition") if around.type == "if_statement" else None
        if condition is not None and _CARD_CODE.search(encoded(own.script.text(condition))):
            return True
    return False


_FUNCTIONS = (
    right_column_empty,
    right_column_unavailable,
    card_never_asked_for,
    card_of_running_widget,
    task_page_without_sync,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
