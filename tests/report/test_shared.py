"""What all forms share: paths, readable text, and fingerprints that survive edits elsewhere in the file."""

import pytest

from amowidget.finding import Finding, Severity, SourceLine
from amowidget.report import fingerprints, visible
from tests.report.samples import HOSTILE, finding, hostile, subject, whole_file


@pytest.mark.parametrize(
    ("prefix", "path", "whole"),
    [
        pytest.param("", "a/b.js", "a/b.js", id="at-the-root"),
        pytest.param(".", "a/b.js", "a/b.js", id="a-dot"),
        pytest.param("widgets/orders", "a/b.js", "widgets/orders/a/b.js", id="in-a-folder"),
        pytest.param("widgets/orders/", "a/b.js", "widgets/orders/a/b.js", id="slash-at-the-end"),
        pytest.param("../other", "b.js", "../other/b.js", id="beside"),
        pytest.param("widgets/orders", "", "widgets/orders", id="the-widget-itself"),
        pytest.param("", "", ".", id="the-root-itself"),
    ],
)
def test_paths_start_at_the_root_of_the_repository(prefix: str, path: str, whole: str) -> None:
    assert subject(prefix=prefix).path(path) == whole


@pytest.mark.parametrize(
    ("severity", "fails", "fails_strictly"),
    [(Severity.ERROR, True, True), (Severity.WARNING, False, True), (Severity.INFO, False, False)],
)
def test_what_fails_depends_on_strictness(severity: Severity, fails: bool, fails_strictly: bool) -> None:
    found = finding(severity=severity)
    assert (subject().fails(found), subject(is_strict=True).fails(found)) == (fails, fails_strictly)


@pytest.mark.parametrize("text", HOSTILE)
def test_visible_text_is_printable_and_can_be_encoded(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    shown.encode("utf-8")


def test_visible_keeps_what_people_read() -> None:
    assert visible("Привет ñ 名 ✓ 😀") == "Привет ñ 名 ✓ 😀"
    assert visible("a\x1bb\n\udcff\u202e\U0001fffe") == "a\\x1bb\\x0a\\xff\\u202e\\U0001fffe"


def moved(found: Finding, lines: int) -> Finding:
    """Return the finding as it is after lines were put in above it."""
    return finding(
        line=found.line + lines,
        end_line=found.end_line + lines,
        lines=tuple(SourceLine(line.number + lines, line.text) for line in found.lines),
    )


def mark(found: Finding, **changes: object) -> str:
    return fingerprints([found], subject(**changes))[0]


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(moved(finding(), 40), id="moved"),
        pytest.param(finding(column=7, end_column=12, lines=(SourceLine(2, '\t\t"abc" : 1,'),)), id="indented"),
        pytest.param(finding(lines=(SourceLine(1, "["), SourceLine(2, '  "abc": 1,'))), id="neighbours-changed"),
        pytest.param(finding(severity=Severity.INFO, hint="Another."), id="other-severity-and-remedy"),
    ],
)
def test_a_fingerprint_survives(same: Finding) -> None:
    assert mark(same) == mark(finding())


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(finding(code="MAN002"), id="rule"),
        pytest.param(finding(path="i18n/ru.json"), id="file"),
        pytest.param(finding(message="Another fact."), id="sentence"),
        pytest.param(finding(lines=(SourceLine(2, '  "abcd": 1,'),)), id="line"),
    ],
)
def test_a_fingerprint_tells_apart(other: Finding) -> None:
    assert mark(other) != mark(finding())


def test_numbers_in_a_sentence_are_no_part_of_a_fingerprint() -> None:
    assert mark(finding(message="It stands in line 4 as well.")) == mark(
        finding(message="It stands in line 44 as well.")
    )


def test_widgets_of_one_repository_have_fingerprints_of_their_own() -> None:
    assert mark(finding(), prefix="a") != mark(finding(), prefix="b")


def test_equal_findings_are_numbered_in_their_order() -> None:
    marks = fingerprints([finding(), moved(finding(), 1), moved(finding(), 2)], subject())
    assert len(set(marks)) == 3
    assert marks[0] == mark(finding())
    assert fingerprints([finding(), moved(finding(), 2)], subject()) == marks[:2]


def test_of_a_long_line_only_what_stands_around_the_place_counts() -> None:
    text = "a" * 5000 + "here" + "b" * 5000
    here = finding(column=5001, end_column=5005, lines=(SourceLine(2, text),))
    far_edit = finding(column=5011, end_column=5015, lines=(SourceLine(2, "c" * 10 + text),))
    near_edit = finding(column=5001, end_column=5005, lines=(SourceLine(2, text.replace("here", "there"[:4])),))
    assert mark(here) == mark(far_edit)
    assert mark(here) != mark(near_edit)


def test_whole_files_and_hostile_texts_have_fingerprints() -> None:
    found = [whole_file(), whole_file(), *(hostile(text) for text in HOSTILE)]
    marks = fingerprints(found, subject())
    assert len(set(marks)) == len(found)
    assert all(len(told) == 32 and told.isalnum() for told in marks)
