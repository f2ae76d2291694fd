"""Runs the real command line in this process, inside a temporary folder and without the surroundings' variables."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from amowidget.cli.app import run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:  # a command's JSON is free in shape
        """The one JSON object on stdout."""
        assert self.out.count("\n") == 1, self.out
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def error(self) -> str:
        """The error code in the JSON result."""
        return str(self.result["error"]["code"])


Command = Callable[..., Outcome]


@pytest.fixture
def amowidget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs `amowidget` with the given words, in `tmp_path` or in the folder `at`."""
    for name in [*os.environ]:
        if name.startswith("AMOWIDGET_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CI", "true")
    # Sessions of the person who runs the tests are none of theirs.
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    monkeypatch.chdir(tmp_path)

    def called(*words: object, at: Path | None = None) -> Outcome:
        monkeypatch.chdir(at or tmp_path)
        capsys.readouterr()
        code = run([str(word) for word in words])
        out, err = capsys.readouterr()
        return Outcome(int(code), out, err)

    return called


@pytest.fixture
def project(amowidget: Command, tmp_path: Path) -> Path:
    """Return a freshly scaffolded project."""
    outcome = amowidget("new", "my-widget", "--yes")
    assert outcome.code == 0, outcome.err
    return tmp_path / "my-widget"
