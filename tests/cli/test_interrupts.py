"""Ctrl-C at each stage: exit code 130, one sentence, nothing half-written, no child left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMOWIDGET_")}
    environment["PYTHONUNBUFFERED"] = "1"
    command = [sys.executable, "-m", "amowidget", *words]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def interrupted(process: subprocess.Popen[str], words: str) -> str:
    """Wait until the process has said some words, press Ctrl-C, and return everything that it says."""
    assert process.stdout is not None
    said = ""
    deadline = time.monotonic() + 30
    while words not in said:
        line = process.stdout.readline()
        assert line or time.monotonic() < deadline, said
        assert process.poll() is None or line, said
        said += line
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    return said + rest


def test_during_a_build(amowidget: Command, project: Path) -> None:
    config = project / "amowidget.toml"
    child = (
        "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); "
        "print('building', flush=True); time.sleep(60)"
    )
    (project / "build.py").write_text(child, encoding="utf-8")
    config.write_text(
        config.read_text(encoding="utf-8") + f'\n[build]\ncommand = """{sys.executable} build.py"""\noutput = "dist"\n',
        encoding="utf-8",
    )
    process = started(project, "pack")
    said = interrupted(process, "building")
    assert process.returncode == 130
    assert "Interrupted" in said
    assert "Traceback" not in said
    assert not (project / "widget.zip").exists()
    pid = int((project / "pid").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(pid, 0)
            time.sleep(0.05)


def test_while_waiting_for_the_proof(amowidget: Command, project: Path) -> None:
    assert amowidget("pack", at=project).code == 0
    account = started(project, "sandbox", "--fault", "stale-script=120")
    try:
        assert account.stdout is not None
        while "Ctrl-C" not in account.stdout.readline():
            assert account.poll() is None
        assert amowidget("upload", "--target", "sandbox", at=project).code == 0
        (project / "widget_src" / "style.css").write_text(".x { color: red }", encoding="utf-8")
        amowidget("bump", at=project)
        amowidget("pack", at=project)
        waiting = started(project, "upload", "--target", "sandbox")
        said = interrupted(waiting, "Fetching back")
        assert waiting.returncode == 130
        assert "Traceback" not in said
        assert "Uploaded" not in said
    finally:
        account.send_signal(signal.SIGINT)
        rest, _ = account.communicate(timeout=30)
    assert account.returncode == 0, rest
    assert "Traceback" not in rest
    assert not (project / ".amowidget" / "sandbox" / "running.json").exists()
