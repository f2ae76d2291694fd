"""Known findings: silent while they stay, told when they are new, named when they are gone; secrets are never known."""

from pathlib import Path

import pytest

from amowidget.checks.known import baseline_of, compared
from amowidget.checks.registry import CHECKS
from amowidget.checks.settings import Settings
from amowidget.config.baseline import Baseline, dumped, load
from amowidget.errors import AmowidgetError
from amowidget.finding import Finding, Severity, SourceLine

RULES = [check.rule for check in CHECKS]


def finding(text: str = "eval(a);", line: int = 3, **values: str) -> Finding:
    base = Finding(
        "SCR053",
        "eval-call",
        Severity.WARNING,
        "m",
        "h",
        "script.js",
        line,
        1,
        line,
        5,
        lines=(SourceLine(line, text),),
    )
    return base._replace(**values)  # type: ignore[arg-type]  # all of them texts


def new(findings: list[Finding], known: list[Finding], settings: Settings | None = None) -> tuple[int, int, int]:
    told = compared(findings, baseline_of(known), RULES, settings or Settings())
    return len(told.new), len(told.known), sum(gone.number for gone in told.gone)


def test_what_is_known_stays_silent_when_it_moves_or_is_indented() -> None:
    assert new([finding("  eval(a);", 40)], [finding("eval(a);", 3)]) == (0, 1, 0)


@pytest.mark.parametrize(
    "other",
    [finding("eval(b);"), finding(path="other.js"), finding(rule="dialog-call")],
    ids=["other text", "other file", "other rule"],
)
def test_what_is_new_is_told_and_what_is_gone_is_named(other: Finding) -> None:
    assert new([other], [finding()]) == (1, 0, 1)


def test_equal_findings_are_counted() -> None:
    assert new([finding(line=1), finding(line=2), finding(line=3)], [finding(), finding()]) == (1, 2, 0)
    assert new([finding()], [finding(), finding()]) == (0, 1, 1)


def test_a_rule_that_was_not_asked_is_not_taken_for_mended() -> None:
    assert new([], [finding()], Settings(select=("IMG",))) == (0, 0, 0)
    assert new([], [finding()], Settings(severities={"eval-call": "off"})) == (0, 0, 0)


def test_secrets_are_never_known() -> None:
    secret = finding(code="SEC002", rule="token-in-code")
    assert baseline_of([secret]).count == 0
    forged = Baseline({"script.js": {"token-in-code": ("0" * 12,)}})
    assert len(compared([secret], forged, RULES, Settings()).new) == 1


def test_the_file_keeps_what_it_is_given_and_is_the_same_for_the_same_findings(tmp_path: Path) -> None:
    findings = [finding(line=2), finding(path='a "b"/ы.js'), finding("x", rule="dialog-call"), finding(line=9)]
    path = tmp_path / "known.json"
    path.write_bytes(dumped(baseline_of(findings)))
    assert load(path).known == baseline_of(findings).known
    assert dumped(baseline_of(findings[::-1])) == path.read_bytes()
    assert load(tmp_path / "none.json").count == 0
    path.write_bytes(dumped(Baseline()))
    assert load(path).count == 0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2, "known": {}}', '{"format": 1, "known": []}', "\x00"])
def test_a_file_that_cannot_be_read_is_told_with_the_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AmowidgetError) as caught:
        load(path)
    assert caught.value.code == "config.bad_baseline"
    assert "init --baseline" in caught.value.hint
