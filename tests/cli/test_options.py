"""Options that every command shares, and their places: flags, environment, folders."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_options_come_from_the_environment(amowidget: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (project / "widget_src" / "manifest.json").read_bytes()
    monkeypatch.setenv("AMOWIDGET_BUMP_DRY_RUN", "1")
    assert amowidget("bump", at=project).code == 0
    assert (project / "widget_src" / "manifest.json").read_bytes() == before
    monkeypatch.setenv("AMOWIDGET_VALIDATE_STRICT", "1")
    monkeypatch.setenv("AMOWIDGET_PLATFORM", "kommo")
    assert amowidget("validate", at=project).code == 1
    assert amowidget("validate", "--platform", "amocrm", at=project).code == 0
    monkeypatch.setenv("AMOWIDGET_TARGET", "nowhere")
    assert amowidget("status", "--json", at=project).error == "usage.unknown_target"


def test_a_folder_can_be_named_by_flag_or_environment(
    amowidget: Command, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert amowidget("targets", at=tmp_path).code == 2
    assert amowidget("targets", "-C", "my-widget", at=tmp_path).code == 0
    monkeypatch.setenv("AMOWIDGET_PROJECT", str(project))
    assert amowidget("targets", at=tmp_path).code == 0
    assert amowidget("targets", "-C", ".", at=tmp_path).code == 2


def test_a_command_works_from_below_the_project(amowidget: Command, project: Path) -> None:
    assert amowidget("validate", at=project / "widget_src" / "images").code == 0
    assert amowidget("pack", at=project / "widget_src").code == 0
    assert (project / "widget.zip").is_file()


def test_folders_and_archives_can_be_judged_from_anywhere(amowidget: Command, project: Path, tmp_path: Path) -> None:
    amowidget("pack", at=project)
    for path in ("my-widget", "my-widget/widget_src", "my-widget/widget.zip"):
        judged = amowidget("validate", path, "--json", at=tmp_path)
        assert judged.code == 0, path
        assert judged.result["findings"] == []


def test_a_widget_without_any_configuration_is_enough(amowidget: Command, project: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    (project / "widget_src").rename(bare)
    for words in (("validate", "--strict"), ("bump",), ("pack",), ("upload", "--target", "sandbox"), ("status",)):
        assert amowidget(*words, at=bare).code == 0, words
    packed = amowidget("pack", "--list", "--json", at=bare).result
    assert not [name for name in packed["files"] if name.startswith(".") or name.endswith(".zip")]


def test_findings_can_be_written_into_a_file_and_selected(amowidget: Command, project: Path) -> None:
    (project / "widget_src" / "images" / "logo.png").unlink()
    assert amowidget("validate", "--output", "found.txt", at=project).code == 1
    assert "IMG001" in (project / "found.txt").read_text(encoding="utf-8")
    assert amowidget("validate", "--ignore", "IMG", at=project).code == 0
    assert amowidget("validate", "--select", "logo-missing", at=project).code == 1
    assert amowidget("validate", "--select", "NOPE", "--json", at=project).error == "usage.unknown_rule"
    assert amowidget("validate", "--format", "yaml", "--json", at=project).code == 2
    assert amowidget("validate", "--format", "yaml", at=project).code == 2


def test_a_rule_can_be_changed_by_the_project(amowidget: Command, project: Path) -> None:
    (project / "widget_src" / "images" / "logo.png").unlink()
    config = project / "amowidget.toml"
    before = config.read_text(encoding="utf-8")
    config.write_text(before + '\n[rules]\nlogo-missing = "warning"\n', encoding="utf-8")
    assert amowidget("validate", at=project).code == 0
    assert amowidget("validate", "--strict", at=project).code == 1
    assert amowidget("pack", at=project).code == 0
    config.write_text(before + '\n[rules]\nIMG001 = "off"\n', encoding="utf-8")
    assert amowidget("validate", "--json", at=project).result["findings"] == []


def test_legacy_keys_are_an_error_in_public_and_do_not_stop_the_pack(amowidget: Command, tmp_path: Path) -> None:
    amowidget("new", "w", "--visibility", "public", "--yes")
    manifest = tmp_path / "w" / "widget_src" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    key = '"secret_key": "0123456789abcdef0123456789abcdef",\n    "version"'
    manifest.write_text(text.replace('"version"', key), encoding="utf-8")
    assert amowidget("validate", at=tmp_path / "w").code == 1
    assert amowidget("pack", at=tmp_path / "w").code == 0


def test_verbose_tells_where_settings_come_from(amowidget: Command, project: Path) -> None:
    told = amowidget("validate", "-v", "--visibility", "private", at=project)
    assert "platform: amocrm (from amowidget.toml)" in told.err
    assert "visibility: private (from --visibility)" in told.err
    assert "platform:" not in amowidget("validate", at=project).err
