"""A host that is no known account: spoken to only with --allow-host, by every command, and before anything is sent."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from amowidget.account.session_store import SessionStore
from amowidget.account.stored_session import Origin, StoredSession, opened
from tests.account.scripted import answering, http
from tests.cli.conftest import Command

HOST = "crm.example.com"
COMMANDS = [
    pytest.param(("login", "odd"), id="login"),
    pytest.param(("login", HOST), id="login by host"),
    pytest.param(("login", "--missing"), id="login --missing"),
    pytest.param(("login", "odd", "--browser"), id="login --browser"),
    pytest.param(("login", "odd", "--cookies", "cookies.txt"), id="login --cookies"),
    pytest.param(("install", "--target", "odd"), id="install"),
    pytest.param(("upload",), id="upload"),
    pytest.param(("upload", "--create"), id="upload --create"),
    pytest.param(("upload", "--manual"), id="upload --manual"),
    pytest.param(("upload", "--sync-form", "--yes"), id="upload --sync-form"),
    pytest.param(("upload", "--target", "odd", "--target", "sandbox"), id="upload to several"),
    pytest.param(("deploy",), id="deploy"),
    pytest.param(("rollback",), id="rollback"),
    pytest.param(("status", "--target", "odd"), id="status"),
    pytest.param(("status", "--explain", "--target", "odd"), id="status --explain"),
]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Yield what leaves for other machines: it all goes to a proxy that lets nothing through."""
    with answering(*[http("403 Forbidden")] * 8) as (proxy, seen):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.setenv("ALL_PROXY", proxy)
        yield seen


@pytest.fixture
def odd(amowidget: Command, project: Path, network: list[bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project whose only target lies on a host that is no known account, with all secrets at hand."""
    config = project / "amowidget.toml"
    target = f'\n[targets.odd]\nhost = "{HOST}"\nintegration = "u"\ncode = "c"\n'
    config.write_text(config.read_text(encoding="utf-8") + target, encoding="utf-8")
    (project / "cookies.txt").write_text(f"{HOST}\tFALSE\t/\tTRUE\t0\taccess_token\tx\n")
    for name in ("LOGIN", "PASSWORD", "TOKEN"):
        monkeypatch.setenv(f"AMOWIDGET_{name}", "s3cret")
    assert amowidget("pack", at=project).code == 0
    return project


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_refuses_it_before_anything_is_sent(
    amowidget: Command, odd: Path, network: list[bytes], words: tuple[str, ...]
) -> None:
    before = (odd / "widget_src" / "manifest.json").read_bytes()
    told = amowidget(*words, "--json", at=odd)
    assert told.code == 2, told.out
    assert '"usage.unknown_host"' in told.out
    assert "--allow-host" in told.out
    assert network == []
    assert (odd / "widget_src" / "manifest.json").read_bytes() == before
    assert not (odd / ".amowidget" / "deploy" / "journal.jsonl").exists()


@pytest.mark.parametrize("words", [*COMMANDS[:2], *COMMANDS[4:7], *COMMANDS[8:]])
def test_every_command_speaks_to_it_when_it_is_allowed(
    amowidget: Command, odd: Path, network: list[bytes], words: tuple[str, ...]
) -> None:
    told = amowidget(*words, "--allow-host", HOST, "--json", at=odd)
    assert "network.unreachable" in told.out, told.out
    assert network[0].startswith(f"CONNECT {HOST}:443 ".encode())


def test_doctor_tells_what_the_other_commands_would_say(amowidget: Command, odd: Path, network: list[bytes]) -> None:
    def state(*words: str) -> str:
        checks = amowidget("doctor", *words, "--json", at=odd).result["checks"]
        return next(str(check["state"]) for check in checks if check["subject"] == "target odd")

    assert state() == "broken"
    assert state("--allow-host", HOST) == "ok"
    assert network == []


@pytest.mark.parametrize("value", [HOST, f"other.example {HOST}", f"https://{HOST.upper()}/settings/"])
def test_the_environment_allows_as_the_option_does(
    amowidget: Command, odd: Path, network: list[bytes], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("AMOWIDGET_STATUS_ALLOW_HOST", value)
    assert amowidget("status", "--target", "odd", at=odd).code == 4
    assert network
    network.clear()
    assert amowidget("upload", "--json", at=odd).error == "usage.unknown_host"


@pytest.mark.parametrize("allowed", ["example.com", f"{HOST}:8443", "*", "", f"x{HOST}"])
def test_another_host_is_not_the_allowed_one(amowidget: Command, odd: Path, network: list[bytes], allowed: str) -> None:
    assert amowidget("upload", "--allow-host", allowed, "--json", at=odd).error == "usage.unknown_host"
    assert network == []


def test_by_http_no_other_machine_is_spoken_to(amowidget: Command, odd: Path, network: list[bytes]) -> None:
    told = amowidget("login", f"http://{HOST}", "--allow-host", HOST, "--json", at=odd)
    assert told.error == "usage.unknown_host"
    assert network == []


def session() -> StoredSession:
    return opened(f"https://{HOST}", "a@example.com", {"access_token": "x"}, Origin.LOGIN, time.time())


def test_a_kept_session_is_the_permission_for_its_host(
    amowidget: Command, odd: Path, network: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AMOWIDGET_LOGIN")
    SessionStore(tmp_path / ".state" / "amowidget" / "sessions").save(session())
    assert amowidget("status", "--target", "odd", at=odd).code == 4
    assert network
    network.clear()
    # The token of the environment is bound to no host, and no session stands for it.
    assert amowidget("install", "--target", "odd", "--json", at=odd).error == "usage.unknown_host"
    assert network == []


def test_a_session_that_was_handed_over_is_the_permission_for_its_host(
    amowidget: Command, odd: Path, network: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMOWIDGET_SESSION", json.dumps(session().revealed()))
    assert amowidget("status", "--target", "odd", at=odd).code == 4
    assert network


@pytest.mark.parametrize(
    "host",
    [f"{HOST}\\\\.amocrm.ru", f"{HOST}#.amocrm.ru", f"{HOST}?.amocrm.ru", f"a.amocrm.ru@{HOST}", f"{HOST} .kommo.com"],
)
def test_a_host_that_can_be_read_in_two_ways_is_none(
    amowidget: Command, odd: Path, network: list[bytes], host: str
) -> None:
    config = odd / "amowidget.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(f'"{HOST}"', f'"{host}"'), encoding="utf-8")
    told = amowidget("status", "--target", "odd", "--json", at=odd)
    assert told.code == 2
    assert '"usage.unknown_host"' in told.out
    assert network == []
