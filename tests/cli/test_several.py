"""upload, status and pack over several stand-in accounts: who gets what, what a failure stops, and what is told."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.several_accounts import MARK, Accounts, told, with_own_values
from tests.sandbox.conftest import Client


def test_all_accounts_get_the_packed_archive(amowidget: Command, project: Path, accounts: Accounts) -> None:
    for _ in range(4):
        accounts.start()
    amowidget("pack", at=project)
    done = amowidget("upload", "--all", "--jobs", "4", "--json", at=project)
    assert done.code == 0, done.out
    assert told(done) == dict.fromkeys(("t0", "t1", "t2", "t3"), "bytes")
    assert done.result["summary"] == {"done": 4, "failed": 0, "not_begun": 0}
    assert len({entry["sha256"] for entry in done.result["results"]}) == 1
    assert accounts.uploads() == [1, 1, 1, 1]
    states = amowidget("status", "--all", "--json", at=project)
    assert {entry["target"]: entry["state"] for entry in states.result["targets"]} == dict.fromkeys(
        told(done), "current"
    )


def test_targets_are_named_by_tag_and_by_the_environment(
    amowidget: Command, project: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.start(more='tags = ["one"]')
    accounts.start(more='tags = ["two"]')
    accounts.start(more='tags = ["two"]')
    amowidget("pack", at=project)
    monkeypatch.setenv("AMOWIDGET_TARGET", "t0 t1")
    assert list(told(amowidget("upload", "--json", at=project))) == ["t0", "t1"]
    assert list(told(amowidget("upload", "--tag", "two", "--json", at=project))) == ["t1", "t2"]
    assert list(told(amowidget("upload", "--target", "t2", "--json", at=project))) == ["t2"]


def test_the_first_failure_stops_what_has_not_begun(amowidget: Command, project: Path, accounts: Accounts) -> None:
    accounts.start()
    accounts.start("upload-400=Unknown field(s)")
    accounts.start()
    amowidget("pack", at=project)
    done = amowidget("upload", "--all", "--jobs", "1", "--json", at=project)
    assert done.code == 3
    assert done.result["ok"] is False
    assert told(done) == {"t0": "bytes", "t1": "archive.rejected", "t2": "deploy.not_begun"}
    assert done.result["results"][2]["uploaded"] is False
    assert accounts.uploads() == [1, 1, 0]
    assert accounts.labels(accounts.accounts[2]) == []


def test_a_failure_that_is_allowed_stops_nobody(amowidget: Command, project: Path, accounts: Accounts) -> None:
    accounts.start("upload-502")
    accounts.start()
    accounts.start("files-404")
    amowidget("pack", at=project)
    words = ("upload", "--all", "--max-failures", "9", "--verify-timeout", "0")
    done = amowidget(*words, "--json", at=project)
    assert told(done) == {"t0": "network.server_error", "t1": "bytes", "t2": "verify.unproven"}
    assert done.code == 4
    assert accounts.uploads() == [1, 1, 1]
    shown = amowidget("upload", "--failed", "--target", "t0", "--target", "t1", at=project)
    assert shown.code == 4
    assert "t0: " in shown.err
    assert "failed: network.server_error" in shown.out
    assert "0 done, 1 failed, 0 not begun" in shown.out
    assert accounts.uploads() == [2, 1, 1]


def test_what_failed_is_sent_again_with_the_same_bytes(amowidget: Command, project: Path, accounts: Accounts) -> None:
    accounts.start()
    accounts.start("upload-502*1")
    accounts.start()
    amowidget("pack", at=project)
    first = amowidget("upload", "--all", "--jobs", "1", "--json", at=project)
    assert told(first) == {"t0": "bytes", "t1": "network.server_error", "t2": "deploy.not_begun"}
    script = project / "widget_src" / "script.js"
    script.write_text(script.read_text(encoding="utf-8") + "\n// changed meanwhile\n", encoding="utf-8")
    amowidget("pack", at=project)
    again = amowidget("upload", "--failed", "--json", at=project)
    assert again.code == 0
    assert told(again) == {"t1": "bytes", "t2": "bytes"}
    assert {entry["sha256"] for entry in again.result["results"]} == {first.result["results"][0]["sha256"]}
    assert accounts.uploads() == [1, 2, 1]
    assert "changed meanwhile" not in accounts.script(accounts.accounts[1])
    nothing = amowidget("upload", "--failed", "--json", at=project)
    assert nothing.code == 0
    assert nothing.result["results"] == []


def test_a_widget_that_was_switched_off_stops_all(amowidget: Command, project: Path, accounts: Accounts) -> None:
    first = accounts.start("deactivate-after-upload")
    client = Client(first)
    client.log_in()
    # An archive was there before, and a person had installed it.
    assert amowidget("pack", at=project).code == 0
    assert client.upload((project / "widget.zip").read_bytes()).status_code == 200
    assert client.install().status_code < 300
    for _ in range(3):
        accounts.start()
    amowidget("bump", at=project)
    amowidget("pack", at=project)
    done = amowidget("upload", "--all", "--jobs", "1", "--max-failures", "99", "--json", at=project)
    assert told(done) == {
        "t0": "account.deactivated",
        "t1": "deploy.not_begun",
        "t2": "deploy.not_begun",
        "t3": "deploy.not_begun",
    }
    assert done.code == 3
    assert accounts.uploads() == [2, 0, 0, 0]


def test_each_target_gets_its_own_values(amowidget: Command, project: Path, accounts: Accounts) -> None:
    with_own_values(accounts, 3)
    done = amowidget("upload", "--all", "--json", at=project)
    assert done.code == 0, done.out
    for number, account in enumerate(accounts.accounts):
        assert f"// value-of-{number}\n" in accounts.script(account)
    assert len({entry["sha256"] for entry in done.result["results"]}) == 3
    assert all(".amowidget" in entry["archive"] for entry in done.result["results"])
    assert MARK in (project / "widget_src" / "script.js").read_text(encoding="utf-8")
    states = amowidget("status", "--all", "--json", at=project)
    assert [entry["state"] for entry in states.result["targets"]] == ["current"] * 3
    given = amowidget("upload", "--all", done.result["results"][0]["archive"], "--json", at=project)
    assert given.error == "usage.bad_value"


def test_a_value_that_one_target_lacks_stops_before_anything_is_sent(
    amowidget: Command, project: Path, accounts: Accounts
) -> None:
    with_own_values(accounts, 3)
    accounts.configure('"value-of-2"', '"env:NOT_SET_ANYWHERE"')
    done = amowidget("upload", "--all", "--json", at=project)
    assert done.code == 2
    assert done.error == "config.value_missing"
    assert all(accounts.labels(account) == [] for account in accounts.accounts)


def test_a_widget_with_errors_is_sent_to_nobody(amowidget: Command, project: Path, accounts: Accounts) -> None:
    with_own_values(accounts, 2)
    script = project / "widget_src" / "script.js"
    script.write_text(f"// {MARK}\ndefine([\n", encoding="utf-8")
    done = amowidget("upload", "--all", "--json", at=project)
    assert done.code == 1
    assert done.error == "widget.errors"
    assert accounts.uploads() == [0, 0]


def handed_over(project: Path, machine: Path) -> Path:
    """Copy the sources and the set of archives, as a CI engine does, and nothing else."""
    shutil.copytree(project, machine, ignore=shutil.ignore_patterns(".amowidget", "widget.zip"))
    shutil.copytree(project / ".amowidget" / "prepared", machine / ".amowidget" / "prepared")
    return machine


@pytest.mark.parametrize("count", [1, 2])
def test_a_set_is_handed_over_whatever_its_size(
    amowidget: Command, project: Path, accounts: Accounts, count: int
) -> None:
    for _ in range(count):
        accounts.start()
    assert amowidget("pack", "--all", at=project).code == 0
    machine = handed_over(project, project.parent / "machine")
    done = amowidget("upload", "--all", "--shard", "1/1", "--json", at=machine)
    assert done.code == 0, done.out
    assert len(told(done)) == count
    empty = amowidget("upload", "--all", "--shard", "3/3", "--json", at=machine)
    assert empty.code == 0
    assert told(empty) == {}


def test_shares_of_a_set_are_disjoint_and_complete(
    amowidget: Command, project: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_own_values(accounts, 5)
    accounts.configure('"value-of-3"', '"env:KEY_OF_3"')
    monkeypatch.setenv("KEY_OF_3", "secret-of-three")
    packed = amowidget("pack", "--all", "--json", at=project)
    assert packed.code == 0
    hashes = {entry["target"]: entry["sha256"] for entry in packed.result["archives"]}
    # The set is handed over to machines that have the sources, and know no values.
    monkeypatch.delenv("KEY_OF_3")
    sent: dict[str, str] = {}
    for number in (1, 2, 3):
        machine = handed_over(project, project.parent / f"machine-{number}")
        done = amowidget("upload", "--all", "--shard", f"{number}/3", "--json", at=machine)
        assert done.code == 0, done.out
        results = {entry["target"]: entry["sha256"] for entry in done.result["results"]}
        assert not results.keys() & sent.keys()
        sent |= results
        assert "secret-of-three" not in done.out + done.err
    assert sent == hashes
    assert accounts.uploads() == [1] * 5
    assert amowidget("upload", "--all", "--json", at=project).error == "config.value_missing"


def test_one_password_serves_one_target(
    amowidget: Command, project: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = accounts.start()
    accounts.start()
    amowidget("pack", at=project)
    monkeypatch.delenv("AMOWIDGET_SESSION")
    monkeypatch.setenv("AMOWIDGET_LOGIN", account.login)
    monkeypatch.setenv("AMOWIDGET_PASSWORD", account.password)
    for words in (("--all",), ("--all", "--shard", "1/2")):
        done = amowidget("upload", *words, "--json", at=project)
        assert done.code == 2
        assert set(told(done).values()) <= {"usage.credentials_ambiguous", "deploy.not_begun"}
    assert all(accounts.labels(account) == [] for account in accounts.accounts)


def test_a_target_without_a_session_stops_before_anything_is_sent(
    amowidget: Command, project: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        accounts.start()
    amowidget("pack", at=project)
    monkeypatch.setenv("AMOWIDGET_SESSION", json.dumps(accounts.sessions[:2]))
    done = amowidget("upload", "--all", "--json", at=project)
    assert told(done) == {"t0": "deploy.not_begun", "t1": "deploy.not_begun", "t2": "usage.session_elsewhere"}
    assert accounts.uploads() == [0, 0, 0]
    allowed = amowidget("upload", "--all", "--max-failures", "2", "--json", at=project)
    assert told(allowed) == {"t0": "bytes", "t1": "bytes", "t2": "usage.session_elsewhere"}
    assert allowed.code == 2


def test_a_protected_one_among_others_is_confirmed_first(amowidget: Command, project: Path, accounts: Accounts) -> None:
    accounts.start()
    accounts.start(more="protected = true")
    amowidget("pack", at=project)
    refused = amowidget("upload", "--all", "--json", at=project)
    assert refused.error == "usage.not_confirmed"
    assert '"t1"' in refused.result["error"]["message"]
    assert accounts.uploads() == [0, 0]
    assert amowidget("upload", "--all", "--yes", "--json", at=project).code == 0


def test_nothing_is_sent_by_a_dry_run(amowidget: Command, project: Path, accounts: Accounts) -> None:
    with_own_values(accounts, 2)
    dry = amowidget("upload", "--all", "--dry-run", at=project)
    assert dry.code == 0
    assert "The upload to 2 targets would send" in dry.out
    assert all(accounts.labels(account) == [] for account in accounts.accounts)


def test_an_account_that_is_busy_for_a_moment_is_waited_for(
    amowidget: Command, project: Path, accounts: Accounts
) -> None:
    accounts.start("upload-429*1=1")
    accounts.start("upload-429=3600")
    amowidget("pack", at=project)
    done = amowidget("upload", "--all", "--jobs", "1", "--json", at=project)
    assert told(done) == {"t0": "bytes", "t1": "network.throttled"}
    assert "3600 seconds" in done.result["results"][1]["error"]["hint"]
    assert accounts.uploads() == [2, 1]


def test_no_output_and_no_file_of_the_set_holds_a_secret(amowidget: Command, project: Path, accounts: Accounts) -> None:
    accounts.start("upload-400")
    accounts.start()
    amowidget("pack", at=project)
    said = ""
    for words in (("--json",), ("-v",), ("--failed",), ("--failed", "--json")):
        done = amowidget("upload", "--all", "--max-failures", "5", *words, at=project)
        said += done.out + done.err
    said += amowidget("status", "-v", at=project).out
    said += "".join(
        path.read_bytes().decode("utf-8", "replace")
        for path in (project / ".amowidget").rglob("*")
        if path.is_file() and "sandbox" not in path.parts
    )
    assert not [secret for secret in accounts.secrets() if secret in said]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--failed",), "usage.archive_missing"),
        (("--all", "--shard", "3/2"), "usage.bad_value"),
        (("--all", "--create"), "usage.bad_value"),
        (("--all", "--failed", "widget.zip"), "usage.bad_value"),
        (("--tag", "none"), "usage.unknown_target"),
        (("--all",), "usage.archive_missing"),
    ],
)
def test_what_cannot_be_meant(
    amowidget: Command, project: Path, accounts: Accounts, words: tuple[str, ...], code: str
) -> None:
    accounts.start()
    accounts.start()
    done = amowidget("upload", *words, "--json", at=project)
    assert done.code == 2
    assert done.error == code
    assert accounts.uploads() == [0, 0]


def test_one_file_is_no_place_for_several_archives(amowidget: Command, project: Path, accounts: Accounts) -> None:
    accounts.start()
    accounts.start()
    assert amowidget("pack", "--all", "--output", "one.zip", "--json", at=project).error == "usage.bad_value"


def test_the_matrix_for_parallel_jobs(amowidget: Command, project: Path, accounts: Accounts) -> None:
    for _ in range(3):
        accounts.start(more='tags = ["wave1"]')
    plain = amowidget("targets", "--matrix", "2", at=project)
    jobs = {"include": [{"shard": "1/2", "targets": "t0 t2"}, {"shard": "2/2", "targets": "t1"}]}
    assert json.loads(plain.out) == jobs
    tagged = amowidget("targets", "--tag", "wave1", "--matrix", "2", "--json", at=project)
    assert tagged.result == {"ok": True, "command": "targets", "matrix": jobs}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_interrupted_nothing_new_begins_and_the_rest_can_be_sent(
    amowidget: Command, project: Path, accounts: Accounts
) -> None:
    accounts.start("slow@/ajax=300")
    accounts.start()
    accounts.start()
    amowidget("pack", at=project)
    process = subprocess.Popen(
        [sys.executable, "-m", "amowidget", "upload", "--all", "--jobs", "1"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "t0: begun\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "t0: interrupted" in said
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert accounts.uploads() == [0, 0, 0]
    again = amowidget("upload", "--failed", "--json", at=project)
    assert told(again) == {"t0": "bytes", "t1": "bytes", "t2": "bytes"}
    assert accounts.uploads() == [1, 1, 1]
