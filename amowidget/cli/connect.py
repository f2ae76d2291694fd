"""The commands about the connection to accounts: login, logout, accounts, targets, doctor."""

from typing import TYPE_CHECKING, Annotated

import typer

from amowidget.cli.command import Call, command
from amowidget.errors import AmowidgetError, Exit

if TYPE_CHECKING:
    from amowidget.config.project import Project

HostOrTarget = Annotated[
    str | None, typer.Argument(metavar="[HOST|TARGET]", help="The account, or a target in it.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group to the application."""
    for body in (login, logout, install, accounts, targets, doctor):
        command(app, "Connect", reaches_accounts=body in (login, install, doctor))(body)


def login(
    call: Call,
    name: HostOrTarget = None,
    is_missing: Annotated[bool, typer.Option("--missing", help="Every target's host without a session.")] = False,
    cookies: Annotated[
        str | None,
        typer.Option(
            "--cookies", metavar="FILE", help="A browser's exported cookies; - reads stdin.", show_default=False
        ),
    ] = None,
    is_by_browser: Annotated[bool, typer.Option("--browser", help="Log in in a browser window.")] = False,
    export: Annotated[
        str | None,
        typer.Option("--export", metavar="FILE", help="Write the session for CI; - pipes it on.", show_default=False),
    ] = None,
) -> int:
    """Log in to an account and keep the session, for this user of this machine."""
    from amowidget.cli.sessions import LoginWish, logged_in

    wish = LoginWish(name, is_missing, cookies, is_by_browser, export)
    return logged_in(call, _project_or_none(call), wish)


def logout(
    call: Call,
    name: HostOrTarget = None,
    is_revoking: Annotated[bool, typer.Option("--revoke", help="End it on the server, too.")] = False,
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Revoke a browser's own session, too.")] = False,
) -> int:
    """Wipe the kept session of an account, or without a name all of them."""
    from amowidget.cli.sessions import logged_out

    return logged_out(call, _project_or_none(call), name, is_revoking=is_revoking, is_sure=is_sure)


def install(
    call: Call,
    target: Annotated[
        str,
        typer.Option("--target", metavar="NAME", envvar="AMOWIDGET_TARGET", help="Which target.", show_default=False),
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="A value of the settings; env:NAME for a secret.", show_default=False
        ),
    ] = None,
) -> int:
    """Install an uploaded widget with its settings, by the official API and a token."""
    from amowidget.cli.doors import opened
    from amowidget.config.load import target as target_called
    from amowidget.deploy.install import install as verb
    from amowidget.deploy.install import values_of

    project = call.project()
    values = values_of(tuple(settings or ()), call.environment)
    with opened(call, project, target_called(project, target), needs_session=False) as (reached, access):
        done = verb(reached, access, values)
    told = {"target": done.target, "host": done.host, "code": done.code, "version": done.version}
    call.terminal.json({"ok": True, "command": "install", **told})
    call.terminal.success(f"Installed {done.code} {done.version or ''} in {done.host}.")
    return Exit.DONE


def accounts(call: Call) -> int:
    """List the accounts of this project with the session for each, and every other session that is kept."""
    import time

    from amowidget.account.user_store import user_store
    from amowidget.deploy.accounts import accounts as verb
    from amowidget.ui.tables import columns

    listed = verb(_project_or_none(call), call.environment, user_store(call.environment), time.time())
    call.terminal.json({"ok": True, "command": "accounts", "accounts": [entry.values() for entry in listed]})
    if not listed:
        call.terminal.result("No session is kept, and there is no project here. `amowidget login HOST` opens one.")
        return Exit.DONE
    rows = [(entry.host, ", ".join(entry.targets) or "-", entry.login or "-", entry.told) for entry in listed]
    for line in columns([("HOST", "TARGETS", "LOGIN", "STATE"), *rows]):
        call.terminal.result(line)
    return Exit.DONE


def targets(
    call: Call,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="NAME", help="Only those with this tag; repeat it.", show_default=False),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            "--matrix",
            metavar="N",
            min=1,
            max=256,
            help="Print the matrix for N parallel jobs of GitHub Actions. GitLab needs none: "
            "`parallel: N` and `upload --shard $CI_NODE_INDEX/$CI_NODE_TOTAL`.",
            show_default=False,
        ),
    ] = None,
) -> int:
    """List the targets: this widget's integrations, one for each account."""
    from amowidget.config.selection import Selection, selected
    from amowidget.ui.tables import columns

    project = call.project()
    listed = list(selected(project, Selection((), tuple(tag))) if tag else project.targets.values())
    if count:
        return _matrix(call, project, tag, count)
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


def _matrix(call: Call, project: "Project", tags: list[str] | None, count: int) -> int:
    """Print the matrix for the parallel jobs of a CI engine, on one line."""
    import json

    from amowidget.config.selection import Selection, matrix, selected

    jobs = matrix(selected(project, Selection((), tuple(tags or ()), not tags)), count)
    call.terminal.json({"ok": True, "command": "targets", "matrix": jobs})
    call.terminal.result(json.dumps(jobs))
    return Exit.DONE


def doctor(call: Call) -> int:
    """Tell what of the surroundings is missing, and what to do about it."""
    from amowidget.doctor import diagnose
    from amowidget.ui.tables import columns

    found = diagnose(call.folder, call.environment, call.allowed_hosts)
    is_well = all(diagnosis.state != "broken" for diagnosis in found)
    values = [
        {"subject": entry.subject, "state": entry.state, "detail": entry.detail, "hint": entry.hint} for entry in found
    ]
    call.terminal.json({"ok": is_well, "command": "doctor", "checks": values})
    for line in columns([(entry.state, entry.subject, entry.detail) for entry in found], width=call.terminal.width):
        call.terminal.result(line)
    for entry in found:
        if entry.hint and entry.state != "ok":
            call.terminal.result(f"  {entry.subject}: {entry.hint}")
    return Exit.DONE if is_well else Exit.SURROUNDINGS


def _project_or_none(call: Call) -> "Project | None":
    """Return the project that the folder lies in; a session needs none."""
    try:
        return call.project()
    except AmowidgetError as error:
        if error.code == "usage.no_project":
            return None
        raise
