"""Ends what was broken off: `--resume` finishes a deploy or a rollback, `--abort` gives it up; both ask the account first."""

from amowidget.cli import deploying, deploying_each
from amowidget.cli.command import Call
from amowidget.cli.deploying import Switches
from amowidget.cli.deploying_each import Targets, Way
from amowidget.cli.doors import ask_if_protected, opened
from amowidget.cli.endings import fate
from amowidget.config.load import target as target_called
from amowidget.config.project import Project
from amowidget.deploy import journal as journals
from amowidget.deploy import transaction
from amowidget.deploy.journal import Journal
from amowidget.deploy.transaction import Ending, Wish
from amowidget.errors import AmowidgetError, Exit


def resumed(call: Call, way: Way) -> int:
    """Finish a deploy or a rollback that was broken off and show how it went."""
    project = call.project()
    with journals.alone(project):
        journal = _unfinished(project)
        targets = _targets_of(project, journal)
        for target in targets:
            ask_if_protected(call, target, is_sure=way.switches.is_sure)
        code = None if transaction.is_over(journal) else _gone_on(call, project, targets, journal, way)
        return _begun_anew(call, project, targets, journal, way) if code is None else code


def aborted(call: Call, switches: Switches) -> int:
    """End a deploy that was broken off: the bump is undone unless an account has, or may have, the archive."""
    project = call.project()
    with journals.alone(project):
        journal = _unfinished(project)
        if transaction.may_be_taken(journal) and not switches.is_forced:
            _find_out(call, project, journal, switches)
        is_taken = transaction.may_be_taken(journal)
        ending = transaction.end(project, journal)
    return _tell_abort(call, ending, is_taken=is_taken)


def _gone_on(call: Call, project: Project, targets: Targets, journal: Journal, way: Way) -> int | None:
    if len(targets) > 1:
        return deploying_each.resumed(call, project, targets, journal, way)
    return deploying.resumed(call, project, targets[0], journal, way.switches)


def _begun_anew(call: Call, project: Project, targets: Targets, journal: Journal, way: Way) -> int:
    """Take back what little was done before anything was packed, and begin again with the same wish."""
    transaction.end(project, journal)
    call.terminal.note("The account has taken nothing of what was broken off, so it begins anew.")
    if journal.plan.text("command") == transaction.ROLLBACK:
        wanted = journal.plan.text("wanted") or None
        if len(targets) > 1:
            return deploying_each.roll_back(call, project, targets, wanted, way)
        return deploying.roll_back(call, project, targets[0], wanted, way.switches)
    if len(targets) > 1:
        return deploying_each.deploy_to(call, project, targets, Wish.of(journal), way)
    return deploying.deploy_to(call, project, targets[0], Wish.of(journal), way.switches)


def _find_out(call: Call, project: Project, journal: Journal, switches: Switches) -> None:
    """Ask the accounts what became of sendings that were broken off; without the archive they count as taken."""
    targets = _targets_of(project, journal)
    for target in targets:
        if not transaction.is_open_for(target.name, journal):
            continue
        try:
            archive = transaction.packed_in(project, target.name, journal)
        except AmowidgetError as error:
            call.terminal.warning(error.message)
            continue
        if archive:
            with opened(call, project, target, len(targets)) as (reached, access):
                transaction.find_out(reached, access, switches.order(archive), journal)


def _unfinished(project: Project) -> Journal:
    journal = journals.continued(project)
    if journal is None:
        raise AmowidgetError("usage.nothing_unfinished", "No deploy of this project is unfinished.", "Start a new one.")
    return journal


def _targets_of(project: Project, journal: Journal) -> Targets:
    names = journal.plan.facts.get("targets")
    return tuple(target_called(project, str(name)) for name in (names if isinstance(names, list) and names else [""]))


def _tell_abort(call: Call, ending: Ending, *, is_taken: bool) -> int:
    told = {"source": str(ending.source), "taken": is_taken, "changed_files": list(ending.changed_files)}
    call.terminal.json({"ok": True, "command": call.command, "aborted": True, "results": [], **told})
    call.terminal.success("The deploy is ended; nothing is unfinished any more.")
    for line in fate(ending, is_sent=is_taken) or ("The source was not touched.",):
        call.terminal.result(f"  {line}")
    if is_taken:
        call.terminal.result("  `amowidget status` tells what the account serves.")
    return Exit.DONE
