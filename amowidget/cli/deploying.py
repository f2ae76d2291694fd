"""Shows what `deploy` and `rollback` do with one target: each step, what became of the source, and what comes next."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from amowidget.account.verify import Patience
from amowidget.checks.settings import Settings
from amowidget.cli.answer_report import keep_answer
from amowidget.cli.command import Call
from amowidget.cli.doors import ask_if_protected, opened
from amowidget.cli.endings import fate, tell_dry, tell_own_failure
from amowidget.cli.results import uploads
from amowidget.cli.uploading import codes_written, tell_success
from amowidget.config.load import Overrides
from amowidget.config.project import Project, Target
from amowidget.deploy import journal as journals
from amowidget.deploy import kept_archives, transaction
from amowidget.deploy import rollback as rollbacks
from amowidget.deploy.journal import Journal
from amowidget.deploy.pack import Wish as PackWish
from amowidget.deploy.pack import pack
from amowidget.deploy.steps import requests_of
from amowidget.deploy.transaction import Deployed, Wish
from amowidget.deploy.undo import Source
from amowidget.deploy.upload import Order
from amowidget.errors import Exit
from amowidget.release.archive import Archive
from amowidget.ui.paths import shown
from amowidget.ui.progress import moving


@dataclass(frozen=True, slots=True)
class Switches:
    """The options of `deploy` and `rollback` that hold for each of their targets."""

    is_forced: bool = False
    is_dry: bool = False
    is_sure: bool = False
    is_proved: bool = True
    verify_timeout_s: float = 120.0

    def order(self, archive: Archive) -> Order:
        """Return the order to upload an archive, without anybody who watches."""
        return Order(archive, self.is_forced, self.is_proved, Patience(self.verify_timeout_s))


def deployed(call: Call, project: Project, target: Target, wish: Wish, switches: Switches) -> int:
    """Deploy to one target and show how it went."""
    if switches.is_dry:
        journals.refuse_unfinished(project)
        return _dry_deploy(call, project, target, wish)
    with begun_alone(call, project, (target,), switches):
        return deploy_to(call, project, target, wish, switches)


def rolled_back(call: Call, project: Project, target: Target, version: str | None, switches: Switches) -> int:
    """Upload an earlier archive under a fresh version and show how it went."""
    if switches.is_dry:
        journals.refuse_unfinished(project)
        return _dry_rollback(call, project, target, version)
    with begun_alone(call, project, (target,), switches):
        return roll_back(call, project, target, version, switches)


@contextmanager
def begun_alone(call: Call, project: Project, targets: tuple[Target, ...], switches: Switches) -> Iterator[None]:
    """Be alone with the project, after nothing unfinished, and sure of the protected ones among the targets."""
    for target in targets:
        ask_if_protected(call, target, is_sure=switches.is_sure)
    with journals.alone(project):
        journals.raise_unfinished(project)
        yield


def deploy_to(call: Call, project: Project, target: Target, wish: Wish, switches: Switches) -> int:
    """Deploy to a target under the lock that the caller holds."""
    told = replace(wish, on_step=call.terminal.note, on_line=call.terminal.note)
    with opened(call, project, target) as (reached, access), _orders(call, switches) as order_for:
        done = transaction.deploy(project, reached, access, told, order_for)
    return _tell(call, project, done)


def roll_back(call: Call, project: Project, target: Target, version: str | None, switches: Switches) -> int:
    """Roll a target back under the lock that the caller holds."""
    with opened(call, project, target) as (reached, access), _orders(call, switches) as order_for:
        done = rollbacks.rollback(project, reached, access, version, order_for)
    return _tell(call, project, done.deployed, {"again": done.again[target.name]})


def resumed(call: Call, project: Project, target: Target, journal: Journal, switches: Switches) -> int | None:
    """Finish what was broken off on the way to a target; None when nothing was packed for it yet."""
    archive = transaction.packed_in(project, target.name, journal)
    if archive is None:
        return None
    with opened(call, project, target) as (reached, access), _orders(call, switches) as order_for:
        # An account that cannot be asked ends nothing: the deploy stays unfinished.
        transaction.find_out(reached, access, order_for(archive), journal)
        done = transaction.carried_out(
            project,
            journal,
            lambda: archive,
            lambda made: (transaction.resume(project, reached, access, order_for(made), journal),),
        )
    return _tell(call, project, done)


@contextmanager
def _orders(call: Call, switches: Switches) -> Iterator[Callable[[Archive], Order]]:
    """Yield what makes the order to upload an archive, which shows each step and what moves."""
    with moving(call.terminal) as shown_now:

        def on_wait(seconds_left: float) -> None:
            shown_now.waiting("Waiting until the account serves it", seconds_left)

        patience = Patience(switches.verify_timeout_s, on_wait=on_wait)
        yield lambda archive: replace(
            switches.order(archive), patience=patience, on_step=shown_now.step, on_progress=shown_now.sent
        )


def _tell(call: Call, project: Project, done: Deployed, more: Mapping[str, object] | None = None) -> int:
    result = next(iter(uploads(done.results)), None)
    error = done.error or (result.error if result else None)
    keep_answer(call, error)
    changed = [*done.ending.changed_files]
    if result and done.ending.source is not Source.UNTOUCHED:
        # Whoever wants nothing written, as with --no-write, has nothing to commit either.
        changed += codes_written(project, [result])
    fields = {
        "results": [result.values()] if result else [],
        "changed_files": changed,
        "source": str(done.ending.source),
        **(more or {}),
    }
    if error is None and result:
        call.terminal.json({"ok": True, "command": call.command, **fields})
        tell_success(call, result)
        if more:
            call.terminal.note(
                f"This is the archive of version {more['again']}. The source was not touched: what was wrong is still "
                "in it, and the next deploy brings it back."
            )
        if done.ending.source is Source.EDITED:
            for line in fate(done.ending, is_sent=True):
                call.terminal.warning(line)
        for path in changed:
            call.terminal.note(f"Changed: {shown(Path(path))}. Commit it.")
        return Exit.DONE
    if error is None:
        return Exit.DONE
    if result and call.terminal.manner.is_json:
        call.terminal.json({"ok": False, "command": call.command, **fields})
    else:
        tell_own_failure(call, error, fields)
    is_sent = result is not None and done.ending.source is not Source.UNDONE
    for line in fate(done.ending, is_sent=is_sent):
        call.terminal.warning(line)
    return error.exit_code


def _dry_deploy(call: Call, project: Project, target: Target, wish: Wish) -> int:
    bump = transaction.plan(project, wish.part, ())
    with tempfile.TemporaryDirectory() as folder:
        aside = replace(project, pack=replace(project.pack, output=Path(folder) / project.pack.output.name))
        order = PackWish(target, is_built=False, version=bump.new)
        archive = pack(aside, Settings.of_project(project, Overrides()), order).archive
    place = shown(bump.path) if wish.is_written else "the archive alone"
    steps = [
        f"ask {target.base_url} for its versions; the next one is above them, too",
        f"raise the version, {bump.old} -> {bump.new}, in {place}",
        *([f"build: {project.build.command}"] if project.build and wish.is_built else []),
        f"check and pack: {shown(project.pack.output)}, {len(archive.files)} files",
        *requests_of(target, archive, is_creating=False),
    ]
    return tell_dry(call, steps)


def _dry_rollback(call: Call, project: Project, target: Target, version: str | None) -> int:
    again = rollbacks.choose(project, target, None, version)
    new = rollbacks.version_above(project, [target], ())
    archive = replace(kept_archives.kept(project, again.digest), version=new)
    steps = [
        f"ask {target.base_url} for its versions; the next one is above them, too",
        f"write the archive of version {again.version} anew as {new}; the source is not touched",
        *requests_of(target, archive, is_creating=False),
    ]
    return tell_dry(call, steps)
