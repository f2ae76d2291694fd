"""SCR: what a widget and the host give each other: callbacks and methods by their names, and handlers of the page."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.schema_errors import near_word
from amowidget.checks.script_module import METHODS, Module, module
from amowidget.checks.scripts import Own, all_scripts, argument, whole_scripts
from amowidget.finding import Evidence, Rule, Severity
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call
from amowidget.widget.source import encoded
from amowidget.widget.widget import SCRIPT, Widget

_MECHANICS = "https://www.amocrm.ru/developers/content/web_sdk/mechanics"
_CARD = "https://www.amocrm.ru/developers/content/web_sdk/card"
_SCRIPT = "https://www.amocrm.ru/developers/content/integrations/script_js"
_LIKENESS = 0.85
_PAGE = compiled(r"^(?:\$|jQuery)\(\s*(?:document(?:\.body)?|window|['\"](?:body|html)['\"])\s*\)$")
_LONGEST = 100
# The kinds that a documentation names; one of them writes e-mail with a hyphen.
_KINDS = {"add_action": ("phone", "email", "e-mail"), "add_source": ("sms", "chat", "email", "custom")}


def callback_twice(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find callbacks that another one of the same name takes the place of."""
    made = module(widget, context)
    if made is not None:
        for callback in made.shadowed:
            yield Own(SCRIPT, made.script).hit(callback.key, name=callback.name)


def handlers_of_others_removed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find calls that take everybody's handlers off the page: without a namespace, a selector or a function."""
    for own in whole_scripts(widget, context):
        for call in own.script.calls_of("off", "unbind"):
            owner = call.callee.child_by_field_name("object")
            if owner is None or owner.end_byte - owner.start_byte > _LONGEST or not _PAGE.match(own.script.text(owner)):
                continue
            first = argument(call, 0)
            events = own.script.string(first) if first is not None else None
            if not call.arguments or (len(call.arguments) == 1 and events and "." not in events):
                yield own.hit(call.callee, events=f'"{events}"' if events else "all")


def widget_method_misspelt(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find calls of methods that the widget has not, and that are nearly one that it has from the host."""
    made = module(widget, context)
    if made is None or made.constructor is None:
        return
    own = Own(SCRIPT, made.script)
    for call in made.script.calls:
        owner, _, name = call.path.rpartition(".")
        if owner not in made.selves or name in METHODS or not _is_of_widget(made, call, owner):
            continue
        near = near_word(name, METHODS, _LIKENESS)
        # What is only got where the host has a way to set it is no slip of the finger.
        is_slip = near is not None and {name[:3], near[:3]} != {"get", "set"}
        if is_slip and not _is_given(widget, context, name):
            place = call.callee.child_by_field_name("property") or call.callee
            yield own.hit(place, name=name, near=near)


def action_kind_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find actions and sources of a kind that the host does not know."""
    made = module(widget, context)
    if made is None:
        return
    own = Own(SCRIPT, made.script)
    for name, kinds in _KINDS.items():
        for call in made.script.calls_of(name):
            first = argument(call, 0)
            kind = made.script.string(first) if first is not None else None
            if (
                first is not None
                and kind is not None
                and kind not in kinds
                and call.path.rpartition(".")[0] in made.selves
            ):
                yield own.hit(first, name=name, kind=kind, kinds=", ".join(kind for kind in kinds if "-" not in kind))


def _is_of_widget(made: Module, call: Call, owner: str) -> bool:
    """Return whether a name stands for the widget where a method is called by it."""
    function = made.constructor
    if function is None or not any(around is function for around in call.scope.outwards()):
        return False
    if owner == "this":
        return call.scope.owner() is function
    declared = call.scope.find(owner)
    # A parameter of that name is something else.
    return declared is not None and declared.type == "variable_declarator"


def _is_given(widget: Widget, context: Context, name: str) -> bool:
    """Return whether any script holds a name otherwise than as a method that is called."""
    word = re.escape(encoded(name))
    anywhere, called = compiled(rb"(?<![\w$])" + word + rb"(?![\w$])"), compiled(rb"\." + word + rb"\s*\(")
    return any(
        len(anywhere.findall(own.script.source.data)) > len(called.findall(own.script.source.data))
        for own in all_scripts(widget, context)
    )


_RULES = (
    Rule(
        code="SCR120",
        slug="callback-twice",
        severity=Severity.WARNING,
        evidence=Evidence.POLICY,
        source="ECMA-262: of equal names in one object the last one counts",
        message='This "{name}" is never called: another one further down takes its place.',
        hint="Put both into one function, or delete the one that is not meant.",
        why="An object keeps one value under a name, and nobody says which one was lost.",
        bad="init: function () { a(); return true; }, init: function () { b(); return true; }",
        good="init: function () { a(); b(); return true; }",
    ),
    Rule(
        code="SCR121",
        slug="handlers-of-others-removed",
        severity=Severity.WARNING,
        evidence=Evidence.POLICY,
        source="jQuery 2.1.3, which the host has: off() without a namespace takes off every handler of these events",
        message="This takes the handlers of {events} events off the page, those of the host and of other widgets too.",
        hint="Name your own namespace, as in off('click' + self.ns), or the function that you have put on.",
        why="All widgets and the host share one page; what they listen to there stops without a word.",
        bad="$(document).off('click');",
        good="$(document).off('click' + self.ns);",
    ),
    Rule(
        code="SCR122",
        slug="widget-method-misspelt",
        severity=Severity.WARNING,
        evidence=Evidence.DOCUMENTED,
        source=f"{_MECHANICS}; {_SCRIPT}",
        message='The widget has no method "{name}".',
        hint='Did you mean "{near}"?',
        why="A call of what is not there throws, and the host keeps the error to itself.",
        bad="self.render_tempate({ body: block });",
        good="self.render_template({ body: block });",
    ),
    Rule(
        code="SCR123",
        slug="action-kind-unknown",
        severity=Severity.WARNING,
        evidence=Evidence.DOCUMENTED,
        source=f"{_CARD}; {_SCRIPT}",
        message='{name} knows no kind "{kind}".',
        hint="Write one of: {kinds}.",
        why="The host adds nothing to its menus for a kind that it does not know, and says nothing.",
        bad="self.add_action('mail', send);",
        good="self.add_action('email', send);",
    ),
)
CHECKS: tuple[Check, ...] = (
    Check(_RULES[0], callback_twice),
    Check(_RULES[1], handlers_of_others_removed),
    Check(_RULES[2], widget_method_misspelt),
    Check(_RULES[3], action_kind_unknown),
)
