"""deploy and rollback over several stand-in accounts: one version, one ending, and what becomes of the source."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Outcome
from tests.cli.deploys import everything_below, manifest_of, version_of
from tests.cli.several_accounts import MARK, Accounts, told, with_own_values

Deploy = Callable[..., Outcome]


@pytest.fixture
def deploy(amowidget: Command, project: Path) -> Deploy:
    """Return a function that deploys the project to all targets, one after the other and with little patience."""

    def called(*words: object, verb: str = "deploy") -> Outcome:
        return amowidget(verb, "--all", "--jobs", "1", "--json", "--verify-timeout", "0", *words, at=project)

    return called


def journal_of(project: Path) -> Path:
    return project / ".amowidget" / "deploy" / "journal.jsonl"


def test_all_targets_get_one_version_above_what_each_of_them_reports(
    amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    for _ in range(3):
        accounts.start()
    amowidget("bump", "1.4.0", at=project)
    amowidget("pack", at=project)
    assert amowidget("upload", "--target", "t1", at=project).code == 0
    before = manifest_of(project).read_bytes().replace(b'"1.4.0"', b'"1.0.0"')
    manifest_of(project).write_bytes(before)
    done = deploy()
    assert done.code == 0, done.out
    assert told(done) == dict.fromkeys(("t0", "t1", "t2"), "bytes")
    assert {entry["version"] for entry in done.result["results"]} == {"1.4.1"}
    assert done.result["source"] == "kept"
    assert str(manifest_of(project)) in done.result["changed_files"]
    assert done.result["summary"] == {"done": 3, "failed": 0, "not_begun": 0}
    assert manifest_of(project).read_bytes() == before.replace(b'"1.0.0"', b'"1.4.1"')
    assert accounts.uploads() == [1, 2, 1]
    assert not journal_of(project).exists()


def test_the_first_refusal_stops_the_others_and_undoes_the_bump(
    amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    accounts.start("upload-400")
    accounts.start()
    before = manifest_of(project).read_bytes()
    refused = deploy()
    assert refused.code == 3
    assert told(refused) == {"t0": "archive.rejected", "t1": "deploy.not_begun"}
    assert refused.result["source"] == "undone"
    assert refused.result["changed_files"] == []
    assert manifest_of(project).read_bytes() == before
    assert accounts.uploads() == [1, 0]
    # Its version is free again, so its archives must never be sent.
    assert amowidget("upload", "--failed", "--json", at=project).error == "usage.archive_missing"


def test_what_one_account_has_keeps_the_bump_and_the_rest_is_sent_again(
    amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    accounts.start()
    accounts.start("upload-400*1")
    accounts.start()
    refused = deploy()
    assert refused.code == 3
    assert told(refused) == {"t0": "bytes", "t1": "archive.rejected", "t2": "deploy.not_begun"}
    assert refused.result["source"] == "kept"
    assert version_of(project) == "1.0.1"
    again = amowidget("upload", "--failed", "--json", at=project)
    assert again.code == 0, again.out
    assert told(again) == {"t1": "bytes", "t2": "bytes"}
    assert {entry["sha256"] for entry in again.result["results"]} == {refused.result["results"][0]["sha256"]}
    assert accounts.uploads() == [1, 2, 1]


def test_an_account_that_cannot_tell_its_version_stops_all_before_anything_begins(
    deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    accounts.start()
    accounts.start("foreign-uuid")
    accounts.start()
    before = everything_below(project / "widget_src")
    refused = deploy()
    assert refused.code == 3
    assert told(refused) == {"t0": "deploy.not_begun", "t1": "account.not_found", "t2": "deploy.not_begun"}
    assert refused.result["source"] == "untouched"
    assert everything_below(project / "widget_src") == before
    assert accounts.uploads() == [0, 0, 0]
    assert not journal_of(project).exists()
    accounts.replace(1)
    done = deploy()
    assert done.code == 0, done.out
    # Whoever reads the results finds the same names in all of them.
    assert {*refused.result["results"][0]} == {*done.result["results"][0], "error"}


@pytest.mark.usefixtures("hurry")
def test_with_more_failures_allowed_the_others_get_theirs_and_the_failed_one_its_archive(
    amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    accounts.start()
    accounts.start("garbage")
    accounts.start()
    done = deploy("--max-failures", "2")
    assert done.code == 4, done.out
    assert told(done) == {"t0": "bytes", "t1": "network.cut", "t2": "bytes"}
    accounts.replace(1)
    again = amowidget("upload", "--failed", "--json", at=project)
    assert again.code == 0, again.out
    assert told(again) == {"t1": "bytes"}
    assert accounts.uploads() == [1, 1, 1]


def test_when_none_can_be_asked_nothing_begins_whatever_is_allowed(
    deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    for _ in range(2):
        accounts.start("foreign-uuid")
    refused = deploy("--max-failures", "100")
    assert refused.code == 3
    assert set(told(refused).values()) == {"account.not_found"}
    assert version_of(project) == "1.0.0"


def test_a_widget_that_is_switched_off_stops_all_others(
    amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    accounts.start("deactivate-after-upload")
    accounts.start()
    amowidget("pack", at=project)
    assert amowidget("upload", "--all", "--max-failures", "9", at=project).code == 0
    accounts.install(0)
    done = deploy("--max-failures", "100")
    assert done.code == 3, done.out
    assert told(done) == {"t0": "account.deactivated", "t1": "deploy.not_begun"}
    assert done.result["source"] == "kept"


def test_each_target_gets_its_own_values_and_the_journal_none(
    deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    with_own_values(accounts, 2)
    done = deploy()
    assert done.code == 0, done.out
    for number, account in enumerate(accounts.accounts):
        assert f"value-of-{number}" in accounts.script(account)
    assert len({entry["sha256"] for entry in done.result["results"]}) == 2
    journal = (journal_of(project).parent / "last.jsonl").read_text(encoding="utf-8")
    assert "value-of-" not in journal
    assert MARK in (project / "widget_src" / "script.js").read_text(encoding="utf-8")


def test_a_value_that_one_target_lacks_stops_all_and_undoes_the_bump(
    deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    with_own_values(accounts, 2)
    accounts.configure('values = { hook_key = "value-of-1" }', "")
    before = manifest_of(project).read_bytes()
    refused = deploy()
    assert refused.error == "config.value_missing"
    assert refused.code == 2
    assert manifest_of(project).read_bytes() == before
    assert accounts.uploads() == [0, 0]


def test_a_widget_with_errors_is_sent_to_nobody(deploy: Deploy, project: Path, accounts: Accounts) -> None:
    for _ in range(2):
        accounts.start()
    (project / "widget_src" / "script.js").write_text("define(", encoding="utf-8")
    before = manifest_of(project).read_bytes()
    refused = deploy()
    assert refused.error == "widget.errors"
    assert refused.result["findings"]
    assert manifest_of(project).read_bytes() == before
    assert accounts.uploads() == [0, 0]


def test_the_source_is_not_written(amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts) -> None:
    for _ in range(2):
        accounts.start()
    before = everything_below(project / "widget_src")
    done = deploy("--no-write")
    assert done.code == 0, done.out
    assert {entry["version"] for entry in done.result["results"]} == {"1.0.1"}
    assert done.result["source"] == "untouched"
    assert done.result["changed_files"] == []
    assert everything_below(project / "widget_src") == before
    assert deploy("--no-write").result["results"][0]["version"] == "1.0.2"


def test_a_dry_run_sends_nothing_and_writes_nothing(deploy: Deploy, project: Path, accounts: Accounts) -> None:
    for _ in range(2):
        accounts.start()
    before = everything_below(project)
    done = deploy("--dry-run")
    assert done.code == 0
    steps = done.result["steps"]
    for account in accounts.accounts:
        assert any(account.url in step for step in steps)
        assert accounts.labels(account) == []
    assert everything_below(project) == before


def test_a_protected_target_among_them_asks(deploy: Deploy, accounts: Accounts) -> None:
    accounts.start()
    accounts.start(more="protected = true")
    assert deploy().error == "usage.not_confirmed"
    assert accounts.uploads() == [0, 0]
    assert deploy("--yes").code == 0


def test_all_targets_are_rolled_back_each_to_its_own(
    amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    with_own_values(accounts, 2)
    style = project / "widget_src" / "style.css"
    for text in ("one", "two"):
        style.write_text(f".{text} {{}}\n", encoding="utf-8")
        assert deploy().code == 0
    source = everything_below(project / "widget_src")
    done = deploy(verb="rollback")
    assert done.code == 0, done.out
    assert done.result["again"] == {"t0": "1.0.1", "t1": "1.0.1"}
    assert {entry["version"] for entry in done.result["results"]} == {"1.0.3"}
    for number, account in enumerate(accounts.accounts):
        assert f"value-of-{number}" in accounts.script(account)
    assert everything_below(project / "widget_src") == source
    assert deploy().result["results"][0]["version"] == "1.0.4"


def test_a_target_without_a_kept_archive_is_rolled_back_by_nobody(
    amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    for _ in range(2):
        accounts.start()
    style = project / "widget_src" / "style.css"
    for text in ("one", "two"):
        style.write_text(f".{text} {{}}\n", encoding="utf-8")
        assert amowidget("deploy", "--target", "t0", at=project).code == 0
    stopped = deploy(verb="rollback")
    assert told(stopped) == {"t0": "deploy.not_begun", "t1": "usage.not_kept"}
    assert stopped.code == 2
    done = deploy("--max-failures", "2", verb="rollback")
    assert told(done) == {"t0": "bytes", "t1": "usage.not_kept"}
    assert done.code == 2
    assert accounts.uploads() == [3, 0]


def test_a_rollback_that_failed_in_one_account_is_sent_there_again(
    amowidget: Command, deploy: Deploy, project: Path, accounts: Accounts
) -> None:
    for _ in range(2):
        accounts.start()
    style = project / "widget_src" / "style.css"
    for text in ("one", "two"):
        style.write_text(f".{text} {{}}\n", encoding="utf-8")
        assert deploy().code == 0
    accounts.replace(1, "upload-400*1")
    failed = deploy(verb="rollback")
    assert told(failed) == {"t0": "bytes", "t1": "archive.rejected"}
    again = amowidget("upload", "--failed", "--json", at=project)
    assert again.code == 0, again.out
    assert again.result["results"][0]["version"] == failed.result["results"][0]["version"]


@pytest.mark.usefixtures("hurry")
def test_no_secret_is_shown_or_kept(deploy: Deploy, project: Path, accounts: Accounts) -> None:
    accounts.start()
    accounts.start("upload-500-html")
    done = deploy("--max-failures", "9", "-v")
    assert json.loads(done.out)["results"]
    files = everything_below(project)
    for secret in accounts.secrets():
        assert secret not in done.out + done.err
        assert secret.encode() not in files
