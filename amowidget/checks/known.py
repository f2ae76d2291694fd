"""Findings against those that are known: which are new, which are not told again, which have been mended."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import NamedTuple

from amowidget.checks.settings import Settings
from amowidget.config.baseline import Baseline
from amowidget.finding import Finding, Rule

# A secret in the archive is never something to live with.
_NEVER_KNOWN = "SEC"
_MARK_DIGITS = 12
_BEFORE, _AFTER = 60, 200


class Gone(NamedTuple):
    """Known findings that are not there any more: the file, the rule's slug, and how many."""

    path: str
    rule: str
    number: int


class Compared(NamedTuple):
    """What is new, what is known, and what of the known has been mended."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[Gone, ...]


def baseline_of(findings: Iterable[Finding]) -> Baseline:
    """Return the list that makes these findings known; secrets are left out."""
    table: dict[str, dict[str, list[str]]] = {}
    for finding in findings:
        if not finding.code.startswith(_NEVER_KNOWN):
            table.setdefault(finding.path, {}).setdefault(finding.rule, []).append(_mark(finding))
    known = {path: {rule: tuple(sorted(marks)) for rule, marks in rules.items()} for path, rules in table.items()}
    return Baseline(MappingProxyType(known))


def compared(findings: Sequence[Finding], baseline: Baseline, rules: Iterable[Rule], settings: Settings) -> Compared:
    """Compare findings with the known ones; rules that were not asked say nothing about what has been mended."""
    if not baseline.known:
        return Compared(tuple(findings), (), ())
    left = Counter(
        (path, rule, mark)
        for path, by_rule in baseline.known.items()
        for rule, marks in by_rule.items()
        for mark in marks
    )
    new: list[Finding] = []
    known: list[Finding] = []
    for finding in findings:
        key = (finding.path, finding.rule, _mark(finding))
        if left[key] > 0 and not finding.code.startswith(_NEVER_KNOWN):
            left[key] -= 1
            known.append(finding)
        else:
            new.append(finding)
    asked = {rule.slug for rule in rules if settings.severity(rule) is not None}
    gone: Counter[tuple[str, str]] = Counter()
    for (path, rule, _), count in left.items():
        if rule in asked and count > 0:
            gone[(path, rule)] += count
    return Compared(tuple(new), tuple(known), tuple(Gone(*key, count) for key, count in sorted(gone.items())))


def _mark(finding: Finding) -> str:
    """Return what stays of a finding when lines above it come and go: the text of its line, or its message."""
    line = next((line.text for line in finding.lines if line.number == finding.line), None)
    if line is not None and len(line) > _BEFORE + _AFTER:
        # The one line of a bundle changes with every build; what stands around the place stays.
        line = line[max(0, finding.column - _BEFORE) : finding.column + _AFTER]
    said = finding.message if line is None else " ".join(line.split())
    return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:_MARK_DIGITS]
