"""The list of moderation as Markdown, to be worked through before a public integration is sent in."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, TextIO

from amowidget.finding import Finding
from amowidget.report import visible


class State(StrEnum):
    """How a point stands: decided by rules, left to a person, or neither: rules that prove a breach alone are silent."""

    PASSED = "passed"
    FAILED = "failed"
    PERSON = "needs a person"
    SILENT = "nothing found"


class Point(NamedTuple):
    """One point of the list: its number in the reference, what is asked, how it stands, and where it fails.

    `look` tells a person what to look at where no rule can see it; it is empty where the rules see everything.
    `named` are the files or the selectors that it speaks of.
    """

    number: str
    asked: str
    state: State
    findings: tuple[Finding, ...] = ()
    look: str = ""
    named: tuple[str, ...] = ()


class Page(NamedTuple):
    """The whole list for a platform: its points, the errors beside them, and the scripts that few rules judge."""

    platform: str
    points: tuple[Point, ...]
    others: tuple[Finding, ...] = ()
    passed_over: tuple[str, ...] = ()


_HEADINGS = {
    State.FAILED: "Failed",
    State.PERSON: "Needs a person",
    State.SILENT: "Nothing found by the rules",
    State.PASSED: "Passed",
}
_EMPTY = "Nothing."
_UNMUTED = (
    "Every rule is asked: what the project switches off, allows in a comment or lists as known is told here as well."
)
_SILENCE = (
    "The rules found nothing against these points, which is no proof: what a script puts together while it runs,"
    " they do not see. Whoever knows the widget ticks them."
)
_PASSED_OVER = "Libraries and minified scripts, of which the rules say little or nothing:"
_MOST_NAMED = 20
# What a person is told of a point whose files could not be read, and of places that may be innocent.
UNREAD = "The rules could not read all that this is about. Not read:"
REMARKS = "These places may be innocent; only a person can tell."
ROOTS = "Each of these, with which the selectors begin, is a class or an id that the widget alone has:"


def values(point: Point) -> dict[str, object]:
    """Return a point as plain values for JSON."""
    return {
        "number": point.number,
        "asked": point.asked,
        "state": str(point.state),
        "look": point.look,
        "named": list(point.named),
        "findings": [
            {"code": found.code, "rule": found.rule, "path": found.path, "line": found.line, "column": found.column}
            for found in point.findings
        ],
    }


def render(page: Page, stream: TextIO) -> None:
    """Write the list: what fails first, then what a person has to look at, then where the rules are silent."""
    stream.write(f"# Moderation checklist\n\nPlatform: {page.platform}. Written by `amowidget validate --checklist`.\n")
    stream.write(f"{_UNMUTED}\n\n{_counted(page.points)}\n")
    for state, heading in _HEADINGS.items():
        stream.write(f"\n## {heading}\n\n")
        chosen = [point for point in page.points if point.state is state]
        if state is State.SILENT and chosen:
            stream.write(f"{_SILENCE}\n")
            stream.write(f"{_PASSED_OVER} {_listed(page.passed_over)}\n\n" if page.passed_over else "\n")
        for point in chosen:
            _point(point, stream)
        if not chosen:
            stream.write(f"{_EMPTY}\n")
    if page.others:
        stream.write("\n## Errors beside the list\n\n")
        stream.writelines(f"- {_place(finding)}\n" for finding in page.others)


def _counted(points: Sequence[Point]) -> str:
    passed, failed, person, silent = (sum(point.state is state for point in points) for state in State)
    return f"Passed: {passed}. Failed: {failed}. Need a person: {person}. Nothing found by the rules: {silent}."


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{_plain(name)}`" for name in names[:_MOST_NAMED])
    return f"{shown}, and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else shown


def _place(finding: Finding) -> str:
    place = finding.path if not finding.line else f"{finding.path}:{finding.line}:{finding.column}"
    return f"`{_plain(place)}` {finding.code} {_plain(finding.message)}"


def _point(point: Point, stream: TextIO) -> None:
    mark = "[x]" if point.state is State.PASSED else "[ ]"
    stream.write(f"- {mark} **{point.number}** {point.asked}\n")
    for finding in point.findings:
        stream.write(f"  - {_place(finding)}\n")
    if point.look:
        stream.write(f"  - To be looked at: {point.look} {_listed(point.named)}".rstrip() + "\n")


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is written."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|" else char for char in visible(text))
