"""The moderators' list: every point of the reference is on it, and what it says of rules is true of the rules."""

from pathlib import Path

import pytest

from amowidget.checks.moderation import DEMANDS, answers, others
from amowidget.checks.registry import CHECKS
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.finding import Severity
from amowidget.widget.widget import load
from tests.checks.conftest import build

RULES = [check.rule for check in CHECKS]
# Section 9 of the package reference.
NUMBERS = (*range(1, 6), *range(10, 25), *range(30, 36), *range(40, 56))


def test_every_point_is_there_once_and_in_order() -> None:
    assert [demand.number for demand in DEMANDS] == [f"PUB-{number:02}" for number in NUMBERS]


def test_every_point_is_seen_by_rules_that_exist_or_left_to_a_person() -> None:
    rules = {check.rule.slug: check.rule for check in CHECKS}
    for demand in DEMANDS:
        assert demand.rules or demand.look, demand
        for slug in demand.rules:
            assert slug in rules, f"{demand.number}: {slug}"


def test_rules_that_name_a_point_are_on_it() -> None:
    named = {slug for demand in DEMANDS for slug in demand.rules}
    for check in CHECKS:
        if "PUB-" in check.rule.why:
            assert check.rule.slug in named, check.rule.slug


def test_findings_stand_at_their_point_and_remarks_do_not_count(tmp_path: Path) -> None:
    script = "define([], function () {\n  eval('1');\n  setTimeout('2', 1);\n  return function () {};\n});\n"
    build({"write": [{"file": "script.js", "text": script}]}, tmp_path / "w")
    settings = Settings(visibility="public")
    findings = run(load(tmp_path / "w"), settings)
    told = {answer.demand.number: answer for answer in answers(findings, settings, RULES)}
    assert [finding.rule for finding in told["PUB-10"].findings] == ["eval-call"]
    assert told["PUB-11"].findings == ()
    assert all(finding.severity is not Severity.INFO for answer in told.values() for finding in answer.findings)


def test_points_of_the_other_platform_are_left_out() -> None:
    def numbers(platform: str) -> set[str]:
        return {answer.demand.number for answer in answers((), Settings(platform, "public"), RULES)}

    assert "PUB-42" in numbers("kommo") - numbers("amocrm")
    assert "PUB-48" in numbers("amocrm") - numbers("kommo")
    assert numbers("both") == numbers("amocrm") | numbers("kommo")


@pytest.mark.parametrize(
    ("path", "text", "unseen"),
    [
        ("script.js", "define([], function () { alert(1); eval('2'; });", {"PUB-10", "PUB-11", "PUB-23"}),
        ("manifest.json", '{"a":', {"PUB-02", "PUB-10", "PUB-40", "PUB-50"}),
    ],
)
def test_what_could_not_be_read_is_not_said_to_be_seen(tmp_path: Path, path: str, text: str, unseen: set[str]) -> None:
    build({"write": [{"file": path, "text": text}]}, tmp_path / "w")
    settings = Settings(visibility="public")
    findings = run(load(tmp_path / "w"), settings)
    told = {answer.demand.number: answer for answer in answers(findings, settings, RULES)}
    assert not any(told[number].is_seen for number in unseen)
    named = {finding for answer in told.values() for finding in answer.findings}
    errors = {finding for finding in findings if finding.severity is Severity.ERROR}
    assert errors <= named | set(others(findings))
