"""Code Quality reports of GitLab, judged by a schema of our own.

No package carries a published one. GitLab's page on Code Quality tells the keys in a table, from which the schema below
is written. GitLab's own schema, app/validators/json_schemas/codeclimate.json in its public sources, asks for less: it wants
description, fingerprint, severity and location, texts and whole numbers, and allows anything else.
"""

import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from amowidget.finding import Finding, Severity
from amowidget.report.gitlab import render, values
from tests.report.samples import HOSTILE, SEVERAL, finding, hostile, subject, whole_file

TEXT = {"type": "string", "minLength": 1}
LINE = {"type": "integer", "minimum": 1}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": TEXT,
            "check_name": TEXT,
            "fingerprint": TEXT,
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^(\./|/)"}},
                    "lines": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["begin"],
                        "properties": {"begin": LINE, "end": LINE},
                    },
                },
            },
        },
    },
}


def rendered(*findings: Finding) -> str:
    stream = StringIO()
    render(findings, stream, subject())
    return stream.getvalue()


def checked(shown: str) -> list[dict[str, object]]:
    """Return the report: in plain ASCII, valid, with texts that can be shown and stored, and unique fingerprints."""
    assert shown.isascii()
    report = json.loads(shown)
    Draft202012Validator(SCHEMA).validate(report)
    assert all(item["description"].isprintable() and item["location"]["path"].isprintable() for item in report)
    json.dumps(report, ensure_ascii=False).encode("utf-8")
    assert len({item["fingerprint"] for item in report}) == len(report)
    return list(report)


def test_an_entry() -> None:
    told = checked(rendered(finding()))
    assert len(str(told[0].pop("fingerprint"))) == 32
    assert told == [
        {
            "description": "The fact. The remedy.",
            "check_name": "a-rule",
            "severity": "major",
            "location": {"path": "widgets/orders/manifest.json", "lines": {"begin": 2, "end": 2}},
        }
    ]


def test_a_whole_file_stands_at_its_first_line() -> None:
    told = values([whole_file(hint="")], subject())[0]
    assert told["location"] == {"path": "widgets/orders/images/logo.png", "lines": {"begin": 1, "end": 1}}
    assert told["description"] == "The fact."


def test_severities() -> None:
    told = values([finding(severity=severity) for severity in Severity], subject())
    assert [item["severity"] for item in told] == ["major", "minor", "info"]


def test_nothing_found_is_an_empty_array() -> None:
    assert rendered() == "[]\n"


def test_several_findings_are_valid() -> None:
    assert len(checked(rendered(*SEVERAL, *SEVERAL))) == 2 * len(SEVERAL)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_valid(text: str) -> None:
    checked(rendered(hostile(text)))


@given(st.text(st.characters(), max_size=40))
def test_any_text_is_valid(text: str) -> None:
    checked(rendered(hostile(text)))


@pytest.mark.parametrize(
    "bad",
    [
        {"severity": "error"},
        {"check_name": ""},
        {"fingerprint": None},
        {"location": {"path": "/x", "lines": {"begin": 0}}},
    ],
)
def test_the_schema_sees_mistakes(bad: dict[str, object]) -> None:
    assert not Draft202012Validator(SCHEMA).is_valid([{**values([finding()], subject())[0], **bad}])
