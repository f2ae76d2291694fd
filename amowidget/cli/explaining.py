"""Shows what `status --explain` found: each point on the way of a version, its cause, and what to tell the client."""

import time

from amowidget.cli.answer_report import keep_answer
from amowidget.cli.command import Call
from amowidget.cli.doors import opened
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.selection import Selection, selected
from amowidget.deploy import explain
from amowidget.deploy.explain import Explanation
from amowidget.deploy.many import exit_of
from amowidget.errors import AmowidgetError
from amowidget.ui.tables import columns


def explained(call: Call, selection: Selection) -> int:
    """Explain the targets that are meant, or every one, and show it."""
    project = call.project()
    targets = tuple(project.targets.values()) if selection.is_silent else selected(project, selection)
    real_count = sum(target.name != SANDBOX for target in targets)
    found = [(target, _of_target(call, project, target, real_count)) for target in targets]
    values = [{"target": target.name, "host": target.host, **told.values()} for target, told in found]
    ok = all(told.error is None for _, told in found)
    call.terminal.json({"ok": ok, "command": "status", "explain": True, "targets": values})
    for target, told in found:
        _show(call, target, told)
        keep_answer(call, told.error)
    return exit_of([told for _, told in found])


def _of_target(call: Call, project: Project, target: Target, real_count: int) -> Explanation:
    known = explain.here(project, target)
    try:
        with opened(call, project, target, real_count) as (reached, access):
            return explain.explained(project, reached, access, known, time.time())
    except AmowidgetError as error:
        return Explanation(known.points, (), error)


def _show(call: Call, target: Target, told: Explanation) -> None:
    call.terminal.result(f"{target.name}:")
    rows = [("  " + point.state, point.name, point.told) for point in told.points]
    for line in columns(rows, width=call.terminal.width):
        call.terminal.result(line)
    if told.error:
        call.terminal.warning(f"{target.name}: {told.error.message} {told.error.hint}")
    elif told.cause:
        call.terminal.result(f"Cause: {told.cause.told}")
    else:
        call.terminal.result("Cause: none that can be seen from here; the account serves the new version.")
    if told.tell:
        call.terminal.result("Tell the client:")
    for line in told.tell:
        call.terminal.result(f"  - {line}")
