"""Answers that nobody has seen yet: kept as files that can be sent, whatever the command, and without a secret."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from amowidget.account.session_store import SessionStore
from amowidget.account.stored_session import Origin, opened
from amowidget.sandbox.server import Options, running
from tests.account.scripted import answering, http
from tests.cli.conftest import Command

JSON = "Content-Type: application/json"
PAGE = http("401 Unauthorized", b'<html><input name=csrf_token value="f0rm-token">', "Content-Type: text/html")
LOGIN, PASSWORD = "someone@example.com", "p&ssw0rd"
SECRETS = (LOGIN, PASSWORD, "p&amp;ssw0rd", "f0rm-token", "kept-c00kie", "kept-acc3ss")


@pytest.fixture
def login(amowidget: Command, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Return a function that logs in against some answers and returns the exit code and what was said."""
    monkeypatch.setenv("AMOWIDGET_LOGIN", LOGIN)
    monkeypatch.setenv("AMOWIDGET_PASSWORD", PASSWORD)

    def called(*answers: bytes, at: Path | None = None) -> tuple[int, str]:
        with answering(*answers) as (url, _):
            told = amowidget("login", url, at=at)
        assert not [secret for secret in SECRETS if secret in told.out + told.err]
        return told.code, told.err

    return called


def report_in(folder: Path) -> str:
    (path,) = (folder / "answers").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    text = path.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    return text


ODD = [
    pytest.param((http("200 OK", b"<html>Welcome back soon"),), 4, "Welcome back soon", id="no login form"),
    pytest.param((PAGE, http("200 OK", b"<html>p&amp;ssw0rd: maintenance")), 4, "maintenance", id="a page"),
    pytest.param(
        (PAGE, http("200 OK", json.dumps({"question": f"Is {LOGIN} you, {PASSWORD}?"}).encode(), JSON)),
        3,
        "question",
        id="no session",
    ),
    pytest.param(
        (PAGE, http("403 Forbidden", b'{"error_code": "mfa_required", "way": "by phone"}', JSON)),
        3,
        "by phone",
        id="a code in a new way",
    ),
]


@pytest.mark.parametrize(("answers", "code", "words"), ODD)
def test_an_odd_login_is_kept_beside_the_sessions(
    login: Callable[..., tuple[int, str]], tmp_path: Path, answers: tuple[bytes, ...], code: int, words: str
) -> None:
    exit_code, said = login(*answers)
    assert exit_code == code
    assert "Please send it" in said
    assert words in report_in(tmp_path / ".state" / "amowidget")


def test_in_a_project_it_is_kept_there(login: Callable[..., tuple[int, str]], project: Path, tmp_path: Path) -> None:
    assert login(PAGE, http("200 OK", b"<html>maintenance"), at=project / "widget_src")[0] == 4
    assert "maintenance" in report_in(project / ".amowidget")
    assert not (tmp_path / ".state" / "amowidget" / "answers").exists()


def test_where_it_cannot_be_kept_the_failure_itself_is_told(
    login: Callable[..., tuple[int, str]], project: Path
) -> None:
    (project / ".amowidget").mkdir(mode=0o700, exist_ok=True)
    (project / ".amowidget" / "answers").write_text("")
    exit_code, said = login(PAGE, http("200 OK", b"<html>maintenance"), at=project)
    assert exit_code == 4
    assert "could not be kept" in said
    assert "a page instead of data" in said


@pytest.mark.parametrize("fault", ["login-500", "wrong-password", "captcha", "blocked-address"])
def test_a_known_answer_leaves_nothing(
    amowidget: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str
) -> None:
    with running(Options(faults=((fault, ""),))) as account:
        monkeypatch.setenv("AMOWIDGET_LOGIN", account.login)
        monkeypatch.setenv("AMOWIDGET_PASSWORD", account.password)
        assert amowidget("login", account.url).code in (3, 4)
    assert not (tmp_path / ".state" / "amowidget" / "answers").exists()


def test_a_refusal_that_repeats_the_password_is_told_without_it(login: Callable[..., tuple[int, str]]) -> None:
    body = json.dumps({"detail": f"{PASSWORD} is not the one of {LOGIN}"}).encode()
    assert login(PAGE, http("401 Unauthorized", body, JSON))[0] == 3


def test_a_login_that_is_asked_to_slow_down_has_no_wrong_password(login: Callable[..., tuple[int, str]]) -> None:
    exit_code, said = login(PAGE, http("429 Too Many Requests", b'{"detail": "later"}', JSON))
    assert exit_code == 4
    assert 'asks to slow down, and says: "later"' in said


@pytest.mark.parametrize("option", [(), ("--explain",)])
def test_what_status_is_told_is_kept(
    amowidget: Command, project: Path, tmp_path: Path, option: tuple[str, ...]
) -> None:
    odd = http("418 Teapot", b'{"error": "A word that nobody knows, kept-c00kie"}', JSON)
    with answering(odd) as (url, _):
        host = url.removeprefix("http://")
        config = project / "amowidget.toml"
        config.write_text(config.read_text() + f'\n[targets.t]\nhost = "{host}"\nintegration = "u"\n')
        cookies = {"access_token": "kept-acc3ss", "session_id": "kept-c00kie"}
        SessionStore(tmp_path / ".state" / "amowidget" / "sessions").save(
            opened(url, LOGIN, cookies, Origin.LOGIN, time.time())
        )
        told = amowidget("status", "--target", "t", *option, at=project)
    assert told.code == 3
    assert "Please send it" in told.err
    assert "kept-c00kie" not in told.out + told.err
    assert "A word that nobody knows" in report_in(project / ".amowidget")


def test_what_the_form_is_answered_is_kept(amowidget: Command, project: Path, tmp_path: Path) -> None:
    details = http("200 OK", b'{"uuid": "u"}', JSON)
    with answering(details, http("418 Teapot", b'{"error": "A word that nobody knows"}', JSON)) as (url, _):
        config = project / "amowidget.toml"
        host = url.removeprefix("http://")
        config.write_text(config.read_text() + f'\n[targets.t]\nhost = "{host}"\nintegration = "u"\n')
        SessionStore(tmp_path / ".state" / "amowidget" / "sessions").save(
            opened(url, LOGIN, {"access_token": "kept-acc3ss"}, Origin.LOGIN, time.time())
        )
        assert amowidget("pack", at=project).code == 0
        told = amowidget("upload", "--sync-form", "--yes", at=project)
    assert told.code == 3, told.err
    assert "A word that nobody knows" in report_in(project / ".amowidget")
