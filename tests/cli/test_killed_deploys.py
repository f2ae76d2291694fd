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

KILLS = 100 if "AMOWIDGET_FUZZ" in os.environ else 3  # random moments, each of them for both ways
WAYS = ("--resume", "--abort")
_DICE = random.Random(4)
MOMENTS = [
    *(("line", float(number), way) for number in range(1, 9) for way in WAYS),
    *(("delay", _DICE.uniform(0, 0.5), way) for _ in range(KILLS) for way in WAYS),
]
IDS = [f"{kind}-{value:.4f}{way}" for kind, value, way in MOMENTS]

Moment = Callable[[], bool]


def journal_of(project: Path) -> Path:
    return project / ".amowidget" / "deploy" / "journal.jsonl"


def killed(project: Path, is_due: Moment, *words: str, by: int = signal.SIGKILL, verb: str = "deploy") -> int:
    """Start a deploy (or a rollback) and kill it when its moment has come, or let it end when that never comes; return how it ended."""
    command = [sys.executable, "-m", "amowidget", verb, *words]
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not is_due():
        time.sleep(0.001)
    process.send_signal(by)
    return process.wait(timeout=30)


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
    killed(project, while_sending(project, account))
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


def test_a_resume_that_is_killed_is_resumed_or_aborted_as_well(amowidget: Command, serve: Serve, project: Path) -> None:
    account = serve("upload-hang*2")
    before = manifest_of(project).read_bytes()
    killed(project, while_sending(project, account))
    killed(project, while_sending(project, account, 2), "--resume")
    assert "broken off" in amowidget("targets", at=project).err
    assert amowidget("deploy", "--abort", at=project).code == 0
    assert manifest_of(project).read_bytes() == before
    assert_clean(project, account)


def test_an_account_that_cannot_be_asked_ends_nothing(
    amowidget: Command, serve: Serve, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = serve("upload-taken-hang*1")
    killed(project, while_sending(project, account))
    monkeypatch.setenv("AMOWIDGET_PASSWORD", "wrong-password")
    for way in WAYS:
        assert amowidget("deploy", way, "--json", at=project).error == "auth.wrong_password"
        assert journal_of(project).exists()
    forced = amowidget("deploy", "--abort", "--force", "--json", at=project)
    assert forced.result["source"] == "kept"
    assert version_of(project) == "1.0.1"
    assert_clean(project, account)


@pytest.mark.parametrize("way", WAYS)
def test_a_kept_archive_that_is_gone_counts_as_taken(amowidget: Command, serve: Serve, project: Path, way: str) -> None:
    account = serve("upload-hang*1")
    killed(project, while_sending(project, account))
    for path in (project / ".amowidget" / "archives").glob("*/widget.zip"):
        path.unlink()
    ended = amowidget("deploy", way, "--json", at=project)
    if way == "--resume":
        assert ended.error == "io.archive_spoilt"
        assert journal_of(project).exists()
    else:
        assert ended.result["source"] == "kept"
        assert_clean(project, account)


@pytest.mark.parametrize("words", [[], ["--no-write"]])
def test_an_ending_that_was_killed_is_finished_before_it_begins_anew(
    amowidget: Command, serve: Serve, project: Path, words: list[str]
) -> None:
    account = serve("upload-400*1")
    assert amowidget("deploy", *words, at=project).code == 3
    lines = (journal_of(project).parent / "last.jsonl").read_bytes().splitlines(keepends=True)
    assert (b'"undo"' if not words else b'"end"') in lines[-1]
    journal_of(project).write_bytes(b"".join(lines[: None if words else -1]))
    ended = amowidget("deploy", "--resume", "--json", at=project)
    assert ended.result["source"] == ("untouched" if words else "kept")
    assert version_of(project) == ("1.0.0" if words else "1.0.1")
    assert uploads_taken(account) == 1


def test_a_manifest_that_was_put_back_before_the_resume_is_told(
    amowidget: Command, serve: Serve, project: Path
) -> None:
    account = serve("upload-taken-hang*1")
    before = manifest_of(project).read_bytes()
    killed(project, while_sending(project, account))
    manifest_of(project).write_bytes(before)
    ended = amowidget("deploy", "--resume", at=project)
    assert ended.code == 0
    assert "left as it is" in ended.err
    assert manifest_of(project).read_bytes() == before


def test_a_rollback_that_was_killed_is_resumed(amowidget: Command, serve: Serve, project: Path, tmp_path: Path) -> None:
    data = tmp_path / "account"
    serve(data=data)
    for text in (".a {}", ".b {}"):
        (project / "widget_src" / "style.css").write_text(f"{text}\n", encoding="utf-8")
        assert amowidget("deploy", at=project).code == 0
    account = serve("upload-taken-hang*1", data=data)
    command = [sys.executable, "-m", "amowidget", "rollback"]
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not while_sending(project, account)():
        time.sleep(0.01)
    process.kill()
    process.wait(timeout=30)
    ended = amowidget("deploy", "--resume", "--json", at=project)
    assert ended.result["results"][0]["version"] == "1.0.3"
    assert ended.result["results"][0]["proof"] == "bytes"
    assert ended.result["source"] == "untouched"
    assert uploads(account) == 1
    assert version_of(project) == "1.0.2"


def test_ctrl_c_before_the_sending_undoes_the_bump(serve: Serve, project: Path) -> None:
    serve()
    config = project / "amowidget.toml"
    build = f'\n[build]\ncommand = """{sys.executable} -c "import time; time.sleep(60)" """\noutput = "dist"\n'
    config.write_text(config.read_text(encoding="utf-8") + build, encoding="utf-8")
    before = manifest_of(project).read_bytes()
    assert killed(project, after_line(project, 4), by=signal.SIGINT) == 130
    assert manifest_of(project).read_bytes() == before
    assert not journal_of(project).exists()


def test_ctrl_c_after_the_sending_leaves_it_to_be_resumed(amowidget: Command, serve: Serve, project: Path) -> None:
    account = serve("upload-taken-hang*1")
    assert killed(project, while_sending(project, account), by=signal.SIGINT) == 130
    assert version_of(project) == "1.0.1"
    assert amowidget("deploy", "--resume", at=project).code == 0
    assert uploads(account) == 1


def while_sending(project: Path, account: Running, times: int = 1) -> Moment:
    """Return the moment in which the account has an upload and does not answer."""
    return lambda: (
        content_of(journal_of(project)).count(b'"send", "state": "begun"') == times and (uploads(account) == times)
    )


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
