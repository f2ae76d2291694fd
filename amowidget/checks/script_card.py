"""Reads of the open card where none may be open: what runs on every page, and what asks for a card before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from amowidget.checks.check import Check, Context, Hit, root_of, texts_at
from amowidget.checks.script_module import Module, module
from amowidget.checks.script_reach import given_to, names_of
from amowidget.checks.script_uses import unpacked
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, Sight, sights
from amowidget.finding import Evidence, Rule, Severity
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import FUNCTIONS, Call, Scope, Script, Syntax
from amowidget.widget.source import encoded
from amowidget.widget.widget import SCRIPT, Widget

_CARD = compiled(rb"(?<![\w$.])(?:window\.)?(?:APP|AMOCRM)\.data\.current_card\.[\w$]+")
_DATA = ("APP.data", "AMOCRM.data")
_KEPT = tuple(f"{data}.current_card" for data in _DATA)
_CARDS = frozenset({"lcard", "ccard", "comcard", "cucard"})
# Callbacks of every place, and those of places that are no card; runtime reference 4.1.
_EVERYWHERE = ("render", "init", "bind_actions")
_NO_CARD = ("settings", "onSave", "advancedSettings", "dpSettings", "initMenuPage", "onSalesbotDesignerSave")
# What asks for the card or the place.
_QUESTION = compiled(
    rb"isCard\(|\barea\b|getBaseEntity|getWidgetsArea|is_card|current_entity|\?\."
    rb"|current_card\s*(?:$|[);&|?!]|[!=]==?)"
)
_WORD = compiled(rb"[A-Za-z_$][\w$]*")
_LEAVES = compiled(rb"\b(?:return|throw|continue|break)\b")
_LONGEST_ANSWER_BYTES = 600
# Handlers wait for elements, which the widget draws where it has asked already.
_WAITING = frozenset(
    {
        *("on", "bind", "delegate", "live", "one", "click", "dblclick", "change", "keyup", "keydown", "keypress"),
        *("submit", "focus", "blur", "input", "hover", "mouseenter", "mouseleave", "mouseover", "mouseout"),
        *("mousedown", "mouseup", "scroll", "addEventListener", "add_action", "addNotificationCallback"),
    }
)


def card_unguarded(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find reads of the open card on pages that have none."""
    made = module(widget, context)
    if made is None or b"current_card" not in made.script.source.data:
        return
    areas = {(node.text or "").rstrip("01").rstrip("-") for node in texts_at(root_of(widget), "locations")}
    is_of_cards = bool(areas) and areas <= _CARDS
    names = _NO_CARD if is_of_cards else (*_EVERYWHERE, *_NO_CARD)
    first = [callback.function for name, callback in made.callbacks.items() if name in names]
    if not is_of_cards:
        first.append(made.constructor)
    run = _Run(made, frozenset(function.node.id for function in first if function is not None))
    own = Own(SCRIPT, made.script)
    for sight in _reads(own):
        function = run.runner(sight.node)
        if function is not None and run.starts_unasked(function):
            yield own.hit(sight.span(own.script), name=sight.match.group().decode("ascii", "replace"))


def _reads(own: Own) -> Iterator[Sight]:
    """Yield where a member of the open card is read, under the names that the card is kept under, too."""
    yield from sights(own.script, _CARD, b"current_card")
    for declared, _ in own.script.of_kind("variable_declarator"):
        word, member = _kept_name(own.script, declared)
        if not word:
            continue
        pattern = compiled(rb"(?<![\w$.])" + re.escape(encoded(word)) + member + rb"\.[\w$]+")
        for sight in sights(own.script, pattern):
            if own.script.ground.at(sight.node).find(word) == declared:
                yield sight


def _kept_name(script: Script, declared: Syntax) -> tuple[str, bytes]:
    """Return the name that a declaration keeps the card under, or the data with what leads on to the card."""
    name, value = declared.child_by_field_name("name"), declared.child_by_field_name("value")
    if name is None or value is None or value.type != "member_expression":
        return "", b""
    path = script.path(value).removeprefix("window.")
    if name.type == "identifier" and path in _KEPT:
        return script.text(name), b""
    if name.type == "identifier" and path in _DATA:
        return script.text(name), rb"\.current_card"
    if name.type == "object_pattern" and path in _DATA and "current_card" in dict(unpacked(script, name)):
        return "current_card", b""
    return "", b""


@dataclass(frozen=True)
class _Run:
    """Follows the functions of a widget as they call each other without a question about the card.

    `first` are the nodes of those that the host calls where there may be no card.
    """

    made: Module
    first: frozenset[int]

    @property
    def script(self) -> Script:
        return self.made.script

    def starts_unasked(self, function: Scope) -> bool:
        """Return whether the host calls a function, or calls one that does so with no question before."""
        found = {function.node.id}
        waiting = [function]
        while waiting and not found & self.first:
            called = waiting.pop()
            calls = self.script.calls_of(*names_of(self.script, called))
            callers = [self.runner(call.node) for call in calls if self._callee(call) is called]
            waiting += [caller for caller in callers if caller is not None and caller.node.id not in found]
            found.update(caller.node.id for caller in waiting)
        return bool(found & self.first)

    def runner(self, node: Syntax) -> Scope | None:
        """Return the function that a place runs in, or None when a question about the card stands before it."""
        current = node
        while (around := current.parent) is not None:
            if around.type in FUNCTIONS:
                if not self._runs_here(around):
                    return self.script.functions.get(around.id)
            elif self._is_asked(around, current):
                return None
            current = around
        return None

    def _runs_here(self, function: Syntax) -> bool:
        """Return whether a function is handed on where it is written, to something that waits for no element."""
        call = function.parent
        while call is not None and call.type in ("arguments", "parenthesized_expression"):
            call = call.parent
        return (
            call is not None
            and call is not function.parent
            and call.type in ("call_expression", "new_expression")
            and Call(self.script, call).name not in _WAITING
        )

    def _callee(self, call: Call) -> Scope | None:
        callee = call.callee
        if callee.type == "identifier":
            known = resolved(self.script, callee, call.scope)
            return self.script.functions.get(known.id) if known is not None else None
        owner, _, name = call.path.rpartition(".")
        return self._methods.get(name) if owner in self.made.selves else None

    @cached_property
    def _methods(self) -> dict[str, Scope]:
        """The functions that the widget itself is given, those of one name alone."""
        found: dict[str, list[Scope]] = {}
        for node, _ in self.script.of_kind("assignment_expression"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            function = self.script.functions.get(right.id) if right is not None else None
            owner, _, name = self.script.path(left).rpartition(".") if left is not None else ("", "", "")
            if function is not None and owner in self.made.selves:
                found.setdefault(name, []).append(function)
        return {name: functions[0] for name, functions in found.items() if len(functions) == 1}

    @cached_property
    def _answers(self) -> frozenset[bytes]:
        """The names of what is an answer: variables, and functions that ask."""
        data = self.script.source.data
        found: set[bytes] = set()
        for node, _ in self.script.of_kind("variable_declarator", "assignment_expression", "function_declaration"):
            value = (
                node.child_by_field_name("value")
                or node.child_by_field_name("right")
                or node.child_by_field_name("body")
            )
            is_short = value is not None and value.end_byte - value.start_byte < _LONGEST_ANSWER_BYTES
            if value is not None and is_short and _QUESTION.search(data, value.start_byte, value.end_byte):
                own = node.child_by_field_name("name") if node.type == "function_declaration" else None
                name = self.script.text(own) if own is not None else given_to(self.script, node)
                found.add(encoded(name or ""))
        return frozenset(found)

    def _asks(self, node: Syntax) -> bool:
        data = self.script.source.data
        if _QUESTION.search(data, node.start_byte, node.end_byte):
            return True
        return any(word in self._answers for word in _WORD.findall(data, node.start_byte, node.end_byte))

    def _is_asked(self, around: Syntax, inner: Syntax) -> bool:
        """Return whether a node asks before what it holds runs, by its condition or by a statement that leaves."""
        if around.type == "try_statement":
            return True
        if around.type in ("statement_block", "program", "switch_case", "switch_default"):
            before = (child for child in around.named_children if child.end_byte <= inner.start_byte)
            return any(self._leaves(child) for child in before if child.type == "if_statement")
        question = (
            around.child_by_field_name("condition")
            or (around.child_by_field_name("value") if around.type == "switch_statement" else None)
            or (around.child_by_field_name("left") if around.type == "binary_expression" else None)
        )
        return question is not None and question.end_byte <= inner.start_byte and self._asks(question)

    def _leaves(self, branch: Syntax) -> bool:
        condition = branch.child_by_field_name("condition")
        leaves = _LEAVES.search(self.script.source.data, branch.start_byte, branch.end_byte)
        return condition is not None and leaves is not None and self._asks(condition)


CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="SCR090",
            slug="card-unguarded",
            severity=Severity.WARNING,
            evidence=Evidence.DOCUMENTED,
            source="https://www.amocrm.ru/developers/content/web_sdk/env_variables",
            message="{name} is read without a look whether a card is open.",
            hint="Ask APP.isCard(), or self.system().area, or current_card itself first.",
            why="Outside of cards current_card is false; the documentation asks for the check.",
            bad="init: function () { load(APP.data.current_card.id); return true; }",
            good="init: function () { if (APP.isCard()) { load(APP.data.current_card.id); } return true; }",
        ),
        card_unguarded,
    ),
)
