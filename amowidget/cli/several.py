"""Shows `upload` to several targets and `status`: what is at work, one result for each, a summary, one exit code."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amowidget.account.verify import Patience
from amowidget.checks.settings import Settings
from amowidget.cli import packing
from amowidget.cli.answer_report import keep_answer
from amowidget.cli.command import Call
from amowidget.cli.doors import all_opened, ask_if_protected
from amowidget.cli.results import show_results, summary
from amowidget.cli.uploading import Switches, learned
from amowidget.config.load import Overrides
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.selection import Selection, Shard, selected, shares
from amowidget.deploy import prepared
from amowidget.deploy import status as states
from amowidget.deploy.each_target import Crew, remembering, state_of_each, upload_each
from amowidget.deploy.journal import refuse_unfinished
from amowidget.deploy.many import Limits, exit_of
from amowidget.deploy.pack import Wish
from amowidget.deploy.prepared import ArchiveSet, Making
from amowidget.deploy.steps import requests_of
from amowidget.deploy.upload import Order, Upload
from amowidget.errors import AmowidgetError, Exit, FindingsError
from amowidget.release import archive as archives
from amowidget.release.archive import Archive
from amowidget.ui.live_table import live_table
from amowidget.ui.paths import shown
from amowidget.ui.tables import columns


@dataclass(frozen=True, slots=True)
class Crowd:
    """Which targets are meant, how many are at work at once, and what part of an earlier set is sent."""

    selection: Selection
    limits: Limits
    is_failed: bool = False
    shard: Shard | None = None

    def only_target(self, project: Project) -> Target | None:
        """Return the target when it is but one, and nothing is said about sets of archives."""
        if self.is_failed or self.shard:
            return None
        found = selected(project, self.selection)
        return found[0] if len(found) == 1 else None


def uploaded(call: Call, project: Project, path: Path | None, crowd: Crowd, switches: Switches) -> int:
    """Upload to several targets and show how it went."""
    refuse_unfinished(project)
    try:
        whole = _whole(call, project, path, crowd, switches)
    except FindingsError as error:
        return packing.refused(call, "upload", error)
    part = _part(project, whole, crowd)
    targets = [project.targets[name] for name in part.names]
    if switches.is_dry:
        return _dry(call, targets, part)
    if not targets:
        call.terminal.note("There is nothing to send.")
    for target in targets:
        ask_if_protected(call, target, switches.is_sure)
    if not crowd.is_failed:
        prepared.restart(project, part)
    patience = Patience(switches.verify_timeout_s)
    real_count = sum(name != SANDBOX for name in whole.names)

    def order_for(archive: Archive) -> Order:
        return Order(archive, switches.is_forced, switches.is_proved, patience, root=project.root)

    with all_opened(call, project, targets, real_count) as doors:
        crew = Crew(
            order_for, crowd.limits, lambda: live_table(call.terminal, targets), send=remembering(project, part)
        )
        results = upload_each(doors, part.archives, crew)
    return _tell(call, results, learned(call, project, results))


def state(call: Call, selection: Selection, jobs: int) -> int:
    """Show what each target serves beside what lies here."""
    project = call.project()
    here = states.local(project)
    targets = tuple(project.targets.values()) if selection.is_silent else selected(project, selection)
    kept = prepared.kept_set(project)
    compared = {target.name: prepared.archive_of(project, kept, target.name) for target in targets}
    real_count = sum(target.name != SANDBOX for target in targets)
    with all_opened(call, project, targets, real_count) as doors, live_table(call.terminal, targets) as show:
        told = states.with_uploads(project, state_of_each(doors, compared, Limits(jobs, None), show))
    call.terminal.json(
        {
            "ok": all(entry.error is None for entry in told),
            "command": "status",
            "local": {"version": here.version, "digest": here.digest},
            "packed": {"version": here.packed.version, "digest": here.packed.digest} if here.packed else None,
            "targets": [entry.values() for entry in told],
        }
    )
    call.terminal.result(f"local {here.version or '-'}, packed {here.packed.version if here.packed else '-'}")
    rows = [
        (entry.target, entry.uploaded or "-", entry.listed or "-", entry.served or "-", entry.state) for entry in told
    ]
    for line in columns([("TARGET", "UPLOADED", "LISTED", "SERVED", "STATE"), *rows]):
        call.terminal.result(line)
    for entry in told:
        keep_answer(call, entry.error)
        if entry.error:
            call.terminal.warning(f"{entry.target}: {entry.error.message} {entry.error.hint}")
    return exit_of(told)


def _whole(call: Call, project: Project, path: Path | None, crowd: Crowd, switches: Switches) -> ArchiveSet:
    """Return the whole set of archives, of which a share or what failed is sent."""
    _refuse_contradictions(path, crowd, switches)
    if crowd.is_failed:
        kept = prepared.to_resend(project)
        return kept if crowd.selection.is_silent else kept.only(_names(selected(project, crowd.selection)))
    targets = selected(project, crowd.selection)
    if path:
        return prepared.of_archive(project, targets, archives.read(call.folder / path))
    settings = Settings.of_project(project, Overrides())
    making = Making(settings, Wish(is_built=False, on_line=call.terminal.note), crowd.shard is not None)
    return prepared.current(project, targets, making)


def _refuse_contradictions(path: Path | None, crowd: Crowd, switches: Switches) -> None:
    if switches.is_manual or switches.is_syncing or switches.is_by_browser:
        raise AmowidgetError(
            "usage.bad_value",
            "--manual, --browser and --sync-form go for one target.",
            "Name that target alone with --target.",
        )
    if switches.is_creating:
        raise AmowidgetError(
            "usage.bad_value", "--create makes the integration of one target.", "Name that target alone with --target."
        )
    if path and crowd.is_failed:
        raise AmowidgetError(
            "usage.bad_value",
            f"--failed sends the archives of the last upload again, and {path} is another one.",
            "Leave out one of the two.",
        )


def _part(project: Project, whole: ArchiveSet, crowd: Crowd) -> ArchiveSet:
    part = whole
    if crowd.shard:
        targets = [project.targets[name] for name in whole.names]
        part = whole.only(_names(shares(targets, crowd.shard.count)[crowd.shard.number - 1]))
    return part.only(part.unfinished) if crowd.is_failed else part


def _names(targets: Sequence[Target]) -> tuple[str, ...]:
    return tuple(target.name for target in targets)


def _dry(call: Call, targets: Sequence[Target], part: ArchiveSet) -> int:
    planned = {target.name: requests_of(target, part.archives[target.name], False) for target in targets}
    lines = [line for of_target in planned.values() for line in of_target]
    call.terminal.json({"ok": True, "command": "upload", "dry_run": True, "requests": lines, "results": []})
    call.terminal.result(f"Nothing was sent. The upload to {len(targets)} targets would send:")
    for name, of_target in planned.items():
        call.terminal.result(f"{name}: version {part.archives[name].version}")
        for line in of_target:
            call.terminal.result(f"  {line}")
    return Exit.DONE


def _tell(call: Call, results: Sequence[Upload], changed: list[str]) -> int:
    code = exit_of(results)
    values = [result.values() for result in results]
    told = {"ok": code == Exit.DONE, "command": "upload", "results": values, "changed_files": changed}
    call.terminal.json({**told, "summary": summary(results)})
    show_results(call, results)
    for path in changed:
        call.terminal.note(f"Changed: {shown(Path(path))}. Commit it.")
    if code != Exit.DONE:
        call.terminal.note("`amowidget upload --failed` sends the same archives again, only where they are missing.")
    return code
