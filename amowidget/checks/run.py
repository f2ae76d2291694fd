"""Runs the rules over a widget and turns what they yield into findings. Decides nothing about widgets itself."""

import re
from collections.abc import Iterator, Sequence

from amowidget.checks.check import Check, Hit
from amowidget.checks.registry import CHECKS
from amowidget.checks.settings import Settings
from amowidget.config.toml_table import near
from amowidget.errors import AmowidgetError
from amowidget.finding import Finding, Rule, Severity, Span
from amowidget.widget.source import Source
from amowidget.widget.widget import Widget

# In a script, style or template a comment on the line, or on the one before, allows a rule at that place.
_ALLOW = re.compile(r"amowidget:\s*allow\s+([A-Za-z0-9-]+(?:\s*,\s*[A-Za-z0-9-]+)*)")


def run(widget: Widget, settings: Settings, checks: Sequence[Check] = CHECKS) -> tuple[Finding, ...]:
    """Return what the rules find in a widget, ordered by path, position and code."""
    _refuse_unknown(settings, checks)
    context = settings.context
    findings: list[Finding] = []
    for check in checks:
        severity = settings.severity(check.rule)
        if severity is not None:
            findings.extend(_findings(widget, check.rule, severity, check.find(widget, context)))
    return tuple(sorted(set(findings), key=lambda finding: finding.order))


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


def _findings(widget: Widget, rule: Rule, severity: Severity, hits: Iterator[Hit]) -> Iterator[Finding]:
    for hit in hits:
        source = widget.source(hit.path)
        if source and hit.span and _is_allowed(rule, source, hit.span):
            continue
        yield _finding(rule, severity, hit, source)


def _finding(rule: Rule, severity: Severity, hit: Hit, source: Source | None) -> Finding:
    message = rule.message.format_map(hit.facts)
    hint = rule.hint.format_map(hit.facts)
    if source is None or hit.span is None:
        where = (hit.line, hit.column, hit.line, hit.column)
        return Finding(rule.code, rule.slug, severity, message, hint, hit.path, *where, fixable=rule.fixable)
    line, column = source.place(hit.span.start)
    end_line, end_column = source.place(hit.span.end)
    return Finding(
        code=rule.code,
        rule=rule.slug,
        severity=severity,
        message=message,
        hint=hint,
        path=hit.path,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        fixable=rule.fixable,
        lines=source.lines_around(hit.span),
    )


def _is_allowed(rule: Rule, source: Source, span: Span) -> bool:
    line = source.place(span.start)[0]
    for number in (line, line - 1):
        match = _ALLOW.search(source.line_text(number)) if number > 0 else None
        if match and {rule.slug, rule.code} & set(re.split(r"\s*,\s*", match.group(1))):
            return True
    return False
