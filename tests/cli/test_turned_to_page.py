"""An upload that the account keeps out goes on by hand where a person sits at a terminal, and nowhere else."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from amowidget.account import upload
from amowidget.account.credentials import Credentials
from amowidget.account.login import log_in
from amowidget.account.session import Session
from amowidget.config.secret import Secret
from amowidget.release.archive import read
from amowidget.sandbox.server import Options, Running, running
from tests.cli.conftest import Command
from tests.sandbox.conftest import Client

on_a_terminal = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
STEPS = "1. Open"


@dataclass(frozen=True)
class Told:
    """What a command wrote to its terminal and to its output, its exit code, and how long it took."""

    code: int
    screen: str
    out: str
    seconds: float


def at_a_terminal(folder: Path, variables: Mapping[str, str], *words: str) -> Told:
    """Run the command as a person does: standard input and error are a terminal."""
    import pty

    master, slave = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMOWIDGET_") and name != "CI"}
    environment = {**kept, "TERM": "xterm", "BROWSER": "true %s", "NO_COLOR": "1", **variables}
    start = time.monotonic()
    done = subprocess.Popen(
        [sys.executable, "-m", "amowidget", *words],
        cwd=folder,
        env=environment,
        stdin=slave,
        stderr=slave,
        stdout=subprocess.PIPE,
    )
    os.close(slave)
    screen: list[bytes] = []

    def read_screen() -> None:
        try:
            while piece := os.read(master, 65536):
                screen.append(piece)
        except OSError:  # the terminal is gone with who wrote to it
            return

    reader = threading.Thread(target=read_screen)
    reader.start()
    try:
        out, _ = done.communicate(timeout=60)
    finally:
        done.kill()
        reader.join(5)
        os.close(master)
    text = " ".join(b"".join(screen).decode("utf-8", "replace").split())
    return Told(done.returncode, text, out.decode(), time.monotonic() - start)


class Blocked:
    """A project with a packed widget, whose account plays a failure, and what the environment knows of it."""

    def __init__(self, project: Path, account: Running, code: str) -> None:
        self.project, self.account, self.code = project, account, code
        state = str(project.parent / ".state")
        self.login = {
            "XDG_STATE_HOME": state,
            "AMOWIDGET_LOGIN": account.login,
            "AMOWIDGET_PASSWORD": account.password,
        }

    def uploaded(self, *words: str, **more: str) -> Told:
        told = at_a_terminal(self.project, {**self.login, **more}, "upload", "--target", "client", *words)
        assert self.account.password not in told.screen + told.out
        assert self.account.token not in told.screen + told.out
        return told

    def know_code(self) -> None:
        """Write the widget's code into the target, as an upload does."""
        config = self.project / "amowidget.toml"
        config.write_text(config.read_text() + f'code = "{self.code}"\n')

    def uploads(self) -> int:
        return [entry["label"] for entry in Client(self.account).get("/stand-in/journal").json()].count("upload")

    def count_of_logins(self) -> int:
        return [entry["label"] for entry in Client(self.account).get("/stand-in/journal").json()].count("login")


Block = Callable[[str], Blocked]


@pytest.fixture
def block(amowidget: Command, project: Path, tmp_path: Path) -> Iterator[Block]:
    """Return a function that serves an account with one version in it, then with a failure, to a newer archive."""
    with ExitStack() as stack:

        def blocked(fault: str) -> Blocked:
            name, _, value = fault.partition("=")
            assert amowidget("pack", at=project).code == 0
            with running(Options(data=tmp_path / "account")) as account:
                code = sent_by_hand(account, project / "widget.zip") or ""
            assert amowidget("bump", at=project).code == 0
            assert amowidget("pack", at=project).code == 0
            account = stack.enter_context(running(Options(data=tmp_path / "account", faults=((name, value),))))
            config = project / "amowidget.toml"
            host = account.url.removeprefix("http://")
            config.write_text(
                config.read_text() + f'\n[targets.client]\nhost = "{host}"\nintegration = "{account.integration}"\n'
            )
            return Blocked(project, account, code)

        yield blocked


def sent_by_hand(account: Running, path: Path) -> str | None:
    """Upload as a person in a browser does."""
    with Session(account.url) as session:
        log_in(session, Credentials(account.login, Secret(account.password)))
        return upload.send(session, account.integration, read(path))


def meanwhile(account: Running, path: Path, *, after_labels: str) -> threading.Thread:
    """Upload by hand from another thread, once the account was asked for something by the command."""

    def act() -> None:
        for _ in range(100):
            time.sleep(0.2)
            asked = [entry["label"] for entry in Client(account).get("/stand-in/journal").json()]
            if after_labels in asked:
                time.sleep(1)
                sent_by_hand(account, path)
                return

    thread = threading.Thread(target=act)
    thread.start()
    return thread


@on_a_terminal
def test_after_the_agreement_it_goes_on_by_hand_and_is_proved(block: Block) -> None:
    blocked = block("agreement*1=not_defined")
    hand = meanwhile(blocked.account, blocked.project / "widget.zip", after_labels="agreement")
    told = blocked.uploaded()
    hand.join()
    assert told.code == 0, told.screen
    assert "has not signed the additional agreement" in told.screen
    assert "It goes on by hand" in told.screen
    assert STEPS in told.screen
    assert "Fill in the additional agreement" in told.screen
    assert "Proof: bytes" in told.out
    assert blocked.uploads() == 1


@on_a_terminal
def test_after_a_captcha_a_token_proves_and_the_login_is_not_tried_again(block: Block) -> None:
    blocked = block("captcha*1")
    blocked.know_code()
    hand = meanwhile(blocked.account, blocked.project / "widget.zip", after_labels="api")
    told = blocked.uploaded(AMOWIDGET_TOKEN=blocked.account.token)
    hand.join()
    assert told.code == 0, told.screen
    assert "asks for a captcha" in told.screen
    assert STEPS in told.screen
    assert "Proof: api" in told.out
    assert blocked.count_of_logins() == 2  # the one that was refused, and the person's own


@on_a_terminal
@pytest.mark.parametrize(("fault", "code"), [("captcha", "auth.captcha"), ("code", "auth.code_required")])
def test_what_could_not_be_proved_is_not_waited_for(block: Block, fault: str, code: str) -> None:
    blocked = block(fault)
    told = blocked.uploaded()
    assert told.code == 3
    assert code in told.screen
    assert "neither a session of this account nor a token" in told.screen
    assert STEPS not in told.screen
    for way in ("--manual", "--browser", "--cookies"):
        assert way in told.screen
    assert told.seconds < 30
    assert blocked.count_of_logins() == 1


@on_a_terminal
def test_an_agreement_that_is_not_confirmed_yet_is_not_waited_for(block: Block) -> None:
    told = block("agreement=accepted").uploaded()
    assert told.code == 3
    assert "not confirmed yet" in told.screen
    assert STEPS not in told.screen
    assert "--manual" not in told.screen


def test_by_hand_a_token_proves_where_the_login_is_refused(
    amowidget: Command, block: Block, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = block("captcha*1")
    blocked.know_code()
    for name, value in (("LOGIN", blocked.account.login), ("PASSWORD", blocked.account.password)):
        monkeypatch.setenv(f"AMOWIDGET_{name}", value)
    monkeypatch.setenv("AMOWIDGET_TOKEN", blocked.account.token)
    hand = meanwhile(blocked.account, blocked.project / "widget.zip", after_labels="api")
    told = amowidget("upload", "--target", "client", "--manual", "--verify-timeout", "20", at=blocked.project)
    hand.join()
    assert told.code == 0, told.err
    assert told.err.count(STEPS) == 1
    assert "Proof: api" in told.out


@on_a_terminal
@pytest.mark.parametrize("words", [("--json",), ("-q",)])
def test_whoever_wants_no_words_gets_the_error(block: Block, words: tuple[str, ...]) -> None:
    told = block("agreement=not_defined").uploaded(*words)
    assert told.code == 3
    assert STEPS not in told.screen
    assert "--manual" in told.screen + told.out


@on_a_terminal
def test_a_build_server_with_a_terminal_gets_the_error(block: Block) -> None:
    told = block("agreement=not_defined").uploaded(CI="true")
    assert told.code == 3
    assert STEPS not in told.screen
    assert "--manual" in told.screen


@pytest.mark.parametrize("fault", ["captcha", "code", "agreement=not_defined"])
def test_where_nobody_sits_the_ways_are_named(
    amowidget: Command, block: Block, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    blocked = block(fault)
    monkeypatch.setenv("AMOWIDGET_LOGIN", blocked.account.login)
    monkeypatch.setenv("AMOWIDGET_PASSWORD", blocked.account.password)
    told = amowidget("upload", "--target", "client", "--json", at=blocked.project)
    assert told.code == 3
    hint = told.result["results"][0]["error"]["hint"]
    ways = ("--manual", "--browser") if "agreement" in fault else ("--manual", "--browser", "--cookies")
    assert all(way in hint for way in ways)
    assert blocked.uploads() == 0
