"""SCR, second part: the module of script.js gives a function that the host can call with `new`."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_constructor_rules import RULES
from amowidget.checks.script_module import METHODS, Module, module
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import Own, all_scripts, head, sights
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import FUNCTIONS, Syntax, first_named
from amowidget.widget.js_returns import returns_of
from amowidget.widget.source import encoded
from amowidget.widget.widget import SCRIPT, Widget

_DEFINE = compiled(rb"(?<![\w$])define(?![\w$])")
_CALLED_ALWAYS = ("render", "init", "bind_actions", "onSave")
_OTHER_OBJECT = ("object", "array", *FUNCTIONS)


def define_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a script.js that is no AMD module."""
    for own in all_scripts(widget, context):
        # A bundle may hide its call of define; one that nowhere holds the word does not call it.
        if own.path == SCRIPT and not own.script.problems and not _DEFINE.search(own.script.source.data):
            first = first_named(own.script.root)
            yield own.hit(Span(0, 0) if first is None else head(own.script, first))


def module_value_no_function(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a module whose value the host passes over."""
    for made, own in _modules(widget, context):
        if made.value_kind in ("other", "nothing") and made.value is not None:
            yield own.hit(head(own.script, made.value), found=made.value_name)


def module_value_arrow(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a module whose value is an arrow function."""
    for made, own in _modules(widget, context):
        if made.value_kind == "arrow" and made.value is not None:
            yield own.hit(head(own.script, made.value))


def module_value_class(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a module whose value is a class."""
    for made, own in _modules(widget, context):
        if made.value_kind == "class" and made.value is not None:
            yield own.hit(head(own.script, made.value))


def constructor_returns_other(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a constructor that gives another object than the widget."""
    for made, own in _modules(widget, context):
        for statement in returns_of(own.script, made.constructor) if made.constructor else ():
            value = first_named(statement)
            known = resolved(own.script, value, own.script.ground.at(value)) if value is not None else None
            if known is not None and (known.type in _OTHER_OBJECT or _is_callbacks(made, known)):
                yield own.hit(head(own.script, statement))


def _is_callbacks(made: Module, node: Syntax) -> bool:
    owner, _, name = made.script.path(node).rpartition(".")
    return name == "callbacks" and owner in made.selves


def callbacks_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a constructor that gives no callbacks."""
    for made, own in _modules(widget, context):
        if made.value_kind == "function" and made.constructor and not made.has_callbacks and not made.is_open:
            yield own.hit(head(own.script, made.constructor.node))


def constructor_reads_early(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts and values of settings that the constructor reads, before the host has delivered them."""
    for made, own in _modules(widget, context):
        names = b"|".join(re.escape(encoded(name)) for name in sorted(made.selves))
        pattern = compiled(
            rb"(?<![\w$.])(?:" + names + rb")\.(?:langs\.[\w$]+|get_settings\(\)\.[\w$]+|i18n\([^()]*\)(?:\.[\w$]+)?)"
        )
        for sight in sights(own.script, pattern):
            if sight.function is made.constructor and made.constructor is not None:
                yield own.hit(sight.span(own.script), text=sight.match.group().decode("utf-8", "replace"))


def base_method_overwritten(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find methods of the host that the widget replaces by something of its own."""
    for made, own in _modules(widget, context):
        for node, scope in own.script.of_kind("assignment_expression"):
            left = node.child_by_field_name("left")
            path = own.script.path(left) if left is not None and left.type == "member_expression" else ""
            owner, _, name = path.partition(".")
            is_widget = owner in made.selves and (owner != "this" or scope.owner() is made.constructor)
            if (
                is_widget
                and name in METHODS
                and any(around is made.constructor for around in scope.outwards())
                and left is not None
            ):
                yield own.hit(left, name=name)


def _modules(widget: Widget, context: Context) -> Iterator[tuple[Module, Own]]:
    made = module(widget, context)
    if made is not None:
        yield made, Own(SCRIPT, made.script)


def callback_no_function(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find callbacks that the host calls in any case, and that are no functions."""
    for made, own in _modules(widget, context):
        for name in _CALLED_ALWAYS:
            callback = made.callbacks.get(name)
            if callback is not None and callback.kind:
                yield own.hit(callback.key, name=name, found=callback.kind)


_FUNCTIONS = (
    define_missing,
    module_value_no_function,
    module_value_arrow,
    module_value_class,
    constructor_returns_other,
    callbacks_missing,
    constructor_reads_early,
    base_method_overwritten,
    callback_no_function,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
