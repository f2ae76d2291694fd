"""Every failure that the stand-in can play, against `upload`, `deploy`, and `deploy` to two targets.

What is told, how often is sent, what the accounts hold, what becomes of the source, and that no secret is shown or kept.
The tables of docs/upload-failures.md are made from it; `--rewrite` writes them anew.
"""

import json
import re
import shutil
import socket
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests

from amowidget.account.credentials import Credentials
from amowidget.account.opening import Door, by_password
from amowidget.cli.app import run
from amowidget.config.secret import Secret
from amowidget.sandbox.server import Options, Running, running
from tests.cli.conftest import Command, Outcome
from tests.cli.deploys import everything_below, manifest_of, uploads, version_of
from tests.deploy.failures import failures
from tests.sandbox.conftest import Client

PAGE = Path(__file__).parent.parent.parent / "docs" / "upload-failures.md"
OLD, NEW = "1.0.0", "1.0.1"
BAD, GOOD = "bad", "good"
HEADS = {
    "upload": ("failure", "exit", "told as", "sent", "the account holds"),
    "deploy": ("failure", "exit", "told as", "sent", "the account holds", "the source's version"),
    "several": ("failure", "exit", "told as", "sent", "the account holds", "the other account", "the source's version"),
}
WAYS = tuple(HEADS)


@dataclass(frozen=True)
class World:
    """A project that has uploaded its first version to two accounts, where it is active; and how each is reached."""

    project: Path
    ports: dict[str, int]
    secrets: dict[str, tuple[str, ...]]
    sessions: str
    login: tuple[str, str]

    def served(self, stack: ExitStack, name: str, *faults: tuple[str, str]) -> Running:
        """Serve one of the accounts at its address."""
        return stack.enter_context(running(Options(self.ports[name], self.project.parent / name, faults=tuple(faults))))


def free_port(start: int) -> int:
    """Return a port that no connection of another process is given meanwhile, as one of the usual ones may be."""
    for port in range(start, 32000):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Make the project and its two accounts, upload the first version to both, and make it active there."""
    folder = tmp_path_factory.mktemp("world")
    project, ports = folder / "my-widget", {BAD: free_port(21000)}
    ports[GOOD] = free_port(ports[BAD] + 1)
    sessions, secrets = [], {}
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.chdir(folder)
        assert run(["new", "my-widget", "--yes", "-q"]) == 0
        served = {name: stack.enter_context(running(Options(ports[name], folder / name))) for name in ports}
        for name, account in served.items():
            session = by_password(Door(account.url), Credentials(account.login, Secret(account.password)), None)
            sessions.append(session.revealed())
            secrets[name] = (account.password, account.token, *(value.reveal() for _, value in session.cookies))
            with open(project / "amowidget.toml", "a", encoding="utf-8") as config:
                host = account.url.removeprefix("http://")
                config.write(f'\n[targets.{name}]\nhost = "{host}"\nintegration = "{account.integration}"\n')
        patch.setenv("AMOWIDGET_SESSION", json.dumps(sessions))
        patch.chdir(project)
        assert run(["pack", "-q"]) == 0
        assert run(["upload", "--all", "-q"]) == 0
        for account in served.values():
            client = Client(account)
            client.log_in()
            assert client.install().ok
    script = project / "widget_src" / "script.js"
    script.write_text(f"{script.read_text(encoding='utf-8')}// new\n", encoding="utf-8")
    return World(project, ports, secrets, json.dumps(sessions), (served[BAD].login, served[BAD].password))


@pytest.fixture
def world(made: World, tmp_path: Path) -> World:
    """Return a copy of the world that is this test's own."""
    for name in ("my-widget", BAD, GOOD):
        shutil.copytree(made.project.parent / name, tmp_path / name)
    return replace(made, project=tmp_path / "my-widget")


def carried_out(way: str, world: World, amowidget: Command, patch: pytest.MonkeyPatch) -> Outcome:
    """Do what is tried, as a CI job would: with the login and the password, or with sessions for several targets."""
    if way == "several":
        patch.setenv("AMOWIDGET_SESSION", world.sessions)
    else:
        for name, value in zip(("LOGIN", "PASSWORD"), world.login, strict=True):
            patch.setenv(f"AMOWIDGET_{name}", value)
    if way == "upload":
        assert amowidget("bump", at=world.project).code == 0
        assert amowidget("pack", at=world.project).code == 0
    targets = ("--all", "--jobs", 1, "--max-failures", 2) if way == "several" else ("--target", BAD)
    verb = "upload" if way == "upload" else "deploy"
    return amowidget(verb, *targets, "--json", "-v", "--verify-timeout", 0, at=world.project)


def told(result: dict[str, Any]) -> str:
    """Return what is said about a target: the code of its error, or how it was proved."""
    return f"`{result['error']['code']}`" if "error" in result else f"proved by {result['proof']}"


def held(world: World, name: str) -> str:
    """Return which of the two archives an account holds, asked without any failure."""
    with ExitStack() as stack:
        account = world.served(stack, name)
        bearer = {"Authorization": f"Bearer {account.token}"}
        listed = requests.get(f"{account.url}/api/v4/widgets", headers=bearer, timeout=10).json()
        (widget,) = listed["_embedded"]["widgets"]
        assert widget["version"] in (OLD, NEW)
        return "the new" if widget["version"] == NEW else "the old"


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("failure", list(failures()), ids=lambda pair: "=".join(pair).replace(" ", "_")[:40])
def test_a_failure_is_told_as_the_page_says(
    failure: tuple[str, str],
    way: str,
    world: World,
    amowidget: Command,
    monkeypatch: pytest.MonkeyPatch,
    is_rewriting: bool,
) -> None:
    before = manifest_of(world.project).read_bytes()
    with ExitStack() as stack:
        account = world.served(stack, BAD, failure)
        other = world.served(stack, GOOD)
        outcome = carried_out(way, world, amowidget, monkeypatch)
        sent = uploads(account)
        codes = [letter["code"] for letter in requests.get(f"{account.url}/stand-in/mailbox", timeout=10).json()]
        assert uploads(other) <= 1
    # A deploy to one target that cannot begin has no result, but the error of the whole command.
    results = {result["target"]: result for result in outcome.result.get("results", ())} or {BAD: outcome.result}
    cells = [outcome.code, told(results[BAD]), sent, held(world, BAD)]
    if way == "several":
        cells.append("not begun" if held(world, GOOD) == "the old" else f"the new, {told(results[GOOD])}")
    after = version_of(world.project)
    if way != "upload":
        cells.append("raised" if after == NEW else "as before")
        # The bump is whole or undone to the byte, and it stays exactly when an account can have the archive.
        assert manifest_of(world.project).read_bytes() in (before, before.replace(OLD.encode(), NEW.encode()))
        assert after == NEW or {held(world, BAD), held(world, GOOD)} == {"the old"}
        assert not (world.project / ".amowidget" / "deploy" / "journal.jsonl").exists()
    # A 429 says that the archive was not taken, and when to come again.
    assert sent <= (2 if failure[0] == "upload-429" else 1)
    assert outcome.code != 0 or cells[3] == "the new"
    assert_no_secret(world, outcome, codes)
    row = f"| {' | '.join(map(str, (f'`{name_of(failure)}`', *cells)))} |\n"
    if is_rewriting:
        _ROWS[way, failure] = row
    else:
        assert row in table(way)


def assert_no_secret(world: World, outcome: Outcome, codes: list[str]) -> None:
    """Neither what was said nor a file of the project has a password, a token, a cookie or a one-time code in it."""
    said = (outcome.out + outcome.err).encode() + everything_below(world.project)
    for secret in (*world.secrets[BAD], *world.secrets[GOOD]):
        assert secret.encode() not in said
    for code in codes:
        assert not re.search(rb"(?<![0-9A-Za-z])" + code.encode() + rb"(?![0-9A-Za-z])", said)


def name_of(failure: tuple[str, str]) -> str:
    return "=".join(failure) if failure[1] else failure[0]


def table(way: str) -> str:
    """Return the table of the page for one way."""
    start = f"<!-- {way}: made by tests/cli/test_failure_matrix.py -->\n"
    return PAGE.read_text(encoding="utf-8").partition(start)[2].partition("<!-- end of the table -->")[0]


_ROWS: dict[tuple[str, tuple[str, str]], str] = {}


@pytest.mark.parametrize("way", WAYS)
def test_the_page_has_a_row_for_every_failure_and_no_other(way: str, is_rewriting: bool) -> None:
    head = f"| {' | '.join(HEADS[way])} |\n|{' --- |' * len(HEADS[way])}\n"
    if is_rewriting:
        made = head + "".join(_ROWS[way, failure] for failure in failures())
        text = PAGE.read_text(encoding="utf-8")
        before, start, rest = text.partition(f"<!-- {way}: made by tests/cli/test_failure_matrix.py -->\n")
        end = "<!-- end of the table -->"
        PAGE.write_text(before + start + made + end + rest.partition(end)[2], encoding="utf-8", newline="\n")
    assert table(way).startswith(head)
    assert table(way).count("\n") == len(list(failures())) + head.count("\n")
