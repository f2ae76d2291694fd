"""Findings as workflow commands of GitHub Actions, which shows them as annotations of files.

Written from GitHub's page on workflow commands. Of each kind, a step shows ten at most: the gravest come first.
"""

from collections.abc import Sequence
from typing import TextIO

from amowidget.finding import Finding, Severity
from amowidget.report import Subject, visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(findings: Sequence[Finding], stream: TextIO, subject: Subject) -> None:
    """Write one command a line, errors first, then warnings, then remarks, each in the order of the findings."""
    for finding in sorted(findings, key=lambda finding: -finding.severity.rank):
        stream.write(command(finding, subject) + "\n")


def command(finding: Finding, subject: Subject) -> str:
    """Return the command for one finding. The log shows nothing but its message, which therefore names the place."""
    path = visible(subject.path(finding.path))
    place = f"{path}:{finding.line}:{finding.column}" if finding.line else path
    lines = [f"{place}: {visible(finding.message)}"] + ([visible(finding.hint)] if finding.hint else [])
    properties = {"file": path, **_position(finding), "title": f"{finding.code} {finding.rule}"}
    told = ",".join(f"{name}={escaped_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {told}::{escaped_data(chr(10).join(lines))}"


def escaped_data(text: str) -> str:
    """Return a text as it stands behind the second pair of colons of a command."""
    return text.translate(_DATA)


def escaped_property(text: str) -> str:
    """Return a text as it stands in a property of a command."""
    return text.translate(_PROPERTY)


def _position(finding: Finding) -> dict[str, int]:
    if not finding.line:
        return {}
    lines = {"line": finding.line, "endLine": max(finding.line, finding.end_line)}
    if lines["endLine"] > finding.line or not finding.column:
        # The runner drops columns of a place that covers more than one line.
        return lines
    # The last column belongs to the place: without one, the runner takes the first for the last.
    return {**lines, "col": finding.column, "endColumn": max(finding.column, finding.end_column - 1)}
