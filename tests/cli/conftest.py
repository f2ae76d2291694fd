"""Runs the real command line in this process, inside a temporary folder and without the surroundings' variables."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from amowidget.account.session import Pace
from amowidget.cli.app import run
from amowidget.sandbox.server import Options, Running, running
from tests.cli.several_accounts import Accounts


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
Serve = Callable[..., Running]


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


@pytest.fixture
def serve(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return a function that serves a stand-in with faults as the project's only target, in place of the one before."""
    with ExitStack() as stack:

        def started(*faults: str, **options: Any) -> Running:
            stack.close()
            pairs = tuple((fault.partition("=")[0], fault.partition("=")[2]) for fault in faults)
            account = stack.enter_context(running(Options(faults=pairs, **options)))
            config = project / "amowidget.toml"
            text = config.read_text(encoding="utf-8").partition("\n[targets.t]")[0]
            host = account.url.removeprefix("http://")
            config.write_text(
                f'{text}\n[targets.t]\nhost = "{host}"\nintegration = "{account.integration}"\n', encoding="utf-8"
            )
            monkeypatch.setenv("AMOWIDGET_LOGIN", account.login)
            monkeypatch.setenv("AMOWIDGET_PASSWORD", account.password)
            return account

        yield started


@pytest.fixture
def accounts(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    """Return what starts stand-ins as the targets t0, t1 and so on of the project."""
    with ExitStack() as stack:
        yield Accounts(stack, project, monkeypatch)


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no command wait: pauses are skipped, and an answer is waited for a second."""
    clock, _, _, traffic = Pace.__init__.__defaults__ or ()
    monkeypatch.setattr(Pace.__init__, "__defaults__", (clock, lambda seconds: None, 1.0, traffic))
