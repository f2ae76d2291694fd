"""The moderators' list as Markdown, whatever stands in the findings."""

from io import StringIO

import pytest

from amowidget.report.checklist import Page, Point, State, render, values
from tests.report.samples import HOSTILE, finding


def rendered(*points: Point) -> str:
    stream = StringIO()
    render(Page("kommo", points), stream)
    return stream.getvalue()


def test_what_fails_comes_first_and_names_its_places() -> None:
    page = rendered(
        Point("PUB-10", "No eval.", State.PASSED),
        Point("PUB-12", "No console.", State.FAILED, (finding(),)),
        Point("PUB-24", "The rating stays.", State.PERSON, look="Open the window."),
    )
    assert "Platform: kommo." in page
    assert "Passed: 1. Failed: 1. Need a person: 1. Nothing found by the rules: 0." in page
    assert page.index("- [ ] **PUB-12** No console.") < page.index("**PUB-24**") < page.index("- [x] **PUB-10**")
    assert "  - `manifest.json:2:3` MAN001 The fact.\n" in page
    assert "  - To be looked at: Open the window.\n" in page


def test_an_empty_part_says_so() -> None:
    assert rendered(Point("PUB-10", "No eval.", State.PASSED)).count("Nothing.") == 3


def test_silence_is_no_tick() -> None:
    stream = StringIO()
    render(Page("amocrm", (Point("PUB-10", "No eval.", State.SILENT),), (), ("lib/chart.js",)), stream)
    page = stream.getvalue()
    assert "- [ ] **PUB-10** No eval.\n" in page
    assert "which is no proof" in page
    assert "say little or nothing: `lib/chart.js`\n" in page


def test_what_a_person_looks_at_is_named_but_not_endlessly() -> None:
    named = tuple(f".a{number}" for number in range(25))
    page = rendered(Point("PUB-31", "Own roots.", State.PERSON, look="These:", named=named))
    assert "  - To be looked at: These: `.a0`, `.a1`," in page
    assert "`.a19`, and 5 more\n" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_in_its_line(text: str) -> None:
    page = rendered(Point("PUB-12", "No console.", State.FAILED, (finding(message=text, path=text or "x"),)))
    assert page.count("\n") == rendered(Point("PUB-12", "No console.", State.FAILED, (finding(),))).count("\n")
    assert page.encode("utf-8")
    assert "\n- [x]" not in page


def test_errors_beside_the_list_are_told() -> None:
    stream = StringIO()
    render(Page("amocrm", (), (finding(),)), stream)
    assert "## Errors beside the list\n\n- `manifest.json:2:3` MAN001 The fact.\n" in stream.getvalue()


def test_a_point_as_plain_values() -> None:
    told = values(Point("PUB-12", "No console.", State.FAILED, (finding(),)))
    assert (told["number"], told["state"]) == ("PUB-12", "failed")
    assert told["findings"] == [{"code": "MAN001", "rule": "a-rule", "path": "manifest.json", "line": 2, "column": 3}]
