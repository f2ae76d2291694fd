"""The command that serves the stand-in: its list of failures, and how it refuses what cannot be played."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from amowidget.sandbox.faults import TABLE, written
from tests.cli.conftest import Command


def test_the_command_lists_the_failures(amowidget: Command) -> None:
    listed = amowidget("sandbox", "--fault", "help")
    assert listed.code == 0
    for faults in TABLE.values():
        for name, fault in faults.items():
            assert f"  {written(name, fault)} " in listed.out
            assert fault.does in listed.out
    told = amowidget("sandbox", "--fault", "help", "--json").result
    assert told["ok"] is True
    assert {entry["name"] for entry in told["faults"]} == {name for faults in TABLE.values() for name in faults}


def test_a_mistyped_failure_gets_a_near_match(amowidget: Command) -> None:
    refused = amowidget("sandbox", "--fault", "captcah")
    assert refused.code == 2
    assert 'Did you mean "captcha"?' in refused.err


@pytest.mark.parametrize(
    ("words", "page"), [((), "/settings/widgets/"), (("--platform", "amocrm"), "/amo-market/")], ids=["own", "named"]
)
def test_it_plays_the_platform_of_the_project(project: Path, words: tuple[str, ...], page: str) -> None:
    config = project / "amowidget.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r'platform = "\w+"', 'platform = "kommo"', text), encoding="utf-8")
    command = [sys.executable, "-u", "-m", "amowidget", "sandbox", *words]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as served:
        assert served.stdout is not None
        served.stdout.readline()
        assert served.stdout.readline().rstrip().endswith(page)
        served.terminate()


def test_its_first_line_can_be_read_from_a_file_while_it_runs(tmp_path: Path) -> None:
    # As the page of documentation does it in continuous integration.
    told = tmp_path / "account.json"
    command = [sys.executable, "-m", "amowidget", "sandbox", "--json", "--fault", "upload-taken-cut*1"]
    with (
        told.open("wb") as file,
        subprocess.Popen(command, cwd=tmp_path, stdout=file, stderr=subprocess.PIPE) as served,
    ):
        try:
            ends = time.monotonic() + 30
            while not told.read_bytes().endswith(b"\n"):
                assert time.monotonic() < ends
                assert served.poll() is None
                time.sleep(0.1)
            account = json.loads(told.read_text(encoding="utf-8"))
            assert requests.get(f"{account['url']}/stand-in/journal", timeout=10).json() == []
            identity = requests.get(f"{account['url']}/stand-in/identity", timeout=10).json()
            assert identity["integration"] == account["integration"]
        finally:
            served.terminate()
