"""SARIF logs, judged by the schema of OASIS that the npm package @microsoft/jest-sarif carries, and by what it leaves open.

The package's schema is revision rtm.5 of 2.1.0. The final one adds that a region names a line or an offset, and is checked
here by hand; GitHub's limits are those of its page on the SARIF that it takes.
"""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from amowidget.checks.registry import CHECKS
from amowidget.finding import Evidence, Finding, Rule, Severity
from amowidget.report import Subject, visible
from amowidget.report.sarif import RESULT_LIMIT, log, render
from tests.report.samples import HOSTILE, RULE, SEVERAL, finding, hostile, subject, whole_file

SCHEMA = Path(__file__).parent.parent.parent / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
RULES = tuple(check.rule for check in CHECKS)
# RFC 3986: a relative reference without a colon in its first part, or an address of the scheme file.
URI = re.compile(r"(file:///)?(?!/)([A-Za-z0-9._~!$&'()*+,;=@/-]|(?<=file:///[A-Za-z]):|%[0-9A-F]{2})+")
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)

# JSON of any shape is looked into.
Json = Any


def validator() -> Draft4Validator:
    assert SCHEMA.is_file(), "run `make setup`"
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


VALIDATOR = validator()


def checked(*findings: Finding, told: Subject | None = None) -> Json:
    """Return the one run of the log, which is valid and plain ASCII."""
    stream = StringIO()
    render(findings, stream, told or subject())
    shown = stream.getvalue()
    assert shown.isascii()
    assert shown.count("\n") == 1
    whole = json.loads(shown)
    VALIDATOR.validate(whole)
    json.dumps(whole, ensure_ascii=False).encode("utf-8")
    for result in whole["runs"][0]["results"]:
        physical = result["locations"][0]["physicalLocation"]
        assert URI.fullmatch(physical["artifactLocation"]["uri"]), physical
        assert "startLine" in physical.get("region", {"startLine": 1})
    return whole["runs"][0]


def result_of(found: Finding, told: Subject | None = None) -> Json:
    return checked(found, told=told)["results"][0]


def test_a_log() -> None:
    whole = json.loads(json.dumps(log([finding()], subject())))
    run = whole["runs"][0]
    assert (whole["version"], len(whole["runs"])) == ("2.1.0", 1)
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert set(run["originalUriBaseIds"]) == {"%SRCROOT%"}
    marks = run["results"][0].pop("partialFingerprints")
    assert run["results"] == [
        {
            "ruleId": "MAN001",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "The fact. The remedy."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "widgets/orders/manifest.json", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 8},
                    }
                }
            ],
        }
    ]
    assert list(marks) == ["amowidgetFinding/v1"]


def test_a_rule() -> None:
    driver = checked()["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("amowidget", "1.2.3")
    assert driver["rules"] == [
        {
            "id": "MAN001",
            "name": "a-rule",
            "shortDescription": {"text": "A rule"},
            "fullDescription": {"text": "The upload looks for it."},
            "help": {
                "text": 'The upload looks for it.\n\nBad:\n\n{ "a": 1 }\n\nGood:\n\n{ "b": 1 }\n\n'
                "Severity: error, public: warning\nEvidence: documented; https://example.com/docs/a_page\n\n"
                'Switch it off: [rules] a-rule = "off" in amowidget.toml.\n',
                "markdown": 'The upload looks for it.\n\nBad:\n\n```\n{ "a": 1 }\n```\n\nGood:\n\n```\n{ "b": 1 }\n```\n\n'
                "- Severity: error, public: warning\n- Evidence: documented; https://example.com/docs/a_page\n"
                '- Switch it off: `[rules] a-rule = "off"` in amowidget.toml.\n',
            },
            "defaultConfiguration": {"level": "error"},
            "properties": {
                "evidence": "documented",
                "source": "https://example.com/docs/a_page",
                "precision": "high",
                "problem.severity": "error",
                "tags": ["manifest"],
            },
        }
    ]


def test_a_version_that_is_not_semantic_is_told_as_it_is() -> None:
    for version in ("0.2.0.dev1", "1.0", "1.0.0rc1"):
        driver = checked(told=subject(version=version))["tool"]["driver"]
        assert driver["version"] == version
        assert "semanticVersion" not in driver


def test_levels() -> None:
    assert [told["level"] for told in checked(*(finding(severity=severity) for severity in Severity))["results"]] == [
        "error",
        "warning",
        "note",
    ]


@pytest.mark.parametrize(
    ("line", "column", "end_line", "end_column", "region"),
    [
        pytest.param(2, 3, 4, 1, (2, 3, 4, 1), id="over-lines"),
        pytest.param(2, 3, 2, 3, (2, 3, 2, 3), id="a-point"),
        pytest.param(2, 0, 2, 0, (2, None, 2, None), id="a-line"),
        pytest.param(2, 0, 0, 0, (2, None, 2, None), id="without-an-end"),
    ],
)
def test_regions(
    line: int, column: int, end_line: int, end_column: int, region: tuple[int, int | None, int, int | None]
) -> None:
    told = result_of(finding(line=line, column=column, end_line=end_line, end_column=end_column))
    found = told["locations"][0]["physicalLocation"]["region"]
    assert tuple(found.get(name) for name in ("startLine", "startColumn", "endLine", "endColumn")) == region


def test_a_whole_file_has_no_region_and_the_fingerprint_that_github_reads() -> None:
    told = result_of(whole_file())
    assert "region" not in told["locations"][0]["physicalLocation"]
    marks = told["partialFingerprints"]
    assert marks["primaryLocationLineHash"] == marks["amowidgetFinding/v1"]


def test_a_finding_of_an_unknown_rule_has_no_index() -> None:
    told = result_of(finding(code="XYZ001"))
    assert told["ruleId"] == "XYZ001"
    assert "ruleIndex" not in told


def test_nothing_found_still_tells_the_rules() -> None:
    run = checked(told=subject(rules=RULES))
    assert run["results"] == []
    assert len(run["tool"]["driver"]["rules"]) == len(RULES)


def test_several_findings_are_valid_and_point_at_their_rules() -> None:
    other = RULE._replace(code="MAN002", slug="other-rule")
    run = checked(*SEVERAL, *SEVERAL, told=subject(rules=(RULE, other)))
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == 2 * len(SEVERAL)
    for told in run["results"]:
        assert rules[told["ruleIndex"]]["id"] == told["ruleId"]
    marks = [told["partialFingerprints"]["amowidgetFinding/v1"] for told in run["results"]]
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize(
    ("prefix", "path", "uri"),
    [
        pytest.param("", "i18n/ru.json", "i18n/ru.json", id="plain"),
        pytest.param("a b", "c#d?e%f.js", "a%20b/c%23d%3Fe%25f.js", id="reserved"),
        pytest.param("", "c:d.js", "c%3Ad.js", id="no-scheme"),
        pytest.param("", "имя.js", "%D0%B8%D0%BC%D1%8F.js", id="cyrillic"),
        pytest.param("", "\udcff.js", "%FF.js", id="a-byte-that-is-not-utf8"),
        pytest.param("", "\ud83d.js", "%EF%BF%BD.js", id="half-a-character"),
        pytest.param("../other", "a.js", "../other/a.js", id="beside"),
        pytest.param("/home/me/a b", "a.js", "file:///home/me/a%20b/a.js", id="absolute"),
        pytest.param("C:/place", "a.js", "file:///C:/place/a.js", id="on-a-drive"),
    ],
)
def test_addresses_of_files(prefix: str, path: str, uri: str) -> None:
    artifact = result_of(finding(path=path), subject(prefix=prefix))["locations"][0]["physicalLocation"][
        "artifactLocation"
    ]
    assert artifact["uri"] == uri
    assert ("uriBaseId" in artifact) is not uri.startswith("file:")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A { is not closed.", "A {{ is not closed."),
        ("{0} and {name}", "{{0}} and {{name}}"),
        ("[a] (b) c[0]", "[a] (b) c[0]"),
        ("[a](1)", "[a\\](1)"),
        ("[a\\](1)", "[a\\\\\\](1)"),
    ],
)
def test_nothing_in_a_message_is_a_place_for_arguments_or_a_link(text: str, told: str) -> None:
    assert result_of(finding(message=text, hint=""))["message"]["text"] == told


def understood(message: str) -> str:
    """Return a message as a viewer shows it by the standard; a link or a place for an argument is a mistake."""
    braces = re.sub(r"\{\{|\}\}", "", message)
    assert "{" not in braces
    assert "}" not in braces
    assert not re.search(r"(?<!\\)(\\\\)*\]\(", message), message
    shown = message.replace("{{", "{").replace("}}", "}")
    return re.sub(r"(\\+)\]\(", lambda match: "\\" * (len(match[1]) // 2) + "](", shown)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_valid_and_come_back(text: str) -> None:
    told = result_of(hostile(text))
    assert understood(told["message"]["text"]) == visible(f"The fact {text}. {text}".rstrip())
    uri = told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    path = re.sub("[\ud800-\udc7f\udd00-\udfff]", "\ufffd", f"widgets/orders/a/{text}")
    assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogateescape")


@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=10))
def test_any_text_is_valid(text: str, prefix: str) -> None:
    checked(hostile(text), told=subject(prefix=prefix))


def test_no_more_results_than_github_takes() -> None:
    light = [finding(severity=Severity.INFO, line=line, lines=()) for line in range(1, RESULT_LIMIT + 1)]
    run: Json = log([*light, finding()], subject())["runs"][0]  # type: ignore[index]  # JSON of any shape
    assert len(run["results"]) == RESULT_LIMIT
    assert run["results"][0]["level"] == "error"
    note = run["invocations"][0]["toolExecutionNotifications"][0]
    assert note["message"]["text"] == "GitHub takes 25000 results at most; 1 of the lightest are left out."
    VALIDATOR.validate({"version": "2.1.0", "runs": [{**run, "results": []}]})


@every_rule
def test_a_record_has_a_text_for_everything_that_is_told(rule: Rule) -> None:
    told = checked(told=subject(rules=(rule,)))["tool"]["driver"]["rules"][0]
    short, full = told["shortDescription"]["text"], told["fullDescription"]["text"]
    assert 0 < len(told["name"]) <= 255
    assert 0 < len(short) <= 100
    assert full.strip()
    assert len(full) <= 1024
    assert short != full
    for text in (rule.why, rule.good, rule.source):
        assert text.strip()
        assert text in told["help"]["text"]
    assert rule.good in told["help"]["markdown"]
    assert 1 <= len(told["properties"]["tags"]) <= 10
    assert told["properties"]["precision"] in ("high", "medium", "low")
    assert not re.search(r"\{[a-z_]+\}", short + full)


@every_rule
def test_the_markdown_of_a_record_holds_no_markup_of_html(rule: Rule) -> None:
    shown = checked(told=subject(rules=(rule,)))["tool"]["driver"]["rules"][0]["help"]["markdown"]
    prose = re.sub(r"^(`{3,})\n.*?\n\1$", "", shown, flags=re.DOTALL | re.MULTILINE)
    assert shown.count("```") >= 4
    assert not re.search(r"(?<!\\)<", re.sub(r"`[^`]*`", "", prose))


def test_examples_with_backticks_stay_in_their_block() -> None:
    rule = Rule(
        code="TWG001",
        slug="json-not-utf8",
        severity=Severity.INFO,
        evidence=Evidence.ASSUMED,
        source="a <b> [c](d)",
        message="A fact.",
        hint="A remedy.",
        why="Why *this* and `<that>`.",
        bad="```\n````",
        good="",
    )
    told = checked(told=subject(rules=(rule,)))["tool"]["driver"]["rules"][0]
    assert told["shortDescription"]["text"] == "JSON not UTF-8"
    shown = told["help"]["markdown"]
    assert "`````\n```\n````\n`````" in shown
    assert "Why \\*this\\* and `<that>`." in shown
    assert "a \\<b\\> \\[c\\](d)" in shown


@pytest.mark.parametrize("change", [{"level": "info"}, {"ruleIndex": "0"}, {"message": {}}, {"unknown": 1}])
def test_the_schema_sees_mistakes(change: dict[str, object]) -> None:
    whole: Json = log([finding()], subject())
    assert VALIDATOR.is_valid(whole)
    whole["runs"][0]["results"][0].update(change)
    assert not VALIDATOR.is_valid(whole)
