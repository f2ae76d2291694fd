"""What a library does where there is a loader: which modules its file defines, and which global it then does not set."""

from amowidget.checks.script_module import defines
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Script, Syntax

_AMD = compiled(rb"define\s*\.\s*amd|define\[['\"]amd")
_HIGHEST = 12


def branch_of_amd(script: Script, call: Call) -> Syntax | None:
    """Return the condition `define.amd ? ... : ...`, of any form, that leads to a call of define; None without one."""
    current = call.node.parent
    for _ in range(_HIGHEST):
        if current is None or current.type == "program":
            return None
        if current.type in ("if_statement", "ternary_expression", "binary_expression"):
            condition = current.child_by_field_name("condition") or current.child_by_field_name("left") or current
            if _AMD.search(script.source.data, condition.start_byte, condition.end_byte):
                return current
        current = current.parent
    return None


def is_at_top(call: Call) -> bool:
    """Return whether a call is a statement of the script itself, and is made in any case."""
    statement = call.node.parent
    around = statement.parent if statement is not None else None
    return around is not None and around.type == "program"


def has_exports(call: Call) -> bool:
    """Return whether a bundler gives a library its own `exports`, which it takes before it looks for define."""
    return call.scope.find("exports") is not None or call.scope.find("module") is not None


def defined_modules(script: Script) -> tuple[Call, ...]:
    """Return the calls of define that a file makes where there is a loader, as far as they are made for sure."""
    if b"define" not in script.source.data:
        return ()
    return tuple(
        call
        for call in defines(script)
        if call.arguments and (is_at_top(call) or (branch_of_amd(script, call) is not None and not has_exports(call)))
    )


def is_named(call: Call) -> bool:
    """Return whether a call of define gives its module a name."""
    return call.arguments[0].type == "string"


def forgone_globals(script: Script) -> frozenset[str]:
    """Return the globals that a library sets where there is no loader, and nowhere else."""
    names: set[str] = set()
    for call in defined_modules(script):
        branch = branch_of_amd(script, call)
        other = branch.child_by_field_name("alternative") if branch is not None else None
        for node, _ in script.of_kind("assignment_expression") if other is not None else ():
            left = node.child_by_field_name("left")
            owner = (
                left.child_by_field_name("object") if left is not None and left.type == "member_expression" else None
            )
            if (
                other is None
                or left is None
                or owner is None
                or not other.start_byte <= node.start_byte < other.end_byte
            ):
                continue
            if owner.type == "this" or (owner.type == "identifier" and len(script.text(owner)) <= 10):
                names.add(script.path(left).rpartition(".")[2])
    text = script.source.text
    return frozenset(name for name in names if text.count(f".{name}=") + text.count(f".{name} =") == 1)
