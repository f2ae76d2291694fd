"""The list of moderation as Markdown, to be worked through before a public integration is sent in."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, TextIO

from amowidget.finding import Finding
from amowidget.report import visible


class State(StrEnum):
    """How a point stands: decided by rules, or left to a person."""

    PASSED = "passed"
    FAILED = "failed"
    PERSON = "needs a person"


class Point(NamedTuple):
    """One point of the list: its number in the reference, what is asked, how it stands, and where it fails.

    `look` tells a person what to look at where no rule can see it; it is empty where the rules see everything.
    """

    number: str
    asked: str
    state: State
    findings: tuple[Finding, ...] = ()
    look: str = ""


_MARKS = {State.PASSED: "[x]", State.FAILED: "[ ]", State.PERSON: "[ ]"}
_HEADINGS = {
    State.FAILED: "Failed",
    State.PERSON: "Needs a person",
    State.PASSED: "Passed",
}
_EMPTY = "Nothing."
# What a person is told of a point whose files could not be read.
UNREAD = "The files that this is about could not be read; mend what is told of them, and look again."


def values(point: Point) -> dict[str, object]:
    """Return a point as plain values for JSON."""
    return {
        "number": point.number,
        "asked": point.asked,
        "state": str(point.state),
        "look": point.look,
        "findings": [
            {"code": found.code, "rule": found.rule, "path": found.path, "line": found.line, "column": found.column}
            for found in point.findings
        ],
    }


def render(points: Sequence[Point], others: Sequence[Finding], stream: TextIO, platform: str) -> None:
    """Write the list: what fails first, then what a person has to look at, then what has passed."""
    stream.write(f"# Moderation checklist\n\nPlatform: {platform}. Written by `amowidget validate --checklist`.\n\n")
    counts = [sum(point.state is state for point in points) for state in (State.PASSED, State.FAILED, State.PERSON)]
    stream.write(f"Passed: {counts[0]}. Failed: {counts[1]}. Need a person: {counts[2]}.\n")
    for state, heading in _HEADINGS.items():
        stream.write(f"\n## {heading}\n\n")
        chosen = [point for point in points if point.state is state]
        for point in chosen:
            _point(point, stream)
        if not chosen:
            stream.write(f"{_EMPTY}\n")
    if others:
        stream.write("\n## Errors beside the list\n\n")
        stream.writelines(f"- {_place(finding)}\n" for finding in others)


def _place(finding: Finding) -> str:
    place = finding.path if not finding.line else f"{finding.path}:{finding.line}:{finding.column}"
    return f"`{_plain(place)}` {finding.code} {_plain(finding.message)}"


def _point(point: Point, stream: TextIO) -> None:
    stream.write(f"- {_MARKS[point.state]} **{point.number}** {point.asked}\n")
    for finding in point.findings:
        stream.write(f"  - {_place(finding)}\n")
    if point.look:
        stream.write(f"  - To be looked at: {point.look}\n")


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is written."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|" else char for char in visible(text))
