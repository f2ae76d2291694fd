"""What surrounds a session: other people's files, links, a home that cannot be used, clocks, netrc, proxies, wide cookies."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from amowidget.account.session_store import SessionStore
from amowidget.sandbox.server import Options, Running, running
from tests.account.scripted import answering, http
from tests.cli.conftest import Command, Serve
from tests.cli.relay import relayed

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@pytest.fixture
def account(amowidget: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Return an account whose login stands in the environment."""
    with running(Options()) as served:
        monkeypatch.setenv("AMOWIDGET_LOGIN", served.login)
        monkeypatch.setenv("AMOWIDGET_PASSWORD", served.password)
        yield served


def host_of(account: Running) -> str:
    return account.url.removeprefix("http://")


def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / ".state" / "amowidget" / "sessions")


def kept_file(tmp_path: Path) -> Path:
    return next(store(tmp_path).folder.glob("*.json"))


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay a netrc file, that has a password for everybody, in both places where one is looked for."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    (tmp_path / ".netrc").write_text(
        "machine 127.0.0.1 login of-netrc password n3trc\ndefault login x password n3trc\n"
    )
    (tmp_path / ".netrc").chmod(0o600)


@pytest.mark.usefixtures("netrc")
def test_no_netrc_and_no_proxy_takes_part_on_this_machine(
    amowidget: Command, serve: Serve, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = host_of(serve())
    with relayed(host) as (other, asked), answering(http("502 Bad Gateway")) as (proxy, proxied):
        config = project / "amowidget.toml"
        config.write_text(config.read_text().replace(host, other))
        for name in PROXIES:
            monkeypatch.setenv(name, proxy)
        assert amowidget("login", "t", "--json", at=project).code == 0
        assert amowidget("pack", at=project).code == 0
        told = amowidget("upload", "--target", "t", "--json", at=project)
        assert told.code == 0, told.out
        sent = b"".join(asked).lower()
        assert b"post /oauth2/authorize" in sent
        assert b"authorization:" not in sent
        assert proxied == []


@pytest.mark.usefixtures("netrc")
def test_a_proxy_that_lets_nobody_through_is_named_and_learns_nothing(
    amowidget: Command, account: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = http("403 Forbidden")
    with answering(refused, refused, refused) as (proxy, proxied):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        told = amowidget("login", "client-a.amocrm.ru", "--json")
        assert told.error == "network.unreachable"
        assert "proxy" in told.result["error"]["message"]
        asked = b"".join(proxied)
    assert asked.startswith(b"CONNECT client-a.amocrm.ru:443 ")
    assert b"uthorization" not in asked
    assert account.password.encode() not in asked


def test_a_cookie_of_a_whole_domain_is_kept_for_the_one_host(
    amowidget: Command, account: Running, tmp_path: Path
) -> None:
    amowidget("login", host_of(account), "--export", tmp_path / "session.json")
    amowidget("logout")
    values = json.loads((tmp_path / "session.json").read_text())["cookies"]
    lines = [f".127.0.0.1\tTRUE\t/\tFALSE\t0\t{name}\t{value}\n" for name, value in values.items()]
    (tmp_path / "cookies.txt").write_text("".join(lines))
    with relayed(host_of(account)) as (host, asked):
        told = amowidget("login", host, "--cookies", "cookies.txt", "--json")
        assert told.code == 0, told.out
        assert values["access_token"].encode() in b"".join(asked)
        assert [kept.base_url for kept in store(tmp_path).sessions()] == [f"http://{host}"]
    with running(Options()) as other, relayed(host_of(other)) as (elsewhere, asked):
        assert amowidget("login", elsewhere, "--json").error == "auth.wrong_password"
        assert b"/oauth2/authorize" in b"".join(asked)
        assert all(value.encode() not in b"".join(asked) for value in values.values())


@pytest.mark.parametrize("ahead", [timedelta(days=2), timedelta(hours=-5)], ids=["two days fast", "five hours slow"])
def test_a_login_works_whatever_this_clock_says(
    amowidget: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    # The clock of this machine is the right one for a test, so that it is the account's that differs.
    now = datetime.now(UTC) - ahead
    date = f"Date: {format_datetime(now, usegmt=True)}"
    ends = format_datetime(now + timedelta(minutes=15), usegmt=True)
    set_cookies = [f"Set-Cookie: {name}=of-{name}; expires={ends}; path=/" for name in ("session_id", "csrf_token")]
    tokens = [f"Set-Cookie: {name}=of-{name}; Path=/; Expires={ends}" for name in ("access_token", "refresh_token")]
    page = http(
        "401 Unauthorized", b"<html><input name=csrf_token value=c>", "Content-Type: text/html", date, *set_cookies
    )
    into = http("200 OK", b'{"server_time": 1}', "Content-Type: application/json", date, *tokens)
    gone = http("204 No Content", b"", date)
    monkeypatch.setenv("AMOWIDGET_LOGIN", "a@example.com")
    monkeypatch.setenv("AMOWIDGET_PASSWORD", "pw")
    with answering(page, into, gone) as (url, asked):
        told = amowidget("login", url, "--json")
        assert told.code == 0, told.out
        (kept,) = store(tmp_path).sessions()
        assert {name for name, _ in kept.cookies} == {"session_id", "csrf_token", "access_token", "refresh_token"}
        assert "session opened just now by login" in amowidget("accounts").out
        (ended,) = amowidget("logout", "--revoke", "--json").result["sessions"]
        assert ended["revoked"] is True
        assert b"access_token=of-access_token" in asked[2]


@pytest.mark.parametrize("days", [-400, 400], ids=["from long ago", "from the future"])
def test_a_session_of_another_time_is_renewed_and_its_age_told(
    amowidget: Command, serve: Serve, project: Path, tmp_path: Path, days: int
) -> None:
    account = serve()
    assert amowidget("login", "t", at=project).code == 0
    path = kept_file(tmp_path)
    told = json.loads(path.read_text())
    then = time.time() + days * 86400
    path.write_text(json.dumps({**told, "opened_at": then, "refreshed_at": then}))
    age = "400 days ago" if days < 0 else "at a time that this clock has yet to reach"
    assert f"session opened {age} by login" in amowidget("accounts").out
    (state,) = amowidget("status", "--target", "t", "--json", at=project).result["targets"]
    assert state["state"] == "no widget yet"
    (kept,) = store(tmp_path).sessions()
    assert (kept.base_url, kept.opened_at_s) == (account.url, then)
    assert abs(kept.refreshed_at_s - time.time()) < 60
    assert dict(kept.cookies)["access_token"].reveal() != told["cookies"]["access_token"]


def _link_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = kept_file(tmp_path)
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    return f"rm {path}"


def _link_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = store(tmp_path).folder
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    return f"rm {folder}"


def _open_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    kept_file(tmp_path).chmod(0o644)
    return f"chmod 600 {kept_file(tmp_path)}"


def _foreign_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the file look as if it belonged to another user; only root could give it away."""
    path, looked = kept_file(tmp_path), os.fstat

    def state(handle: int) -> os.stat_result:
        found = looked(handle)
        values = [*found]
        values[4] += 1 if os.path.samestat(found, path.stat()) else 0
        return os.stat_result(values)

    monkeypatch.setattr(os, "fstat", state)
    return f"chown $USER {path}"


def _foreign_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    return f"chown $USER {store(tmp_path).folder}"


def _folder_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = kept_file(tmp_path)
    path.unlink()
    path.mkdir(mode=0o700)
    return "XDG_STATE_HOME"


posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps what lies below the user's folder to the user")


@posix
@pytest.mark.parametrize(
    "spoiled", [_link_file, _link_folder, _open_file, _foreign_file, _foreign_folder, _folder_in_its_place]
)
def test_what_others_can_have_laid_there_is_refused_with_the_remedy_and_nothing_is_sent(
    amowidget: Command,
    account: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoiled: Callable[[Path, pytest.MonkeyPatch], str],
) -> None:
    with relayed(host_of(account)) as (host, asked):
        assert amowidget("login", host).code == 0
        secrets = [value.reveal() for _, value in store(tmp_path).sessions()[0].cookies]
        asked.clear()
        remedy = spoiled(tmp_path, monkeypatch)
        for words in (("accounts",), ("login", host), ("logout",)):
            told = amowidget(*words, "--json")
            assert (told.code, told.error) == (
                4,
                "io.not_writable" if spoiled is _folder_in_its_place else "io.session_exposed",
            )
            assert remedy in told.result["error"]["hint"]
            assert not any(secret in told.out + told.err for secret in (*secrets, account.password))
        assert asked == []


@posix
@pytest.mark.parametrize("text", ["", "{", "[]", "\x00", '{"version": 1}x', "[" * 50_000])
def test_a_file_that_holds_no_session_says_what_to_delete(
    amowidget: Command, account: Running, tmp_path: Path, text: str
) -> None:
    host = host_of(account)
    assert amowidget("login", host).code == 0
    path = kept_file(tmp_path)
    path.write_text(text)
    for words in (("accounts",), ("login", host), ("logout",)):
        told = amowidget(*words, "--json")
        assert (told.code, told.error) == (2, "usage.bad_session")
        assert f"rm {path}" in told.result["error"]["hint"]
    path.unlink()
    assert amowidget("login", host).code == 0


HOMES = [
    pytest.param("file/state", id="through a file"),
    pytest.param("x" * 300, id="name too long"),
    pytest.param("loop/state", id="through a link to itself"),
]


@posix
@pytest.mark.parametrize("home", HOMES)
def test_a_home_that_cannot_be_written_is_told_before_a_password_is_sent(
    amowidget: Command, account: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / home))
    with relayed(host_of(account)) as (host, asked):
        told = amowidget("login", host, "--json")
        assert (told.code, told.error) == (4, "io.not_writable")
        assert "XDG_STATE_HOME" in told.result["error"]["hint"]
        assert asked == []
    assert amowidget("accounts", "--json").result["accounts"] == []
    assert amowidget("logout", "--json").result["sessions"] == []


@posix
@pytest.mark.parametrize("home", HOMES)
def test_a_build_server_without_a_home_uploads(
    amowidget: Command, serve: Serve, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    serve()
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / home))
    assert amowidget("pack", at=project).code == 0
    told = amowidget("upload", "--target", "t", "--json", at=project)
    assert told.code == 0, told.out


@posix
def test_a_session_that_cannot_be_kept_anew_is_not_renewed(
    amowidget: Command, serve: Serve, project: Path, tmp_path: Path
) -> None:
    serve()

    def aged() -> str:
        path = kept_file(tmp_path)
        path.write_text(json.dumps({**json.loads(path.read_text()), "refreshed_at": time.time() - 86400}))
        return path.read_text()

    assert amowidget("login", "t", at=project).code == 0
    aged()
    assert amowidget("status", "--target", "t", at=project).code == 0
    before = aged()
    (lock,) = store(tmp_path).folder.glob("*.lock")
    lock.unlink()
    lock.mkdir()
    (state,) = amowidget("status", "--target", "t", "--json", at=project).result["targets"]
    assert state["error"]["code"] == "io.not_writable"
    assert kept_file(tmp_path).read_text() == before
