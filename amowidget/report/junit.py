"""Findings as a JUnit report: each file of the widget is a test, which fails when the file lets the run fail.

There is no one standard: the document is valid by the schemas of Ant's task and of Jenkins alike. It is written in
ASCII, so that it says the truth about its encoding on every stream.
"""

from collections.abc import Iterator, Sequence
from typing import TextIO

from amowidget.finding import Finding, Severity
from amowidget.report import Subject, visible

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def render(findings: Sequence[Finding], stream: TextIO, subject: Subject) -> None:
    """Write the report; what lets nothing fail is told as output of the whole suite."""
    failing: dict[str, list[Finding]] = {path: [] for path in subject.files}
    passing: list[Finding] = []
    for finding in findings:
        tested = failing.setdefault(finding.path, [])
        (tested if subject.fails(finding) else passing).append(finding)
    for line in _lines(dict(sorted(failing.items())), passing, subject):
        stream.write(line + "\n")


def _lines(failing: dict[str, list[Finding]], passing: list[Finding], subject: Subject) -> Iterator[str]:
    failures = sum(1 for found in failing.values() if found)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<testsuites>"
    yield (
        f'<testsuite name="amowidget validate" package="amowidget" id="0" tests="{len(failing)}" failures="{failures}"'
        f' errors="0" time="0" timestamp="{_escaped(subject.started)}" hostname="localhost">'
    )
    yield f'<properties><property name="amowidget.version" value="{_escaped(subject.version)}"/></properties>'
    for path, found in failing.items():
        yield from _test(_escaped(visible(subject.path(path))), found, subject)
    yield f"<system-out>{_told(passing, subject)}</system-out>"
    yield "<system-err></system-err>"
    yield "</testsuite>"
    yield "</testsuites>"


def _test(name: str, found: list[Finding], subject: Subject) -> Iterator[str]:
    # Jenkins takes what stands before the last dot for a package and the rest for a class.
    opening = f'<testcase name="{name}" classname="amowidget.validate" time="0"'
    if not found:
        yield f"{opening}/>"
        return
    # The schema of Ant's task has room for one failure in a test.
    message = visible(found[0].message) if len(found) == 1 else f"Findings in this file: {len(found)}."
    is_error = any(finding.severity is Severity.ERROR for finding in found)
    kind = Severity.ERROR if is_error else Severity.WARNING
    yield f'{opening}><failure type="{kind}" message="{_escaped(message)}">{_told(found, subject)}</failure></testcase>'


def _told(findings: Sequence[Finding], subject: Subject) -> str:
    return _escaped("\n".join(line for finding in findings for line in _sentences(finding, subject)))


def _sentences(finding: Finding, subject: Subject) -> Iterator[str]:
    path = visible(subject.path(finding.path))
    place = f"{path}:{finding.line}:{finding.column}" if finding.line else path
    yield f"{place}: {finding.severity} {finding.code} {visible(finding.message)} [{finding.rule}]"
    if finding.hint:
        yield f"  remedy: {visible(finding.hint)}"


def _escaped(text: str) -> str:
    return text.translate(_MARKUP).encode("ascii", "xmlcharrefreplace").decode()
