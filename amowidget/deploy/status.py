"""Compares what lies here with what accounts serve, one target at a time. Changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from amowidget.account import verify
from amowidget.account.access import Access, entered
from amowidget.config.project import Project, Target
from amowidget.deploy import kept_archives
from amowidget.errors import AmowidgetError
from amowidget.release import archive, transform
from amowidget.release.archive import Archive
from amowidget.widget.widget import load

# The states that rest on bytes fetched from the account.
_COMPARED = ("current", "another version", "other bytes")


@dataclass(frozen=True, slots=True)
class Local:
    """The widget of the tree, with the digest that it would be packed to, and the archive that lies there."""

    version: str | None
    digest: str | None
    packed: Archive | None


@dataclass(frozen=True, slots=True)
class TargetState:
    """What a target serves: the listed and the served version, and how it compares; or why it cannot be told.

    `uploaded` is the version that was sent last from here, None when nothing is known of any.
    """

    target: str
    host: str
    listed: str | None = None
    served: str | None = None
    uploaded: str | None = None
    state: str = "unknown"
    error: AmowidgetError | None = None

    def values(self) -> dict[str, object]:
        """Return the state as plain values for JSON."""
        told: dict[str, object] = {
            "target": self.target,
            "host": self.host,
            "version": self.listed or self.served,
            "uploaded": self.uploaded,
            "listed": self.listed,
            "served": self.served,
            "proof": "bytes" if self.state in _COMPARED else None,
            "state": self.state,
        }
        if self.error:
            told["error"] = self.error.values()
        return told


def local(project: Project) -> Local:
    """Return what lies here; a target's values are not put in, so they do not count."""
    folder = project.widget_folder
    widget = load(folder, project.pack.exclude) if folder.is_dir() else None
    digest = None
    if widget and not project.pack.replace:
        digest = archive.preview(widget, transform.NOTHING)
    return Local(widget.version if widget else None, digest, _packed(project.pack.output))


def of_target(target: Target, access: Access, packed: Archive | None) -> TargetState:
    """Ask one account what it serves and compare it with the packed archive."""
    try:
        if not target.integration:
            return TargetState(target.name, target.host, state="no integration")
        with entered(target.base_url, access) as session:
            now = verify.serving(session, target.integration)
            served = verify.served_version(session, now)
            agrees = verify.agrees(session, now, packed) if packed else None
            state = _state(now.integration.has_widget, agrees, served, packed)
            return TargetState(target.name, target.host, now.version, served, state=state)
    except AmowidgetError as error:
        return TargetState(target.name, target.host, error=error)


def with_uploads(project: Project, states: Iterable[TargetState]) -> list[TargetState]:
    """Return the states with the version that was sent last from here to each target."""
    kept = ((state, kept_archives.of_target(project, state.target)) for state in states)
    return [replace(state, uploaded=archives[-1].version if archives else None) for state, archives in kept]


def _state(has_widget: bool, agrees: bool | None, served: str | None, packed: Archive | None) -> str:
    if not has_widget:
        return "no widget yet"
    if packed is None:
        return "nothing packed to compare"
    if agrees is None:
        return "no files to compare"
    if agrees:
        return "current"
    # Other bytes under the version that is packed are what browsers never fetch; another version they do.
    return "other bytes" if served in (None, packed.version) else "another version"


def _packed(path: Path) -> Archive | None:
    try:
        return archive.read(path)
    except AmowidgetError:
        return None
