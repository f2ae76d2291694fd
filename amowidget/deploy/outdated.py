"""Whether a packed archive is what the tree would pack now: an outdated one is refused before anything is sent."""

from pathlib import Path

from amowidget.config.project import Project, Target
from amowidget.errors import AmowidgetError
from amowidget.release import archive, transform
from amowidget.release.archive import Archive
from amowidget.widget.widget import load


def packed_archive(project: Project, target: Target) -> Archive:
    """Return the project's packed archive; refuses a missing one, and one that is not what the tree would pack now."""
    path = project.pack.output
    if not path.is_file():
        raise AmowidgetError(
            "usage.archive_missing",
            f"There is no {_shown(path)}.",
            "Run `amowidget pack` first, or name an archive: `amowidget upload FILE.zip`.",
        )
    packed = archive.read(path)
    widget = load(project.widget_folder, project.pack.exclude)
    if archive.preview(widget, transform.plan(project, target, widget)) != packed.digest:
        raise AmowidgetError(
            "usage.archive_outdated",
            f"{_shown(path)} is not what the folder {_shown(project.widget_folder)} would be packed to now.",
            "Run `amowidget pack` again. To upload that very file, name it: `amowidget upload FILE.zip`.",
        )
    return packed


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
