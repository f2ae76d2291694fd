"""Says how a deploy ended: what became of the source's manifest, what failed here, and what a dry run would have done."""

from collections.abc import Mapping, Sequence

from amowidget.cli.command import Call
from amowidget.cli.findings import print_findings
from amowidget.deploy.transaction import Ending
from amowidget.deploy.undo import Source
from amowidget.errors import AmowidgetError, Exit, FindingsError
from amowidget.finding import Severity
from amowidget.report import json_object


def fate(ending: Ending, *, is_sent: bool) -> tuple[str, ...]:
    """Return what became of the source's manifest, in words."""
    if ending.source is Source.UNDONE:
        return (f"The manifest has its version {ending.old} again, to the byte.",)
    if ending.source is Source.EDITED:
        return (f"The manifest was changed after the version {ending.new} was written, so it is left as it is.",)
    if ending.source is Source.KEPT and is_sent:
        return (f"The version {ending.new} stays in the manifest, because an account has, or may have, its archive.",)
    return ()


def tell_own_failure(call: Call, error: AmowidgetError, fields: Mapping[str, object]) -> None:
    """Show the failure of a step of ours; what was found in the widget comes before it."""
    if isinstance(error, FindingsError):
        errors = [finding for finding in error.findings if finding.severity is Severity.ERROR]
        print_findings(call, errors, error.location)
        found = {"summary": json_object.summary(error.findings), "findings": json_object.values(error.findings)}
        call.terminal.failure(call.command, error, {**found, **fields})
    else:
        call.terminal.failure(call.command, error, fields)


def tell_dry(call: Call, steps: Sequence[str]) -> int:
    """Show what would be done, step by step."""
    told = {"dry_run": True, "steps": list(steps), "results": [], "changed_files": []}
    call.terminal.json({"ok": True, "command": call.command, **told})
    call.terminal.result("Nothing was changed and nothing was sent. It would:")
    for line in steps:
        call.terminal.result(f"  {line}")
    return Exit.DONE
