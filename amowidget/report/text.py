"""Findings as text for people: grouped by file, each with its place, a code frame and the remedy."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TextIO

from amowidget.finding import Finding, Severity
from amowidget.report import visible

REPEATS = 5
_FRAME_WIDTH = 110
_TAB = "    "
_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


class Style(NamedTuple):
    """How text looks: with colour on a terminal, without frames when brevity is asked for.

    Of one rule in one file `repeats` findings are shown whole; of the others, in one line, where they are. `folder` is
    the widget's own as the reader sees it; the paths start there.
    """

    has_color: bool = False
    has_frames: bool = True
    repeats: int = REPEATS
    folder: str = ""

    def path(self, finding: Finding) -> str:
        """Return the path of a finding's file from where the reader stands."""
        return f"{self.folder.rstrip('/')}/{finding.path}" if self.folder and finding.path else finding.path

    def paint(self, text: str, color: str) -> str:
        """Return the text in a colour (an ANSI code such as `1;31`), or as it is where colour is off."""
        return f"\x1b[{color}m{text}\x1b[0m" if self.has_color else text


def render(findings: Sequence[Finding], stream: TextIO, style: Style) -> None:
    """Write the findings, grouped by file, with an empty line between them."""
    for _, group in groupby(findings, key=lambda finding: finding.path):
        seen: dict[str, list[Finding]] = {}
        for finding in group:
            same = seen.setdefault(finding.code, [])
            same.append(finding)
            if len(same) <= style.repeats:
                stream.writelines(f"{line}\n" for line in (*_lines(finding, style), ""))
        for same in seen.values():
            if len(same) > style.repeats:
                stream.write(_rest(same[style.repeats :], style) + "\n\n")


def summary(findings: Iterable[Finding]) -> str:
    """Return the closing line that counts the findings."""
    found = [finding.severity for finding in findings]
    errors, warnings, infos = (found.count(severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO))
    return f"Errors: {errors}. Warnings: {warnings}. Remarks: {infos}."


def _rest(findings: list[Finding], style: Style) -> str:
    """Return the one line for findings that repeat those before."""
    first = findings[0]
    lines = ", ".join(dict.fromkeys(str(finding.line) for finding in findings))
    severity = style.paint(first.severity, _COLORS[first.severity])
    slug = style.paint(f"[{first.rule}]", "2")
    path = style.paint(visible(style.path(first)), "1")
    return f"{path}: {severity} {first.code} The same {len(findings)} times more, in lines {lines}. {slug}"


def _lines(finding: Finding, style: Style) -> Iterator[str]:
    place = style.path(finding)
    if finding.line:
        place = f"{place}:{finding.line}:{finding.column}"
    severity = style.paint(finding.severity, _COLORS[finding.severity])
    slug = style.paint(f"[{finding.rule}]", "2")
    yield f"{style.paint(visible(place), '1')}: {severity} {finding.code} {visible(finding.message)} {slug}"
    if style.has_frames and finding.lines:
        yield from _frame(finding, style)
    if finding.hint:
        yield f"  {style.paint('remedy:', '1;32')} {visible(finding.hint)}"


def _frame(finding: Finding, style: Style) -> Iterator[str]:
    margin = len(str(finding.lines[-1].number))
    window = _window(finding)
    for line in finding.lines:
        yield f"  {style.paint(f'{line.number:>{margin}} |', '2')} {_cut(_expanded(line.text), window)}".rstrip()
        underlined = _underlined(finding, line.number, line.text)
        if underlined:
            before, width = underlined
            marks = _cut(" " * before + "^" * width, window, is_text=False).rstrip()
            mark = style.paint(marks.lstrip() or "^", _COLORS[finding.severity])
            indent = " " * (len(marks) - len(marks.lstrip()))
            yield f"  {style.paint(' ' * margin + ' |', '2')} {indent}{mark}"


def _underlined(finding: Finding, number: int, text: str) -> tuple[int, int] | None:
    """Return the width before the underlined part of a line and the width of that part, in terminal cells."""
    if not finding.line <= number <= finding.end_line:
        return None
    if number == finding.end_line and number > finding.line and finding.end_column <= 1:
        return None
    start = finding.column - 1 if number == finding.line else len(text) - len(text.lstrip())
    end = finding.end_column - 1 if number == finding.end_line else len(text)
    return _width(_expanded(text[:start])), max(1, _width(_expanded(text[start:end])))


def _window(finding: Finding) -> int:
    """Return the first cell that is shown of each line: further right only where a long line hides the place."""
    line = next((line for line in finding.lines if line.number == finding.line), None)
    before = _width(_expanded(line.text[: finding.column - 1])) if line else 0
    return 0 if before < _FRAME_WIDTH - 20 else before - 40


def _cut(text: str, start: int, is_text: bool = True) -> str:
    shown = text[start : start + _FRAME_WIDTH]
    if not is_text:
        return shown
    head = "…" + shown[1:] if start and shown else shown
    return head[:-1] + "…" if len(text) > start + _FRAME_WIDTH else head


def _expanded(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def _width(text: str) -> int:
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
