"""Findings as plain values for JSON; the shape is part of the contract and only grows."""

from collections.abc import Sequence

from amowidget.finding import Finding, Severity


def summary(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings there are of each severity."""
    found = [finding.severity for finding in findings]
    return {
        "errors": found.count(Severity.ERROR),
        "warnings": found.count(Severity.WARNING),
        "infos": found.count(Severity.INFO),
    }


def values(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Return each finding as a dict of plain values; a place of 0 means the whole file."""
    return [
        {
            "code": finding.code,
            "rule": finding.rule,
            "severity": str(finding.severity),
            "message": finding.message,
            "hint": finding.hint,
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "end_line": finding.end_line,
            "end_column": finding.end_column,
            "fixable": finding.fixable,
        }
        for finding in findings
    ]
