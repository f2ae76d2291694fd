"""login, logout and accounts as a person calls them: sessions are kept, shown, handed over and wiped; never a secret."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from amowidget.sandbox.server import Options, Running, running
from tests.cli.conftest import Command


@pytest.fixture
def account() -> Iterator[Running]:
    with ExitStack() as stack:
        yield stack.enter_context(running(Options()))


@pytest.fixture
def host(account: Running) -> str:
    return account.url.removeprefix("http://")


@pytest.fixture
def credentials(account: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setenv("AMOWIDGET_LOGIN", account.login)
    monkeypatch.setenv("AMOWIDGET_PASSWORD", account.password)
    return account


def test_a_session_is_kept_listed_and_wiped(amowidget: Command, credentials: Running, host: str) -> None:
    told = amowidget("login", host, "--json")
    assert told.code == 0
    assert told.result["sessions"] == [{"host": host, "login": credentials.login, "origin": "login"}]
    (entry,) = amowidget("accounts", "--json").result["accounts"]
    assert (entry["host"], entry["login"], entry["state"]) == (host, credentials.login, "kept")
    assert "session opened just now by login" in amowidget("accounts").out
    (gone,) = amowidget("logout", host, "--json").result["sessions"]
    assert gone["revoked"] is False
    assert amowidget("accounts", "--json").result["accounts"] == []


def test_no_output_holds_a_secret(amowidget: Command, credentials: Running, host: str, tmp_path: Path) -> None:
    outcomes = [
        amowidget("login", host, "-v"),
        amowidget("login", host, "--export", tmp_path / "session.json"),
        amowidget("accounts", "-v"),
        amowidget("logout", "-v"),
    ]
    kept = json.loads((tmp_path / "session.json").read_text())
    for outcome in outcomes:
        for secret in (credentials.password, *kept["cookies"].values()):
            assert secret not in outcome.out + outcome.err


def test_an_exported_session_opens_the_account_elsewhere(
    amowidget: Command, credentials: Running, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "session.json"
    assert amowidget("login", host, "--export", file).code == 0
    assert file.stat().st_mode & 0o077 == 0
    assert amowidget("logout").code == 0
    monkeypatch.delenv("AMOWIDGET_LOGIN")
    monkeypatch.delenv("AMOWIDGET_PASSWORD")
    project = tmp_path / "widget"
    amowidget("new", "widget", "--yes")
    config = project / "amowidget.toml"
    config.write_text(
        config.read_text() + f'\n[targets.client]\nhost = "{host}"\nintegration = "{credentials.integration}"\n'
    )
    monkeypatch.setenv("AMOWIDGET_SESSION", file.read_text())
    (state,) = amowidget("status", "--target", "client", "--json", at=project).result["targets"]
    assert state["state"] == "no widget yet"


def test_an_export_can_be_piped_on(amowidget: Command, credentials: Running, host: str) -> None:
    piped = amowidget("login", host, "--export", "-")
    assert piped.code == 0
    assert json.loads(piped.out)["base_url"] == credentials.url


def test_a_wrong_password_is_tried_once(
    amowidget: Command, credentials: Running, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMOWIDGET_PASSWORD", "wrong")
    assert amowidget("login", host, "--json").error == "auth.wrong_password"
    assert amowidget("accounts", "--json").result["accounts"] == []


def test_cookies_of_a_browser_are_taken_over_and_not_revoked(
    amowidget: Command, credentials: Running, host: str, tmp_path: Path
) -> None:
    amowidget("login", host, "--export", tmp_path / "session.json")
    amowidget("logout")
    values = json.loads((tmp_path / "session.json").read_text())["cookies"]
    cookies = [{"domain": host.partition(":")[0], "name": name, "value": value} for name, value in values.items()]
    (tmp_path / "cookies.json").write_text(json.dumps(cookies))
    told = amowidget("login", host, "--cookies", tmp_path / "cookies.json", "--json").result
    assert told["sessions"][0]["origin"] == "cookies"
    (gone,) = amowidget("logout", "--revoke", "--json").result["sessions"]
    assert gone["revoked"] is False
    assert amowidget("login", host, "--cookies", tmp_path / "cookies.json").code == 0
    (gone,) = amowidget("logout", "--revoke", "--yes", "--json").result["sessions"]
    assert gone["revoked"] is True
    assert amowidget("login", host, "--cookies", tmp_path / "cookies.json", "--json").error == "auth.session_expired"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("login",), "usage.missing_host"),
        (("login", "client"), "usage.bad_value"),
        (("login", "sandbox"), "usage.bad_value"),
        (("login", "crm.example.com"), "usage.unknown_host"),
        (("login", "http://client-a.amocrm.ru"), "usage.unknown_host"),
        (("login", "--missing"), "usage.no_project"),
        (("login", "client-a.amocrm.ru", "--cookies", "nowhere.json"), "io.unreadable"),
    ],
)
def test_what_cannot_be_logged_in_to_is_told(
    amowidget: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: str
) -> None:
    monkeypatch.setenv("AMOWIDGET_LOGIN", "a@example.com")
    monkeypatch.setenv("AMOWIDGET_PASSWORD", "pw")
    assert amowidget(*words, "--json").error == code


def test_nobody_is_asked_where_nobody_is(amowidget: Command) -> None:
    assert amowidget("login", "client-a.amocrm.ru", "--json").error == "usage.credentials_missing"


def test_missing_ones_are_those_of_targets_without_a_session(
    amowidget: Command, credentials: Running, host: str, tmp_path: Path
) -> None:
    project = tmp_path / "widget"
    amowidget("new", "widget", "--yes")
    config = project / "amowidget.toml"
    config.write_text(config.read_text() + f'\n[targets.client]\nhost = "{host}"\n')
    (entry, _) = amowidget("accounts", "--json", at=project).result["accounts"]
    assert entry["state"] == "environment"
    assert amowidget("login", "--missing", "--json", at=project).result["sessions"][0]["host"] == host
    assert amowidget("login", "--missing", "--json", at=project).result["sessions"] == []


def _with_targets(amowidget: Command, folder: Path, hosts: list[str]) -> Path:
    amowidget("new", "widget", "--yes")
    config = folder / "widget" / "amowidget.toml"
    sections = (f'\n[targets.client{number}]\nhost = "{host}"\n' for number, host in enumerate(hosts))
    config.write_text(config.read_text() + "".join(sections))
    return folder / "widget"


def test_a_host_that_lets_nobody_in_keeps_none_of_the_missing_ones_out(
    amowidget: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, str]] = []
    with (
        running(Options(faults=(("captcha", ""),))) as shut,
        running(Options()) as open_one,
        running(Options()) as last,
    ):
        accounts = {account.url.removeprefix("http://"): account for account in (shut, open_one, last)}
        project = _with_targets(amowidget, tmp_path, list(accounts))

        def answer(host: str, usual: str) -> tuple[str, str]:
            asked.append((host, usual))
            return accounts[host].login, accounts[host].password

        monkeypatch.setattr("amowidget.ui.terminal.Terminal.is_interactive", True)
        monkeypatch.setattr("amowidget.ui.login_questions.login_and_password", answer)
        told = amowidget("login", "--missing", at=project)
        rows = amowidget("accounts", "--json", at=project).result["accounts"]
        kept = {row["host"] for row in rows if row["state"] == "kept"}
    assert told.code == 3
    assert "auth.captcha" in told.err
    assert "Sessions opened: 2 of 3." in told.err
    first, *others = accounts
    assert kept == set(others)
    assert asked == [(first, ""), (others[0], ""), (others[1], accounts[others[0]].login)]


def test_one_password_is_offered_to_no_more_than_one_host(
    amowidget: Command, credentials: Running, host: str, tmp_path: Path
) -> None:
    project = _with_targets(amowidget, tmp_path, [host, "client-b.amocrm.ru"])
    assert amowidget("login", "--missing", "--json", at=project).error == "usage.credentials_ambiguous"
    assert amowidget("accounts", "--json", at=project).result["accounts"][0]["state"] != "kept"


def test_doctor_asks_whether_a_session_is_still_good(
    amowidget: Command, credentials: Running, host: str, tmp_path: Path
) -> None:
    project = tmp_path / "widget"
    amowidget("new", "widget", "--yes")
    amowidget("login", host)

    def told() -> dict[str, str]:
        checks = amowidget("doctor", "--json", at=project).result["checks"]
        return {entry["subject"]: entry["state"] for entry in checks}

    assert told()[f"session {host}"] == "ok"
    amowidget("login", host, "--export", tmp_path / "session.json")
    amowidget("logout", "--revoke")
    assert f"session {host}" not in told()
