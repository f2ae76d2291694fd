"""Where a script names something of the page, and what it does with a function or an object there.

What cannot be told without running the script has no use, and no rule speaks about it.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from amowidget.checks.script_values import is_assigned_later
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Script, Syntax

_PAGES = frozenset({"window", "self", "globalThis", "top", "parent"})
_NAMES = frozenset({"identifier", "shorthand_property_identifier"})
_SPECIFIERS = frozenset({"import_specifier", "export_specifier", "namespace_import", "namespace_export"})
_HANDED_BY = frozenset(
    {"pair", "return_statement", "array", "object", "assignment_pattern", "object_assignment_pattern"}
)
# `isFunction(alert)` looks at it, and does not call it.
_ASKED = compiled(r"is[A-Z]\w*|Boolean|String")


class Use(NamedTuple):
    """What is made of a value: it is called, handed on, kept under a name, asked for a member, or none of these.

    `node` is what does it: the call, the pair, the declaration or assignment, or the member expression. `value` is the
    expression that stands for the value there.
    """

    kind: str
    node: Syntax
    value: Syntax

    @property
    def is_told(self) -> bool:
        """Whether the value surely serves for something."""
        return bool(self.kind)


def mentions(script: Script, name: str) -> Iterator[Syntax]:
    """Yield where a word stands in a script as a name, a member's name, or a whole text."""
    if name.encode("utf-8", "surrogateescape") not in script.source.data:
        return
    for match in _word(name).finditer(script.source.data):
        node = script.root.descendant_for_byte_range(match.start(), match.end())
        if node is not None and node.end_byte - node.start_byte == match.end() - match.start():
            yield node


@cache
def _word(name: str) -> re.Pattern[bytes]:
    plain = re.escape(name.encode("utf-8", "surrogateescape"))
    # An expression that starts with plain letters is found many times quicker.
    return re.compile(rb"%b(?<![\w$]%b)(?![\w$])" % (plain, plain))


def of_page(script: Script, name: str) -> Iterator[Syntax]:
    """Yield the expressions that are a global name of the page: by itself, or as a member of one of its windows."""
    given: dict[str, bool] = {}
    for node in mentions(script, name):
        around = node.parent
        if around is None:
            continue
        if node.type in _NAMES:
            if around.type not in _SPECIFIERS and _is_free(script, node, name, given):
                yield node
            continue
        if node.type == "string_fragment":
            around = around.parent if around.type == "string" else None
        owner = around.child_by_field_name("object") if around is not None else None
        is_window = owner is not None and around is not None and node.id != owner.id
        if around is not None and owner is not None and is_window and _is_window(script, owner, given):
            yield around


def is_of_page(script: Script, node: Syntax, name: str) -> bool:
    """Return whether an expression is a global name of the page."""
    given: dict[str, bool] = {}
    owner = node.child_by_field_name("object")
    if owner is None:
        return node.type == "identifier" and script.text(node) == name and _is_free(script, node, name, given)
    return script.path(node).rpartition(".")[2] == name and _is_window(script, owner, given)


def _is_window(script: Script, node: Syntax, given: dict[str, bool]) -> bool:
    path = script.path(node).split(".")
    return _PAGES.issuperset(path) and _is_free(script, node, path[0], given)


def _is_free(script: Script, node: Syntax, name: str, given: dict[str, bool]) -> bool:
    """Return whether nothing in the script declares a name, or gives it a value; `given` keeps what was found out."""
    if script.ground.at(node).find(name) is not None:
        return False
    if name not in given:
        given[name] = is_assigned_later(script, name)
    return not given[name]


def use(script: Script, node: Syntax) -> Use:
    """Return what is made of the value of an expression."""
    value = _whole(node)
    around = value.parent
    if around is None or node.type == "shorthand_property_identifier":
        return Use("handed" if around is not None else "", around or node, value)
    kind, field = around.type, _field(around, value)
    if kind == "call_expression" and field == "function":
        return Use("called", around, value)
    if kind in ("member_expression", "subscript_expression") and field == "object":
        return _member_use(script, around, value)
    if kind == "arguments" and around.parent is not None:
        callee = around.parent.child_by_field_name("function")
        name = script.path(callee).rpartition(".")[2] if callee is not None else ""
        return Use("" if _ASKED.fullmatch(name) else "handed", around.parent, value)
    if kind == "variable_declarator" and field == "value":
        return Use("kept", around, value)
    if kind == "assignment_expression" and field == "right":
        left = around.child_by_field_name("left")
        is_member = left is not None and left.type in ("member_expression", "subscript_expression")
        return Use("handed" if is_member else "kept", around, value)
    is_body = kind == "arrow_function" and field == "body"
    is_key = kind == "pair" and field == "key"
    is_handed = is_body or (kind in _HANDED_BY and not is_key and field != "left")
    return Use("handed" if is_handed else "", around, value)


def _member_use(script: Script, member: Syntax, value: Syntax) -> Use:
    """Return the use of a value whose member is asked for: by `call`, `apply` and `bind` it is used as a function."""
    name = script.path(member).rpartition(".")[2]
    call = member.parent
    is_called = call is not None and call.type == "call_expression" and _field(call, member) == "function"
    if call is not None and is_called and name in ("call", "apply"):
        return Use("called", call, value)
    if call is not None and is_called and name == "bind":
        return use(script, call)
    return Use("member", member, value)


def kept_uses(script: Script, keeper: Syntax, name: Syntax) -> Iterator[Use]:
    """Yield the uses of what is kept under a name, by a declaration or an assignment."""
    text = script.text(name)
    declared = script.ground.at(name).find(text)
    for node in mentions(script, text) if name.type != "member_expression" else ():
        is_same = node.type in _NAMES and node.id != name.id and script.ground.at(node).find(text) == declared
        if is_same and not keeper.start_byte <= node.start_byte < keeper.end_byte:
            yield use(script, node)


def is_used(script: Script, found: Use) -> bool:
    """Return whether a function is called or handed on, also under a name that it is kept in."""
    if found.kind != "kept":
        return found.kind in ("called", "handed")
    name = found.node.child_by_field_name("name") or found.node.child_by_field_name("left")
    is_plain = name is not None and name.type == "identifier"
    return is_plain and name is not None and any(use.is_told for use in kept_uses(script, found.node, name))


def unpacked(script: Script, pattern: Syntax) -> Iterator[tuple[str, Syntax]]:
    """Yield the members that an object pattern takes out, each with the name that it gets."""
    for child in pattern.named_children:
        part = child.named_children[0] if child.type == "object_assignment_pattern" else child
        if part.type == "shorthand_property_identifier_pattern":
            yield script.text(part), part
        elif part.type == "pair_pattern":
            key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
            if key is not None and value is not None and value.type == "identifier":
                yield script.string(key) or script.text(key), value


def _whole(node: Syntax) -> Syntax:
    """Return the largest expression around one that has its value, at least on one way."""
    while (around := node.parent) is not None and _has_value_of(around, node):
        node = around
    return node


def _has_value_of(around: Syntax, node: Syntax) -> bool:
    if around.type == "parenthesized_expression":
        return True
    if around.type == "sequence_expression":
        return around.named_children[-1] == node
    if around.type == "ternary_expression":
        return _field(around, node) != "condition"
    operator = around.child_by_field_name("operator") if around.type == "binary_expression" else None
    sign = operator.type if operator is not None else ""
    return sign in ("||", "??") or (sign == "&&" and _field(around, node) == "right")


def _field(around: Syntax, node: Syntax) -> str:
    """Return the name of the field that a child stands in, or an empty text."""
    for number, child in enumerate(around.children):
        if child.id == node.id:
            return around.field_name_for_child(number) or ""
    return ""
