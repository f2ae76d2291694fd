"""Deploys as a user starts them: what the source, the account and the journal hold after each way to end."""

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from amowidget.config.file_lock import locked
from amowidget.errors import AmowidgetError
from tests.cli.conftest import Command, Outcome, Serve
from tests.cli.deploys import everything_below, manifest_of, stand_in_journal, uploads, version_of
from tests.sandbox.conftest import Client

pytestmark = pytest.mark.usefixtures("hurry")


@pytest.fixture
def deploy(amowidget: Command, project: Path) -> Callable[..., Outcome]:
    """Return a function that deploys the project, with little patience."""

    def called(*words: object) -> Outcome:
        return amowidget("deploy", "--json", "--verify-timeout", "0", *words, at=project)

    return called


Deploy = Callable[..., Outcome]


def test_a_deploy_ends_with_a_proof_and_a_file_to_commit(deploy: Deploy, serve: Serve, project: Path) -> None:
    account = serve()
    before = manifest_of(project).read_bytes()
    done = deploy()
    assert done.code == 0, done.out
    result = done.result
    assert result["command"] == "deploy"
    assert result["results"][0]["version"] == "1.0.1"
    assert result["results"][0]["proof"] == "bytes"
    # The first upload teaches the code of the widget, which is a value of the target from then on.
    config = project / "amowidget.toml"
    assert result["changed_files"] == [str(manifest_of(project)), str(config)]
    assert f'code = "{result["results"][0]["code"]}"' in config.read_text(encoding="utf-8")
    assert manifest_of(project).read_bytes() == before.replace(b'"1.0.0"', b'"1.0.1"')
    assert not (project / ".amowidget" / "deploy" / "journal.jsonl").exists()
    assert account.password.encode() not in everything_below(project / ".amowidget")
    assert account.token.encode() not in everything_below(project / ".amowidget")
    assert uploads(account) == 1


@pytest.mark.parametrize("verb", ["deploy", "upload"])
def test_an_answer_that_nobody_knows_is_kept_without_secrets(
    amowidget: Command, serve: Serve, project: Path, verb: str
) -> None:
    account = serve("upload-400=A word that nobody knows")
    amowidget("pack", at=project)
    refused = amowidget(verb, at=project)
    assert refused.code == 3
    assert "A word that nobody knows" in refused.err
    (report,) = (project / ".amowidget" / "answers").iterdir()
    assert report.name in refused.err
    text = report.read_text(encoding="utf-8")
    assert "A word that nobody knows" in text
    assert account.password not in text
    assert account.token not in text


def test_what_a_deploy_has_proved_an_upload_does_not_send_again(
    amowidget: Command, deploy: Deploy, serve: Serve, project: Path
) -> None:
    account = serve()
    assert deploy().code == 0
    again = amowidget("upload", "--json", at=project)
    assert again.code == 0, again.out
    assert again.result["results"][0]["skipped"] is True
    assert uploads(account) == 1
    # A deploy is a new version, whatever has changed.
    assert deploy().result["results"][0]["version"] == "1.0.2"
    assert uploads(account) == 2


def test_one_login_serves_the_versions_and_the_upload(deploy: Deploy, serve: Serve) -> None:
    account = serve()
    assert deploy().code == 0
    entries = stand_in_journal(account)
    assert [entry["label"] for entry in entries].count("login") == 1


@pytest.mark.parametrize(("part", "version"), [("patch", "1.0.1"), ("minor", "1.1.0"), ("major", "2.0.0")])
def test_the_part_that_is_raised(deploy: Deploy, serve: Serve, project: Path, part: str, version: str) -> None:
    serve()
    assert deploy("--part", part).result["results"][0]["version"] == version
    assert version_of(project) == version


def test_an_unknown_part_is_refused(deploy: Deploy) -> None:
    assert deploy("--part", "1.2.3").error == "usage.bad_value"


def test_the_version_goes_above_what_the_account_serves(deploy: Deploy, serve: Serve, project: Path) -> None:
    serve()
    assert deploy("--part", "major").code == 0
    other_laptop = manifest_of(project).read_bytes().replace(b'"2.0.0"', b'"1.0.7"')
    manifest_of(project).write_bytes(other_laptop)
    assert deploy().result["results"][0]["version"] == "2.0.1"
    assert version_of(project) == "2.0.1"


def test_without_writing_the_version_stands_in_the_archive_alone(deploy: Deploy, serve: Serve, project: Path) -> None:
    serve()
    before = manifest_of(project).read_bytes()
    first, second = deploy("--no-write").result, deploy("--no-write").result
    assert first["changed_files"] == []
    assert "\ncode = " not in (project / "amowidget.toml").read_text(encoding="utf-8")
    assert [entry["results"][0]["version"] for entry in (first, second)] == ["1.0.1", "1.0.2"]
    assert manifest_of(project).read_bytes() == before
    with zipfile.ZipFile(project / "widget.zip") as archive:
        assert archive.read("manifest.json") == before.replace(b'"1.0.0"', b'"1.0.2"')


def test_a_dry_run_changes_and_sends_nothing(amowidget: Command, serve: Serve, project: Path) -> None:
    account = serve()
    before = everything_below(project)
    told = amowidget("deploy", "--dry-run", at=project)
    assert told.code == 0
    assert "1.0.0 -> 1.0.1" in told.out
    assert "POST" in told.out
    assert everything_below(project) == before
    assert stand_in_journal(account) == []


REFUSED = [
    "upload-400=Unknown field(s)",
    "upload-200-error=Something went wrong",
    "upload-401",
    "upload-403",
    "upload-404",
    "upload-429=600",
    "upload-413",
    "agreement=not_defined",
]


@pytest.mark.parametrize("fault", REFUSED)
def test_a_refused_upload_undoes_the_bump_to_the_byte(deploy: Deploy, serve: Serve, project: Path, fault: str) -> None:
    account = serve(fault)
    before = manifest_of(project).read_bytes()
    refused = deploy()
    assert refused.code in (3, 4)
    assert refused.result["results"][0]["error"]
    assert refused.result["source"] == "undone"
    assert refused.result["changed_files"] == []
    assert manifest_of(project).read_bytes() == before
    assert uploads(account) <= 1
    assert not (project / ".amowidget" / "deploy" / "journal.jsonl").exists()
    assert [path.name for path in (project / ".amowidget" / "archives").iterdir()] == ["lock"]


UNKNOWN = ["upload-502", "upload-500-html", "upload-cut", "empty-answer"]


@pytest.mark.parametrize("fault", UNKNOWN)
def test_an_unknown_outcome_counts_as_taken(deploy: Deploy, serve: Serve, project: Path, fault: str) -> None:
    account = serve(fault)
    failed = deploy()
    assert failed.code != 0
    assert failed.result["source"] == "kept"
    assert version_of(project) == "1.0.1"
    assert failed.result["changed_files"] == [str(manifest_of(project))]
    assert uploads(account) == 1


def test_an_answer_that_is_cut_off_is_followed_by_a_look_and_a_proof(deploy: Deploy, serve: Serve) -> None:
    account = serve("cut=0")
    assert deploy().result["results"][0]["proof"] == "bytes"
    assert uploads(account) == 1


def test_a_user_without_rights_changes_nothing(deploy: Deploy, serve: Serve, project: Path) -> None:
    account = serve("not-admin")
    before = manifest_of(project).read_bytes()
    assert deploy().code == 3
    assert manifest_of(project).read_bytes() == before
    assert uploads(account) <= 1


@pytest.mark.parametrize("fault", ["upload-taken-502*1", "upload-taken-cut*1"])
def test_after_an_unknown_outcome_the_next_deploy_goes_on_above_it(
    amowidget: Command, serve: Serve, project: Path, fault: str
) -> None:
    account = serve(fault)
    first = amowidget("deploy", at=project)
    assert "1.0.1 stays" in first.err or "Uploaded 1.0.1" in first.out
    second = amowidget("deploy", at=project)
    assert second.code == 0, second.err
    assert version_of(project) == "1.0.2"
    assert uploads(account) == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("lost-upload", "verify."),
        ("files-404", "verify.unproven"),
        ("served-differs", "verify.mismatch"),
        ("stale-script=60", "verify.stale"),
    ],
)
def test_what_was_sent_and_not_proved_keeps_the_bump(
    deploy: Deploy, serve: Serve, project: Path, fault: str, code: str
) -> None:
    serve()
    account = serve(fault)
    if fault.startswith("stale"):
        assert deploy().code == 0
        script = project / "widget_src" / "script.js"
        script.write_text(script.read_text(encoding="utf-8") + "\n// changed\n", encoding="utf-8")
    before = version_of(project)
    unproved = deploy()
    assert unproved.code == 5
    assert unproved.result["results"][0]["error"]["code"].startswith(code)
    assert unproved.result["source"] == "kept"
    assert version_of(project) != before
    assert uploads(account) >= 1


def test_a_widget_with_errors_is_not_sent_and_the_bump_is_undone(deploy: Deploy, serve: Serve, project: Path) -> None:
    account = serve()
    before = manifest_of(project).read_bytes()
    (project / "widget_src" / "images" / "logo.png").unlink()
    refused = deploy()
    assert refused.code == 1
    assert refused.error == "widget.errors"
    assert refused.result["source"] == "undone"
    assert refused.result["findings"]
    assert manifest_of(project).read_bytes() == before
    assert uploads(account) == 0


def test_a_build_that_fails_undoes_the_bump(deploy: Deploy, serve: Serve, project: Path) -> None:
    serve()
    config = project / "amowidget.toml"
    config.write_text(config.read_text(encoding="utf-8") + '\n[build]\ncommand = "exit 3"\noutput = "dist"\n')
    before = manifest_of(project).read_bytes()
    failed = deploy()
    assert failed.error == "build.failed"
    assert manifest_of(project).read_bytes() == before


def test_a_manifest_that_was_edited_meanwhile_is_left(deploy: Deploy, serve: Serve, project: Path) -> None:
    serve("upload-400")
    config = project / "amowidget.toml"
    edit = (
        "import pathlib as p, shutil as s; m = p.Path('widget_src/manifest.json'); m.write_bytes(m.read_bytes() + b' ')"
    )
    (project / "build.py").write_text(
        f"{edit}\ns.copytree('widget_src', 'dist', dirs_exist_ok=True)\n", encoding="utf-8"
    )
    command = f'\n[build]\ncommand = """{sys.executable} build.py"""\noutput = "dist"\n'
    config.write_text(config.read_text(encoding="utf-8") + command, encoding="utf-8")
    before = manifest_of(project).read_bytes()
    refused = deploy()
    assert refused.result["source"] == "edited"
    assert refused.result["changed_files"] == [str(manifest_of(project))]
    assert manifest_of(project).read_bytes() == before.replace(b'"1.0.0"', b'"1.0.1"') + b" "


def test_two_deploys_are_kept_apart(deploy: Deploy, amowidget: Command, serve: Serve, project: Path) -> None:
    serve()
    folder = project / ".amowidget" / "deploy"
    busy = AmowidgetError("deploy.locked", "busy")
    with locked(folder / "lock", 0, busy):
        assert deploy().error == "deploy.locked"
        assert amowidget("rollback", "--json", at=project).error == "deploy.locked"
        (folder / "journal.jsonl").write_text('{"step": "plan", "state": "begun"}\n', encoding="utf-8")
        assert amowidget("bump", "--json", at=project).error == "deploy.locked"
        assert "at work" in amowidget("targets", at=project).err
    assert version_of(project) == "1.0.0"


def test_a_deploy_that_was_broken_off_stops_what_releases_and_is_told(
    amowidget: Command, deploy: Deploy, serve: Serve, project: Path
) -> None:
    serve()
    amowidget("pack", at=project)
    folder = project / ".amowidget" / "deploy"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "journal.jsonl").write_text('{"step": "plan", "state": "begun", "targets": ["t"]}\n{"ste')
    for words in (["deploy"], ["rollback"], ["bump"], ["upload"]):
        assert amowidget(*words, "--json", at=project).error == "deploy.unfinished"
    for word in ("status", "validate", "pack", "targets"):
        told = amowidget(word, at=project)
        assert told.err.count("broken off") == 1
    assert version_of(project) == "1.0.0"
    ended = deploy("--abort")
    assert ended.code == 0, ended.out
    assert "broken off" not in amowidget("targets", at=project).err
    assert deploy("--abort").error == "usage.nothing_unfinished"
    assert deploy("--resume", "--abort").error == "usage.options"


def test_a_protected_target_is_confirmed(deploy: Deploy, serve: Serve, project: Path) -> None:
    serve()
    with open(project / "amowidget.toml", "a", encoding="utf-8") as config:
        config.write("protected = true\n")
    assert deploy().error == "usage.not_confirmed"
    assert version_of(project) == "1.0.0"
    assert deploy("--yes").code == 0


def test_a_wrong_password_changes_nothing(
    deploy: Deploy, serve: Serve, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve()
    monkeypatch.setenv("AMOWIDGET_PASSWORD", "wrong-password")
    before = manifest_of(project).read_bytes()
    refused = deploy()
    assert refused.code == 3
    assert refused.error == "auth.wrong_password"
    assert manifest_of(project).read_bytes() == before
    assert b"wrong-password" not in everything_below(project / ".amowidget")


def test_what_may_have_been_taken_gives_its_version_to_nothing_else(deploy: Deploy, serve: Serve) -> None:
    serve("upload-502*1")
    assert deploy("--no-write").code == 4
    assert deploy("--no-write").result["results"][0]["version"] == "1.0.2"


def test_a_widget_that_is_switched_off_by_the_upload_is_told_and_the_bump_stays(
    deploy: Deploy, serve: Serve, project: Path, tmp_path: Path
) -> None:
    data = tmp_path / "account"
    client = Client(serve(data=data))
    assert deploy().code == 0
    client.log_in()
    assert client.install().status_code == 200
    serve("deactivate-after-upload", data=data)
    stopped = deploy()
    assert stopped.code == 3
    assert stopped.result["results"][0]["error"]["code"] == "account.deactivated"
    assert stopped.result["source"] == "kept"
    assert version_of(project) == "1.0.2"


def test_a_deploy_that_begins_anew_has_the_options_of_the_one_before(
    deploy: Deploy, serve: Serve, project: Path
) -> None:
    serve()
    folder = project / ".amowidget" / "deploy"
    folder.mkdir(parents=True)
    plan = '{"step": "plan", "state": "begun", "targets": ["t"], "part": "minor", "is_written": false}\n'
    (folder / "journal.jsonl").write_text(plan, encoding="utf-8")
    assert deploy("--resume").result["results"][0]["version"] == "1.1.0"
    assert version_of(project) == "1.0.0"
