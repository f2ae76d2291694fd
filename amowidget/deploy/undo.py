"""The bump of a deploy as its journal tells it, and how it is taken back: to the byte, or not at all."""

import hashlib
from enum import StrEnum
from pathlib import Path

from amowidget.config.project import Project
from amowidget.deploy.journal import Entry, Journal, State, Step
from amowidget.errors import AmowidgetError
from amowidget.release.bump import Bump
from amowidget.widget.files import replace_file
from amowidget.widget.widget import MANIFEST


class Source(StrEnum):
    """What became of the source's manifest at the end of a deploy."""

    UNTOUCHED = "untouched"
    KEPT = "kept"
    UNDONE = "undone"
    EDITED = "edited"


def told(bump: Bump, before: bytes) -> Entry:
    """Return the line that is written before a bump: hashes, and the characters that change, never the whole file."""
    start = _common(before, bump.data)
    end = _common(before[start:][::-1], bump.data[start:][::-1])
    facts = {
        "old": bump.old,
        "new": bump.new,
        "sha256_before": _hash(before),
        "sha256_after": _hash(bump.data),
        "start": start,
        "removed": before[start : len(before) - end].hex(),
        "inserted": bump.data[start : len(bump.data) - end].hex(),
    }
    return Entry(Step.BUMP, State.BEGUN, facts=facts)


def undo(project: Project, journal: Journal) -> Source:
    """Take the bump back when the manifest is exactly what the bump wrote; anything else is left as it is."""
    bump = begun(journal)
    if bump is None:
        return Source.UNTOUCHED
    path = project.source / MANIFEST
    data = _content(path)
    if data is not None and _hash(data) == bump.text("sha256_before"):
        return Source.UNDONE
    before = _before(bump, data) if data is not None and _hash(data) == bump.text("sha256_after") else None
    if before is None or _hash(before) != bump.text("sha256_before"):
        return Source.EDITED
    journal.write(Entry(Step.UNDO, State.BEGUN))
    replace_file(path, before)
    journal.write(Entry(Step.UNDO, State.DONE))
    return Source.UNDONE


def left(project: Project, journal: Journal) -> Source:
    """Leave the bump, and return whether the manifest still is what it wrote."""
    bump = begun(journal)
    if bump is None:
        return Source.UNTOUCHED
    data = _content(project.source / MANIFEST)
    return Source.KEPT if data is not None and _hash(data) == bump.text("sha256_after") else Source.EDITED


def manifest(project: Project, journal: Journal) -> Path | None:
    """Return the manifest that a deploy has bumped or was about to bump, None when it leaves the source alone."""
    # Never a path from the journal: a project that somebody hands over could name any file there.
    return project.source / MANIFEST if begun(journal) else None


def begun(journal: Journal) -> Entry | None:
    """Return the line that was written before the bump, None when there was none."""
    lines = (entry for entry in journal.entries if entry.step == Step.BUMP and entry.state == State.BEGUN)
    return next(lines, None)


def _before(bump: Entry, data: bytes) -> bytes | None:
    start = bump.facts.get("start")
    try:
        removed, inserted = (bytes.fromhex(bump.text(name)) for name in ("removed", "inserted"))
    except ValueError:
        return None
    if not isinstance(start, int) or data[start : start + len(inserted)] != inserted:
        return None
    return data[:start] + removed + data[start + len(inserted) :]


def _common(one: bytes, other: bytes) -> int:
    """Return how many bytes two texts share at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable", f"{path} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
