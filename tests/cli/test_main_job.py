"""The main job as a user does it: new, validate, bump, pack, upload, status, on the embedded account."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_the_main_job_ends_with_a_proof(amowidget: Command, project: Path) -> None:
    assert amowidget("validate", at=project).code == 0
    assert amowidget("bump", at=project).code == 0
    assert amowidget("pack", at=project).code == 0
    uploaded = amowidget("upload", "--target", "sandbox", at=project)
    assert uploaded.code == 0, uploaded.err
    assert "bytes" in uploaded.out
    state = amowidget("status", at=project)
    assert state.code == 0
    assert "1.0.1" in state.out


def test_upload_tells_the_proof_as_json(amowidget: Command, project: Path) -> None:
    amowidget("pack", at=project)
    result = amowidget("upload", "--target", "sandbox", "--json", at=project).result
    assert result["ok"] is True
    entry = result["results"][0]
    assert entry["target"] == "sandbox"
    assert entry["uploaded"] is True
    assert entry["proof"] == "bytes"
    assert entry["version"] == "1.0.0"
    assert len(entry["code"]) == 40


def test_a_second_upload_needs_a_raised_version(amowidget: Command, project: Path) -> None:
    amowidget("pack", at=project)
    assert amowidget("upload", "--target", "sandbox", at=project).code == 0
    script = project / "widget_src" / "script.js"
    script.write_text(script.read_text(encoding="utf-8") + "\n// changed\n", encoding="utf-8")
    amowidget("pack", at=project)
    refused = amowidget("upload", "--target", "sandbox", "--json", at=project)
    assert refused.code == 3
    assert refused.result["results"][0]["error"]["code"] == "archive.version_not_raised"
    amowidget("bump", at=project)
    amowidget("pack", at=project)
    accepted = amowidget("upload", "--target", "sandbox", "--json", at=project)
    assert accepted.code == 0
    assert accepted.result["results"][0]["previous_version"] == "1.0.0"


def test_an_archive_that_is_not_what_the_tree_would_pack_is_refused(amowidget: Command, project: Path) -> None:
    amowidget("pack", at=project)
    amowidget("bump", at=project)
    refused = amowidget("upload", "--target", "sandbox", "--json", at=project)
    assert refused.code == 2
    assert refused.error == "usage.archive_outdated"


def test_upload_without_an_archive_says_what_to_do(amowidget: Command, project: Path) -> None:
    refused = amowidget("upload", "--target", "sandbox", at=project)
    assert refused.code == 2
    assert "amowidget pack" in refused.err


def test_a_dry_run_sends_nothing(amowidget: Command, project: Path) -> None:
    amowidget("pack", at=project)
    dry = amowidget("upload", "--target", "sandbox", "--dry-run", at=project)
    assert dry.code == 0
    assert "POST" in dry.out
    state = amowidget("status", "--json", at=project).result
    assert state["targets"][0]["version"] is None


def test_pack_prints_tree_marks_and_what_was_left_out(amowidget: Command, project: Path) -> None:
    (project / "widget_src" / ".env").write_text("TOKEN=abc", encoding="utf-8")
    packed = amowidget("pack", at=project)
    assert packed.code == 0
    assert "manifest.json" in packed.out
    assert ".env" in packed.out
    assert "sha256" in packed.out
    with zipfile.ZipFile(project / "widget.zip") as archive:
        assert ".env" not in archive.namelist()
        assert "manifest.json" in archive.namelist()


def test_pack_lists_without_writing(amowidget: Command, project: Path) -> None:
    listed = amowidget("pack", "--list", "--json", at=project).result
    assert "manifest.json" in listed["files"]
    assert not (project / "widget.zip").exists()


def test_packing_twice_gives_the_same_bytes(amowidget: Command, project: Path) -> None:
    first = amowidget("pack", "--json", at=project).result
    second = amowidget("pack", "--json", at=project).result
    assert first["sha256"] == second["sha256"]
    assert first["digest"] == second["digest"]


def test_bump_changes_only_the_version(amowidget: Command, project: Path) -> None:
    manifest = project / "widget_src" / "manifest.json"
    before = manifest.read_bytes()
    assert amowidget("bump", "--dry-run", at=project).code == 0
    assert manifest.read_bytes() == before
    assert amowidget("bump", "minor", "--json", at=project).result["new"] == "1.1.0"
    assert manifest.read_bytes() == before.replace(b'"1.0.0"', b'"1.1.0"')


def test_an_integration_is_made_and_remembered(amowidget: Command, project: Path) -> None:
    amowidget("pack", at=project)
    made = amowidget("upload", "--target", "sandbox", "--create", "--json", at=project)
    assert made.code == 0, made.out
    integration = made.result["results"][0]["integration"]
    assert integration in (project / "amowidget.toml").read_text(encoding="utf-8")
    assert "amowidget.toml" in " ".join(made.result["changed_files"])


@pytest.mark.parametrize("visibility", ["private", "public"])
@pytest.mark.parametrize("platform", ["amocrm", "kommo", "both"])
def test_what_is_scaffolded_passes_every_check(
    amowidget: Command, tmp_path: Path, platform: str, visibility: str
) -> None:
    made = amowidget("new", "w", "--yes", "--platform", platform, "--visibility", visibility)
    assert made.code == 0, made.err
    checked = amowidget("validate", "--strict", "--json", at=tmp_path / "w")
    # Where users of a public widget get help nobody but its maker knows.
    expected = {"support-placeholder"} if visibility == "public" else set()
    assert {finding["rule"] for finding in checked.result["findings"]} == expected


def test_the_schema_is_printed(amowidget: Command) -> None:
    printed = amowidget("schema")
    assert json.loads(printed.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_rules_are_listed_and_explained(amowidget: Command) -> None:
    listed = amowidget("rules", "--json").result["rules"]
    assert len(listed) > 20
    explained = amowidget("rules", listed[0]["code"])
    assert listed[0]["rule"] in explained.out


@pytest.mark.parametrize("command", ["accounts", "targets", "doctor", "status"])
def test_the_lesser_commands_answer_as_text_and_as_json(amowidget: Command, project: Path, command: str) -> None:
    assert amowidget(command, at=project).code == 0
    assert amowidget(command, "--json", at=project).result["command"] == command
