"""Targets by name: credentials reach the one account that is named, and protected targets are confirmed."""

from pathlib import Path

import pytest

from amowidget.sandbox.server import Options, Running, running
from tests.cli.conftest import Command


def configured(project: Path, *accounts: Running, extra: str = "") -> None:
    config = project / "amowidget.toml"
    text = config.read_text(encoding="utf-8")
    for number, account in enumerate(accounts):
        host = account.url.removeprefix("http://")
        text += f'\n[targets.t{number}]\nhost = "{host}"\nintegration = "{account.integration}"\n{extra}\n'
    config.write_text(text, encoding="utf-8")


def test_the_only_target_is_taken_and_its_credentials_come_from_the_environment(
    amowidget: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Options()) as account:
        configured(project, account)
        amowidget("pack", at=project)
        missing = amowidget("upload", "--json", at=project)
        assert missing.error == "usage.credentials_missing"
        monkeypatch.setenv("AMOWIDGET_LOGIN", account.login)
        monkeypatch.setenv("AMOWIDGET_PASSWORD", account.password)
        uploaded = amowidget("upload", "--json", at=project)
        assert uploaded.code == 0
        assert uploaded.result["results"][0]["proof"] == "bytes"
        assert account.password not in uploaded.out + uploaded.err
        monkeypatch.setenv("AMOWIDGET_PASSWORD", "wrong-password")
        wrong = amowidget("upload", "--json", at=project)
        assert wrong.code == 3
        assert wrong.result["results"][0]["error"]["code"] == "auth.wrong_password"
        assert "wrong-password" not in wrong.out + wrong.err


def test_one_password_is_never_offered_to_several_accounts(
    amowidget: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Options()) as one, running(Options()) as other:
        configured(project, one, other)
        monkeypatch.setenv("AMOWIDGET_LOGIN", one.login)
        monkeypatch.setenv("AMOWIDGET_PASSWORD", one.password)
        told = amowidget("status", "--json", at=project)
        codes = [entry.get("error", {}).get("code") for entry in told.result["targets"]]
        assert codes == ["usage.credentials_ambiguous", "usage.credentials_ambiguous", None]
        named = amowidget("status", "--target", "t0", "--json", at=project)
        assert named.code == 0
        amowidget("pack", at=project)
        assert amowidget("upload", "--json", at=project).error == "usage.missing_target"


def test_a_protected_target_is_confirmed(amowidget: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(Options()) as account:
        configured(project, account, extra="protected = true")
        monkeypatch.setenv("AMOWIDGET_LOGIN", account.login)
        monkeypatch.setenv("AMOWIDGET_PASSWORD", account.password)
        amowidget("pack", at=project)
        assert amowidget("upload", "--json", at=project).error == "usage.not_confirmed"
        assert amowidget("upload", "--yes", at=project).code == 0


def test_a_strange_host_is_refused_before_anything_is_sent(
    amowidget: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = project / "amowidget.toml"
    strange = '\n[targets.x]\nhost = "amocrm.ru.evil.example"\nintegration = "i"\n'
    config.write_text(config.read_text(encoding="utf-8") + strange, encoding="utf-8")
    monkeypatch.setenv("AMOWIDGET_LOGIN", "a")
    monkeypatch.setenv("AMOWIDGET_PASSWORD", "b")
    amowidget("pack", at=project)
    assert amowidget("upload", "--json", at=project).error == "usage.unknown_host"
    assert amowidget("doctor", at=project).code == 4
