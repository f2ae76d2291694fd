"""SCR, ninth part: code that reads well and does something else in the page of the host."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of
from amowidget.checks.script_hazards_rules import RULES
from amowidget.checks.scripts import (
    Own,
    all_scripts,
    argument,
    joined,
    own_scripts,
    sights,
    whole_scripts,
    written_scripts,
)
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget import js_text
from amowidget.widget.js_nodes import Scope, Script, Syntax, in_order
from amowidget.widget.js_scopes import bound
from amowidget.widget.source import Source
from amowidget.widget.widget import Widget

_ALWAYS = compiled(rb"""[!=]==?\s*(['"])[^'"\n]*\1\s*\|\|\s*(['"])[^'"\n]+\2""")
# What every such comparison ends with; it is found many times quicker than its start.
_OR_TEXT = compiled(rb"\|\|\s*+['\"]")
_ALIAS = compiled(rb"(?<![\w$.])(?:window\.)?AMOCRM(?=\.)")
_QUOTED = compiled(r""""[^"]*"|'[^']*'""")
_SELECTORS = ("string", "template_string", "binary_expression")
_SELECTING = ("$", "jQuery", "find", "closest", "children", "querySelector", "querySelectorAll", "is", "filter")
_BOUND = ("identifier", "shorthand_property_identifier_pattern")
# Names of the page that are given a value on purpose.
_PAGE_NAMES = frozenset(
    {"location", "name", "status", "onload", "onerror", "onbeforeunload", "module", "exports", "APP", "AMOCRM"}
)
_DIRECTIVE = compiled(
    r"^\W*(?:eslint|jshint|global|globals|istanbul|webpack|prettier|amowidget|@|#|sourceMappingURL|https?:)"
)
_CODE_LINE = compiled(
    r"[;{}]\s*$|^\s*(?:var|let|const|return|if|for|function|console\.)\b.*[;{(]|\)\s*;?\s*$", re.MULTILINE
)
_CODE_STATEMENTS = frozenset(
    {
        *("lexical_declaration", "variable_declaration", "function_declaration", "if_statement", "for_statement"),
        *("for_in_statement", "while_statement", "return_statement", "try_statement", "switch_statement"),
    }
)
_CODE_EXPRESSIONS = frozenset({"call_expression", "assignment_expression", "await_expression", "new_expression"})


def condition_always_true(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find comparisons with a second text that is compared with nothing."""
    for own in written_scripts(widget, context):
        for sight in sights(own.script, _ALWAYS) if _OR_TEXT.search(own.script.source.data) else ():
            right = sight.node.child_by_field_name("right") if sight.node.type == "binary_expression" else None
            if right is not None and right.type == "string" and not _is_default(sight.node):
                yield own.hit(right, text=own.script.text(right))


def selector_unclosed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find selectors with a bracket that is not closed."""
    for own in whole_scripts(widget, context):
        for call in own.script.calls_of(*_SELECTING):
            first = argument(call, 0)
            if first is None or first.type not in _SELECTORS:
                continue
            text = "".join(part if isinstance(part, str) else "x" for part in joined(own.script, _leftmost(first)))
            outside = _QUOTED.sub("", text)
            if not text.lstrip().startswith("<") and outside.count("[") > outside.count("]"):
                yield own.hit(first)


def notification_code_placeholder(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find subscriptions with the placeholder of the documentation for a widget's code."""
    for own in whole_scripts(widget, context):
        for call in own.script.calls_of("addNotificationCallback"):
            first = argument(call, 0)
            if first is not None and own.script.string(first) == "widget_code":
                yield own.hit(first)


def notification_without_init_once(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find subscriptions to notifications in a widget that is started anew on every page."""
    once = root.find("widget", "init_once") if (root := root_of(widget)) else None
    if once and once.value in (True, "Y"):
        return
    for own in own_scripts(widget, context):
        for call in own.script.calls_of("addNotificationCallback"):
            yield own.hit(call.callee)


def init_once_without_page_changed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget that lives on every page and does not listen to the change of pages."""
    once = root.find("widget", "init_once") if (root := root_of(widget)) else None
    scripts = own_scripts(widget, context)
    is_told = any(b"page:changed" in own.script.source.data for own in scripts)
    if once and once.value is True and scripts and not is_told:
        yield in_manifest(once)


def host_alias_deprecated(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the old name of the host's object, once in each script."""
    for own in whole_scripts(widget, context):
        sight = next(sights(own.script, _ALIAS, b"AMOCRM."), None)
        if sight is not None:
            yield own.hit(sight.span(own.script))


def commented_out_code(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find comments that are code; asked of public integrations only."""
    for own in written_scripts(widget, context) if context.is_public else ():
        for comments in _runs(own.script):
            text = "\n".join(_inside(own.script.text(comment)) for comment in comments)
            if _CODE_LINE.search(text) and not _DIRECTIVE.match(text) and _is_code(text):
                start, end = own.script.span(comments[0]).start, own.script.span(comments[-1]).end
                yield own.hit(Span(start, end))


def name_undeclared(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names that are given a value and declared nowhere, each once in a script."""
    for own in own_scripts(widget, context):
        told: set[str] = set(_PAGE_NAMES)
        made: dict[str, bool] = {}
        names, changed = _assigned_names(own.script)
        for left in names:
            name = own.script.text(left)
            scope = own.script.ground.at(left)
            if name in told or scope.find(name) is not None or _has_with(scope):
                continue
            # What is changed is there before: it can be a name of the page that was made on purpose.
            if left.id in changed and name not in made:
                made[name] = _is_made_elsewhere(widget, context, own, name)
            if left.id not in changed or not made[name]:
                told.add(name)
                yield own.hit(left, name=name)


def _assigned_names(script: Script) -> tuple[list[Syntax], frozenset[int]]:
    """Return the names that are given a value and not declared by that, in the order of the text.

    With them come the ids of those whose value is only changed, as by `+=` and `++`.
    """
    nodes = [*script.nodes.get("assignment_expression", ())]
    nodes += [node for node in script.nodes.get("for_in_statement", ()) if node.child_by_field_name("kind") is None]
    names: list[Syntax] = []
    for node in nodes:
        left = node.child_by_field_name("left")
        kind = left.type if left is not None else ""
        if left is not None and kind == "identifier":
            names.append(left)
        elif left is not None and kind in ("array_pattern", "object_pattern"):
            names += [name for name in bound(left) if name.type in _BOUND]
    augmented = (node.child_by_field_name("left") for node in script.nodes.get("augmented_assignment_expression", ()))
    updated = (node.child_by_field_name("argument") for node in script.nodes.get("update_expression", ()))
    changed = [node for node in (*augmented, *updated) if node is not None and node.type == "identifier"]
    return in_order((*names, *changed)), frozenset(node.id for node in changed)


def _is_made_elsewhere(widget: Widget, context: Context, own: Own, name: str) -> bool:
    """Return whether a name is one of the page: this script asks window for it, or another one has it too."""
    word = re.compile(rb"(?<![\w$])%b(?![\w$])" % re.escape(name.encode("utf-8", "surrogateescape")))
    member = re.compile(rb"\.\s*%b|[\"']%b[\"']" % ((word.pattern,) * 2))
    others = (other for other in all_scripts(widget, context) if other.path != own.path)
    in_others = any(word.search(other.script.source.data) for other in others)
    return in_others or member.search(own.script.source.data) is not None


def _is_default(node: Syntax) -> bool:
    # `a == 'b' || 'c'` as a value gives a text on purpose; as a condition it is always true.
    around = node.parent
    while around is not None and around.type in ("parenthesized_expression", "binary_expression"):
        around = around.parent
    return around is None or around.type not in ("if_statement", "while_statement", "ternary_expression")


def _leftmost(node: Syntax) -> Syntax:
    while node.type == "binary_expression" and (left := node.child_by_field_name("left")) is not None:
        node = left
    return node


def _runs(script: Script) -> Iterator[list[Syntax]]:
    """Yield the comments, with those of following lines together."""
    run: list[Syntax] = []
    for node, _ in script.of_kind("comment"):
        is_line = script.source.data[node.start_byte : node.start_byte + 2] == b"//"
        if run and is_line and _follows(script, run[-1], node):
            run.append(node)
            continue
        if run:
            yield run
        run = [node] if is_line else []
        if not is_line and not script.source.data.startswith((b"/**", b"/*!"), node.start_byte):
            yield [node]
    if run:
        yield run


def _follows(script: Script, before: Syntax, node: Syntax) -> bool:
    return not script.source.data[before.end_byte : node.start_byte].strip() and (
        node.start_point[0] - before.start_point[0] == 1
    )


def _inside(comment: str) -> str:
    return comment[2:] if comment.startswith("//") else comment[2:].removesuffix("*/")


def _is_code(text: str) -> bool:
    """Return whether a comment's text is a whole piece of JavaScript that does something."""
    script = js_text.parse(Source("comment", f"async function f() {{\n{text}\n}}".encode("utf-8", "replace")))
    body = next(iter(script.functions.values())).body if script.functions and not script.problems else None
    for statement in body.named_children if body is not None else ():
        inner = statement.named_children[0].type if statement.type == "expression_statement" else ""
        if statement.type in _CODE_STATEMENTS or inner in _CODE_EXPRESSIONS:
            return True
    return False


def _has_with(scope: Scope) -> bool:
    return any(around.kind == "with_statement" for around in scope.outwards())


_FUNCTIONS = (
    condition_always_true,
    selector_unclosed,
    notification_code_placeholder,
    notification_without_init_once,
    init_once_without_page_changed,
    host_alias_deprecated,
    commented_out_code,
    name_undeclared,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
