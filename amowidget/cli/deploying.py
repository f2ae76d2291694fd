"""Shows what `deploy` and `rollback` do: each step, what became of the source, and what to do after a failure."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from amowidget.account.verify import Patience
from amowidget.checks.settings import Settings
from amowidget.cli.answer_report import keep_answer
from amowidget.cli.command import Call
from amowidget.cli.doors import ask_if_protected, chosen, opened
from amowidget.cli.findings import print_findings
from amowidget.cli.uploading import codes_written, tell_success
from amowidget.config.load import Overrides
from amowidget.config.load import target as target_called
from amowidget.config.project import Project, Target
from amowidget.deploy import journal as journals
from amowidget.deploy import kept_archives, rollback, transaction
from amowidget.deploy.journal import Journal
from amowidget.deploy.pack import Wish as PackWish
from amowidget.deploy.pack import pack
from amowidget.deploy.steps import requests_of
from amowidget.deploy.transaction import Deployed, Ending, Wish
from amowidget.deploy.undo import Source
from amowidget.deploy.upload import Order
from amowidget.errors import AmowidgetError, Exit, FindingsError
from amowidget.finding import Severity
from amowidget.release.archive import Archive
from amowidget.report import json_object
from amowidget.ui.paths import shown
from amowidget.ui.progress import countdown

_Way = Callable[[Project, Target], int]


@dataclass(frozen=True, slots=True)
class Switches:
    """The options of `deploy` and `rollback`."""

    target: str | None
    is_forced: bool = False
    is_dry: bool = False
    is_sure: bool = False
    is_proved: bool = True
    verify_timeout_s: float = 120.0


def deployed(call: Call, wish: Wish, switches: Switches) -> int:
    """Deploy to one target and show how it went."""
    return _begun(
        call,
        switches,
        lambda project, target: _dry_deploy(call, project, target, wish),
        lambda project, target: _deployed(call, project, target, wish, switches),
    )


def rolled_back(call: Call, version: str | None, switches: Switches) -> int:
    """Upload an earlier archive under a fresh version and show how it went."""
    return _begun(
        call,
        switches,
        lambda project, target: _dry_rollback(call, project, target, version),
        lambda project, target: _rolled_back(call, project, target, version, switches),
    )


def resumed(call: Call, switches: Switches) -> int:
    """Finish a deploy or a rollback that was broken off and show how it went."""
    project = call.project()
    with journals.alone(project):
        journal = _unfinished(project)
        target = _target_of(project, journal)
        ask_if_protected(call, target, is_sure=switches.is_sure)
        archive = None if transaction.is_over(journal) else transaction.packed_in(project, target.name, journal)
        if archive is None:
            return _begun_anew(call, project, target, journal, switches)
        with opened(call, project, target) as (reached, access), _orders(call, switches) as order_for:
            # An account that cannot be asked ends nothing: the deploy stays unfinished.
            transaction.find_out(reached, access, order_for(archive), journal)
            done = transaction.carried_out(
                project,
                journal,
                lambda: archive,
                lambda made: transaction.resume(project, reached, access, order_for(made), journal),
            )
        return _tell(call, project, done)


def aborted(call: Call, switches: Switches) -> int:
    """End a deploy that was broken off: the bump is undone unless the account has, or may have, the archive."""
    project = call.project()
    with journals.alone(project):
        journal = _unfinished(project)
        if transaction.may_be_taken(journal) and not switches.is_forced:
            _find_out(call, project, journal, switches)
        is_taken = transaction.may_be_taken(journal)
        ending = transaction.end(project, journal)
    return _tell_abort(call, ending, is_taken=is_taken)


def _begun(call: Call, switches: Switches, plan: _Way, carry_out: _Way) -> int:
    """Begin with one target: only planned in a dry run, else alone with the project and after nothing unfinished."""
    project = call.project()
    target = chosen(project, switches.target)
    if switches.is_dry:
        journals.refuse_unfinished(project)
        return plan(project, target)
    ask_if_protected(call, target, is_sure=switches.is_sure)
    with journals.alone(project):
        journals.raise_unfinished(project)
        return carry_out(project, target)


def _deployed(call: Call, project: Project, target: Target, wish: Wish, switches: Switches) -> int:
    told = replace(wish, on_step=call.terminal.note, on_line=call.terminal.note)
    with opened(call, project, target) as (reached, access), _orders(call, switches) as order_for:
        done = transaction.deploy(project, reached, access, told, order_for)
    return _tell(call, project, done)


def _rolled_back(call: Call, project: Project, target: Target, version: str | None, switches: Switches) -> int:
    with opened(call, project, target) as (reached, access), _orders(call, switches) as order_for:
        done = rollback.rollback(project, reached, access, version, order_for)
    return _tell(call, project, done.deployed, {"again": done.chosen.version})


def _begun_anew(call: Call, project: Project, target: Target, journal: Journal, switches: Switches) -> int:
    """Take back what little was done before anything was packed, and begin again with the same wish."""
    transaction.end(project, journal)
    call.terminal.note("The account has taken nothing of what was broken off, so it begins anew.")
    if journal.plan.text("command") == transaction.ROLLBACK:
        return _rolled_back(call, project, target, journal.plan.text("again") or None, switches)
    return _deployed(call, project, target, Wish.of(journal), switches)


def _find_out(call: Call, project: Project, journal: Journal, switches: Switches) -> None:
    """Ask the account what became of the sending that was broken off; without the archive it counts as taken."""
    target = _target_of(project, journal)
    try:
        archive = transaction.packed_in(project, target.name, journal)
    except AmowidgetError as error:
        call.terminal.warning(error.message)
        return
    if archive:
        with opened(call, project, target) as (reached, access), _orders(call, switches) as order_for:
            transaction.find_out(reached, access, order_for(archive), journal)


def _unfinished(project: Project) -> Journal:
    journal = journals.continued(project)
    if journal is None:
        raise AmowidgetError("usage.nothing_unfinished", "No deploy of this project is unfinished.", "Start a new one.")
    return journal


def _target_of(project: Project, journal: Journal) -> Target:
    names = journal.plan.facts.get("targets")
    return target_called(project, str(names[0]) if isinstance(names, list) and names else "")


@contextmanager
def _orders(call: Call, switches: Switches) -> Iterator[Callable[[Archive], Order]]:
    """Yield what makes the order to upload an archive, with a countdown for its proof."""
    with ExitStack() as stack:
        counting: list[Callable[[float], None]] = []

        def on_wait(seconds_left: float) -> None:
            if not counting:
                counting.append(stack.enter_context(countdown(call.terminal, "Waiting until the account serves it")))
            counting[0](seconds_left)

        patience = Patience(switches.verify_timeout_s, on_wait=on_wait)
        yield lambda archive: Order(archive, switches.is_forced, switches.is_proved, patience, call.terminal.note)


def _tell(call: Call, project: Project, done: Deployed, more: Mapping[str, object] | None = None) -> int:
    error = done.error or (done.result.error if done.result else None)
    keep_answer(call, project, error)
    changed = [*done.ending.changed_files]
    if done.result and done.ending.source is not Source.UNTOUCHED:
        # Whoever wants nothing written, as with --no-write, has nothing to commit either.
        changed += codes_written(project, [done.result])
    fields = {
        "results": [done.result.values()] if done.result else [],
        "changed_files": changed,
        "source": str(done.ending.source),
        **(more or {}),
    }
    if error is None and done.result:
        call.terminal.json({"ok": True, "command": call.command, **fields})
        tell_success(call, done.result)
        if more:
            call.terminal.note(
                f"This is the archive of version {more['again']}. The source was not touched: what was wrong is still "
                "in it, and the next deploy brings it back."
            )
        if done.ending.source is Source.EDITED:
            for line in _fate(done.ending, is_sent=True):
                call.terminal.warning(line)
        for path in changed:
            call.terminal.note(f"Changed: {shown(Path(path))}. Commit it.")
        return Exit.DONE
    if error is None:
        return Exit.DONE
    _tell_failure(call, error, fields, has_result=done.result is not None)
    is_sent = done.result is not None and done.ending.source is not Source.UNDONE
    for line in _fate(done.ending, is_sent=is_sent):
        call.terminal.warning(line)
    return error.exit_code


def _tell_failure(call: Call, error: AmowidgetError, fields: Mapping[str, object], *, has_result: bool) -> None:
    if isinstance(error, FindingsError):
        print_findings(call, [finding for finding in error.findings if finding.severity is Severity.ERROR])
        found = {"summary": json_object.summary(error.findings), "findings": json_object.values(error.findings)}
        call.terminal.failure(call.command, error, {**found, **fields})
    elif has_result and call.terminal.manner.is_json:
        call.terminal.json({"ok": False, "command": call.command, **fields})
    else:
        call.terminal.failure(call.command, error, fields)


def _tell_abort(call: Call, ending: Ending, *, is_taken: bool) -> int:
    told = {"source": str(ending.source), "taken": is_taken, "changed_files": list(ending.changed_files)}
    call.terminal.json({"ok": True, "command": call.command, "aborted": True, "results": [], **told})
    call.terminal.success("The deploy is ended; nothing is unfinished any more.")
    for line in _fate(ending, is_sent=is_taken) or ("The source was not touched.",):
        call.terminal.result(f"  {line}")
    if is_taken:
        call.terminal.result("  `amowidget status` tells what the account serves.")
    return Exit.DONE


def _fate(ending: Ending, *, is_sent: bool) -> tuple[str, ...]:
    """Return what became of the source's manifest, in words."""
    if ending.source is Source.UNDONE:
        return (f"The manifest has its version {ending.old} again, to the byte.",)
    if ending.source is Source.EDITED:
        return (f"The manifest was changed after the version {ending.new} was written, so it is left as it is.",)
    if ending.source is Source.KEPT and is_sent:
        return (f"The version {ending.new} stays in the manifest, because the account has, or may have, its archive.",)
    return ()


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
    return _tell_dry(call, steps)


def _dry_rollback(call: Call, project: Project, target: Target, version: str | None) -> int:
    again = rollback.choose(project, target, None, version)
    new = rollback.version_above(project, target, ())
    archive = replace(kept_archives.kept(project, again.digest), version=new)
    steps = [
        f"ask {target.base_url} for its versions; the next one is above them, too",
        f"write the archive of version {again.version} anew as {new}; the source is not touched",
        *requests_of(target, archive, is_creating=False),
    ]
    return _tell_dry(call, steps)


def _tell_dry(call: Call, steps: list[str]) -> int:
    told = {"dry_run": True, "steps": steps, "results": [], "changed_files": []}
    call.terminal.json({"ok": True, "command": call.command, **told})
    call.terminal.result("Nothing was changed and nothing was sent. It would:")
    for line in steps:
        call.terminal.result(f"  {line}")
    return Exit.DONE
