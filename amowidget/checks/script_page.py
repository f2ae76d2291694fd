"""SCR, tenth part: what a script does in the page of the host: it stops there, asks the wrong `this`, changes the menu."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_module import METHODS
from amowidget.checks.script_page_rules import RULES
from amowidget.checks.scripts import argument, is_global, own_scripts, sights, whole_scripts
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Script, Syntax
from amowidget.widget.widget import SCRIPT, Widget

# Methods of the widget that nothing has which jQuery, a list or a timer gives as `this`.
_OF_WIDGET = METHODS - {"render", "system"}
_ASKED = compiled(rb"this(?<![\w$.]this)\.(%b)\(" % b"|".join(re.escape(name.encode()) for name in sorted(_OF_WIDGET)))
_LISTS = frozenset({"forEach", "map", "filter", "some", "every", "find", "findIndex"})
_TIMERS = ("setTimeout", "setInterval")
_REQUESTS = frozenset({f"{owner}.{name}" for owner in ("$", "jQuery") for name in ("get", "post", "getJSON")})
_OF_ELEMENTS = compiled(r"(?:\$|jQuery)\(\)(?:\.\w+\(\))*\.(?:on|one|each|click|change|submit|keyup|hover)")
_SELECTED = compiled(r"(?:\$|jQuery)\(\s*(?:['\"]|document\s*\)|window\s*\))")
_MENU_SIGN = compiled(rb"nav_menu|nav__menu|left_menu")
# The entries of the host; what other entries are, those of the widget among them, is not told.
_MENU = compiled(
    r"""(?:.*[\s>])?(?P<name>\#nav_menu|\#left_menu|\.nav__menu(?:__item)?)
    (?:\[data-entity=\\?["']?(?:leads|contacts|customers|tasks|catalogs|mail|stats|settings|dashboard)\\?["']?\])?
    (?::(?:first|last|eq\(\d+\)|first-child|last-child|nth-child\(\d+\)))?\s*""",
    re.VERBOSE | re.DOTALL,
)
_SOUGHT = ("$", "jQuery", "find", "children", "querySelector", "querySelectorAll", "getElementById")
_CHANGED = (
    *(
        "append",
        "prepend",
        "before",
        "after",
        "html",
        "text",
        "empty",
        "remove",
        "detach",
        "replaceWith",
        "hide",
        "show",
    ),
    *("toggle", "css", "addClass", "removeClass", "toggleClass", "insertAdjacentHTML", "insertAdjacentElement"),
    *("appendChild", "insertBefore", "removeChild", "fadeOut", "slideUp"),
)
_ASKED_WITHOUT = ("html", "text", "css")
_PUT_TO = ("appendTo", "prependTo", "insertAfter", "insertBefore")


def debugger_statement(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find statements that stop in the tools of the browser."""
    for own in whole_scripts(widget, context):
        for node, _ in own.script.of_kind("debugger_statement"):
            yield own.hit(node.children[0])


def this_in_handed_function(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find functions that look for the widget's methods in `this`, which another one gives them."""
    for own in own_scripts(widget, context):
        for sight in sights(own.script, _ASKED, b"this.") if own.path == SCRIPT else ():
            owner = own.script.ground.at_byte(sight.match.start()).owner()
            given = owner.node.parent if owner is not None and owner.kind == "function_expression" else None
            call = given.parent if given is not None and given.type == "arguments" else None
            if owner is None or call is None or call.type != "call_expression":
                continue
            name = sight.match[1].decode()
            # A function that is not strict gets the window, where others may have put such a name.
            is_sure = owner.is_strict or name != "i18n"
            told = Call(own.script, call)
            if is_sure and _gives_no_widget(own.script, told, owner.node):
                span = Span(sight.span(own.script).start, sight.span(own.script).end - 1)
                yield own.hit(span, name=name, callee=told.path if told.path in _REQUESTS else told.name)


def _gives_no_widget(script: Script, call: Call, function: Syntax) -> bool:
    """Return whether what a function is handed to calls it with a `this` that surely is not the widget."""
    path, arguments = call.path, call.arguments
    if path.rpartition(".")[2] in _LISTS and call.callee.type == "member_expression":
        return len(arguments) == 1
    if call.name in _TIMERS:
        return is_global(call, call.name) and arguments[0].id == function.id
    if path in _REQUESTS:
        return b"context" not in script.source.data
    return _OF_ELEMENTS.fullmatch(path) is not None and _SELECTED.match(script.text(call.callee)) is not None


def left_menu_changed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find changes of the host's left menu."""
    for own in whole_scripts(widget, context):
        for sought in own.script.calls_of(*_SOUGHT):
            name = _menu(own.script, sought)
            member = sought.node.parent if name else None
            around = member.parent if member is not None and member.type == "member_expression" else None
            if around is None or around.type != "call_expression":
                continue
            call = Call(own.script, around)
            is_changed = call.name in _CHANGED and (call.arguments or call.name not in _ASKED_WITHOUT)
            if is_changed and not _is_asked(own.script, call):
                yield own.hit(call.callee, name=name)
        for call in own.script.calls_of(*_PUT_TO):
            first = argument(call, 0)
            match = _MENU.fullmatch(own.script.string(first) or "") if first is not None else None
            if first is not None and match is not None:
                yield own.hit(first, name=match["name"])


def _menu(script: Script, call: Call) -> str:
    """Return the part of the left menu that a call looks for, or an empty text."""
    given = call.node.child_by_field_name("arguments")
    if given is None or not _MENU_SIGN.search(script.source.data, given.start_byte, given.end_byte):
        return ""
    first = argument(call, 0)
    text = script.string(first) if first is not None else None
    match = _MENU.fullmatch(f"#{text}" if call.name == "getElementById" else text or "")
    return match["name"] if match is not None else ""


def _is_asked(script: Script, call: Call) -> bool:
    """Return whether `css` is asked for a value: it is given the name of one and nothing else."""
    first = argument(call, 0)
    return call.name == "css" and len(call.arguments) == 1 and first is not None and first.type != "object"


_FUNCTIONS = (debugger_statement, this_in_handed_function, left_menu_changed)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
