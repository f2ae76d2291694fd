"""Manifests from the history of real widgets: broken ones get the right finding, and steps of a repair its reasons."""

from pathlib import Path

import pytest

from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.finding import Finding, Severity
from amowidget.widget.widget import load
from tests import corpus
from tests.checks.conftest import build

pytestmark = pytest.mark.skipif(not corpus.folder(), reason="AMOWIDGET_CORPUS names no folder of real widgets")
# What Python's own parser stops at is the one thing that is told of the text, at the same place.
MALFORMED = {
    "Alerom2006__Calendar__9e0748e1__manifest.json": ("json-text-after-end", 22, 4),
    "Kado12__Widget_Kommo__e69de29b__i18n_en.json": ("json-empty", 1, 1),
    "Kado12__Widget_Kommo__e69de29b__i18n_es.json": ("json-empty", 1, 1),
    "fraclearn-cmyk__timesheet-il-widget__7a74e757__widget_manifest.json": ("json-byte-order-mark", 1, 1),
    "fraclearn-cmyk__timesheet-il-widget__8b0910ca__widget_manifest.json": ("json-byte-order-mark", 1, 1),
    "oarthurdev__n8n-kommo-widget__a19683bb__i18n_en.json": ("json-text-after-end", 61, 2),
    "oarthurdev__n8n-kommo-widget__d73277c5__i18n_pt.json": ("json-text-after-end", 62, 5),
}
# What the author mended in the next commit: the rule that says it, and a word of its sentence. After the last step of
# the first history nothing is left. The last step of the second one still switches the tour off: its author reports in
# the commit after it that the account answered "Something went wrong", and gave the upload up. The finding is right.
STEPS = {
    "GregNol__uds-amocrm-integration__01.json": (("installation-missing", "installation"),),
    "GregNol__uds-amocrm-integration__02.json": (("field-wrong-type", "widget.locale"),),
    "GregNol__uds-amocrm-integration__03.json": (
        ("field-missing", "locations"),
        ("settings-missing", "settings"),
        ("unknown-key", "widget.tour"),
    ),
    "GregNol__uds-amocrm-integration__04.json": (("field-value-unknown", "settings.uds_domain.type"),),
    "GregNol__uds-amocrm-integration__05.json": (("settings-missing", "settings"),),
    "GregNol__uds-amocrm-integration__06.json": (("field-wrong-type", "tour"), ("unknown-key", "widget.locations")),
    "GregNol__uds-amocrm-integration__07.json": (("support-missing", "support"),),
    "GregNol__uds-amocrm-integration__08.json": (),
    "dimatolpygin__avi_to_bot_60__01.json": (("field-missing", "locations"),),
    "dimatolpygin__avi_to_bot_60__02.json": (("advanced-title-unusual", "left_menu.title"),),
    "dimatolpygin__avi_to_bot_60__03.json": (("advanced-title-unusual", "SBAvito"),),
    "dimatolpygin__avi_to_bot_60__04.json": (("section-missing", "advanced.title"),),
    "dimatolpygin__avi_to_bot_60__05.json": (("tour-switched-off", "is_tour"),),
}


def history(part: str, name: str) -> bytes:
    folder = corpus.folder()
    assert folder is not None
    return (folder / part / name).read_bytes()


def judged(destination: Path, path: str, data: bytes, select: tuple[str, ...]) -> list[Finding]:
    """Return what is found in one file of the base widget when it holds these bytes."""
    build({}, destination)
    (destination / path).write_bytes(data)
    findings = run(load(destination), Settings(select=select))
    return [finding for finding in findings if finding.path == path]


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_gets_exactly_the_right_finding(name: str, tmp_path: Path) -> None:
    path = f"i18n/{name.rpartition('_')[2]}" if "i18n" in name else "manifest.json"
    found = judged(tmp_path / "w", path, history("_history-malformed", name), ("JSN",))
    assert [(finding.rule, finding.line, finding.column) for finding in found] == [MALFORMED[name]]
    assert found[0].severity is Severity.ERROR


@pytest.mark.parametrize("name", STEPS)
def test_each_step_shows_what_the_author_mended_next(name: str, tmp_path: Path) -> None:
    found = judged(tmp_path / "w", "manifest.json", history("_history-fixes", name), ("JSN", "MAN", "LOC"))
    for rule, word in STEPS[name]:
        assert any(finding.rule == rule and word in finding.message for finding in found), (rule, found)
    if not STEPS[name]:
        assert found == []


def test_no_file_of_the_history_is_left_out() -> None:
    folder = corpus.folder()
    assert folder is not None
    assert {path.name for path in (folder / "_history-malformed").iterdir()} == set(MALFORMED)
    assert {path.name for path in (folder / "_history-fixes").iterdir()} == set(STEPS)
