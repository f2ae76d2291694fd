"""What of the rules is asked for: platform, visibility, changed severities, and a selection. Resolved once, here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from amowidget.checks.check import PLATFORMS, VISIBILITIES, Context
from amowidget.config.load import Overrides
from amowidget.config.project import SANDBOX, Project
from amowidget.config.toml_table import one_of
from amowidget.finding import Rule, Severity

OFF = "off"


class Settings(NamedTuple):
    """`platform` is amocrm, kommo or both; `severities` maps a rule's slug or code to a severity or `off`.

    `select` and `ignore` hold codes, slugs, or beginnings of codes such as `IMG`; an empty `select` selects all.
    `targets` counts the accounts that the project names, without the stand-in. `is_unmuted` judges as a stranger
    does: by all rules, each with its own severity, without the comments that allow something.
    """

    platform: str = "amocrm"
    visibility: str = "private"
    severities: Mapping[str, str] = MappingProxyType({})
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    targets: int = 0
    is_unmuted: bool = False

    @property
    def context(self) -> Context:
        """For whom the widget is judged."""
        return Context(PLATFORMS if self.platform == "both" else (self.platform,), self.visibility, self.targets)

    @classmethod
    def of_project(
        cls, project: Project | None, overrides: Overrides, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()
    ) -> "Settings":
        """Return the settings of a project; without one, those of flags and defaults."""
        if project is None:
            defaults = cls()
            platform = one_of(overrides.platform or defaults.platform, (*PLATFORMS, "both"), "--platform")
            visibility = one_of(overrides.visibility or defaults.visibility, VISIBILITIES, "--visibility")
            return cls(platform, visibility, {}, select, ignore)
        return cls(
            project.platform, project.visibility, project.rules, select, ignore, len(project.targets.keys() - {SANDBOX})
        )

    def severity(self, rule: Rule) -> Severity | None:
        """Return the severity that counts for a rule, or None when it is switched off or not selected."""
        if not self.is_unmuted:
            if self._is_left_out(rule):
                return None
            chosen = self.severities.get(rule.slug) or self.severities.get(rule.code)
            if chosen:
                return None if chosen == OFF else Severity(chosen)
        levels = (rule.severity_for(platform, self.visibility) for platform in self.context.platforms)
        return max(levels, key=lambda level: level.rank)

    def _is_left_out(self, rule: Rule) -> bool:
        is_selected = not self.select or any(_names(word, rule) for word in self.select)
        return not is_selected or any(_names(word, rule) for word in self.ignore)


def _names(word: str, rule: Rule) -> bool:
    return rule.slug == word or rule.code.startswith(word.upper())
