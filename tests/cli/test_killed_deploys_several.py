"""Deploys to several targets that are killed: what each account has is asked of each, and all of them end as one."""

import os
import random
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Outcome
from tests.cli.deploys import manifest_of, uploads_taken, version_of
from tests.cli.several_accounts import Accounts, told
from tests.cli.test_killed_deploys import (
    WAYS,
    after_delay,
    after_line,
    assert_clean,
    assert_whole,
    content_of,
    journal_of,
    killed,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

COUNT = 3
KILLS = 20 if "AMOWIDGET_FUZZ" in os.environ else 2
_DICE = random.Random(5)
MOMENTS = [
    *(("line", float(number), way) for number in (1, 3, 5, 7, 9, 11, 13) for way in WAYS),
    *(("delay", _DICE.uniform(0, 0.8), way) for _ in range(KILLS) for way in WAYS),
]


def ended(amowidget: Command, project: Path, way: str, *words: object) -> Outcome:
    return amowidget("deploy", way, "--json", "--verify-timeout", "5", *words, at=project)


def kill_while_sending_to(accounts: Accounts, project: Path, target: str) -> None:
    """Deploy to all, one after the other, and kill it while one account has the archive and does not answer."""
    number = int(target[1:])
    line = f'"send", "state": "begun", "target": "{target}"'.encode()
    killed(
        project,
        lambda: line in content_of(journal_of(project)) and accounts.uploads()[number] == 1,
        "--all",
        "--jobs",
        "1",
    )


@pytest.mark.parametrize(("kind", "value", "way"), MOMENTS)
def test_killed_at_a_moment(
    amowidget: Command, project: Path, accounts: Accounts, kind: str, value: float, way: str
) -> None:
    for _ in range(COUNT):
        accounts.start("slow=20")
    before = manifest_of(project).read_bytes()
    moment = after_line(project, int(value)) if kind == "line" else after_delay(project, value)
    killed(project, moment, "--all", "--jobs", "2")
    assert_whole(project, before)
    is_open = journal_of(project).exists()
    if is_open:
        assert amowidget("bump", "--json", at=project).error == "deploy.unfinished"
        done = ended(amowidget, project, way)
        assert done.code == 0, done.out
    taken = [uploads_taken(account) for account in accounts.accounts]
    assert max(taken) <= 1
    if way == "--resume" and is_open:
        assert taken == [1] * COUNT
    assert version_of(project) == ("1.0.1" if any(taken) else "1.0.0")
    assert manifest_of(project).read_bytes() == before or any(taken)
    for account in accounts.accounts:
        assert_clean(project, account)
    again = amowidget("deploy", "--all", "--json", at=project)
    assert again.code == 0, again.out
    assert {entry["version"] for entry in again.result["results"]} == {"1.0.2" if any(taken) else "1.0.1"}


@pytest.mark.parametrize("is_taken", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_killed_while_one_of_them_hangs(
    amowidget: Command, project: Path, accounts: Accounts, way: str, is_taken: bool
) -> None:
    accounts.start()
    accounts.start("upload-taken-hang*1" if is_taken else "upload-hang*1")
    accounts.start()
    kill_while_sending_to(accounts, project, "t1")
    done = ended(amowidget, project, way)
    assert done.code == 0, done.out
    # The first account has the archive, so the version stays, whatever became of the second.
    assert done.result["source"] == "kept"
    if way == "--resume":
        assert told(done) == dict.fromkeys(("t0", "t1", "t2"), "bytes")
        assert accounts.uploads() == [1, 1 if is_taken else 2, 1]
    else:
        assert done.result["taken"] is True
        assert accounts.uploads() == [1, 1, 0]
    assert not journal_of(project).exists()


def test_an_account_that_cannot_be_asked_keeps_it_unfinished_and_the_others_get_theirs(
    amowidget: Command, project: Path, accounts: Accounts
) -> None:
    for faults in ((), ("upload-taken-hang*1",), ()):
        accounts.start(*faults)
    kill_while_sending_to(accounts, project, "t1")
    accounts.replace(1, "garbage")
    for _ in range(2):
        left = ended(amowidget, project, "--resume", "--max-failures", "9")
        assert left.code == 4, left.out
        assert told(left) == {"t0": "bytes", "t1": "network.cut", "t2": "bytes"}
        assert left.result["unfinished"] is True
        assert journal_of(project).exists()
    assert ended(amowidget, project, "--abort").error == "network.cut"
    accounts.replace(1)
    done = ended(amowidget, project, "--resume")
    assert done.code == 0, done.out
    assert told(done) == dict.fromkeys(("t0", "t1", "t2"), "bytes")
    assert done.result["unfinished"] is False
    # t1 had the archive all the time, and nobody got it twice.
    assert [labels.count("upload") for labels in map(accounts.labels, accounts.accounts)] == [1, 0, 1]
    assert not journal_of(project).exists()


def test_a_refusal_at_the_resume_ends_it_and_what_is_missing_is_sent_by_failed(
    amowidget: Command, project: Path, accounts: Accounts
) -> None:
    for faults in ((), ("upload-hang*1",), ()):
        accounts.start(*faults)
    kill_while_sending_to(accounts, project, "t1")
    accounts.replace(1, "upload-400*1")
    done = ended(amowidget, project, "--resume", "--jobs", "1")
    assert told(done) == {"t0": "bytes", "t1": "archive.rejected", "t2": "deploy.not_begun"}
    assert not journal_of(project).exists()
    again = amowidget("upload", "--failed", "--json", at=project)
    assert told(again) == {"t1": "bytes", "t2": "bytes"}, again.out


def test_a_rollback_of_several_that_was_killed_is_resumed(
    amowidget: Command, project: Path, accounts: Accounts
) -> None:
    for _ in range(2):
        accounts.start()
    for text in ("one", "two"):
        (project / "widget_src" / "style.css").write_text(f".{text} {{}}\n", encoding="utf-8")
        assert amowidget("deploy", "--all", at=project).code == 0
    accounts.replace(1, "upload-hang*1")
    is_sent = b'"send", "state": "begun", "target": "t1"'
    killed(
        project,
        lambda: is_sent in content_of(journal_of(project)) and accounts.uploads()[1] == 1,
        *("--all", "--jobs", "1"),
        verb="rollback",
    )
    done = ended(amowidget, project, "--resume")
    assert done.code == 0, done.out
    assert {entry["version"] for entry in done.result["results"]} == {"1.0.3"}
    assert done.result["source"] == "untouched"
    assert version_of(project) == "1.0.2"
