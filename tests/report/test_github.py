"""Workflow commands of GitHub Actions, read back by a parser written from GitHub's page on workflow commands.

It says: `::command parameter1={data},parameter2={data}::{command value}`. The toolkit's own escapes are %25, %0D and %0A,
in parameters %3A and %2C as well. The runner drops columns of places that cover more than one line.
"""

import re
from io import StringIO
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amowidget.finding import Finding, Severity
from amowidget.report import Subject, visible
from amowidget.report.github import escaped_data, escaped_property, render
from tests.report.samples import HOSTILE, SEVERAL, finding, hostile, subject, whole_file


class Command(NamedTuple):
    """A workflow command as the runner understands it."""

    name: str
    properties: dict[str, str]
    data: str


def unescaped(text: str, escapes: str) -> str:
    """Undo the escapes; a percent sign that starts none of them is a mistake."""
    assert not re.search(f"%(?!{escapes})", text), text
    return re.sub(f"%({escapes})", lambda match: chr(int(match[1], 16)), text)


def parsed(line: str) -> Command:
    """Return the command that stands in a line of a log."""
    match = re.fullmatch(r"::([a-z]+) (.*?)::(.*)", line)
    assert match, line
    pairs = [pair.partition("=") for pair in match[2].split(",")]
    assert all(name and equals and value for name, equals, value in pairs), line
    properties = {name: unescaped(value, "25|0D|0A|3A|2C") for name, _, value in pairs}
    assert len(properties) == len(pairs)
    return Command(match[1], properties, unescaped(match[3], "25|0D|0A"))


def rendered(*findings: Finding, told: Subject | None = None) -> str:
    stream = StringIO()
    render(findings, stream, told or subject())
    return stream.getvalue()


def commands(*findings: Finding) -> list[Command]:
    return [parsed(line) for line in rendered(*findings).splitlines()]


def test_a_command_names_file_place_and_rule() -> None:
    assert rendered(finding()) == (
        "::error file=widgets/orders/manifest.json,line=2,endLine=2,col=3,endColumn=7,title=MAN001 a-rule"
        "::widgets/orders/manifest.json:2:3: The fact.%0AThe remedy.\n"
    )


def test_a_whole_file_has_no_place() -> None:
    assert rendered(whole_file(hint="")) == (
        "::error file=widgets/orders/images/logo.png,title=MAN001 a-rule::widgets/orders/images/logo.png: The fact.\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "end_line", "end_column", "place"),
    [
        pytest.param(2, 3, 2, 8, {"line": "2", "endLine": "2", "col": "3", "endColumn": "7"}, id="in-a-line"),
        pytest.param(2, 3, 2, 3, {"line": "2", "endLine": "2", "col": "3", "endColumn": "3"}, id="a-point"),
        pytest.param(2, 3, 4, 1, {"line": "2", "endLine": "4"}, id="over-lines"),
        pytest.param(2, 0, 2, 0, {"line": "2", "endLine": "2"}, id="a-line"),
        pytest.param(2, 0, 0, 0, {"line": "2", "endLine": "2"}, id="without-an-end"),
        pytest.param(0, 0, 0, 0, {}, id="a-file"),
    ],
)
def test_places(line: int, column: int, end_line: int, end_column: int, place: dict[str, str]) -> None:
    told = commands(finding(line=line, column=column, end_line=end_line, end_column=end_column))[0].properties
    assert {name: value for name, value in told.items() if name not in ("file", "title")} == place


def test_the_gravest_come_first_and_keep_their_order() -> None:
    told = commands(
        finding(severity=Severity.INFO, message="1"),
        finding(severity=Severity.ERROR, message="2"),
        finding(severity=Severity.WARNING, message="3"),
        finding(severity=Severity.ERROR, message="4"),
    )
    assert [command.name for command in told] == ["error", "error", "warning", "notice"]
    assert [re.findall(r": (\d)\n", command.data)[0] for command in told] == ["2", "4", "3", "1"]


def test_nothing_found_says_nothing() -> None:
    assert rendered() == ""


@pytest.mark.parametrize(
    ("text", "data", "value"),
    [
        ("plain = text;", "plain = text;", "plain = text;"),
        ("100%", "100%25", "100%25"),
        ("%0A", "%250A", "%250A"),
        ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
        ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
        ("::error::", "::error::", "%3A%3Aerror%3A%3A"),
    ],
)
def test_escapes(text: str, data: str, value: str) -> None:
    assert (escaped_data(text), escaped_property(text)) == (data, value)
    assert unescaped(data, "25|0D|0A") == unescaped(value, "25|0D|0A|3A|2C") == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_and_start_no_command(text: str) -> None:
    found = hostile(text)
    shown = rendered(found)
    assert shown.count("\n") == 1
    shown.encode("utf-8")
    told = parsed(shown.removesuffix("\n"))
    assert told.properties["file"] == visible(f"widgets/orders/a/{text}")
    sentences = [visible(f"The fact {text}."), *([visible(text)] if text else [])]
    assert told.data == f"{told.properties['file']}:2:3: " + "\n".join(sentences)


@given(st.text(st.characters(), max_size=40))
def test_any_text_stays_in_its_line(text: str) -> None:
    shown = rendered(hostile(text))
    assert len(shown.splitlines()) == 1
    shown.encode("utf-8")
    parsed(shown.removesuffix("\n"))


def test_several_findings_are_one_line_each() -> None:
    assert len(commands(*SEVERAL)) == len(SEVERAL)
