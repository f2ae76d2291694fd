"""Which code may run where an error is handled: in a catch block, or in the function of a promise that was rejected."""

from amowidget.checks.check import Context
from amowidget.checks.script_module import module
from amowidget.checks.script_uses import Use, kept_uses, mentions, use
from amowidget.checks.scripts import Own
from amowidget.widget.js_nodes import Scope, Syntax
from amowidget.widget.widget import SCRIPT, Widget

_REJECTIONS = ("catch", "fail")
# What calls the function that it is given for something else than an error.
_PLAIN = frozenset(
    {
        *(
            "define",
            "require",
            "done",
            "then",
            "get",
            "post",
            "getJSON",
            "setTimeout",
            "setInterval",
            "ready",
            "Promise",
        ),
        *("forEach", "map", "each", "filter", "reduce", "some", "every", "click", "change", "requestAnimationFrame"),
    }
)
_LISTENING = ("on", "one", "addEventListener")
# Of a script that hands so much around nothing is told.
_MOST = 200


class Handling:
    """What may get errors in one script. What cannot be told may."""

    def __init__(self, widget: Widget, context: Context, own: Own) -> None:
        self._script = own.script
        made = module(widget, context) if own.path == SCRIPT else None
        functions = [callback.function for callback in made.callbacks.values()] if made is not None else []
        functions += [made.constructor] if made is not None else []
        # The host calls these, and with no error.
        self._of_host = {function.node.id for function in functions if function is not None}

    def may_get_errors(self, found: Use) -> bool:
        """Return whether a function that is used so may be called where an error is handled."""
        return self._may(found, set())

    def _may(self, found: Use, seen: set[int]) -> bool:
        if found.kind == "called":
            return self._is_handled(self._script.ground.at(found.node), seen)
        around = found.node
        if found.kind == "handed" and around.type in ("call_expression", "new_expression"):
            return self._may_call_with_error(around, found.value, seen)
        if found.kind == "handed" and around.type == "pair":
            key = around.child_by_field_name("key")
            return key is None or self._script.text(key) != "success"
        return True

    def _is_handled(self, scope: Scope, seen: set[int]) -> bool:
        for around in scope.outwards():
            if around.kind == "catch_clause":
                return True
            if not around.is_function or around.node.id in seen:
                continue
            if around.node.id in self._of_host:
                return False
            seen.add(around.node.id)
            if len(seen) > _MOST or self._may_be_handler(around, seen):
                return True
        return False

    def _may_be_handler(self, function: Scope, seen: set[int]) -> bool:
        node = function.node
        if node.type == "method_definition":
            return self._may_by_member(node.child_by_field_name("name"), seen)
        if node.type in ("function_declaration", "generator_function_declaration"):
            return self._may_by_name(node, node.child_by_field_name("name"), seen)
        found = use(self._script, node)
        keeper = found.node
        if found.kind == "kept":
            return self._may_by_name(keeper, keeper.child_by_field_name("name") or _left(keeper), seen)
        if found.kind == "handed" and keeper.type == "pair" and self._may(found, seen):
            key = keeper.child_by_field_name("key")
            is_error = key is not None and self._script.text(key) == "error"
            return is_error or self._may_by_member(key, seen)
        if found.kind == "handed" and keeper.type == "assignment_expression":
            left = _left(keeper)
            return self._may_by_member(left.child_by_field_name("property") if left is not None else None, seen)
        # One that is called at once is judged by what is around it.
        return found.kind == "handed" and self._may(found, seen)

    def _may_by_name(self, keeper: Syntax, name: Syntax | None, seen: set[int]) -> bool:
        if name is None or name.type != "identifier":
            return True
        found = [kept for kept in kept_uses(self._script, keeper, name) if kept.kind not in ("", "member")]
        return any(self._may(kept, seen) for kept in found)

    def _may_by_member(self, name: Syntax | None, seen: set[int]) -> bool:
        """Return whether a member may get errors: one that nobody here asks for may, from somewhere else."""
        if name is None:
            return True
        found = []
        for node in mentions(self._script, self._script.text(name)):
            member = node.parent
            if node.id != name.id and member is not None and member.type == "member_expression":
                kept = use(self._script, member)
                found += [kept] if kept.kind not in ("", "member") else []
        return not found or any(self._may(kept, seen) for kept in found)

    def _may_call_with_error(self, call: Syntax, value: Syntax, seen: set[int]) -> bool:
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        given = call.child_by_field_name("arguments")
        name = self._script.path(callee).rpartition(".")[2] if callee is not None else ""
        values = [child for child in given.named_children if child.type != "comment"] if given is not None else []
        if name in _LISTENING:
            # An event can be the one of an error.
            text = self._script.string(values[0]) if values else None
            return text is None or "err" in text or "reject" in text
        if name in _REJECTIONS or name not in _PLAIN:
            return True
        is_second = name == "then" and [child.id for child in values[1:2]] == [value.id]
        return is_second or self._is_handled(self._script.ground.at(call), seen)


def _left(node: Syntax) -> Syntax | None:
    return node.child_by_field_name("left")
