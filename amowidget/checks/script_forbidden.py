"""SCR, fifth part: functions of the browser that moderators refuse: the console, dialogs, code from text, waiting."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_calls_rules import RULES
from amowidget.checks.script_requests import METHODS, false_options, is_false
from amowidget.checks.script_uses import Use, is_of_page, is_used, kept_uses, of_page, unpacked, use
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, argument, is_global, own_calls, whole_scripts
from amowidget.widget.js_nodes import Script, Syntax, first_named
from amowidget.widget.widget import Widget

_CONSOLE = frozenset(
    {
        *("log", "info", "warn", "error", "debug", "trace", "dir", "table", "group", "groupEnd", "groupCollapsed"),
        *("time", "timeEnd", "count", "assert", "clear", "dirxml", "profile", "profileEnd"),
    }
)


def console_call(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find messages to the console; which of them are allowed differs by platform."""
    for own in whole_scripts(widget, context):
        consoles = of_page(own.script, "console")
        for method, name in (told for node in consoles for told in _console_methods(own.script, node)):
            if name not in _CONSOLE or (name == "debug" and "kommo" not in context.platforms):
                continue
            if name != "trace" or not _may_get_errors(widget, context, own, method):
                yield own.hit(method, name=f"console.{name}")


def _may_get_errors(widget: Widget, context: Context, own: Own, method: Syntax) -> bool:
    """Return whether a method may be called where an error is handled, which is where a trace is allowed."""
    from amowidget.checks.script_handling import Handling  # few scripts trace anything

    return Handling(widget, context, own).may_get_errors(use(own.script, method))


def dialog_call(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find alert and confirm."""
    yield from _of_page(widget, context, "alert")
    yield from _called(widget, context, "confirm")


def prompt_call(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find prompt."""
    yield from _called(widget, context, "prompt")


def eval_call(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find eval."""
    yield from _of_page(widget, context, "eval")


def code_from_text(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find code that is made of text by other ways than eval."""
    for own, call in own_calls(widget, context, "Function", "setTimeout", "setInterval"):
        first = argument(call, 0)
        name = call.path.rpartition(".")[2]
        is_text = first is not None and isinstance((own.script.pieces(first) or (None,))[0], str)
        if is_global(call, name) and is_text:
            yield own.hit(call.callee, name=name)
    for own, call in own_calls(widget, context, "globalEval"):
        if call.path in ("$.globalEval", "jQuery.globalEval"):
            yield own.hit(call.callee, name=call.path)


def request_synchronous(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find requests that stop the page until they are answered."""
    for own, call in own_calls(widget, context, "ajax", "ajaxSetup", "$authorizedAjax"):
        yield from (own.hit(node) for node in false_options(own.script, call, "async"))
    for own, call in own_calls(widget, context, "open"):
        method, value = argument(call, 0), argument(call, 2)
        is_request = method is not None and (own.script.string(method) or "").upper() in METHODS
        known = resolved(own.script, value, call.scope) if value is not None and is_request else None
        if value is not None and known is not None and is_false(own.script, known):
            yield own.hit(value)


def _console_methods(script: Script, console: Syntax) -> Iterator[tuple[Syntax, str]]:
    """Yield the methods of the console that are called or handed on, each with its name."""
    found = use(script, console)
    members = [found] if found.kind == "member" else []
    keeper = found.node if found.kind == "kept" else None
    left = keeper.child_by_field_name("name") or keeper.child_by_field_name("left") if keeper is not None else None
    if keeper is not None and left is not None and left.type == "object_pattern":
        for name, local in unpacked(script, left):
            if name != "trace" and any(kept.is_told for kept in kept_uses(script, keeper, local)):
                yield local, name
    elif keeper is not None and left is not None and left.type == "identifier":
        members = [kept for kept in kept_uses(script, keeper, left) if kept.kind == "member"]
    for member in members:
        if is_used(script, use(script, member.node)):
            yield member.node, script.path(member.node).rpartition(".")[2]


def _of_page(widget: Widget, context: Context, name: str) -> Iterator[Hit]:
    """Yield where a function of the page is called, or handed on to be called, once for each expression."""
    for own in whole_scripts(widget, context):
        told: set[int] = set()
        for node in of_page(own.script, name):
            found = use(own.script, node)
            if found.value.id not in told and is_used(own.script, found) and not _is_of_bundler(own.script, found):
                told.add(found.value.id)
                yield own.hit(node, name=name)


def _called(widget: Widget, context: Context, name: str) -> Iterator[Hit]:
    """Yield where a function of the page is called; nobody hands on one whose answer matters."""
    for own, call in own_calls(widget, context, name):
        if is_of_page(own.script, call.callee, name):
            yield own.hit(call.callee, name=name)


def _is_of_bundler(script: Script, found: Use) -> bool:
    """Return whether `(1, eval)("this")` is called, by which bundlers ask for the global object."""
    given = found.node.child_by_field_name("arguments") if found.kind == "called" else None
    first = first_named(given) if given is not None else None
    return first is not None and script.string(first) == "this" and found.value.type == "parenthesized_expression"


_FUNCTIONS = (console_call, dialog_call, prompt_call, eval_call, code_from_text, request_synchronous)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES[:6], _FUNCTIONS, strict=True))
