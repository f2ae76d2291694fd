"""A deploy as a transaction: planned, bumped, packed once, delivered to each target, and ended so that nothing lies.

The verbs stand alone, so that one preparation can serve many targets; the journal carries what they know of one another.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from amowidget.account.access import Access
from amowidget.checks.settings import Settings
from amowidget.config.load import Overrides
from amowidget.config.project import Project, Target
from amowidget.deploy import delivery, kept_archives, prepared, proven, undo
from amowidget.deploy.journal import Entry, Journal, State, Step, begun
from amowidget.deploy.pack import Wish as PackWish
from amowidget.deploy.pack import pack
from amowidget.deploy.undo import Source
from amowidget.deploy.upload import Order, Outcome, Upload
from amowidget.errors import AmowidgetError
from amowidget.release import bump as bumps
from amowidget.release.archive import Archive
from amowidget.release.bump import Bump
from amowidget.release.version import PARTS, Version, parsed

DEPLOY, ROLLBACK = "deploy", "rollback"
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a deploy is to do: which part of the version it raises, whether the source is written, whether it is built."""

    part: str = "patch"
    is_written: bool = True
    is_built: bool = True
    on_step: Callable[[str], None] = lambda step: None
    on_line: Callable[[str], None] = lambda line: None
    on_progress: Callable[[int, int], None] = lambda done, total: None

    @classmethod
    def of(cls, journal: Journal) -> "Wish":
        """Return what a broken-off deploy was to do."""
        facts = journal.plan.facts
        is_written, is_built = (facts.get(name) is not False for name in ("is_written", "is_built"))
        part = journal.plan.text("part")
        return cls(part if part in PARTS else "patch", is_written, is_built)

    def line(self, targets: Iterable[str]) -> Entry:
        """Return the first line of the journal: everything that is needed to begin anew."""
        facts = {
            "command": DEPLOY,
            "targets": list(targets),
            "part": self.part,
            "is_written": self.is_written,
            "is_built": self.is_built,
        }
        return Entry(Step.PLAN, State.BEGUN, facts=facts)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a deploy ended: what became of the source's manifest, the versions, and the files that are to be committed."""

    source: Source
    old: str = ""
    new: str = ""
    changed_files: tuple[str, ...] = ()


UNTOUCHED = Ending(Source.UNTOUCHED)


@dataclass(frozen=True, slots=True)
class Unsent:
    """A target for which nothing was even packed, and why."""

    target: str
    host: str
    integration: str | None
    error: AmowidgetError

    def values(self) -> dict[str, object]:
        """Return the result as plain values for JSON, with the names that an upload's has."""
        nothing = dict.fromkeys(("code", "version", "previous_version", "archive", "sha256", "digest", "proof"))
        return {
            "target": self.target,
            "host": self.host,
            "integration": self.integration,
            **nothing,
            "outcome": str(Outcome.NOT_SENT),
            "uploaded": False,
            "skipped": False,
            "seconds": 0.0,
            "error": self.error.values(),
        }


@dataclass(frozen=True, slots=True)
class Deployed:
    """What came of a deploy: how it ended here, and what each target said, or why nothing was sent to any.

    `is_open` says that an account could not be asked what it has, so that the deploy stays unfinished.
    """

    ending: Ending
    results: tuple[Upload | Unsent, ...] = ()
    error: AmowidgetError | None = None
    is_open: bool = False


def deploy(
    project: Project, target: Target, access: Access, wish: Wish, order_for: Callable[[Archive], Order]
) -> Deployed:
    """Deploy to one target, all steps; whoever calls holds the lock and has seen that nothing is unfinished."""
    wish.on_step(f"Asking {target.host} for its versions ...")
    told = delivery.report(target, access)
    # An account may have taken an archive and not report its version yet, so what was sent from here counts as well.
    sent_before = (entry.version for entry in kept_archives.of_target(project, target.name))
    bump = plan(project, wish.part, (*told.versions, *sent_before))
    journal = begun(project, wish.line([target.name]))

    def prepared() -> Archive:
        write_bump(bump, wish, journal)
        return pack_for(project, target, bump, wish, journal)

    def sent(archive: Archive) -> tuple[Upload, ...]:
        return (deliver(project, target, told.access, order_for(archive), journal),)

    return carried_out(project, journal, prepared, sent)


def carried_out(
    project: Project, journal: Journal, prepare: Callable[[], Made], send: Callable[[Made], tuple[Upload, ...]]
) -> Deployed:
    """Prepare and send under an open journal, and end it whatever happens; broken off after a sending it stays open."""
    try:
        results = send(prepare())
    except AmowidgetError as error:
        return Deployed(abandon(project, journal, error), error=error)
    except BaseException:
        if not may_be_taken(journal):
            end(project, journal)
        raise
    if is_settled(journal):
        return Deployed(end(project, journal), results)
    return Deployed(_ending(project, journal, undo.left(project, journal)), results, is_open=True)


def refuse_part(part: str) -> None:
    """Refuse what is no part of a version; an exact version would not be above what the targets report."""
    if part not in PARTS:
        raise AmowidgetError("usage.bad_value", f'There is no part "{part}".', f"It must be one of {', '.join(PARTS)}.")


def plan(project: Project, part: str, reported: Iterable[str]) -> Bump:
    """Decide the next version: above that of the source and above all that the targets report."""
    local = bumps.plan(project.source, part)
    highest = highest_of((local.old, *reported))
    if highest is None or highest < (parsed(local.new) or highest):
        return local
    return bumps.plan(project.source, str(highest.raised(part)))


def highest_of(versions: Iterable[str]) -> Version | None:
    """Return the highest of the versions that are dotted numbers, None when none is."""
    found = [version for text in versions if (version := parsed(text))]
    return max(found) if found else None


def write_bump(bump: Bump, wish: Wish, journal: Journal) -> None:
    """Write the planned version into the source, once for all targets; without writing it stays in the archive."""
    if wish.is_written:
        wish.on_step(f"Raising the version, {bump.old} -> {bump.new} ...")
        journal.write(undo.told(bump, bump.path.read_bytes()))
        bumps.commit(bump)
        journal.write(Entry(Step.BUMP, State.DONE))


def pack_for(project: Project, target: Target, bump: Bump, wish: Wish, journal: Journal) -> Archive:
    """Build, validate and pack for a target, and keep the archive where no other pack reaches it."""
    journal.write(Entry(Step.PACK, State.BEGUN, target.name))
    order = PackWish(
        target=target,
        is_built=wish.is_built,
        version=None if wish.is_written else bump.new,
        on_line=wish.on_line,
        on_progress=wish.on_progress,
    )
    wish.on_step(
        "Building, checking and packing ..." if project.build and wish.is_built else "Checking and packing ..."
    )
    packed = pack(project, Settings.of_project(project, Overrides()), order).archive
    return kept_for(project, target.name, packed, journal)


def kept_for(project: Project, target: str, archive: Archive, journal: Journal, again: str = "") -> Archive:
    """Keep an archive and tell the journal which one a target gets; `again` is the version that it repeats."""
    kept_archives.keep(project, archive)
    facts = {"digest": archive.digest, "version": archive.version, "again": again}
    journal.write(Entry(Step.PACK, State.DONE, target, facts))
    return archive


def deliver(project: Project, target: Target, access: Access, order: Order, journal: Journal) -> Upload:
    """Send a target its archive as it is kept, prove it, and remember it for a rollback."""
    kept = kept_archives.kept(project, order.archive.digest)
    result = delivery.deliver(target, access, replace(order, archive=kept), journal)
    return _remembered(project, target, order.archive, result, journal)


def resume(project: Project, target: Target, access: Access, order: Order, journal: Journal) -> Upload:
    """Go on where a killed deploy stopped, once `find_out` has asked the account: what it has is not sent again."""
    sent = journal.last(Step.SEND, target.name)
    if sent is None or sent.state == State.REFUSED:
        return deliver(project, target, access, order, journal)
    order.on_step("The account has, or may have, the archive already: it is not sent again.")
    result = delivery.prove(target, access, order, journal)
    if result.proof:
        journal.write(Entry(Step.SEND, State.TAKEN, target.name))
    return _remembered(project, target, order.archive, result, journal)


def find_out(target: Target, access: Access, order: Order, journal: Journal) -> State:
    """Ask the account what became of a sending that was broken off, and tell the journal."""
    state = delivery.find_out(target, access, order, journal)
    if journal.last(Step.SEND, target.name):
        journal.write(Entry(Step.SEND, state, target.name))
    return state


def packed_in(project: Project, target: str, journal: Journal) -> Archive | None:
    """Return the archive that a journal names for a target, None when it was not packed yet."""
    packed = journal.last(Step.PACK, target)
    if packed is None or packed.state != State.DONE:
        return None
    return kept_archives.kept(project, packed.text("digest"))


def is_open_for(target: str, journal: Journal) -> bool:
    """Return whether nobody knows what became of the sending to a target."""
    sent = journal.last(Step.SEND, target)
    return sent is not None and sent.state not in (State.TAKEN, State.REFUSED)


def may_be_taken(journal: Journal) -> bool:
    """Return whether any account can have taken the archive; what nobody knows counts as taken."""
    targets = {entry.target for entry in journal.entries if entry.step == Step.SEND}
    last = (journal.last(Step.SEND, target) for target in targets)
    return any(entry is not None and entry.state != State.REFUSED for entry in last)


def is_settled(journal: Journal) -> bool:
    """Return whether it is told of each sending what became of it, were it that nobody knows."""
    targets = {entry.target for entry in journal.entries if entry.step == Step.SEND}
    last = (journal.last(Step.SEND, target) for target in targets)
    return all(entry is None or entry.state != State.BEGUN for entry in last)


def is_over(journal: Journal) -> bool:
    """Return whether a deploy was broken off while it was ended without an archive in any account."""
    return journal.last(Step.END) is not None and not may_be_taken(journal)


def end(project: Project, journal: Journal) -> Ending:
    """Undo the bump when no account can have taken the archive, drop what is not needed, and close the journal."""
    journal.write(Entry(Step.END, State.BEGUN))
    source = undo.left(project, journal) if may_be_taken(journal) else undo.undo(project, journal)
    ending = _ending(project, journal, source)
    _sweep(project, journal, source)
    journal.close()
    return ending


def abandon(project: Project, journal: Journal, error: AmowidgetError) -> Ending:
    """End a deploy that failed in one of its own steps."""
    journal.write(Entry(Step.PACK, State.FAILED, facts={"code": error.code}))
    return end(project, journal)


def _ending(project: Project, journal: Journal, source: Source) -> Ending:
    bump = undo.begun(journal)
    old, new = (bump.text("old"), bump.text("new")) if bump else ("", "")
    path = undo.manifest(project, journal)
    changed = (str(path),) if path and source in (Source.KEPT, Source.EDITED) else ()
    return Ending(source, old, new, changed)


def _remembered(project: Project, target: Target, archive: Archive, result: Upload, journal: Journal) -> Upload:
    sent = journal.last(Step.SEND, target.name)
    if sent and sent.state != State.REFUSED:
        kept = kept_archives.kept(project, archive.digest)
        packed = journal.last(Step.PACK, target.name)
        again = (packed.text("again") if packed else "") or None
        is_certain = sent.state == State.TAKEN
        kept_archives.remember(project, target.name, kept, is_certain=is_certain, again=again)
    if result.proof:
        done = proven.proven_now(target.host, target.required_integration(), archive, result.proof.kind)
        proven.remember(project.root, target.name, done)
    return replace(result, archive=archive)


def _sweep(project: Project, journal: Journal, source: Source) -> None:
    """Delete the copies that no target has taken, and what a kill left of files that were being written."""
    digests = {entry.text("digest") for entry in journal.entries if entry.step == Step.PACK} - {""}
    kept_archives.forget(project, digests)
    if source is Source.UNDONE and digests:
        prepared.forget(project, digests)
    for path in (undo.manifest(project, journal), project.pack.output):
        for left in path.parent.glob(f".{path.name}.*.tmp") if path else ():
            with suppress(OSError):
                left.unlink()
