"""Findings as a Code Quality report of GitLab: one JSON array, in ASCII and without a byte order mark.

Written from GitLab's page on Code Quality; of the Code Climate format, GitLab reads these keys and no others.
"""

import json
from collections.abc import Sequence
from typing import TextIO

from amowidget.finding import Finding, Severity
from amowidget.report import Subject, fingerprints, visible

# An error stops an upload and harms nothing that runs: blocker and critical stay unused.
_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(findings: Sequence[Finding], stream: TextIO, subject: Subject) -> None:
    """Write the report."""
    stream.write(json.dumps(values(findings, subject)) + "\n")


def values(findings: Sequence[Finding], subject: Subject) -> list[dict[str, object]]:
    """Return the report as plain values; a finding about a whole file stands at its first line, as GitLab wants one."""
    return [
        {
            "description": visible(f"{finding.message} {finding.hint}".rstrip()),
            "check_name": finding.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": visible(subject.path(finding.path)), "lines": _lines(finding)},
        }
        for finding, fingerprint in zip(findings, fingerprints(findings, subject), strict=True)
    ]


def _lines(finding: Finding) -> dict[str, int]:
    begin = max(1, finding.line)
    return {"begin": begin, "end": max(begin, finding.end_line)}
