"""Each rule by its folders: what it must find, to the character, and the near-misses that must stay silent."""

import os
from pathlib import Path

import pytest

from amowidget.checks.registry import CHECKS
from tests.checks.conftest import WIDGETS, findings_of, shown

BAD = sorted(path for path in (WIDGETS / "bad").iterdir() if path.is_dir())
GOOD = sorted(path for path in (WIDGETS / "good").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", BAD, ids=lambda path: path.name)
def test_a_bad_widget_gets_exactly_the_expected_findings(case: Path, tmp_path: Path, is_rewriting: bool) -> None:
    if "link" in case.name and os.name == "nt":
        pytest.skip("links need rights on Windows")
    found = shown(findings_of(case, tmp_path / "widget"))
    expected = case / "expected.txt"
    if is_rewriting:
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert found == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", BAD, ids=lambda path: path.name)
def test_the_rule_of_the_folder_is_among_them(case: Path) -> None:
    slug = case.name.partition("--")[0]
    assert f" {slug}: " in (case / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", GOOD, ids=lambda path: path.name)
def test_a_near_miss_stays_silent(case: Path, tmp_path: Path) -> None:
    assert shown(findings_of(case, tmp_path / "widget")) == ""


def test_every_rule_has_a_bad_folder_and_every_folder_a_rule() -> None:
    slugs = {check.rule.slug for check in CHECKS}
    folders = {path.name.partition("--")[0] for path in BAD}
    assert folders == slugs
