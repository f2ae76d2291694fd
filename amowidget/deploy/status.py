"""Compares what lies here with what accounts serve, one target at a time. Changes nothing."""

from dataclasses import dataclass
from pathlib import Path

from amowidget.account import verify
from amowidget.account.access import Access, entered
from amowidget.config.project import Project, Target
from amowidget.errors import AmowidgetError
from amowidget.release import archive, transform
from amowidget.release.archive import Archive
from amowidget.widget.widget import load


@dataclass(frozen=True, slots=True)
class Local:
    """The widget of the tree, with the digest that it would be packed to, and the archive that lies there."""

    version: str | None
    digest: str | None
    packed: Archive | None


@dataclass(frozen=True, slots=True)
class TargetState:
    """What a target serves: the listed and the served version, and how it compares; or why it cannot be told."""

    target: str
    host: str
    listed: str | None = None
    served: str | None = None
    state: str = "unknown"
    error: AmowidgetError | None = None

    def values(self) -> dict[str, object]:
        """Return the state as plain values for JSON."""
        told: dict[str, object] = {
            "target": self.target,
            "host": self.host,
            "version": self.listed or self.served,
            "listed": self.listed,
            "served": self.served,
            "proof": "bytes" if self.state in ("current", "other bytes") else None,
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
            state = _state(now.integration.has_widget, agrees, has_archive=packed is not None)
            return TargetState(target.name, target.host, now.version, served, state)
    except AmowidgetError as error:
        return TargetState(target.name, target.host, error=error)


def _state(has_widget: bool, agrees: bool | None, *, has_archive: bool) -> str:
    if not has_widget:
        return "no widget yet"
    if not has_archive:
        return "nothing packed to compare"
    if agrees is None:
        return "no files to compare"
    return "current" if agrees else "other bytes"


def _packed(path: Path) -> Archive | None:
    try:
        return archive.read(path)
    except AmowidgetError:
        return None
