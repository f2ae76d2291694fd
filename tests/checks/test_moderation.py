"""The moderators' list: every point of the reference is on it, and what it says of rules is true of the rules."""

from pathlib import Path

import pytest

from amowidget.checks.moderation import DEMANDS, Answer, Judged, answers, others
from amowidget.checks.registry import CHECKS
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.checks.styles import selector_starts
from amowidget.checks.unread import passed_over
from amowidget.finding import Severity
from amowidget.widget.widget import HELD_LIMIT_BYTES, SCRIPT_LIMIT_BYTES, Widget, load
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


def judged(widget: Widget, settings: Settings) -> dict[str, Answer]:
    found = Judged(widget, run(widget, settings), selector_starts(widget, settings.context))
    return {answer.demand.number: answer for answer in answers(found, settings, RULES)}


def test_findings_stand_at_their_point_and_remarks_prove_nothing(tmp_path: Path) -> None:
    script = "define([], function () {\n  eval('1');\n  setTimeout('2', 1);\n  return function () {};\n});\n"
    build({"write": [{"file": "script.js", "text": script}]}, tmp_path / "w")
    told = judged(load(tmp_path / "w"), Settings(visibility="public"))
    assert [finding.rule for finding in told["PUB-10"].findings] == ["eval-call"]
    assert [finding.rule for finding in told["PUB-10"].remarks] == ["code-from-text"]
    assert told["PUB-11"].findings == ()
    assert told["PUB-11"].unread == ()
    assert all(finding.severity is not Severity.INFO for answer in told.values() for finding in answer.findings)
    assert all(finding.severity is Severity.INFO for answer in told.values() for finding in answer.remarks)


def test_points_of_the_other_platform_are_left_out(tmp_path: Path) -> None:
    build({}, tmp_path / "w")
    widget = load(tmp_path / "w")

    def numbers(platform: str) -> set[str]:
        return {answer.demand.number for answer in answers(Judged(widget, ()), Settings(platform, "public"), RULES)}

    assert "PUB-42" in numbers("kommo") - numbers("amocrm")
    assert "PUB-48" in numbers("amocrm") - numbers("kommo")
    assert numbers("both") == numbers("amocrm") | numbers("kommo")


@pytest.mark.parametrize(
    ("path", "text", "unseen"),
    [
        ("script.js", "define([], function () { alert(1); eval('2'; });", {"PUB-10", "PUB-11", "PUB-23"}),
        ("script.js", "define([], " + "[" * 1200 + "]" * 1200 + ");", {"PUB-10", "PUB-11", "PUB-23", "PUB-30"}),
        ("script.js", "// " + "a" * SCRIPT_LIMIT_BYTES, {"PUB-02", "PUB-03", "PUB-04", "PUB-10", "PUB-23", "PUB-30"}),
        ("lists.js", "define([], function () { return [1, ; });", {"PUB-10", "PUB-11"}),
        ("lists.js", "export default <div/>;", {"PUB-10", "PUB-11"}),
        ("style.css", "/* " + "a" * HELD_LIMIT_BYTES, {"PUB-02", "PUB-04", "PUB-30", "PUB-31"}),
        ("i18n/ru.json", '{"widget": {"name": "A" "b": 1}}', {"PUB-40", "PUB-41", "PUB-45"}),
        ("manifest.json", '{"a":', {"PUB-02", "PUB-10", "PUB-40", "PUB-50"}),
    ],
)
def test_what_could_not_be_read_is_not_said_to_be_seen(tmp_path: Path, path: str, text: str, unseen: set[str]) -> None:
    build({"write": [{"file": path, "text": text}]}, tmp_path / "w")
    widget, settings = load(tmp_path / "w"), Settings(visibility="public")
    findings = run(widget, settings)
    told = {answer.demand.number: answer for answer in answers(Judged(widget, findings), settings, RULES)}
    assert all(path in told[number].unread for number in unseen)
    named = {finding for answer in told.values() for finding in answer.findings}
    errors = {finding for finding in findings if finding.severity is Severity.ERROR}
    assert errors <= named | set(others(findings))


def test_libraries_are_named_as_passed_over(tmp_path: Path) -> None:
    files = [{"file": "lib/chart.js", "text": "var a;\n"}, {"file": "chart.js", "text": "var a;\n"}]
    build({"write": files}, tmp_path / "w")
    assert passed_over(load(tmp_path / "w"), Settings(visibility="public").context) == ("lib/chart.js",)


def test_whose_the_roots_of_styles_are_only_a_person_can_tell(tmp_path: Path) -> None:
    style = ".title{} .active > .x{} #list:hover a{}\n@media print { .title b{} }\n"
    build({"write": [{"file": "style.css", "text": style}]}, tmp_path / "w")
    told = judged(load(tmp_path / "w"), Settings(visibility="public"))
    assert told["PUB-31"].roots == (".title", ".active", "#list:hover")
    assert not any(answer.roots for number, answer in told.items() if number != "PUB-31")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(visibility="public", severities={"eval-call": "off"}),
        Settings(visibility="public", severities={"SCR053": "info"}),
        Settings(visibility="public", select=("IMG",)),
        Settings(visibility="public", ignore=("SCR",)),
        Settings(visibility="public"),
    ],
)
def test_what_a_project_mutes_is_told_to_moderators(tmp_path: Path, settings: Settings) -> None:
    script = "// amowidget: allow eval-call\neval('1');\ndefine([], function () { return function () {}; });\n"
    build({"write": [{"file": "script.js", "text": script}]}, tmp_path / "w")
    widget = load(tmp_path / "w")
    assert judged(widget, settings)["PUB-10"].findings == ()
    told = judged(widget, settings._replace(is_unmuted=True))
    assert [finding.severity for finding in told["PUB-10"].findings] == [Severity.ERROR]
