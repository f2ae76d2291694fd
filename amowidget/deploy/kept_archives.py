"""The last archives of each target, kept by their digest in `.amowidget/archives/`, so that one can be uploaded again."""

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from amowidget.config.file_lock import locked
from amowidget.config.project import Project
from amowidget.config.state import state_folder
from amowidget.deploy.upload import Upload
from amowidget.errors import AmowidgetError
from amowidget.release import archive as archives
from amowidget.release.archive import Archive
from amowidget.widget.files import open_replacing, replace_file

KEPT_COUNT = 10
_FOLDER, _INDEX, _LOCK, _NAME = "archives", "index.json", "lock", "widget.zip"
_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Kept:
    """One archive of a target. `content` is the digest without the version, equal for what was uploaded again.

    `again` is the version that it repeats, when it was made by a rollback; `is_certain` says that the account took it.
    """

    version: str
    digest: str
    content: str
    is_certain: bool = True
    again: str | None = None


def keep(project: Project, archive: Archive) -> Archive:
    """Copy an archive to where it is safe from the next pack, and return it as it lies there."""
    folder = _folder(project) / archive.digest
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open_replacing(folder / _NAME, 0o600) as file, open(archive.path, "rb") as source:
            shutil.copyfileobj(source, file)
    except OSError as error:
        raise AmowidgetError(
            "io.not_writable",
            f"The archive cannot be kept in {folder}: {error.strerror or error}.",
            "Check that the disk has room and that the folder lets you write.",
        ) from error
    return replace(archive, path=folder / _NAME)


def kept(project: Project, digest: str) -> Archive:
    """Return a kept archive; one that is gone or is not what was kept is an error."""
    path = project.state / _FOLDER / digest / _NAME
    found = archives.read(path) if _is_digest(digest) and path.is_file() else None
    if found is None or found.digest != digest:
        raise AmowidgetError(
            "io.archive_spoilt",
            f"The kept archive {path} was changed." if found else f"The kept archive {path} is gone.",
            "Take another version; or end a broken-off deploy with `amowidget deploy --abort`, and start a new one.",
        )
    return found


def remember_upload(project: Project, result: Upload) -> None:
    """Keep what a target has taken, or may have taken, of an upload; what it surely has not got is not kept."""
    if result.outcome.may_be_taken:
        remember(project, result.target, result.archive, is_certain=result.is_uploaded)


def remember(project: Project, target: str, archive: Archive, *, is_certain: bool, again: str | None = None) -> None:
    """Keep an archive that a target has taken, or may have taken, as its newest; the oldest of more than ten goes."""
    content = archives.digest_without_version(archive)
    with _alone(project):
        index = _index(project)
        keep(project, archive)
        new = Kept(archive.version, archive.digest, content, is_certain, again)
        entries = [*(entry for entry in index.get(target, ()) if entry.digest != new.digest), new]
        index[target] = entries[-KEPT_COUNT:]
        told = {name: [asdict(entry) for entry in listed] for name, listed in index.items()}
        replace_file(_folder(project) / _INDEX, json.dumps(told, indent=1).encode("ascii"), 0o600)
        _drop(project, {entry.digest for entry in entries[:-KEPT_COUNT]}, index)


def of_target(project: Project, target: str) -> tuple[Kept, ...]:
    """Return the kept archives of a target, the oldest first."""
    return tuple(_index(project).get(target, ()))


def forget(project: Project, digests: Iterable[str]) -> None:
    """Delete copies that no target has taken."""
    with _alone(project):
        _drop(project, digests, _index(project))


def _alone(project: Project) -> AbstractContextManager[None]:
    busy = AmowidgetError("deploy.locked", "Another command keeps archives at this moment.", "Try again.")
    return locked(_folder(project) / _LOCK, _PATIENCE_S, busy)


def _drop(project: Project, digests: Iterable[str], index: dict[str, list[Kept]]) -> None:
    used = {entry.digest for entries in index.values() for entry in entries}
    for digest in digests:
        if digest not in used and _is_digest(digest):
            shutil.rmtree(project.state / _FOLDER / digest, ignore_errors=True)


def _folder(project: Project) -> Path:
    folder = state_folder(project.root) / _FOLDER
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _index(project: Project) -> dict[str, list[Kept]]:
    """Return what is kept by target; a list that cannot be read lists nothing, and the next upload starts a new one."""
    try:
        told = json.loads((project.state / _FOLDER / _INDEX).read_text(encoding="utf-8"))
        return {str(name): [_entry(values) for values in entries] for name, entries in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _entry(values: Mapping[str, object]) -> Kept:
    version, digest, content, again = (values.get(name) for name in ("version", "digest", "content", "again"))
    if not (isinstance(version, str) and isinstance(digest, str) and isinstance(content, str)):
        raise TypeError
    return Kept(
        version, digest, content, values.get("is_certain") is True, again if isinstance(again, str) and again else None
    )


def _is_digest(text: str) -> bool:
    """Return whether a text can be a folder's name here: what was read from a file must lead nowhere else."""
    return bool(re.fullmatch("[0-9a-f]{64}", text))
