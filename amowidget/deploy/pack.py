"""Packs with checks: build, judge, scan for secrets, write the archive. The archive itself is made in release/."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from amowidget.checks.registry import CHECKS
from amowidget.checks.settings import Settings
from amowidget.config.project import Project, Target
from amowidget.deploy.validate import judge
from amowidget.errors import FindingsError
from amowidget.finding import Finding, Severity
from amowidget.release import archive, build, transform
from amowidget.release.archive import Archive
from amowidget.widget.widget import Widget, load

SECRETS = "SEC"
_TOLERATED = frozenset(check.rule.slug for check in CHECKS if not check.rule.stops_pack)


@dataclass(frozen=True, slots=True)
class Wish:
    """How to pack: for which target (its values are put in), with or without the build and the rules.

    `version` is put into the archive alone; without it the archive has the widget's own.
    """

    target: Target | None = None
    is_built: bool = True
    is_validated: bool = True
    version: str | None = None
    on_line: Callable[[str], None] = lambda line: None
    on_progress: Callable[[int, int], None] = lambda done, total: None

    def with_progress(self, on_progress: Callable[[int, int], None]) -> "Wish":
        """Return the same wish with somebody who watches."""
        return replace(self, on_progress=on_progress)


@dataclass(frozen=True, slots=True)
class Packed:
    """A written archive with the widget that it was made of and everything that was found in it."""

    archive: Archive
    widget: Widget
    findings: tuple[Finding, ...]


def pack(project: Project, settings: Settings, wish: Wish) -> Packed:
    """Write the project's archive; refuses a widget with errors or with secrets in it."""
    if project.build and wish.is_built:
        build.run(project, wish.on_line)
    widget = load(project.widget_folder, project.pack.exclude)
    findings = checked(project, widget, settings, wish)
    plan = transform.plan(project, wish.target, widget, wish.version)
    written = archive.build(widget, project.pack.output, plan, wish.on_progress)
    return Packed(written, widget, findings)


def checked(project: Project, widget: Widget, settings: Settings, wish: Wish) -> tuple[Finding, ...]:
    """Return what is found in a widget that is about to be packed; refuses one with errors or with secrets in it."""
    secrets = Settings(settings.platform, settings.visibility, settings.severities, (SECRETS,))
    findings = judge(project, widget, settings if wish.is_validated else secrets).findings
    errors = [finding for finding in findings if finding.severity is Severity.ERROR and finding.rule not in _TOLERATED]
    if any(finding.code.startswith(SECRETS) for finding in errors):
        raise FindingsError(
            "widget.secrets",
            "The widget holds what looks like a secret; every visitor of the account could read it.",
            "Take it out; or, where it is none, allow it with a comment `amowidget: allow RULE` on its line, "
            'or with RULE = "off" below [rules] in amowidget.toml.',
            findings,
        ).at(widget.location)
    if errors:
        raise FindingsError(
            "widget.errors",
            "The widget has errors, so it was not packed.",
            "Mend them, or pack all the same with --no-validate.",
            findings,
        ).at(widget.location)
    return findings
