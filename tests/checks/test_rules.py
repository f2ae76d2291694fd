"""The records of the rules: complete, consistent, and never graver than their evidence allows."""

import inspect
import re
from pathlib import Path

import pytest

from amowidget.checks.check import Check
from amowidget.checks.registry import CHECKS
from amowidget.checks.run import judged
from amowidget.finding import Evidence, Severity
from tests.checks.conftest import WIDGETS, widget_of

BAD = sorted(path for path in (WIDGETS / "bad").iterdir() if path.is_dir())

FAMILIES = ("JSN", "MAN", "LOC", "I18", "IMG", "SCR", "TWG", "CSS", "PKG", "PUB", "SEC")
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.rule.slug)


def test_codes_and_slugs_are_unique_and_in_order() -> None:
    codes = [check.rule.code for check in CHECKS]
    assert len(set(codes)) == len(codes)
    assert len({check.rule.slug for check in CHECKS}) == len(codes)
    assert codes == sorted(codes, key=lambda code: (FAMILIES.index(code[:3]), code))


@every_check
def test_a_record_is_complete(check: Check) -> None:
    rule = check.rule
    assert re.fullmatch(r"[A-Z1][A-Z0-9]{2}[0-9]{3}", rule.code)
    assert rule.code[:3] in FAMILIES
    assert check.find.__name__ == rule.slug.replace("-", "_")
    assert inspect.getdoc(check.find)
    for text in (rule.message, rule.hint, rule.why, rule.good, rule.source):
        assert text.strip()
    assert rule.why.endswith(".")
    assert set(rule.severities) <= {"public", "private", "amocrm", "kommo", "amocrm-public", "kommo-public"}


@every_check
def test_the_evidence_carries_the_severity(check: Check) -> None:
    rule = check.rule
    gravest = max((rule.severity, *rule.severities.values()), key=lambda severity: severity.rank)
    if rule.evidence is Evidence.ASSUMED:
        assert gravest is Severity.INFO
    if rule.evidence is Evidence.OBSERVED and gravest is Severity.ERROR:
        assert rule.source.count(";") >= 1, "an error needs two independent observations, or the documentation"
    if rule.evidence is Evidence.DOCUMENTED:
        assert "https://" in rule.source or "kommo-crm/" in rule.source


def test_the_remedy_reads_without_a_finding() -> None:
    rule = CHECKS[0].rule._replace(hint='Write {{ "{key}": true }}, not {found}.')
    assert rule.remedy == 'Write { "<key>": true }, not <found>.'
    assert rule._replace(hint="{remedy} ").remedy == ""


def test_a_rule_that_mends_says_so_and_one_that_says_so_mends(tmp_path: Path) -> None:
    """What `fixable` says of a rule is what its cases show: a hit with edits in one of them, or none in all."""
    mends = {
        found.finding.rule
        for case in BAD
        for found in judged(*widget_of(case, tmp_path / case.name))
        if found.hit.fixes
    }
    assert {check.rule.slug for check in CHECKS if check.rule.fixable} == mends
