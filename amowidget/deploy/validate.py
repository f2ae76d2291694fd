"""Judges a project's widget, a folder or an archive. Never builds, never writes."""

from dataclasses import dataclass
from pathlib import Path

from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.config.project import Project
from amowidget.errors import AmowidgetError
from amowidget.finding import Finding, Severity
from amowidget.widget.widget import MANIFEST, Widget, load


@dataclass(frozen=True, slots=True)
class Verdict:
    """A widget with everything that was found in it."""

    widget: Widget
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def validate(project: Project | None, path: Path | None, settings: Settings) -> Verdict:
    """Judge the widget at `path`, or else the project's own: what the build made, when there is a build."""
    exclude = project.pack.exclude if project else ()
    widget = load(_location(project, path), exclude)
    return Verdict(widget, run(widget, settings))


def _location(project: Project | None, path: Path | None) -> Path:
    if path is not None and not (path.is_dir() and _is_project_folder(project, path)):
        return path
    if project is None:
        raise AmowidgetError("usage.no_project", "There is no widget here.", "Name its folder or its archive.")
    if project.build and not (project.build.output / MANIFEST).is_file():
        raise AmowidgetError(
            "usage.not_built",
            f"The build's output {project.build.output} holds no {MANIFEST}.",
            "Run `amowidget pack`, which builds first, or the project's own build command.",
        )
    return project.widget_folder


def _is_project_folder(project: Project | None, path: Path) -> bool:
    # `amowidget validate my-widget` names the project; `amowidget validate my-widget/widget_src` names the widget.
    return project is not None and project.file is not None and path.resolve() == project.root
