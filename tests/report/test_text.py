"""Findings as text: place, frame, underline and remedy, whatever stands in the file."""

from io import StringIO

import pytest

from amowidget.finding import Finding, Severity, SourceLine
from amowidget.report.text import Style, render, summary
from tests.report.samples import HOSTILE, finding, hostile


def rendered(*findings: Finding, style: Style | None = None) -> str:
    stream = StringIO()
    render(findings, stream, style or Style())
    return stream.getvalue()


def test_a_finding_shows_place_frame_and_remedy() -> None:
    assert rendered(finding()) == (
        "manifest.json:2:3: error MAN001 The fact. [a-rule]\n"
        "  1 | {\n"
        '  2 |   "abc": 1,\n'
        "    |   ^^^^^\n"
        "  3 | }\n"
        "  remedy: The remedy.\n"
        "\n"
    )


def test_a_finding_about_a_whole_file_has_no_frame() -> None:
    whole = finding(line=0, column=0, end_line=0, end_column=0, lines=())
    assert rendered(whole) == "manifest.json: error MAN001 The fact. [a-rule]\n  remedy: The remedy.\n\n"


def test_frames_are_left_out_when_brevity_is_asked_for() -> None:
    assert "|" not in rendered(finding(), style=Style(has_frames=False))


def test_colour_only_when_asked_for() -> None:
    assert "\x1b[" not in rendered(finding())
    assert "\x1b[1;31m" in rendered(finding(), style=Style(has_color=True))


@pytest.mark.parametrize(
    ("text", "column", "end_column", "marks"),
    [
        pytest.param("\tabc", 2, 5, "    ^^^", id="tab"),
        pytest.param('"имя": 1', 1, 6, "^^^^^", id="cyrillic"),
        pytest.param('"名": 1', 1, 4, "^^^^", id="wide"),
        pytest.param("a\x00b", 2, 3, " ^^^^", id="control"),
        pytest.param("abc", 4, 4, "   ^", id="end-of-line"),
    ],
)
def test_the_underline_stands_below_the_place(text: str, column: int, end_column: int, marks: str) -> None:
    one_line = finding(line=1, end_line=1, column=column, end_column=end_column, lines=(SourceLine(1, text),))
    assert rendered(one_line).splitlines()[2] == f"    | {marks}"


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "x" * 5000 + "here" + "y" * 5000
    shown = rendered(finding(line=1, end_line=1, column=5001, end_column=5005, lines=(SourceLine(1, text),)))
    frame, marks = shown.splitlines()[1:3]
    assert max(map(len, shown.splitlines())) < 130
    assert frame[marks.index("^") :].startswith("here")


def test_a_span_over_lines_is_underlined_on_each() -> None:
    lines = (SourceLine(1, "{"), SourceLine(2, "  1"), SourceLine(3, "}"))
    shown = rendered(finding(line=1, column=1, end_line=3, end_column=2, lines=lines)).splitlines()
    assert [line.strip() for line in shown if "^" in line] == ["| ^", "|   ^", "| ^"]


def test_hostile_text_cannot_reach_the_terminal() -> None:
    shown = rendered(finding(message="a\x1b[31mb", path="x\r\ny", hint="\udcff\u202e"))
    assert "\x1b" not in shown
    assert "\r" not in shown
    assert "\u202e" not in shown
    assert "\\xff" in shown
    shown.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_any_hostile_text_stays_in_its_line(text: str) -> None:
    shown = rendered(hostile(text))
    assert all(line.isprintable() for line in shown.split("\n"))
    shown.encode("utf-8")


def test_the_summary_counts_by_severity() -> None:
    found = [finding(), finding(severity=Severity.WARNING), finding(severity=Severity.WARNING)]
    assert summary(found) == "Errors: 1. Warnings: 2. Remarks: 0."


def test_what_repeats_in_a_file_is_shown_whole_a_few_times_and_named_by_its_lines_then() -> None:
    same = [finding(line=number, end_line=number, lines=()) for number in range(1, 9)]
    other = finding(path="other.json")
    shown = rendered(*same, other, style=Style(repeats=2))
    assert shown.count("The fact.") == 3
    assert "manifest.json: error MAN001 The same 6 times more, in lines 3, 4, 5, 6, 7, 8. [a-rule]\n" in shown
    assert rendered(*same, style=Style(repeats=8)).count("The fact.") == 8
