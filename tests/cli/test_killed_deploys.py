"""Deploys that are killed: whatever the moment, files are whole, the next command tells the truth, and both ways on work."""

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from amowidget.sandbox.server import Running
from tests.cli.conftest import Command, Serve
from tests.cli.deploys import everything_below, manifest_of, uploads, uploads_taken, version_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

WAYS = ("--resume", "--abort")
_DICE = random.Random(4)
MOMENTS = [
    *(("line", float(number), way) for number in range(1, 9) for way in WAYS),
    *(("delay", _DICE.uniform(0, 0.5), way) for _ in range(3) for way in WAYS),
]
IDS = [f"{kind}-{value:.2f}{way}" for kind, value, way in MOMENTS]

Moment = Callable[[], bool]


def journal_of(project: Path) -> Path:
    return project / ".amowidget" / "deploy" / "journal.jsonl"


def killed(project: Path, is_due: Moment) -> None:
    """Start a deploy and kill it when its moment has come, or let it end when that never comes."""
    command = [sys.executable, "-m", "amowidget", "deploy"]
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not is_due():
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)


def after_line(project: Path, number: int) -> Moment:
    def is_due() -> bool:
        try:
            return journal_of(project).read_bytes().count(b"\n") >= number
        except OSError:
            return False

    return is_due


def after_delay(project: Path, seconds: float) -> Moment:
    begun: list[float] = []

    def is_due() -> bool:
        if not begun and journal_of(project).exists():
            begun.append(time.monotonic())
        return bool(begun) and time.monotonic() - begun[0] >= seconds

    return is_due


def moment_of(project: Path, kind: str, value: float) -> Moment:
    return after_line(project, int(value)) if kind == "line" else after_delay(project, value)


def assert_whole(project: Path, before: bytes) -> None:
    assert manifest_of(project).read_bytes() in (before, before.replace(b'"1.0.0"', b'"1.0.1"'))
    if (project / "widget.zip").exists():
        with zipfile.ZipFile(project / "widget.zip") as archive:
            assert archive.testzip() is None


def assert_clean(project: Path, account: Running) -> None:
    assert not journal_of(project).exists()
    assert not [path for path in project.rglob("*.tmp") if ".amowidget" not in path.parts]
    assert account.password.encode() not in everything_below(project / ".amowidget")


@pytest.mark.parametrize(("kind", "value", "way"), MOMENTS, ids=IDS)
def test_killed_at_a_moment(amowidget: Command, serve: Serve, project: Path, kind: str, value: float, way: str) -> None:
    account = serve("slow=20")
    before = manifest_of(project).read_bytes()
    killed(project, moment_of(project, kind, value))
    assert_whole(project, before)
    is_open = journal_of(project).exists()
    assert ("broken off" in amowidget("targets", at=project).err) == is_open
    if is_open:
        assert amowidget("bump", "--json", at=project).error == "deploy.unfinished"
        ended = amowidget("deploy", way, at=project)
        assert ended.code == 0, ended.err
        assert uploads_taken(account) == 1 or way == "--abort"
    assert_clean(project, account)
    assert version_of(project) == ("1.0.1" if uploads_taken(account) else "1.0.0")
    assert manifest_of(project).read_bytes() == before or uploads_taken(account) == 1
    version = "1.0.2" if uploads_taken(account) else "1.0.1"
    next_one = amowidget("deploy", "--json", at=project)
    assert next_one.code == 0, next_one.out
    assert next_one.result["results"][0]["version"] == version


@pytest.mark.parametrize("is_first", [True, False], ids=["first-upload", "later-upload"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["upload-hang*1", "upload-taken-hang*1"])
def test_killed_while_the_account_hangs(
    amowidget: Command, serve: Serve, project: Path, tmp_path: Path, fault: str, way: str, is_first: bool
) -> None:
    data = tmp_path / "account"
    if not is_first:
        serve(data=data)
        assert amowidget("deploy", at=project).code == 0
    account = serve(fault, data=data)
    before = version_of(project)
    killed(project, lambda: b'"send", "state": "begun"' in content_of(journal_of(project)) and uploads(account) == 1)
    assert version_of(project) != before
    ended = amowidget("deploy", way, "--json", "--verify-timeout", "5", at=project)
    assert ended.code == 0, ended.out
    is_taken = "taken" in fault
    assert uploads(account) == (2 if way == "--resume" and not is_taken else 1)
    assert (version_of(project) != before) == (is_taken or way == "--resume")
    if way == "--resume":
        assert ended.result["results"][0]["proof"] == "bytes"
    else:
        assert ended.result["taken"] is is_taken
    assert_clean(project, account)


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
