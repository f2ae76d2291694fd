"""Runs the rules over a widget and turns what they yield into findings. Decides nothing about widgets itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from amowidget.checks import suppressions
from amowidget.checks.check import Check, Hit
from amowidget.checks.registry import CHECKS
from amowidget.checks.settings import Settings
from amowidget.config.toml_table import near
from amowidget.errors import AmowidgetError
from amowidget.finding import Finding, Rule, Severity
from amowidget.widget.widget import Widget


class Found(NamedTuple):
    """A finding with what the rule yielded for it, which knows how to mend it."""

    finding: Finding
    hit: Hit


def run(widget: Widget, settings: Settings, checks: Sequence[Check] = CHECKS) -> tuple[Finding, ...]:
    """Return what the rules find in a widget, ordered by path, position and code."""
    return tuple(dict.fromkeys(found.finding for found in judged(widget, settings, checks)))


def judged(widget: Widget, settings: Settings, checks: Sequence[Check] = CHECKS) -> tuple[Found, ...]:
    """Return what the rules find with how to mend it, ordered by path, position and code."""
    _refuse_unknown(settings, checks)
    context = replace(settings.context, checks=tuple(checks))
    allowances = suppressions.allowances(widget, context, settings.is_unmuted)
    found: list[Found] = []
    # What allows nothing is known when everything else has run.
    for check in sorted(checks, key=lambda check: check.find is suppressions.suppression_unused):
        severity = settings.severity(check.rule)
        if severity is None:
            continue
        allowances.judged.add(check.rule.slug)
        for hit in check.find(widget, context):
            finding = _finding(widget, check.rule, severity, hit)
            if not allowances.allows(check.rule, hit.path, finding.line):
                found.append(Found(finding, hit))
    return tuple(sorted(found, key=lambda found: found.finding.order))


def _refuse_unknown(settings: Settings, checks: Sequence[Check]) -> None:
    names = tuple(name for check in checks for name in (check.rule.slug, check.rule.code))
    for name in settings.severities:
        if name not in names:
            raise AmowidgetError(
                "config.unknown_rule",
                f'[rules] names "{name}", which is no rule of amowidget.',
                f"{near(name, names)}`amowidget rules` lists them all.",
            )
    for word in (*settings.select, *settings.ignore):
        if not any(word == name or name.startswith(word.upper()) for name in names):
            raise AmowidgetError(
                "usage.unknown_rule",
                f'There is no rule and no family of rules "{word}".',
                f"{near(word, names)}`amowidget rules` lists them all.",
            )


def _finding(widget: Widget, rule: Rule, severity: Severity, hit: Hit) -> Finding:
    source = widget.source(hit.path)
    finding = Finding(
        code=rule.code,
        rule=rule.slug,
        severity=severity,
        message=rule.message.format_map(hit.facts),
        hint=rule.hint.format_map(hit.facts).rstrip(),
        path=hit.path,
        line=hit.line,
        column=hit.column,
        end_line=hit.line,
        end_column=hit.column,
        fixable=bool(hit.fixes),
    )
    if source is None or hit.span is None:
        return finding
    line, column = source.place(hit.span.start)
    end_line, end_column = source.place(hit.span.end)
    return finding._replace(
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        lines=source.lines_around(hit.span),
    )
