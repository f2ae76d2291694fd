"""What the rules of the manifest and its pictures advise, and what their edits make of a manifest."""

import json
from pathlib import Path
from typing import Any

import pytest

from amowidget.checks.registry import CHECKS
from amowidget.checks.run import judged
from amowidget.checks.settings import Settings
from amowidget.finding import Finding
from amowidget.widget.edit import apply
from amowidget.widget.widget import load
from tests.checks.conftest import WIDGETS, build

BASE = (WIDGETS / "base" / "manifest.json").read_text(encoding="utf-8")
LOCATIONS = '  "locations": ["lcard-1", "settings"],'


def found(folder: Path, text: str, *slugs: str) -> tuple[Finding, ...]:
    """Return what some rules find in the base widget with another manifest."""
    build({}, folder)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    checks = [check for check in CHECKS if check.rule.slug in slugs]
    return tuple(one.finding for one in judged(load(folder), Settings(), checks))


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        pytest.param(
            "advancedSettings", 'The section of the location advanced_settings is called "advanced".', id="camel"
        ),
        pytest.param("digital_pipeline", 'The section of the location digital_pipeline is called "dp".', id="location"),
        pytest.param(
            "lead_sources",
            '"lead_sources" is a location without a section of its own: list it in locations.',
            id="no-section",
        ),
        pytest.param("salesbotDesigner", 'Did you mean "salesbot_designer"?', id="case"),
        pytest.param("tuor", 'Did you mean "tour"?', id="letters"),
        pytest.param("setings", "Take it out, unless you know that the account needs it.", id="present-already"),
        pytest.param("webhook_url", 'Move it into "dp".', id="level-dp"),
        pytest.param("is_tour", 'Move it into "tour".', id="level-tour"),
        pytest.param("version", "Take it out: the manifest has it where it belongs.", id="level-widget"),
        pytest.param("support", "Take it out: the manifest has it where it belongs.", id="level-support"),
        pytest.param("title", "Take it out, unless you know that the account needs it.", id="of-many-places"),
        pytest.param("", "Take it out, unless you know that the account needs it.", id="empty"),
        pytest.param("chat_settings", "Take it out, unless you know that the account needs it.", id="invented"),
    ],
)
def test_what_an_unknown_key_at_the_top_may_mean(tmp_path: Path, key: str, hint: str) -> None:
    text = BASE.replace(LOCATIONS, f"  {json.dumps(key)}: {{}},\n{LOCATIONS}")
    (finding,) = found(tmp_path / "w", text, "unknown-key")
    assert finding.hint == hint


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        pytest.param("locations", "Take it out: the manifest has it where it belongs.", id="locations"),
        pytest.param("tour", "Move it to the top of the manifest, beside widget.", id="tour"),
        pytest.param("tour_description", 'Move it into "tour".', id="tour-description"),
        pytest.param("initOnce", "Take it out, unless you know that the account needs it.", id="present-already"),
        pytest.param("isShowcase", 'Did you mean "is_showcase"?', id="camel"),
        pytest.param("oauth", "Take it out, unless you know that the account needs it.", id="invented"),
        pytest.param("codes", "Take it out, unless you know that the account needs it.", id="never-a-legacy-key"),
    ],
)
def test_what_an_unknown_key_in_widget_may_mean(tmp_path: Path, key: str, hint: str) -> None:
    text = BASE.replace('    "init_once": false,', f'    "init_once": false,\n    "{key}": {{}},')
    (finding,) = found(tmp_path / "w", text, "unknown-key")
    assert finding.hint == hint


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        pytest.param("advancedSettings", 'Did you mean "advanced_settings"?', id="camel"),
        pytest.param("LCARD-1", 'Did you mean "lcard-1"?', id="case"),
        pytest.param("cuscard", 'Did you mean "cucard"?', id="letters"),
        pytest.param("anywhere", 'Did you mean "everywhere"?', id="word"),
        pytest.param("lcard-2", 'Did you mean "lcard"?', id="suffix"),
    ],
)
def test_what_an_unknown_location_may_mean(tmp_path: Path, code: str, hint: str) -> None:
    text = BASE.replace('"lcard-1"', json.dumps(code))
    (finding,) = found(tmp_path / "w", text, "location-unknown")
    assert finding.hint == hint


def test_a_location_like_no_other_gets_the_whole_list(tmp_path: Path) -> None:
    (finding,) = found(tmp_path / "w", BASE.replace('"lcard-1"', '"outer_space"'), "location-unknown")
    assert finding.hint.startswith("Known: lcard, ccard")


@pytest.mark.parametrize(
    ("old", "new", "slug", "path", "value"),
    [
        ('"init_once": false', '"init_once": "Y"', "init-once-text", "widget.init_once", True),
        ('"init_once": false', '"init_once": "false"', "init-once-text", "widget.init_once", False),
        ('["lcard-1", "settings"]', '["a", "a", "b", "a"]', "location-duplicate", "locations", ["a", "b"]),
        ('["lcard-1", "settings"]', '["lcard", "lcard-1"]', "location-duplicate", "locations", ["lcard"]),
        ('["lcard-1", "settings"]', '["settings-1"]', "location-suffix-misplaced", "locations", ["settings"]),
    ],
)
def test_what_the_edits_make(tmp_path: Path, old: str, new: str, slug: str, path: str, value: Any) -> None:
    assert old in BASE
    folder = tmp_path / "w"
    build({}, folder)
    (folder / "manifest.json").write_text(BASE.replace(old, new), encoding="utf-8")
    widget = load(folder)
    checks = [check for check in CHECKS if check.rule.slug == slug]
    hits = [one.hit for one in judged(widget, Settings(), checks)]
    source = widget.source("manifest.json")
    assert source
    mended = json.loads(apply(source, [fix.edit for hit in hits for fix in hit.fixes]))
    for key in path.split("."):
        mended = mended[key]
    assert mended == value


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        pytest.param('"init_once": false', '"init_once": "once"', "init-once-text", id="no-boolean"),
        pytest.param('"lcard-1", "settings"', '"settings-1", "settings"', "location-suffix-misplaced", id="listed"),
    ],
)
def test_where_more_than_one_answer_could_be_right_there_is_no_edit(
    tmp_path: Path, old: str, new: str, slug: str
) -> None:
    (finding,) = found(tmp_path / "w", BASE.replace(old, new), slug)
    assert not finding.fixable


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        pytest.param("logo_min.png", "Logo_Min.PNG", "Rename or convert images/Logo_Min.PNG", id="case"),
        pytest.param("logo_min.png", "brand/logo_min.png", "Rename or convert images/brand/logo_min.png", id="folder"),
        pytest.param("logo_min.png", "mini.png", "Add a picture of exactly 84 x 84 pixels.", id="another-name"),
    ],
)
def test_a_logo_of_another_name_is_found(tmp_path: Path, old: str, new: str, hint: str) -> None:
    folder = tmp_path / "w"
    build({}, folder)
    (folder / "images" / new).parent.mkdir(exist_ok=True)
    (folder / "images" / old).rename(folder / "images" / new)
    checks = [check for check in CHECKS if check.rule.slug == "panel-logo-missing"]
    (one,) = judged(load(folder), Settings(), checks)
    assert one.finding.hint.startswith(hint)


def test_a_slide_that_differs_in_case_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    text = BASE.replace(
        LOCATIONS, f'  "tour": {{ "is_tour": true, "tour_images": {{ "ru": ["/images/Logo.png"] }} }},\n{LOCATIONS}'
    )
    (finding,) = found(folder, text, "tour-image-missing")
    assert finding.hint.startswith("There is images/logo.png")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("    }\n  },\n" + LOCATIONS, "    }\n  }},\n" + LOCATIONS, id="one-too-many"),
        pytest.param("    }\n  },\n" + LOCATIONS, "    }\n  ,\n" + LOCATIONS, id="one-too-few"),
    ],
)
def test_behind_a_wrong_bracket_nothing_is_called_missing_or_misplaced(tmp_path: Path, old: str, new: str) -> None:
    assert old in BASE
    slugs = ("field-missing", "unknown-key", "settings-missing", "installation-missing", "tour-missing")
    assert found(tmp_path / "w", BASE.replace(old, new), *slugs) == ()
