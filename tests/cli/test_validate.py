"""`validate` and `init` as a user calls them: formats, mending, known findings, the list of moderation, adoption."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Command

SCRIPT = "widget_src/script.js"


def spoilt(project: Path, old: str = "return this;", new: str = "console.log(1);\n    return this;") -> Path:
    """Change the project's script and return its path."""
    path = project / SCRIPT
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def with_trailing_comma(project: Path) -> Path:
    """Break the project's manifest by a comma and return its path."""
    path = project / "widget_src/manifest.json"
    text = path.read_bytes()
    path.write_bytes(text.rstrip()[:-1].rstrip() + b",\n}\n")
    return path


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github", "gitlab"])
def test_every_form_names_the_finding_and_its_place(amowidget: Command, project: Path, form: str) -> None:
    with_trailing_comma(project)
    outcome = amowidget("validate", "--format", form, at=project)
    assert outcome.code == 1
    assert "json-trailing-comma" in outcome.out
    assert "widget_src/manifest.json" in outcome.out or form in ("text", "json")


def test_json_is_the_option_and_the_format(amowidget: Command, project: Path) -> None:
    assert amowidget("validate", "--json", at=project).out == amowidget("validate", "--format", "json", at=project).out


def test_annotations_are_chosen_on_github_and_nowhere_else(
    amowidget: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_trailing_comma(project)
    assert "::error" not in amowidget("validate", at=project).out
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert amowidget("validate", at=project).out.startswith("::error file=widget_src/manifest.json,line=")
    assert "::error" not in amowidget("validate", "--format", "text", at=project).out
    assert amowidget("validate", "--json", at=project).result["ok"] is False


def test_paths_start_where_the_build_server_has_put_the_repository(
    amowidget: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_trailing_comma(project)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.parent))
    shown = amowidget("validate", "--format", "github", at=project).out
    assert f"file={project.name}/widget_src/manifest.json," in shown


def test_an_unknown_form_is_told_with_the_nearest(amowidget: Command, project: Path) -> None:
    outcome = amowidget("validate", "--format", "sariff", "--json", at=project)
    assert (outcome.code, outcome.error) == (2, "usage.bad_value")
    outcome = amowidget("validate", "--format", "sariff", at=project)
    assert outcome.code == 2
    assert 'Did you mean "sarif"?' in outcome.err


def test_the_output_file_holds_the_form_and_stdout_nothing(amowidget: Command, project: Path) -> None:
    with_trailing_comma(project)
    outcome = amowidget("validate", "--format", "sarif", "--output", "found.sarif", at=project)
    assert (outcome.code, outcome.out) == (1, "")
    assert json.loads((project / "found.sarif").read_text())["version"] == "2.1.0"


def test_rules_are_selected_by_commas_or_one_by_one(amowidget: Command, project: Path) -> None:
    spoilt(project, "return this;", "eval('1');\n    alert('2');\n    return this;")
    one = amowidget("validate", "--select", "eval-call, SCR051", "--json", at=project).result
    other = amowidget("validate", "--select", "eval-call", "--select", "SCR051", "--json", at=project).result
    assert one == other
    assert len(one["findings"]) == 2


def test_strict_lets_warnings_fail(amowidget: Command, project: Path) -> None:
    spoilt(project, "return this;", "eval('1');\n    return this;")
    assert amowidget("validate", at=project).code == 0
    assert amowidget("validate", "--strict", at=project).code == 1


def test_mending_writes_the_files_and_judges_again(amowidget: Command, project: Path) -> None:
    path = with_trailing_comma(project)
    outcome = amowidget("validate", "--fix", at=project)
    assert outcome.code == 0
    assert "Mended: 1. Files: 1." in outcome.err
    assert json.loads(path.read_text(encoding="utf-8"))
    assert "Mended: 0" in amowidget("validate", "--fix", at=project).err


def test_a_dry_run_shows_the_difference_and_writes_nothing(amowidget: Command, project: Path) -> None:
    path = with_trailing_comma(project)
    before = path.read_bytes()
    outcome = amowidget("validate", "--fix", "--dry-run", at=project)
    assert outcome.code == 0
    assert "--- a/widget_src/manifest.json" in outcome.out
    assert path.read_bytes() == before
    result = amowidget("validate", "--fix", "--dry-run", "--json", at=project).result
    assert (result["mended"], result["files"], result["dry_run"]) == (1, ["manifest.json"], True)
    assert path.read_bytes() == before


def test_mending_refuses_what_it_must_not_touch(amowidget: Command, project: Path) -> None:
    assert amowidget("validate", "--dry-run", at=project).code == 2
    assert amowidget("pack", at=project).code == 0
    archive = (project / "widget.zip").read_bytes()
    outcome = amowidget("validate", "widget.zip", "--fix", at=project)
    assert outcome.code == 2
    assert "archive" in outcome.err
    assert (project / "widget.zip").read_bytes() == archive
    with (project / "amowidget.toml").open("a") as file:
        file.write('\n[build]\ncommand = "true"\noutput = "dist"\n')
    (project / "widget_src").rename(project / "dist")
    outcome = amowidget("validate", "--fix", at=project)
    assert outcome.code == 2
    assert "made by the build" in outcome.err


def test_known_findings_are_silent_new_ones_fail_and_mended_ones_are_told(amowidget: Command, project: Path) -> None:
    path = spoilt(project, "return this;", "eval('1');\n    return this;")
    assert amowidget("validate", "--strict", at=project).code == 1
    adopted = amowidget("init", "--baseline", "--json", at=project).result
    assert adopted["known"] == 1
    assert adopted["files"] == [str(project / "amowidget-baseline.json")]
    outcome = amowidget("validate", "--strict", at=project)
    assert outcome.code == 0
    assert "Known and not shown: 1" in outcome.err
    text = path.read_text(encoding="utf-8")
    path.write_text("// moved\n" + text.replace("return this;", "alert('2');\n    eval('3');\n    return this;", 1))
    result = amowidget("validate", "--strict", "--json", at=project).result
    assert sorted(finding["rule"] for finding in result["findings"]) == ["dialog-call", "eval-call"]
    assert (result["known"], result["gone"]) == (1, [])
    path.write_text(text.replace("eval('1');", ""), encoding="utf-8")
    outcome = amowidget("validate", at=project)
    assert outcome.code == 0
    assert "Mended since: eval-call in script.js, 1 of them." in outcome.err


def test_known_errors_do_not_stop_the_pack_but_secrets_do(amowidget: Command, project: Path) -> None:
    path = spoilt(project, "      onSave:", "      onSaved:")
    assert amowidget("pack", at=project).code == 1
    assert amowidget("init", "--baseline", at=project).code == 0
    assert amowidget("pack", at=project).code == 0
    listed = amowidget("pack", "--list", "--json", at=project).result
    assert "amowidget-baseline.json" not in json.dumps(listed["files"])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("return this;", "var key = 'AKIAZ7Q2M4N6P8R1T3V5';\n    return this;", 1))
    assert amowidget("init", "--baseline", at=project).code == 0
    assert "AKIA" in path.read_text(encoding="utf-8")
    assert amowidget("pack", at=project).code == 1


def test_the_checklist_is_that_of_public_integrations(amowidget: Command, project: Path) -> None:
    spoilt(project)
    outcome = amowidget("validate", "--checklist", "--output", "list.md", at=project)
    assert outcome.code == 1
    page = (project / "list.md").read_text(encoding="utf-8")
    failed = page.partition("## Failed")[2].partition("## Needs")[0]
    assert "PUB-12" in failed
    assert "script.js:" in failed
    assert "PUB-24" in page.partition("## Needs a person")[2].partition("## Passed")[0]
    assert "- [ ] **PUB-10**" in page.partition("## Nothing found by the rules")[2].partition("## Passed")[0]
    assert "- [x] **PUB-01**" in page
    result = amowidget("validate", "--checklist", "--json", at=project).result
    assert {point["number"]: point["state"] for point in result["checklist"]}["PUB-12"] == "failed"


def test_init_adopts_a_folder_and_changes_nothing_of_the_widget(amowidget: Command, project: Path) -> None:
    (project / "amowidget.toml").unlink()
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    outcome = amowidget("init", at=project)
    assert outcome.code == 0
    after = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    config = project / "amowidget.toml"
    assert 'source = "widget_src"' in after.pop(config).decode()
    assert after == before
    assert amowidget("validate", at=project).code == 0
    again = amowidget("init", "--json", at=project)
    assert (again.code, again.error) == (2, "usage.already_adopted")


def test_init_in_the_widgets_own_folder(amowidget: Command, project: Path) -> None:
    (project / "amowidget.toml").unlink()
    assert amowidget("init", "--visibility", "public", at=project / "widget_src").code == 0
    text = (project / "widget_src/amowidget.toml").read_text(encoding="utf-8")
    assert 'source = "."' in text
    assert 'visibility = "public"' in text


@pytest.mark.parametrize(
    ("folders", "code"),
    [((), "usage.no_widget"), (("a", "b"), "usage.several_widgets"), (("node_modules/x",), "usage.no_widget")],
)
def test_init_tells_what_it_cannot_decide(
    amowidget: Command, tmp_path: Path, folders: tuple[str, ...], code: str
) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "manifest.json").write_text("{}")
    assert amowidget("init", "--json").error == code


def test_init_takes_a_widget_without_russian_for_one_of_kommo(amowidget: Command, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"widget": {"locale": ["en", "es"]}}')
    outcome = amowidget("init")
    assert 'platform = "kommo"' in (tmp_path / "amowidget.toml").read_text()
    assert "Kommo" in outcome.err
    assert amowidget("init", "--platform", "nokia", "--json", at=tmp_path).code == 2


def test_paths_are_those_that_a_terminal_opens(amowidget: Command, project: Path) -> None:
    spoilt(project, "return this;", "eval('1');\n    return this;")
    assert "\nwidget_src/script.js:" in "\n" + amowidget("validate", at=project).out
    assert "\nscript.js:" in "\n" + amowidget("validate", at=project / "widget_src").out
    elsewhere = project / "widget_src/i18n"
    assert f"\n{(project / SCRIPT).as_posix()}:" in "\n" + amowidget("validate", at=elsewhere).out
    found = amowidget("validate", "--json", at=project).result["findings"]
    assert {finding["path"] for finding in found} == {"script.js"}
    spoilt(project, "      onSave:", "      onSaved:")
    assert "\nwidget_src/script.js:" in "\n" + amowidget("pack", at=project).err


def test_known_errors_are_not_called_a_widget_that_is_ready(amowidget: Command, project: Path) -> None:
    spoilt(project, "return this;", "eval('1');\n    return this;")
    assert amowidget("init", "--baseline", at=project).code == 0
    outcome = amowidget("validate", "--visibility", "public", "--select", "SCR053", at=project)
    assert outcome.code == 0
    assert "ready to be packed" not in outcome.out
    assert "Nothing new. Errors: 1. Warnings: 0. Remarks: 0. All of them are known." in outcome.out
    assert "Known and not shown: 1, errors among them: 1" in outcome.err
    checklist = amowidget("validate", "--checklist", "--select", "IMG", at=project)
    assert checklist.code == 1
    assert "PUB-10" in checklist.out.partition("## Failed")[2].partition("## Needs a person")[0]
    assert "--select and --ignore change nothing" in checklist.err


def test_rules_that_were_not_asked_make_no_widget_ready(amowidget: Command, project: Path) -> None:
    assert "ready to be packed" in amowidget("validate", at=project).out
    assert amowidget("validate", "--ignore", "IMG", at=project).out.startswith(
        "No findings by the rules that were asked."
    )


def test_json_and_another_format_exclude_each_other(amowidget: Command, project: Path) -> None:
    outcome = amowidget("validate", "--json", "--format", "sarif", at=project)
    assert (outcome.code, outcome.error) == (2, "usage.options")
    assert amowidget("validate", "--json", "--format", "json", at=project).code == 0
    assert amowidget("validate", "--checklist", "--format", "json", at=project).out.startswith("{")


def test_a_single_file_is_no_widget(amowidget: Command, project: Path) -> None:
    outcome = amowidget("validate", SCRIPT, at=project)
    assert outcome.code == 2
    assert "is neither the folder of a widget nor its archive" in outcome.err
    assert "manifest.json, or a .zip" in outcome.err


def test_a_family_of_rules_is_listed(amowidget: Command) -> None:
    listed = amowidget("rules", "img").out.splitlines()
    assert all(line.startswith("IMG") for line in listed[1:])
    assert len(listed) > 5
    assert {rule["code"][:3] for rule in amowidget("rules", "SCR", "--json").result["rules"]} == {"SCR"}
    assert amowidget("rules", "IMG001").out.startswith("IMG001 ")
    assert amowidget("rules", "nonsense").code == 2


def test_a_difference_that_is_kept_is_one_that_patch_takes(amowidget: Command, project: Path) -> None:
    manifest = project / "widget_src" / "manifest.json"
    data = manifest.read_bytes().replace(b"{", b"{ // comment", 1).replace(b"\n", b"\r\n")
    manifest.write_bytes(b"\xef\xbb\xbf" + data)
    outcome = amowidget("validate", "--fix", "--dry-run", at=project)
    assert manifest.read_bytes() == b"\xef\xbb\xbf" + data
    subprocess.run(["git", "apply", "-p1", "-"], input=outcome.out.encode(), cwd=project, check=True)
    patched = manifest.read_bytes()
    manifest.write_bytes(b"\xef\xbb\xbf" + data)
    amowidget("validate", "--fix", at=project)
    assert patched == manifest.read_bytes() != data
