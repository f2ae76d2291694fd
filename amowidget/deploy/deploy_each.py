"""A deploy to several targets: one version above all of them, one set of archives, one journal, one ending.

What is done for one target is that of a deploy to it alone; what becomes of the source is decided by all of them together.
"""

from collections.abc import Sequence
from dataclasses import replace

from amowidget.account.access import Access
from amowidget.checks.settings import Settings
from amowidget.config.load import Overrides
from amowidget.config.project import Project, Target
from amowidget.deploy import kept_archives, prepared, transaction
from amowidget.deploy.ask_each import asked_each, is_stopped, unsent
from amowidget.deploy.each_target import Crew, Door, Send, upload_each
from amowidget.deploy.journal import Entry, Journal, State, Step, begun
from amowidget.deploy.pack import Wish as PackWish
from amowidget.deploy.prepared import ArchiveSet, Making
from amowidget.deploy.transaction import UNTOUCHED, Deployed, Wish
from amowidget.deploy.upload import Order, Upload
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.release.bump import Bump


def deploy_each(project: Project, doors: Sequence[Door], wish: Wish, crew: Crew) -> Deployed:
    """Deploy to several targets; whoever calls holds the lock and has seen that nothing is unfinished.

    Where as many targets as are allowed cannot say their versions, or all of them, nothing is begun.
    """
    answers = asked_each(doors, crew)
    if is_stopped(answers, crew):
        return Deployed(UNTOUCHED, unsent(answers))
    targets = [door.target for door in doors]
    sent_before = [entry.version for target in targets for entry in kept_archives.of_target(project, target.name)]
    reported = [version for answer in answers for version in answer.versions]
    bump = transaction.plan(project, wish.part, (*reported, *sent_before))
    journal = begun(project, wish.line(target.name for target in targets))

    def packed() -> ArchiveSet:
        transaction.write_bump(bump, wish, journal)
        return pack_each(project, targets, bump, wish, journal)

    def sent(made: ArchiveSet) -> tuple[Upload, ...]:
        open_doors = [answer.door for answer in answers]
        return upload_each(open_doors, made.archives, replace(crew, send=sender(project, made, journal)))

    return transaction.carried_out(project, journal, packed, sent)


def resume_each(project: Project, doors: Sequence[Door], made: ArchiveSet, journal: Journal, crew: Crew) -> Deployed:
    """Go on where a deploy to several targets was broken off: each account is asked first, what it has is not sent again.

    While an account that may have the archive cannot be asked, the deploy stays unfinished; the others get theirs.
    """
    deliver = sender(project, made, journal)

    def send(target: Target, access: Access, order: Order) -> Upload:
        try:
            transaction.find_out(target, access, order, journal)
        except AmowidgetError as error:
            return Upload(target.name, target.host, target.integration, order.archive, error=error)
        return deliver(target, access, order)

    return transaction.carried_out(
        project,
        journal,
        lambda: made,
        lambda archives: upload_each(doors, archives.archives, replace(crew, send=send)),
    )


def pack_each(project: Project, targets: Sequence[Target], bump: Bump, wish: Wish, journal: Journal) -> ArchiveSet:
    """Build and check once, pack for each target, and keep the archives where no other pack reaches them."""
    journal.write(Entry(Step.PACK, State.BEGUN))
    wish.on_step("Checking and packing ..." if not (project.build and wish.is_built) else "Building and packing ...")
    order = PackWish(
        is_built=wish.is_built,
        version=None if wish.is_written else bump.new,
        on_line=wish.on_line,
        on_progress=wish.on_progress,
    )
    made, _ = prepared.make(project, targets, Making(Settings.of_project(project, Overrides()), order))
    for name, archive in made.archives.items():
        transaction.kept_for(project, name, archive, journal)
    return made


def packed_in(project: Project, targets: Sequence[Target], journal: Journal) -> ArchiveSet | None:
    """Return the archives that a journal names for its targets, None when not all of them were packed yet."""
    archives: dict[str, Archive] = {}
    for target in targets:
        found = transaction.packed_in(project, target.name, journal)
        if found is None:
            return None
        archives[target.name] = found
    return prepared.of_archives(targets, archives)


def sender(project: Project, made: ArchiveSet, journal: Journal) -> Send:
    """Return what brings a target its archive, or finds it there already, and remembers in the set that it is done."""

    def send(target: Target, access: Access, order: Order) -> Upload:
        result = transaction.resume(project, target, access, order, journal)
        if result.error is None:
            prepared.record(project, made, {target.name: prepared.DONE})
        return result

    return send
