"""The commands that release: bump, pack, upload, deploy, rollback, status."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amowidget.cli.command import Call, command
from amowidget.errors import AmowidgetError, Exit

if TYPE_CHECKING:
    from amowidget.config.selection import Selection

TargetNames = Annotated[
    list[str] | None,
    typer.Option(
        "--target", metavar="NAME", envvar="AMOWIDGET_TARGET", help="Which target; repeat it.", show_default=False
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="NAME", help="The targets with this tag; repeat it.", show_default=False),
]
All = Annotated[bool, typer.Option("--all", help="All targets but the stand-in.")]
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, max=64, help="How many accounts at a time.")]
MaxFailures = Annotated[int, typer.Option(metavar="N", min=1, help="After so many failures nothing new begins.")]
NoValidate = Annotated[bool, typer.Option("--no-validate", help="Pack a widget that has errors.")]

Sure = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a protected target.")]
NoVerify = Annotated[bool, typer.Option("--no-verify", help="Do not wait for the proof.")]
VerifyTimeout = Annotated[
    float,
    typer.Option(metavar="SECONDS", min=0, envvar="AMOWIDGET_VERIFY_TIMEOUT", help="How long to wait for the proof."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group to the application."""
    for body in (bump, pack, upload, deploy, rollback, status):
        command(app, "Release", reaches_accounts=body not in (bump, pack))(body)


def bump(
    call: Call,
    request: Annotated[
        str, typer.Argument(metavar="[PART|VERSION]", help="patch, minor, major, or an exact version.")
    ] = "patch",
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Change nothing; tell what would change.")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="Allow a version that is not above the present.")] = False,
) -> int:
    """Raise the version in manifest.json; nothing else in the file changes."""
    from amowidget.deploy.journal import refuse_unfinished
    from amowidget.release import bump as verb
    from amowidget.ui.paths import shown

    project = call.project()
    refuse_unfinished(project)
    plan = verb.plan(project.source, request, is_forced)
    if not is_dry:
        verb.commit(plan)
    path = str(plan.path)
    result = {"ok": True, "command": "bump", "old": plan.old, "new": plan.new, "files": [path], "dry_run": is_dry}
    call.terminal.json(result)
    if is_dry:
        call.terminal.result(f"{plan.old} -> {plan.new} (dry run: {shown(plan.path)} stays as it is)")
    else:
        call.terminal.success(f"{plan.old} -> {plan.new} in {shown(plan.path)}")
    for note in plan.notes:
        call.terminal.note(f"note: {note}")
    return Exit.DONE


def pack(
    call: Call,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where the archive goes.", show_default=False)
    ] = None,
    target: TargetNames = None,
    tag: Tags = None,
    is_all: All = False,
    is_list: Annotated[bool, typer.Option("--list", help="Only tell what would be packed.")] = False,
    no_validate: NoValidate = False,
    no_build: Annotated[bool, typer.Option("--no-build", help="Pack what was built before.")] = False,
) -> int:
    """Write widget.zip: built, checked, scanned for secrets, reproducible; for several targets a set of archives."""
    from amowidget.cli import packing
    from amowidget.config.load import Overrides
    from amowidget.config.selection import selected
    from amowidget.deploy.pack import Wish

    project = call.project(Overrides(output=call.folder / output if output else None))
    selection = _selection(call, target, tag, is_all)
    targets = () if selection.is_silent else selected(project, selection)
    wish = Wish(
        target=targets[0] if targets else None,
        is_built=not no_build,
        is_validated=not no_validate,
        on_line=call.terminal.note,
    )
    if is_list:
        return packing.listed(call, project)
    if len(targets) > 1:
        packing.refuse_output(output)
        return packing.packed_for_each(call, project, targets, wish)
    return packing.packed(call, project, wish, is_set=bool(tag) or is_all)


def upload(
    call: Call,
    archive: Annotated[
        Path | None, typer.Argument(metavar="[ZIP]", help="The archive; default: the packed one.", show_default=False)
    ] = None,
    target: TargetNames = None,
    tag: Tags = None,
    is_all: All = False,
    is_creating: Annotated[bool, typer.Option("--create", help="Make the integration first.")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="Upload a version that is not raised.")] = False,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Send nothing; tell what would be sent.")] = False,
    is_sure: Sure = False,
    no_verify: NoVerify = False,
    verify_timeout: VerifyTimeout = 120,
    is_manual: Annotated[
        bool, typer.Option("--manual", help="Upload by hand in the account's page; only proved here.")
    ] = False,
    is_by_browser: Annotated[
        bool, typer.Option("--browser", help="Upload through the account's page, in a browser window.")
    ] = False,
    is_syncing: Annotated[
        bool, typer.Option("--sync-form", help="Bring name, description and set scopes into the form first.")
    ] = False,
    jobs: Jobs = 2,
    max_failures: MaxFailures = 1,
    is_failed: Annotated[
        bool, typer.Option("--failed", help="The same archives again, only where they are missing.")
    ] = False,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="I/N", help="The I-th of N shares of the targets.", show_default=False),
    ] = None,
) -> int:
    """Upload the archive into the account and prove that the account serves it; or into many accounts."""
    from amowidget.cli import several, uploading
    from amowidget.config.selection import shard as share
    from amowidget.deploy.many import Limits

    switches = uploading.Switches(
        is_creating, is_forced, is_dry, is_sure, not no_verify, verify_timeout, is_manual, is_syncing, is_by_browser
    )
    selection = _selection(call, target, tag, is_all)
    crowd = several.Crowd(selection, Limits(jobs, max_failures), is_failed, share(shard) if shard else None)
    project = call.project()
    only = crowd.only_target(project)
    if only:
        return uploading.uploaded(call, project, only, archive, switches)
    return several.uploaded(call, project, archive, crowd, switches)


def deploy(
    call: Call,
    target: TargetNames = None,
    tag: Tags = None,
    is_all: All = False,
    part: Annotated[str, typer.Option(metavar="PART", help="patch, minor or major.")] = "patch",
    no_write: Annotated[bool, typer.Option("--no-write", help="Raise the version inside the archive only.")] = False,
    no_build: Annotated[bool, typer.Option("--no-build", help="Pack what was built before.")] = False,
    is_resuming: Annotated[bool, typer.Option("--resume", help="Finish a deploy that was broken off.")] = False,
    is_aborting: Annotated[bool, typer.Option("--abort", help="End a deploy that was broken off.")] = False,
    is_forced: Annotated[
        bool, typer.Option("--force", help="Upload whatever is served; with --abort, do not ask the account.")
    ] = False,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Change and send nothing; tell each step.")] = False,
    is_sure: Sure = False,
    no_verify: NoVerify = False,
    verify_timeout: VerifyTimeout = 120,
    jobs: Jobs = 2,
    max_failures: MaxFailures = 1,
) -> int:
    """Raise the version, build, check, pack, upload and prove, as one: undone when it is refused."""
    from amowidget.cli import deploying, deploying_each, unfinished
    from amowidget.config.selection import selected
    from amowidget.deploy.many import Limits
    from amowidget.deploy.transaction import Wish, refuse_part

    switches = deploying.Switches(is_forced, is_dry, is_sure, not no_verify, verify_timeout)
    way = deploying_each.Way(switches, Limits(jobs, max_failures))
    refuse_part(part)
    if is_resuming and is_aborting:
        raise AmowidgetError("usage.options", "--resume and --abort exclude each other.", "Choose one of them.")
    if is_resuming:
        return unfinished.resumed(call, way)
    if is_aborting:
        return unfinished.aborted(call, switches)
    project = call.project()
    targets = selected(project, _selection(call, target, tag, is_all))
    wish = Wish(part, not no_write, not no_build)
    if len(targets) > 1:
        return deploying_each.deployed(call, project, targets, wish, way)
    return deploying.deployed(call, project, targets[0], wish, switches)


def rollback(
    call: Call,
    version: Annotated[
        str | None,
        typer.Argument(metavar="[VERSION]", help="Which one; default: the one before the present.", show_default=False),
    ] = None,
    target: TargetNames = None,
    tag: Tags = None,
    is_all: All = False,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Send nothing; tell each step.")] = False,
    is_sure: Sure = False,
    no_verify: NoVerify = False,
    verify_timeout: VerifyTimeout = 120,
    jobs: Jobs = 2,
    max_failures: MaxFailures = 1,
) -> int:
    """Upload an earlier archive again under a fresh version and prove it; the source stays."""
    from amowidget.cli import deploying, deploying_each
    from amowidget.config.selection import selected
    from amowidget.deploy.many import Limits

    switches = deploying.Switches(False, is_dry, is_sure, not no_verify, verify_timeout)
    project = call.project()
    targets = selected(project, _selection(call, target, tag, is_all))
    if len(targets) > 1:
        way = deploying_each.Way(switches, Limits(jobs, max_failures))
        return deploying_each.rolled_back(call, project, targets, version, way)
    return deploying.rolled_back(call, project, targets[0], version, switches)


def status(
    call: Call,
    target: TargetNames = None,
    tag: Tags = None,
    is_all: All = False,
    jobs: Jobs = 2,
    is_explaining: Annotated[
        bool, typer.Option("--explain", help="Tell why somebody may still see the old version.")
    ] = False,
) -> int:
    """Compare the local, packed, listed and served versions for each target."""
    from amowidget.cli import explaining, several

    selection = _selection(call, target, tag, is_all)
    if is_explaining:
        return explaining.explained(call, selection)
    return several.state(call, selection, jobs)


def _selection(call: Call, names: list[str] | None, tags: list[str] | None, is_all: bool) -> "Selection":
    from amowidget.cli.choosing import selection_of

    return selection_of(call, names, tags, is_all)
