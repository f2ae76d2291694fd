"""The journal of a deploy: each step before and after it, a line of JSON each, on the disk before the step goes on.

It lies in `.amowidget/deploy/` while a deploy is at work, and stays when one is killed. No secret is written to it.
"""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from amowidget.config.file_lock import locked
from amowidget.config.project import Project
from amowidget.config.state import state_folder
from amowidget.errors import AmowidgetError
from amowidget.widget.files import replace_file

FOLDER = "deploy"
JOURNAL = "journal.jsonl"
_LAST, _LOCK = "last.jsonl", "lock"


class Step(StrEnum):
    """What a deploy does, in this order; an undone bump belongs to its end."""

    PLAN = "plan"
    BUMP = "bump"
    PACK = "pack"
    SEND = "send"
    PROVE = "prove"
    END = "end"
    UNDO = "undo"


class State(StrEnum):
    """How far a step is: begun is written before it. A sending ends as taken, refused or unknown."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    TAKEN = "taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a journal; `target` is empty where a step concerns none."""

    step: str
    state: str
    target: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a fact that is a text, empty when it is none."""
        value = self.facts.get(name)
        return value if isinstance(value, str) else ""


class Journal:
    """An open journal: it is read and continued by its owner alone, who holds the lock of `alone`."""

    def __init__(self, folder: Path, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        self._path = folder / JOURNAL
        self._closed_path = folder / _LAST
        self._writing = threading.Lock()

    @property
    def plan(self) -> Entry:
        """The line that the journal begins with: the command and its options."""
        return self.entries[0]

    def last(self, step: Step, target: str = "") -> Entry | None:
        """Return the last line about a step, or about what it did in a target."""
        found = (entry for entry in reversed(self.entries) if entry.step == step and entry.target == target)
        return next(found, None)

    def write(self, entry: Entry) -> None:
        """Add a line, which is on the disk when this returns."""
        try:
            with self._writing, open(self._path, "ab") as file:
                file.write(_line(entry))
                file.flush()
                os.fsync(file.fileno())
                self.entries = (*self.entries, entry)
        except OSError as error:
            raise AmowidgetError(
                "io.not_writable",
                f"{self._path} cannot be written: {error.strerror or error}.",
                "Check that the disk has room and that the folder lets you write.",
            ) from error

    def close(self) -> None:
        """End the deploy: nothing is unfinished any more. The journal stays to be read until the next one ends."""
        try:
            os.replace(self._path, self._closed_path)
        except OSError as error:
            raise AmowidgetError(
                "io.not_writable",
                f"{self._path} cannot be renamed: {error.strerror or error}.",
                "Check that its folder lets you write, then run `amowidget deploy --abort`.",
            ) from error


@contextmanager
def alone(project: Project) -> Iterator[None]:
    """Hold the project's lock of deploys for the length of the block; a kill frees it."""
    with locked(state_folder(project.root) / FOLDER / _LOCK, 0, _locked()):
        yield


def begun(project: Project, plan: Entry) -> Journal:
    """Open a journal with its first line, whole or not at all."""
    folder = state_folder(project.root) / FOLDER
    with suppress(OSError):  # where it cannot be made, the file cannot be written, and says so
        folder.mkdir(mode=0o700, exist_ok=True)
    replace_file(folder / JOURNAL, _line(plan), 0o600)
    return Journal(folder, (plan,))


def continued(project: Project) -> Journal | None:
    """Return the journal that a killed deploy left, or None; a line that was cut off by the kill counts for nothing."""
    path = project.state / FOLDER / JOURNAL
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable", f"{path} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error
    entries = _entries(data)
    if not entries or entries[0].step != Step.PLAN:
        raise AmowidgetError(
            "deploy.unfinished",
            f"{path} is no journal of a deploy.",
            "Look at what the account serves with `amowidget status`, then delete that file.",
        )
    replace_file(path, b"".join(map(_line, entries)))
    return Journal(path.parent, entries)


def refuse_unfinished(project: Project) -> None:
    """Refuse to go on while a deploy of this project is at work or was killed; nobody else's lock is kept."""
    if not (project.state / FOLDER / JOURNAL).exists():
        return
    with alone(project):
        raise_unfinished(project)


def raise_unfinished(project: Project) -> None:
    """Refuse to go on when a killed deploy has left its journal; for who holds the lock."""
    if (project.state / FOLDER / JOURNAL).exists():
        raise AmowidgetError(
            "deploy.unfinished",
            "A deploy of this project was broken off.",
            "Finish it with `amowidget deploy --resume`, or end it with `amowidget deploy --abort`; "
            "both look at the account first.",
        )


def notice(project: Project) -> str:
    """Return the line that every command says while a journal is open; empty when it was closed this moment."""
    try:
        refuse_unfinished(project)
    except AmowidgetError as error:
        return f"{error.message} {error.hint}"
    return ""


def _locked() -> AmowidgetError:
    return AmowidgetError(
        "deploy.locked", "Another deploy of this project is at work.", "Wait until it ends; only one can be at a time."
    )


def _line(entry: Entry) -> bytes:
    told = {"step": entry.step, "state": entry.state, "target": entry.target, **entry.facts}
    return json.dumps(told).encode("ascii") + b"\n"


def _entries(data: bytes) -> tuple[Entry, ...]:
    found = []
    for line in data.splitlines(keepends=True):
        try:
            told = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            told = None
        if not isinstance(told, dict) or not {"step", "state"} <= told.keys():
            break
        step, state, target = (str(told.pop(name, "")) for name in ("step", "state", "target"))
        found.append(Entry(step, state, target, told))
    return tuple(found)
