"""Shows what `deploy` and `rollback` do with several targets: what is at work, one result for each, one ending."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from amowidget.checks.settings import Settings
from amowidget.cli.answer_report import keep_answer
from amowidget.cli.command import Call
from amowidget.cli.deploying import Switches, begun_alone
from amowidget.cli.doors import all_opened
from amowidget.cli.endings import fate, tell_dry, tell_own_failure
from amowidget.cli.results import show_results, summary, uploads
from amowidget.cli.uploading import codes_written
from amowidget.config.load import Overrides
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.deploy import journal as journals
from amowidget.deploy import kept_archives, prepared, transaction
from amowidget.deploy import rollback as rollbacks
from amowidget.deploy.deploy_each import deploy_each, packed_in, resume_each
from amowidget.deploy.each_target import Crew
from amowidget.deploy.journal import Journal
from amowidget.deploy.many import Limits, exit_of
from amowidget.deploy.pack import Wish as PackWish
from amowidget.deploy.prepared import Making
from amowidget.deploy.rollback_each import rollback_each
from amowidget.deploy.steps import requests_of
from amowidget.deploy.transaction import Deployed, Wish
from amowidget.deploy.undo import Source
from amowidget.errors import Exit
from amowidget.ui.live_table import live_table
from amowidget.ui.paths import shown

Targets = tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How several targets are gone through: the options that hold for each of them, and the limits of all."""

    switches: Switches
    limits: Limits


def deployed(call: Call, project: Project, targets: Targets, wish: Wish, way: Way) -> int:
    """Deploy to several targets and show how it went."""
    if way.switches.is_dry:
        journals.refuse_unfinished(project)
        return _dry_deploy(call, project, targets, wish)
    with begun_alone(call, project, targets, way.switches):
        return deploy_to(call, project, targets, wish, way)


def rolled_back(call: Call, project: Project, targets: Targets, version: str | None, way: Way) -> int:
    """Upload earlier archives to several targets under a fresh version and show how it went."""
    if way.switches.is_dry:
        journals.refuse_unfinished(project)
        return _dry_rollback(call, project, targets, version)
    with begun_alone(call, project, targets, way.switches):
        return roll_back(call, project, targets, version, way)


def deploy_to(call: Call, project: Project, targets: Targets, wish: Wish, way: Way) -> int:
    """Deploy to targets under the lock that the caller holds."""
    told = replace(wish, on_step=call.terminal.note, on_line=call.terminal.note)
    with all_opened(call, project, targets, _real(targets)) as doors:
        done = deploy_each(project, doors, told, _crew(call, targets, way))
    return _tell(call, project, done)


def roll_back(call: Call, project: Project, targets: Targets, version: str | None, way: Way) -> int:
    """Roll targets back under the lock that the caller holds."""
    with all_opened(call, project, targets, _real(targets)) as doors:
        done = rollback_each(project, doors, version, _crew(call, targets, way))
    return _tell(call, project, done.deployed, {"again": dict(done.again)})


def resumed(call: Call, project: Project, targets: Targets, journal: Journal, way: Way) -> int | None:
    """Finish what was broken off on the way to targets; None when not all archives were packed yet."""
    made = packed_in(project, targets, journal)
    if made is None:
        return None
    with all_opened(call, project, targets, _real(targets)) as doors:
        done = resume_each(project, doors, made, journal, _crew(call, targets, way))
    return _tell(call, project, done)


def _crew(call: Call, targets: Sequence[Target], way: Way) -> Crew:
    return Crew(way.switches.order, way.limits, lambda: live_table(call.terminal, targets))


def _real(targets: Sequence[Target]) -> int:
    return sum(target.name != SANDBOX for target in targets)


def _tell(call: Call, project: Project, done: Deployed, more: Mapping[str, object] | None = None) -> int:
    for result in done.results:
        keep_answer(call, result.error)
    ending = done.ending
    changed = [*ending.changed_files]
    if ending.source is not Source.UNTOUCHED:
        changed += codes_written(project, uploads(done.results))
    fields = {
        "results": [result.values() for result in done.results],
        "changed_files": changed,
        "source": str(ending.source),
        "unfinished": done.is_open,
        **(more or {}),
    }
    if done.error:
        tell_own_failure(call, done.error, fields)
        for line in fate(ending, is_sent=False):
            call.terminal.warning(line)
        return done.error.exit_code
    code = exit_of(done.results)
    call.terminal.json({"ok": code == Exit.DONE, "command": call.command, **fields, "summary": summary(done.results)})
    show_results(call, done.results)
    if more and code == Exit.DONE:
        call.terminal.note(
            "The source was not touched: what was wrong is still in it, and the next deploy brings it back."
        )
    if code != Exit.DONE or ending.source is Source.EDITED:
        for line in fate(ending, is_sent=ending.source is not Source.UNDONE):
            call.terminal.warning(line)
    for path in changed:
        call.terminal.note(f"Changed: {shown(Path(path))}. Commit it.")
    if code != Exit.DONE:
        call.terminal.note(_way_on(done))
    return code


def _way_on(done: Deployed) -> str:
    if done.is_open:
        return "It stays unfinished: `amowidget deploy --resume` asks again, and --abort --force gives it up."
    if done.ending.source is Source.UNDONE or not uploads(done.results):
        return "No account has taken anything; when the failure is mended, begin again."
    return "`amowidget upload --failed` sends the same archives again, only where they are missing."


def _dry_deploy(call: Call, project: Project, targets: Targets, wish: Wish) -> int:
    bump = transaction.plan(project, wish.part, ())
    with tempfile.TemporaryDirectory() as folder:
        aside = replace(project, root=Path(folder))
        order = PackWish(is_built=False, version=bump.new)
        made, _ = prepared.make(aside, targets, Making(Settings.of_project(project, Overrides()), order))
    place = shown(bump.path) if wish.is_written else "the archives alone"
    steps = [
        f"ask {len(targets)} targets for their versions; the next one is above them, too",
        f"raise the version, {bump.old} -> {bump.new}, in {place}",
        *([f"build: {project.build.command}"] if project.build and wish.is_built else []),
        f"check once, and pack for each of {len(targets)} targets",
        *(line for target in targets for line in requests_of(target, made.archives[target.name], is_creating=False)),
    ]
    return tell_dry(call, steps)


def _dry_rollback(call: Call, project: Project, targets: Targets, version: str | None) -> int:
    new = rollbacks.version_above(project, targets, ())
    steps = [f"ask {len(targets)} targets for their versions; the next one is above them, too"]
    for target in targets:
        again = rollbacks.choose(project, target, None, version)
        archive = replace(kept_archives.kept(project, again.digest), version=new)
        steps.append(f"write the archive of version {again.version} anew as {new} for {target.name}")
        steps += requests_of(target, archive, is_creating=False)
    return tell_dry(call, steps)
