"""The commands about the connection to accounts: accounts, targets, doctor."""

import typer

from amowidget.cli.command import Call, command
from amowidget.errors import Exit


def register(app: typer.Typer) -> None:
    """Add the commands of this group to the application."""
    for body in (accounts, targets, doctor):
        command(app, "Connect")(body)


def accounts(call: Call) -> int:
    """List the accounts of this project and whether amowidget can log in to each."""
    from amowidget.deploy.accounts import accounts as verb
    from amowidget.ui.tables import columns

    listed = verb(call.project(), call.environment)
    call.terminal.json({"ok": True, "command": "accounts", "accounts": [entry.values() for entry in listed]})
    rows = [(entry.host, ", ".join(entry.targets), entry.login or "-", entry.state) for entry in listed]
    for line in columns([("HOST", "TARGETS", "LOGIN", "STATE"), *rows]):
        call.terminal.result(line)
    return Exit.DONE


def targets(call: Call) -> int:
    """List the targets: this widget's integrations, one for each account."""
    from amowidget.ui.tables import columns

    listed = list(call.project().targets.values())
    values = [
        {
            "target": target.name,
            "host": target.host,
            "integration": target.integration,
            "code": target.code,
            "platform": target.platform,
            "tags": list(target.tags),
            "protected": target.is_protected,
        }
        for target in listed
    ]
    call.terminal.json({"ok": True, "command": "targets", "targets": values})
    rows = [(target.name, target.host, target.integration or "-", ", ".join(target.tags) or "-") for target in listed]
    for line in columns([("TARGET", "HOST", "INTEGRATION", "TAGS"), *rows]):
        call.terminal.result(line)
    return Exit.DONE


def doctor(call: Call) -> int:
    """Tell what of the surroundings is missing, and what to do about it."""
    from amowidget.doctor import diagnose
    from amowidget.ui.tables import columns

    found = diagnose(call.folder, call.environment)
    is_well = all(diagnosis.state != "broken" for diagnosis in found)
    values = [
        {"subject": entry.subject, "state": entry.state, "detail": entry.detail, "hint": entry.hint} for entry in found
    ]
    call.terminal.json({"ok": is_well, "command": "doctor", "checks": values})
    for line in columns([(entry.state, entry.subject, entry.detail) for entry in found]):
        call.terminal.result(line)
    for entry in found:
        if entry.hint and entry.state != "ok":
            call.terminal.result(f"  {entry.subject}: {entry.hint}")
    return Exit.DONE if is_well else Exit.SURROUNDINGS
