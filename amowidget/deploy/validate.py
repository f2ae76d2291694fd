"""Judges a project's widget, a folder or an archive, and mends what has one right answer. Never builds."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from amowidget.checks.known import Gone, baseline_of, compared
from amowidget.checks.mend import mended
from amowidget.checks.registry import CHECKS
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.config import baseline
from amowidget.config.project import Project
from amowidget.errors import AmowidgetError
from amowidget.finding import Finding
from amowidget.widget.files import replace_file
from amowidget.widget.widget import MANIFEST, Widget, load


@dataclass(frozen=True, slots=True)
class Verdict:
    """A widget with everything that was found in it and is not known; what of the known was found, and what is gone."""

    widget: Widget
    findings: tuple[Finding, ...]
    known: tuple[Finding, ...] = ()
    gone: tuple[Gone, ...] = ()


@dataclass(frozen=True, slots=True)
class Mending:
    """What mending changes: the widget as it lies there, the new bytes of each changed file, the number of findings."""

    widget: Widget
    files: Mapping[str, bytes]
    count: int


def validate(project: Project | None, path: Path | None, settings: Settings) -> Verdict:
    """Judge the widget at `path`, or else the project's own: what the build made, when there is a build."""
    widget = _loaded(project, path)
    return judge(project, widget, settings)


def judge(project: Project | None, widget: Widget, settings: Settings) -> Verdict:
    """Judge a widget that is read; what its project's list of known findings names is not told again."""
    findings = run(widget, settings)
    if (
        settings.is_unmuted
        or project is None
        or widget.is_archive
        or widget.location.resolve() != project.widget_folder.resolve()
    ):
        return Verdict(widget, findings)
    rules = [check.rule for check in CHECKS]
    told = compared(findings, baseline.load(project.baseline), rules, settings)
    return Verdict(widget, told.new, told.known, told.gone)


def plan_mending(project: Project | None, path: Path | None, settings: Settings) -> Mending:
    """Return what mending the widget's folder would change; an archive and what a build made are refused."""
    widget = _loaded(project, path)
    if widget.is_archive:
        raise AmowidgetError(
            "usage.bad_value",
            f"{widget.location} is an archive, and only folders are mended.",
            "Mend the folder that it was packed from, and pack it again.",
        )
    if project and project.build and widget.location.resolve() == project.build.output.resolve():
        raise AmowidgetError(
            "usage.bad_value",
            f"{widget.location} is made by the build, which would undo what is mended there.",
            f"Mend the source: amowidget validate {project.source.name} --fix",
        )
    found = mended(widget, settings)
    return Mending(widget, found.files, found.count)


def write_mending(mending: Mending) -> None:
    """Write what a mending changes, each file whole; a file that has changed since it was read stops it before."""
    for path in mending.files:
        digest = hashlib.sha256()
        for chunk in mending.widget.reread(path):
            digest.update(chunk)
        if digest.hexdigest() != mending.widget.files[path].sha256:
            raise AmowidgetError("usage.changed_meanwhile", f"{path} was changed meanwhile.", "Run the command again.")
    for path, data in mending.files.items():
        replace_file(mending.widget.location / path, data)


def accept(project: Project, settings: Settings) -> int:
    """Make everything that is found in the project's widget today known; return how many findings these are."""
    known = baseline_of(run(_loaded(project, None), settings))
    replace_file(project.baseline, baseline.dumped(known))
    return known.count


def _loaded(project: Project | None, path: Path | None) -> Widget:
    location = _location(project, path)
    if location.is_file() and location.suffix.lower() != ".zip" and not _starts_as_archive(location):
        raise AmowidgetError(
            "usage.bad_value",
            f"{location} is neither the folder of a widget nor its archive.",
            f"Name the folder that holds {MANIFEST}, or a .zip; a file of a widget is judged with all the others.",
        )
    return load(location, project.pack.exclude if project else ())


def _starts_as_archive(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return True  # reading it as an archive tells why it cannot be read


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
