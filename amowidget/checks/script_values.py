"""What a name or an expression of a script stands for, as far as it is written there."""

from amowidget.widget.js_nodes import FUNCTIONS, Call, Scope, Script, Syntax

CLASSES = ("class", "class_declaration")


def resolved(script: Script, node: Syntax, scope: Scope) -> Syntax | None:
    """Return what a name or an expression stands for, as far as it is written there; None when it is not."""
    for _ in range(8):
        if node.type == "parenthesized_expression" and node.named_child_count == 1:
            node = node.named_children[0]
        elif node.type == "assignment_expression":
            node = node.child_by_field_name("right") or node
        elif node.type == "sequence_expression":
            node = node.named_children[-1]
        elif node.type in ("identifier", "shorthand_property_identifier"):
            value = _value_of(script, script.text(node), scope)
            if value is None:
                return None
            node = value
        else:
            return node
    return None


def handed_in(script: Script, node: Syntax, scope: Scope) -> Syntax | None:
    """Return what a parameter is given by a function that is called where it is written; None for anything else.

    So the wrappers that libraries and builds put around a module hand over its factory.
    """
    name = script.text(node) if node.type == "identifier" else ""
    function = next((around for around in scope.outwards() if around.is_function and name in around.parameters), None)
    if function is None:
        return None
    inner, call = function.node, function.node.parent
    while call is not None and call.type == "parenthesized_expression":
        inner, call = call, call.parent
    if call is None or call.type != "call_expression" or call.child_by_field_name("function") != inner:
        return None
    parameters = function.node.child_by_field_name("parameters")
    listed = [child for child in parameters.named_children if child.type != "comment"] if parameters else []
    number = next((number for number, child in enumerate(listed) if script.text(child) == name), None)
    given = Call(script, call).arguments
    return given[number] if number is not None and number < len(given) else None


def _value_of(script: Script, name: str, scope: Scope) -> Syntax | None:
    declared = scope.find(name)
    if declared is None or declared.type == "identifier":
        return None
    if declared.type != "variable_declarator":
        return declared if declared.type in FUNCTIONS or declared.type in CLASSES else None
    named = declared.child_by_field_name("name")
    if named is None or named.type != "identifier":
        return None
    assigned = _assigned(script, name)
    value = declared.child_by_field_name("value")
    if value is not None:
        # A name that takes another value later stands for neither.
        return value if not assigned else None
    return assigned[0] if len(assigned) == 1 else None


def is_assigned_later(script: Script, name: str) -> bool:
    """Return whether a name is given a value elsewhere than where it is declared."""
    return bool(_assigned(script, name))


def _assigned(script: Script, name: str) -> list[Syntax]:
    return [
        right
        for node, _ in script.of_kind("assignment_expression")
        if (left := node.child_by_field_name("left"))
        and (right := node.child_by_field_name("right"))
        and left.type == "identifier"
        and script.text(left) == name
    ]
