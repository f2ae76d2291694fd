"""Every failure that a user can cause has an exit code, a sentence and a remedy, and never a traceback."""

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.mark.parametrize("command", ["validate", "bump", "pack", "upload", "status", "targets"])
def test_no_manifest_here(amowidget: Command, command: str) -> None:
    outcome = amowidget(command, "--json")
    assert outcome.code == 2
    assert outcome.error == "usage.no_project"


def test_a_folder_that_does_not_exist(amowidget: Command) -> None:
    assert amowidget("validate", "nowhere", "--json").error == "io.not_found"
    assert amowidget("validate", "-C", "nowhere", "--json").error == "usage.no_folder"


BROKEN = [
    pytest.param(b"", id="empty"),
    pytest.param(b"{", id="cut"),
    pytest.param(b"\xff\xfe{\x00}\x00", id="utf-16"),
    pytest.param('{"widget": {"name": "имя"}}'.encode("cp1251"), id="cp1251"),
    pytest.param(b"[1, 2]", id="array"),
    pytest.param(b'{"widget": 1}', id="no-widget"),
    pytest.param(b"\x00" * 100, id="zeros"),
    pytest.param(b"[" * 5000, id="deep"),
]


@pytest.mark.parametrize("data", BROKEN)
def test_a_broken_manifest_is_a_finding(amowidget: Command, project: Path, data: bytes) -> None:
    (project / "widget_src" / "manifest.json").write_bytes(data)
    checked = amowidget("validate", "--json", at=project)
    assert checked.code == 1
    assert any(finding["path"] == "manifest.json" for finding in checked.result["findings"])
    assert amowidget("pack", "--json", at=project).error == "widget.errors"
    assert amowidget("bump", "--json", at=project).error.startswith("widget.")
    assert not (project / "widget.zip").exists()
    assert (project / "widget_src" / "manifest.json").read_bytes() == data


@pytest.mark.parametrize("data", BROKEN[:4])
def test_broken_translations_are_findings(amowidget: Command, project: Path, data: bytes) -> None:
    (project / "widget_src" / "i18n" / "ru.json").write_bytes(data)
    checked = amowidget("validate", "--json", at=project)
    assert checked.code == 1
    assert any(finding["path"] == "i18n/ru.json" for finding in checked.result["findings"])


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_folder_that_cannot_be_written(amowidget: Command, project: Path) -> None:
    project.chmod(0o500)
    try:
        assert amowidget("pack", "--json", at=project).error == "io.not_writable"
    finally:
        project.chmod(0o700)


def test_an_output_in_a_folder_that_is_a_file(amowidget: Command, project: Path) -> None:
    (project / "file").write_text("x", encoding="utf-8")
    outcome = amowidget("pack", "--output", "file/widget.zip", "--json", at=project)
    assert outcome.code == 4
    assert outcome.error == "io.not_writable"


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18 + b"trailing"])
def test_an_archive_that_is_no_zip(amowidget: Command, project: Path, data: bytes) -> None:
    (project / "bad.zip").write_bytes(data)
    checked = amowidget("validate", "bad.zip", "--json", at=project)
    assert checked.code == 1
    sent = amowidget("upload", "bad.zip", "--target", "sandbox", "--json", at=project)
    assert sent.code == 1
    assert sent.error == "archive.unsafe"


def test_no_such_target(amowidget: Command, project: Path) -> None:
    amowidget("pack", at=project)
    outcome = amowidget("upload", "--target", "sandbx", "--json", at=project)
    assert outcome.code == 2
    assert outcome.error == "usage.unknown_target"
    assert '"sandbox"' in outcome.result["error"]["hint"]


def test_a_secret_stops_the_pack_and_is_not_shown_as_allowed(amowidget: Command, project: Path) -> None:
    script = project / "widget_src" / "script.js"
    key = "-----BEGIN RSA PRIVATE KEY-----"
    script.write_text(script.read_text(encoding="utf-8") + f"\nvar key = '{key}';\n", encoding="utf-8")
    outcome = amowidget("pack", "--json", at=project)
    assert outcome.code == 1
    assert outcome.error == "widget.secrets"
    assert amowidget("pack", "--no-validate", "--json", at=project).error == "widget.secrets"
    assert not (project / "widget.zip").exists()


def test_errors_can_be_packed_on_demand(amowidget: Command, project: Path) -> None:
    (project / "widget_src" / "images" / "logo.png").unlink()
    assert amowidget("pack", "--json", at=project).error == "widget.errors"
    assert amowidget("pack", "--no-validate", "--json", at=project).code == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("[widget", "config.syntax", id="syntax"),
        pytest.param("[wigdet]\n", "config.unknown_key", id="unknown-section"),
        pytest.param('[widget]\nplatform = "amo"\n', "config.bad_value", id="platform"),
        pytest.param('[rules]\nno-such-rule = "off"\n', "config.unknown_rule", id="rule"),
        pytest.param('[targets.a]\nintegration = "x"\n', "config.missing_key", id="no-host"),
    ],
)
def test_a_wrong_configuration(amowidget: Command, project: Path, text: str, code: str) -> None:
    (project / "amowidget.toml").write_text(text + '\n[pack]\noutput = "w.zip"\n', encoding="utf-8")
    outcome = amowidget("validate", "--json", at=project)
    assert outcome.code == 2
    assert outcome.error == code


def test_a_wrong_command_line_is_told_as_text_and_as_json(amowidget: Command) -> None:
    assert amowidget("validat").code == 2
    assert "validate" in amowidget("validat").err
    assert amowidget("bump", "--nonsense", "--json").error == "usage.options"


@pytest.mark.parametrize("request_text", ["1.0.0", "0.9", "1.x", "", "-1", "1..2"])
def test_a_version_that_cannot_be_taken(amowidget: Command, project: Path, request_text: str) -> None:
    before = (project / "widget_src" / "manifest.json").read_bytes()
    assert amowidget("bump", "--json", "--", request_text, at=project).code == 2
    assert (project / "widget_src" / "manifest.json").read_bytes() == before


def test_a_folder_that_exists_is_not_overwritten(amowidget: Command, project: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in project.iterdir())
    outcome = amowidget("new", "my-widget", "--yes", "--json")
    assert outcome.code == 2
    assert sorted(path.name for path in project.iterdir()) == before


@pytest.mark.parametrize("name", ["", "..", "a/b", "con", "a b\n", "/tmp"])
def test_a_name_that_makes_no_folder(amowidget: Command, name: str) -> None:
    assert amowidget("new", name, "--yes", "--json").code == 2


def test_new_without_a_name_asks_nobody_in_ci(amowidget: Command) -> None:
    outcome = amowidget("new", "--json")
    assert outcome.code == 2
    assert outcome.error == "usage.missing_name"
