"""A new project: every combination of answers gives a widget that passes every check, whole or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.config.load import Overrides, load
from amowidget.errors import AmowidgetError
from amowidget.scaffold.answers import LOCALES, PLATFORMS, VISIBILITIES, answered
from amowidget.scaffold.new import PlannedFile, plan, write
from amowidget.widget import widget as widgets

COMBINATIONS = [
    pytest.param(platform, visibility, locales, id=f"{platform}-{visibility}-{'+'.join(locales) or 'usual'}")
    for platform in PLATFORMS
    for visibility in VISIBILITIES
    for locales in ((), LOCALES[platform], LOCALES[platform][-1:])
]


def planned(name: str = "my-widget", **given: object) -> dict[str, bytes]:
    return {file.path: file.data for file in plan(answered(name, given))}


def references(value: object) -> list[str]:
    """Every text of the manifest that names a translation."""
    if isinstance(value, dict):
        return [found for part in value.values() for found in references(part)]
    if isinstance(value, str) and value.split(".")[0] in {"widget", "settings"} and "." in value:
        return [value]
    return []


@pytest.mark.parametrize(("platform", "visibility", "locales"), COMBINATIONS)
def test_every_combination_passes_every_check(
    platform: str, visibility: str, locales: tuple[str, ...], tmp_path: Path
) -> None:
    answers = answered("my-widget", {"platform": platform, "visibility": visibility, "locales": locales})
    write(plan(answers), tmp_path / "my-widget")
    project = load(tmp_path / "my-widget", {})
    assert (project.platform, project.visibility) == (platform, visibility)
    findings = run(widgets.load(project.source), Settings.of_project(project, Overrides()))
    # Where users get help nobody but the maker knows: both addresses are to be filled in before publishing.
    left = ["support-placeholder"] * 2 if visibility == "public" else []
    assert [finding.rule for finding in findings] == left


@pytest.mark.parametrize(("platform", "visibility", "locales"), COMBINATIONS)
def test_every_text_of_the_manifest_is_translated(platform: str, visibility: str, locales: tuple[str, ...]) -> None:
    files = planned(platform=platform, visibility=visibility, locales=locales)
    manifest = json.loads(files["widget_src/manifest.json"])
    names = references({key: part for key, part in manifest.items() if key != "tour"} | manifest.get("tour", {}))
    assert len(names) == (5 if visibility == "public" else 4)
    for locale in manifest["widget"]["locale"]:
        translations = json.loads(files[f"widget_src/i18n/{locale}.json"])
        for name in names:
            section, key = name.split(".")
            assert translations[section][key]


def test_the_project_holds_these_files() -> None:
    assert sorted(planned()) == [
        ".gitignore",
        "README.md",
        "amowidget.toml",
        "widget_src/i18n/en.json",
        "widget_src/i18n/ru.json",
        "widget_src/images/logo.png",
        "widget_src/images/logo_main.png",
        "widget_src/images/logo_medium.png",
        "widget_src/images/logo_min.png",
        "widget_src/images/logo_small.png",
        "widget_src/manifest.json",
        "widget_src/script.js",
        "widget_src/style.css",
        "widget_src/templates/card.twig",
    ]


def test_a_public_widget_has_pictures_for_every_language() -> None:
    files = planned(visibility="public", platform="both", locales=LOCALES["both"])
    tour = json.loads(files["widget_src/manifest.json"])["tour"]
    assert tour["is_tour"] is True
    assert set(tour["tour_images"]) == set(LOCALES["both"])
    for pictures in tour["tour_images"].values():
        assert {f"widget_src{picture}" for picture in pictures} <= set(files)


def test_a_private_widget_has_no_tour() -> None:
    assert "tour" not in json.loads(planned()["widget_src/manifest.json"])


def test_neither_code_nor_key_is_scaffolded() -> None:
    widget = json.loads(planned()["widget_src/manifest.json"])["widget"]
    assert not {"code", "secret_key"} & set(widget)
    assert (widget["version"], widget["interface_version"], widget["init_once"]) == ("1.0.0", 2, False)


def test_languages_without_texts_of_their_own_get_english_ones() -> None:
    files = planned(platform="kommo", locales=("en", "tr", "id"))
    english = files["widget_src/i18n/en.json"]
    assert files["widget_src/i18n/tr.json"] == files["widget_src/i18n/id.json"] == english


@pytest.mark.parametrize("name", ["my-widget", "Виджет", "2go"])
def test_text_files_are_clean(name: str) -> None:
    for path, data in planned(name, visibility="public").items():
        if not path.endswith(".png"):
            text = data.decode("utf-8")
            assert not set("\r\t\ufeff") & set(text), path
            assert text.endswith("\n"), path
            assert not any(line.endswith(" ") for line in text.split("\n")), path
            assert "{@" not in text, path
            assert "@}" not in text, path


def test_the_title_stands_in_every_language() -> None:
    files = planned("blue-bird")
    assert {json.loads(files[f"widget_src/i18n/{code}.json"])["widget"]["name"] for code in ("ru", "en")} == {
        "Blue bird"
    }


def test_the_same_answers_give_the_same_bytes() -> None:
    # A second process has another hash seed.
    code = (
        "import hashlib; from amowidget.scaffold.new import plan; from amowidget.scaffold.answers import answered;"
        "print(hashlib.sha256(repr(plan(answered('my-widget', {}))).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_the_script_is_javascript(tmp_path: Path) -> None:
    script = tmp_path / "script.js"
    script.write_bytes(planned()["widget_src/script.js"])
    subprocess.run(["node", "--check", str(script)], check=True, timeout=30)


def test_write_makes_the_folder_and_leaves_nothing_else(tmp_path: Path) -> None:
    files = (PlannedFile("a/b.txt", b"one\n"), PlannedFile("c.txt", b"two\n"))
    write(files, tmp_path / "deep" / "new")
    assert (tmp_path / "deep" / "new" / "a" / "b.txt").read_bytes() == b"one\n"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["new"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    write((PlannedFile("c.txt", b"two\n"),), tmp_path / "new")
    assert (tmp_path / "new" / "c.txt").is_file()


def test_an_occupied_folder_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(AmowidgetError) as caught:
        write((PlannedFile("c.txt", b"two\n"),), tmp_path / "new")
    assert caught.value.code == "usage.folder_exists"
    assert [path.name for path in tmp_path.rglob("*")] == ["new", "mine.txt"]


def test_a_file_of_that_name_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("mine", encoding="utf-8")
    with pytest.raises(AmowidgetError) as caught:
        write((PlannedFile("c.txt", b"two\n"),), tmp_path / "new")
    assert caught.value.code == "usage.folder_exists"
    assert (tmp_path / "new").read_text(encoding="utf-8") == "mine"


def test_a_place_that_cannot_be_written_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    # A file in the way fails for every user, root included.
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(AmowidgetError) as caught:
        write((PlannedFile("c.txt", b"two\n"),), tmp_path / "file" / "new")
    assert caught.value.code == "io.not_writable"
    assert caught.value.hint


def test_a_failure_half_way_leaves_nothing(tmp_path: Path) -> None:
    # The second file needs a folder where the first one is a file.
    with pytest.raises(AmowidgetError) as caught:
        write((PlannedFile("a", b"one\n"), PlannedFile("a/b", b"two\n")), tmp_path / "new")
    assert caught.value.code == "io.not_writable"
    assert list(tmp_path.iterdir()) == []
