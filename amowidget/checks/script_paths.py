"""What a function gives back on every way through it, as far as it can be told without running it."""

from typing import NamedTuple

from amowidget.widget.js_nodes import Scope, Script, Syntax, first_named

_DEEPEST = 60
_FALSY = frozenset({"false", "null", "undefined"})
_TRUTHY = frozenset({"object", "array", "function_expression", "arrow_function", "class", "new_expression", "regex"})


class Outcome(NamedTuple):
    """One way out: `true`, `truthy`, `falsy`, `nothing` (the end, or a bare return) or `unknown`, and its statement.

    `is_guarded` says that a condition leads there.
    """

    value: str
    node: Syntax
    is_guarded: bool


def outcomes(script: Script, function: Scope) -> tuple[Outcome, ...]:
    """Return every way out of a function, in the order of the text; the end without a return comes last."""
    body = function.body
    if body is None:
        return ()
    if body.type != "statement_block":
        return tuple(Outcome(value, body, False) for value in _values(script, body))
    found: list[Outcome] = []
    if _block(script, body, found, 0):
        # Reached under a condition, unless nothing else is returned before.
        found.append(Outcome("nothing", function.node, False))
    return tuple(found)


def _block(script: Script, node: Syntax, found: list[Outcome], depth: int, is_guarded: bool = False) -> bool:
    """Add the ways out of a statement; return whether what follows it is reached."""
    if depth > _DEEPEST:
        found.append(Outcome("unknown", node, True))
        return False
    kind = node.type
    if kind == "return_statement":
        value = first_named(node)
        values = _values(script, value) if value is not None else ("nothing",)
        # Of several values one is chosen by a condition.
        found.extend(Outcome(told, node, is_guarded or len(values) > 1) for told in values)
        return False
    if kind in ("throw_statement", "break_statement", "continue_statement"):
        return False
    inner = _INNER.get(kind)
    return inner(script, node, found, depth + 1, is_guarded) if inner else True


def _statements(script: Script, node: Syntax, found: list[Outcome], depth: int, is_guarded: bool) -> bool:
    return all(_block(script, child, found, depth, is_guarded) for child in node.named_children)


def _if(script: Script, node: Syntax, found: list[Outcome], depth: int, _: bool) -> bool:
    first, second = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    goes_on = _block(script, first, found, depth, True) if first is not None else True
    other = first_named(second) if second is not None else None
    return (_block(script, other, found, depth, True) if other is not None else True) or goes_on


def _try(script: Script, node: Syntax, found: list[Outcome], depth: int, is_guarded: bool) -> bool:
    parts = [node.child_by_field_name(name) for name in ("body", "handler", "finalizer")]
    body, handler, finalizer = parts
    goes_on = _block(script, body, found, depth, is_guarded) if body is not None else True
    caught = handler.child_by_field_name("body") if handler is not None else None
    if caught is not None:
        goes_on = _block(script, caught, found, depth, True) or goes_on
    last = finalizer.child_by_field_name("body") if finalizer is not None else None
    return (_block(script, last, found, depth, is_guarded) if last is not None else True) and goes_on


def _loop(script: Script, node: Syntax, found: list[Outcome], depth: int, is_guarded: bool) -> bool:
    body = node.child_by_field_name("body")
    if body is None:
        return True
    condition = node.child_by_field_name("condition")
    is_run = node.type == "do_statement"  # once at least
    goes_on = _block(script, body, found, depth, is_guarded or not is_run)
    has_break = b"break" in (body.text or b"")
    is_endless = condition is not None and script.text(condition) in ("(true)", "(1)", "true", "1") and not has_break
    return not is_endless and (goes_on or not is_run or has_break)


def _switch(script: Script, node: Syntax, found: list[Outcome], depth: int, _: bool) -> bool:
    body = node.child_by_field_name("body")
    has_default, goes_on = False, True
    for case in body.named_children if body is not None else ():
        has_default = has_default or case.type == "switch_default"
        value = case.child_by_field_name("value")
        goes_on = True
        for child in case.named_children:
            if (value is None or child.id != value.id) and not _block(script, child, found, depth, True):
                goes_on = child.type == "break_statement"
                break
    return goes_on or not has_default or b"break" in (node.text or b"")


def _labelled(script: Script, node: Syntax, found: list[Outcome], depth: int, is_guarded: bool) -> bool:
    body = node.child_by_field_name("body")
    return _block(script, body, found, depth, is_guarded) if body is not None else True


_INNER = {
    "statement_block": _statements,
    "if_statement": _if,
    "try_statement": _try,
    "switch_statement": _switch,
    "labeled_statement": _labelled,
    **dict.fromkeys(("for_statement", "for_in_statement", "while_statement", "do_statement"), _loop),
}


def _values(script: Script, node: Syntax) -> tuple[str, ...]:
    """Return what an expression can be."""
    waiting: list[Syntax] = [node]
    found: list[str] = []
    while waiting and len(found) < _DEEPEST:
        part = waiting.pop()
        if part.type == "parenthesized_expression" and part.named_child_count == 1:
            waiting.extend(part.named_children)
        elif part.type == "sequence_expression":
            waiting.append(part.named_children[-1])
        elif part.type == "ternary_expression":
            sides = (part.child_by_field_name("consequence"), part.child_by_field_name("alternative"))
            waiting.extend(side for side in sides if side is not None)
        else:
            found.append(_value(script, part))
    return tuple(dict.fromkeys(found))


def _value(script: Script, node: Syntax) -> str:
    text = script.text(node) if node.end_byte - node.start_byte < 10 else ""
    if text in ("true", "!0"):
        return "true"
    if node.type in _FALSY or text in ("!1", "void 0", "0", "''", '""'):
        return "falsy"
    if node.type in _TRUTHY or (node.type in ("string", "number") and text not in ("0", "''", '""')):
        return "truthy"
    return "unknown"
