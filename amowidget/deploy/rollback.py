"""An earlier archive again: chosen among the kept ones, and written anew under a version above everything."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from amowidget.account.access import Access
from amowidget.config.project import Project, Target
from amowidget.config.state import state_folder
from amowidget.deploy import delivery, kept_archives, transaction
from amowidget.deploy.journal import FOLDER, Entry, State, Step, begun
from amowidget.deploy.kept_archives import Kept
from amowidget.deploy.transaction import ROLLBACK, Deployed, highest_of
from amowidget.deploy.upload import Order, Upload
from amowidget.errors import AmowidgetError
from amowidget.release import archive as archives
from amowidget.release import bump as bumps
from amowidget.release import transform
from amowidget.release.archive import Archive
from amowidget.widget.widget import load


@dataclass(frozen=True, slots=True)
class Rollback:
    """What came of a rollback: the version that each target gets again, and its deployment under a fresh one."""

    again: Mapping[str, str]
    deployed: Deployed


def rollback(
    project: Project, target: Target, access: Access, wanted: str | None, order_for: Callable[[Archive], Order]
) -> Rollback:
    """Upload an earlier archive again under a fresh version and prove it; the source is not touched."""
    told = delivery.report(target, access)
    chosen = choose(project, target, told.served, wanted)
    version = version_above(project, [target], told.versions)
    journal = begun(project, line([target.name], wanted))

    def prepared() -> Archive:
        again = rewritten(project, chosen, version)
        return transaction.kept_for(project, target.name, again, journal, chosen.version)

    def sent(archive: Archive) -> tuple[Upload, ...]:
        return (transaction.deliver(project, target, told.access, order_for(archive), journal),)

    return Rollback({target.name: chosen.version}, transaction.carried_out(project, journal, prepared, sent))


def choose(project: Project, target: Target, served: str | None, wanted: str | None) -> Kept:
    """Return the kept archive of a version, or else the last one whose content came before that of the present one."""
    entries = kept_archives.of_target(project, target.name)
    if wanted:
        found = next((entry for entry in reversed(entries) if entry.version == wanted), None)
    else:
        found = _before_present(entries, served)
    if found:
        return found
    listed = ", ".join(entry.version for entry in entries)
    raise AmowidgetError(
        "usage.not_kept",
        f'No archive of version {wanted} is kept for the target "{target.name}".'
        if wanted
        else f'Nothing else is kept for the target "{target.name}" from before what it has now.',
        f"Kept are the last {kept_archives.KEPT_COUNT} that were uploaded from here: {listed}."
        " `amowidget rollback VERSION` sends one of them again."
        if listed
        else f"The last {kept_archives.KEPT_COUNT} that `amowidget deploy` or `upload` sends from here will be kept.",
    )


def version_above(project: Project, targets: Sequence[Target], reported: Sequence[str]) -> str:
    """Return a version above that of the source, of all kept archives, and of all that the targets report."""
    kept = (entry.version for target in targets for entry in kept_archives.of_target(project, target.name))
    local = bumps.plan(project.source)
    highest = highest_of((local.old, *kept, *reported))
    return str(highest.raised("patch")) if highest else local.new


def rewritten(project: Project, chosen: Kept, version: str) -> Archive:
    """Write a kept archive anew under a version; nothing but that version in its manifest changes."""
    source = kept_archives.kept(project, chosen.digest)
    # The name that uploads have; the folder is that of the journal, away from the project's own archive.
    output = state_folder(project.root) / FOLDER / "widget.zip"
    return archives.build(load(source.path), output, transform.with_version(version))


def line(targets: Iterable[str], wanted: str | None) -> Entry:
    """Return the first line of a rollback's journal: everything that is needed to begin anew."""
    facts = {"command": ROLLBACK, "targets": list(targets), "wanted": wanted or ""}
    return Entry(Step.PLAN, State.BEGUN, facts=facts)


def _before_present(entries: tuple[Kept, ...], served: str | None) -> Kept | None:
    place = _place(entries, served)
    if place is None:
        # What is served was uploaded from elsewhere: the newest of ours is what came before it.
        return next((entry for entry in reversed(entries) if entry.is_certain), None)
    present = entries[place]
    # After a rollback the next one goes further back, and not to what was rolled back from.
    origin = _origin(entries, place)
    earlier = entries[:origin] if origin is not None else ()
    return next((entry for entry in reversed(earlier) if entry.is_certain and entry.content != present.content), None)


def _origin(entries: tuple[Kept, ...], place: int) -> int | None:
    """Return where the content of an archive was first uploaded, None when that one is not kept any more."""
    found: int | None = place
    while found is not None and (again := entries[found].again):
        found = _place(entries[:found], again)
    return found


def _place(entries: tuple[Kept, ...], version: str | None) -> int | None:
    if version is None:
        return len(entries) - 1 if entries else None
    found = [number for number, entry in enumerate(entries) if entry.version == version]
    return found[-1] if found else None
