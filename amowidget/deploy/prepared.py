"""The archives of several targets as one set in `.amowidget/prepared`: made and checked before anything is sent.

What failed is sent again from it, and machines share it out. It remembers how far each target came.
"""

import json
import os
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from amowidget.checks.settings import Settings
from amowidget.config.file_lock import locked
from amowidget.config.project import Project, Target
from amowidget.config.state import state_folder
from amowidget.deploy.outdated import packed_archive
from amowidget.deploy.pack import Wish, checked
from amowidget.errors import AmowidgetError
from amowidget.finding import Finding
from amowidget.release import archive, build, transform
from amowidget.release.archive import Archive
from amowidget.release.transform import Transform
from amowidget.widget.files import open_replacing, replace_file
from amowidget.widget.widget import Widget, load

DONE = "done"
_FILE, _ARCHIVE = "set.json", "widget.zip"
_PATIENCE_S = 30.0
_KEPT_S = 24 * 3600.0  # another process may still be sending what is not in the set any more
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One target of the set: where it is, which archive is its, of which tree, and how far it came."""

    target: str
    host: str
    integration: str
    sha256: str
    digest: str
    tree: str
    state: str = "waiting"


@dataclass(frozen=True, slots=True)
class ArchiveSet:
    """The archive of each target, read and found whole; the order is that of the targets."""

    entries: tuple[Entry, ...]
    archives: Mapping[str, Archive]

    def only(self, names: Sequence[str]) -> "ArchiveSet":
        """Return the part of the set that is for these targets."""
        return ArchiveSet(tuple(entry for entry in self.entries if entry.target in names), self.archives)

    @property
    def names(self) -> tuple[str, ...]:
        """The targets of the set."""
        return tuple(entry.target for entry in self.entries)

    @property
    def unfinished(self) -> tuple[str, ...]:
        """The targets that have not been proved to serve their archive."""
        return tuple(entry.target for entry in self.entries if entry.state != DONE)


@dataclass(frozen=True, slots=True)
class Making:
    """What a set is made with: the rules' settings, how to pack, and whether a set that was handed over is trusted.

    Such a set needs no values here when it was made of this very tree: they were put in where it was made.
    """

    settings: Settings
    wish: Wish
    is_handed_over: bool = False


def has_own_archives(project: Project, targets: Sequence[Target]) -> bool:
    """Return whether the archive of one of these targets differs from that of another."""
    return any(target.manifest for target in targets) or any(name != "version" for _, name in project.pack.replace)


def current(project: Project, targets: Sequence[Target], making: Making) -> ArchiveSet:
    """Return the archives that the tree would be packed to now: the kept ones when they are these, else new ones.

    Where all targets get the same archive, it is the packed one, which has to be there.
    """
    widget = load(project.widget_folder, project.pack.exclude)
    kept = kept_set(project)
    if kept is not None and all(_is_current(project, target, widget, kept, making) for target in targets):
        return kept.only([target.name for target in targets])
    if has_own_archives(project, targets):
        return _made(project, targets, widget, making)[0]
    return of_archive(project, targets, packed_archive(project, targets[0]), archive.preview(widget))


def make(project: Project, targets: Sequence[Target], making: Making) -> tuple[ArchiveSet, tuple[Finding, ...]]:
    """Build, check once, and write the archive of every target; a value that one of them lacks stops it before."""
    if project.build and making.wish.is_built:
        build.run(project, making.wish.on_line)
    return _made(project, targets, load(project.widget_folder, project.pack.exclude), making)


def of_archive(project: Project, targets: Sequence[Target], given: Archive, tree: str = "") -> ArchiveSet:
    """Return a set in which all targets get one archive; refused where each needs its own."""
    if len(targets) > 1 and has_own_archives(project, targets):
        raise AmowidgetError(
            "usage.bad_value",
            f"{given.path.name} is one archive, but the values of each target are put into its own.",
            "Leave the archive out; then each target's is made from the tree.",
        )
    kept = taken_in(project, given)
    return keep(project, targets, {target.name: kept for target in targets}, tree)


def taken_in(project: Project, given: Archive) -> Archive:
    """Copy an archive into the folder of the set, where no other pack reaches it, and return it as it lies there."""
    copy = _made_folder(_folder(project) / given.sha256[:16]) / _ARCHIVE
    with open(given.path, "rb") as source, open_replacing(copy) as file:
        shutil.copyfileobj(source, file, _CHUNK_BYTES)
    return archive.read(copy)


def keep(project: Project, targets: Sequence[Target], archives: Mapping[str, Archive], tree: str = "") -> ArchiveSet:
    """Keep archives of the folder as the set of these targets, of which nothing has been sent yet."""
    made = of_archives(targets, archives, tree)
    with _alone(project):
        _write(project, made.entries)
        _forget_old(_folder(project), {entry.sha256[:16] for entry in made.entries})
    return made


def of_archives(targets: Sequence[Target], archives: Mapping[str, Archive], tree: str = "") -> ArchiveSet:
    """Return the set in which each target gets the archive under its name; nothing is written."""
    entries = tuple(
        Entry(target.name, target.host, target.integration or "", found.sha256, found.digest, tree)
        for target in targets
        for found in (archives[target.name],)
    )
    return ArchiveSet(entries, archives)


def kept_set(project: Project) -> ArchiveSet | None:
    """Return the set that was made last, or None when there is none, or one of its archives is not what it was."""
    folder = project.state / "prepared"
    try:
        told = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        entries = tuple(Entry(**{key: str(value) for key, value in entry.items()}) for entry in told["entries"])
        hashes = dict.fromkeys(entry.sha256 for entry in entries)
        files = {sha256: archive.read(folder / sha256[:16] / _ARCHIVE) for sha256 in hashes}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, AmowidgetError):
        return None
    if any(found.sha256 != sha256 for sha256, found in files.items()):
        return None
    return ArchiveSet(entries, {entry.target: files[entry.sha256] for entry in entries})


def to_resend(project: Project) -> ArchiveSet:
    """Return the kept set, to go on with where it stopped; refused when it is gone or for other integrations."""
    kept = kept_set(project)
    if kept is None:
        raise AmowidgetError(
            "usage.archive_missing",
            "No whole set of archives is kept from an upload to several targets.",
            "Upload to several targets first, for instance with --all; then --failed goes on where it stopped.",
        )
    for entry in kept.entries:
        target = project.targets.get(entry.target)
        if target is None or (target.host, target.integration or "") != (entry.host, entry.integration):
            raise AmowidgetError(
                "usage.archive_outdated",
                f'The target "{entry.target}" is another one in amowidget.toml than when its archive was made.',
                "Upload without --failed, which makes the archives anew.",
            )
    return kept


def archive_of(project: Project, kept: ArchiveSet | None, name: str) -> Archive | None:
    """Return the archive of a target that was made last: the packed one, or the one that is kept for it alone."""
    own = kept.archives.get(name) if kept else None
    try:
        packed = archive.read(project.pack.output)
    except AmowidgetError:
        return own
    is_own_newer = own is not None and own.path.stat().st_mtime > packed.path.stat().st_mtime
    return own if is_own_newer else packed


def restart(project: Project, part: ArchiveSet) -> None:
    """Remember that nothing of this part of the set has been sent yet."""
    record(project, part, dict.fromkeys(part.names, "waiting"))


def record(project: Project, part: ArchiveSet, states: Mapping[str, str]) -> None:
    """Remember how far targets came with the archives of a set; what meanwhile belongs to a newer set stays."""
    meant = {entry.target: entry.sha256 for entry in part.entries}
    with _alone(project):
        kept = _told_entries(project)
        now = [
            replace(entry, state=states[entry.target])
            if entry.target in states and meant.get(entry.target) == entry.sha256
            else entry
            for entry in kept
        ]
        _write(project, now)


def forget(project: Project, digests: Collection[str]) -> None:
    """Forget the set when it holds one of these archives: nobody has them, and their version was taken back."""
    with _alone(project):
        if any(entry.digest in digests for entry in _told_entries(project)):
            with suppress(OSError):
                (_folder(project) / _FILE).unlink()


def _made(
    project: Project, targets: Sequence[Target], widget: Widget, making: Making
) -> tuple[ArchiveSet, tuple[Finding, ...]]:
    plans = {target.name: transform.plan(project, target, widget, making.wish.version) for target in targets}
    findings = checked(project, widget, making.settings, making.wish)
    built: dict[Transform, Archive] = {}
    for plan in plans.values():
        if plan not in built:
            built[plan] = _built(project, widget, plan)
    archives = {name: built[plan] for name, plan in plans.items()}
    return keep(project, targets, archives, archive.preview(widget)), findings


def _built(project: Project, widget: Widget, plan: Transform) -> Archive:
    folder = _folder(project)
    # Its final name is its content; another process may be making the same archive at this moment.
    written = archive.build(widget, folder / f"new-{os.getpid()}" / _ARCHIVE, plan)
    final = _made_folder(folder / written.sha256[:16]) / _ARCHIVE
    written.path.replace(final)
    written.path.parent.rmdir()
    return replace(written, path=final)


def _is_current(project: Project, target: Target, widget: Widget, kept: ArchiveSet, making: Making) -> bool:
    entry = next((entry for entry in kept.entries if entry.target == target.name), None)
    is_same = entry is not None and (target.host, target.integration or "") == (entry.host, entry.integration)
    if entry is None or not is_same or entry.tree != archive.preview(widget):
        return False
    try:
        plan = transform.plan(project, target, widget)
    except AmowidgetError as error:
        if making.is_handed_over and error.code == "config.value_missing":
            return True
        raise
    return archive.preview(widget, plan) == entry.digest


def _told_entries(project: Project) -> list[Entry]:
    try:
        told = json.loads((_folder(project) / _FILE).read_text(encoding="utf-8"))
        return [Entry(**entry) for entry in told["entries"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _write(project: Project, entries: Sequence[Entry]) -> None:
    told = {"entries": [asdict(entry) for entry in entries]}
    replace_file(_folder(project) / _FILE, json.dumps(told, indent=1).encode())


def _folder(project: Project) -> Path:
    return _made_folder(state_folder(project.root) / "prepared")


def _made_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise AmowidgetError(
            "io.not_writable",
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            f"Look at what lies in {folder.parent}; all of it can be made again.",
        ) from error
    return folder


def _forget_old(folder: Path, wanted: set[str]) -> None:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in wanted and time.time() - path.stat().st_mtime > _KEPT_S:
            shutil.rmtree(path, ignore_errors=True)


def _alone(project: Project) -> AbstractContextManager[None]:
    busy = AmowidgetError(
        "io.busy", "Another amowidget has been writing the set of archives for long.", "End it, or try again."
    )
    return locked(_folder(project) / "set.lock", _PATIENCE_S, busy)
