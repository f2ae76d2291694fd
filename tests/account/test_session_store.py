"""Where sessions are kept: for their owner alone, refused where others can read, and never lost by a race."""

import json
import os
from pathlib import Path

import pytest

from amowidget.account.session_store import SessionStore
from amowidget.account.stored_session import Origin, StoredSession, opened, parsed
from amowidget.errors import AmowidgetError

HOST = "https://client-a.amocrm.ru"


class Drawer:
    """A keyring in memory."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.secrets: dict[str, str] = {}
        self._is_open = is_open

    def get(self, name: str) -> str | None:
        return self.secrets.get(name)

    def put(self, name: str, secret: str) -> bool:
        if self._is_open:
            self.secrets[name] = secret
        return self._is_open

    def drop(self, name: str) -> None:
        self.secrets.pop(name, None)


def session(login: str = "a@example.com", at_s: float = 1000.0, base_url: str = HOST) -> StoredSession:
    return opened(base_url, login, {"access_token": "s3cret", "session_id": "x"}, Origin.LOGIN, at_s)


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / "state" / "sessions")


def test_what_was_saved_is_found_again(store: SessionStore) -> None:
    store.save(session())
    found = store.of(HOST)
    assert found == session()
    assert store.of("https://client-b.amocrm.ru") is None
    assert store.of(HOST, "b@example.com") is None


def test_of_several_logins_the_one_used_last_comes_first(store: SessionStore) -> None:
    store.save(session("old@example.com", 1000))
    store.save(session("new@example.com", 2000))
    found = store.of(HOST)
    assert found is not None
    assert found.login == "new@example.com"
    assert len(store.sessions()) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps what lies below the user's folder to the user")
def test_files_are_for_their_owner_alone_and_names_tell_no_login(store: SessionStore) -> None:
    where = Path(store.save(session()))
    assert where.stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert "client-a.amocrm.ru" in where.name
    assert "example" not in where.name


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_can_read_is_refused_with_the_remedy(store: SessionStore, mode: int) -> None:
    where = Path(store.save(session()))
    where.chmod(mode)
    with pytest.raises(AmowidgetError) as caught:
        store.of(HOST)
    assert caught.value.code == "io.session_exposed"
    assert f"chmod 600 {where}" in caught.value.hint


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_folder_that_others_can_enter_is_refused(store: SessionStore) -> None:
    store.save(session())
    store.folder.chmod(0o755)
    with pytest.raises(AmowidgetError) as caught:
        store.sessions()
    assert caught.value.code == "io.session_exposed"


def test_a_link_in_the_place_of_a_file_is_refused(store: SessionStore, tmp_path: Path) -> None:
    where = Path(store.save(session()))
    elsewhere = tmp_path / "elsewhere.json"
    where.rename(elsewhere)
    where.symlink_to(elsewhere)
    for use in (lambda: store.of(HOST), lambda: store.save(session())):
        with pytest.raises(AmowidgetError) as caught:
            use()
        assert caught.value.code == "io.session_exposed"


def test_a_link_in_the_place_of_the_folder_is_refused(store: SessionStore, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir(mode=0o700)
    store.folder.parent.mkdir()
    store.folder.symlink_to(tmp_path / "other")
    with pytest.raises(AmowidgetError) as caught:
        store.save(session())
    assert caught.value.code == "io.session_exposed"


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AmowidgetError) as caught:
        SessionStore(tmp_path / "file" / "sessions").save(session())
    assert caught.value.code == "io.not_writable"


def test_a_keyring_takes_the_secrets_and_the_file_holds_none(tmp_path: Path) -> None:
    drawer = Drawer()
    store = SessionStore(tmp_path / "sessions", drawer)
    assert store.save(session()) == "the keyring"
    text = next(store.folder.glob("*.json")).read_text()
    assert "s3cret" not in text
    assert json.loads(text)["login"] == "a@example.com"
    assert store.of(HOST) == session()
    store.forget(session())
    assert not drawer.secrets
    assert store.sessions() == ()


def test_a_closed_keyring_leaves_the_session_in_a_file(tmp_path: Path) -> None:
    store = SessionStore(tmp_path / "sessions", Drawer(is_open=False))
    assert store.save(session()).endswith(".json")
    assert SessionStore(tmp_path / "sessions").of(HOST) == session()


def test_a_session_in_a_keyring_that_is_gone_is_none(tmp_path: Path) -> None:
    SessionStore(tmp_path / "sessions", Drawer()).save(session())
    assert SessionStore(tmp_path / "sessions").sessions() == ()


def test_forgetting_leaves_nothing(store: SessionStore) -> None:
    where = Path(store.save(session()))
    store.forget(session())
    assert not where.exists()
    store.forget(session())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{}",
        "3",
        "[1]",
        '{"version": 2}',
        '{"version": 1, "base_url": 1, "login": "", "cookies": {}, "origin": "login", "opened_at": 1, "refreshed_at": 1}',
        '{"version": 1, "base_url": "", "login": "", "cookies": [], "origin": "login", "opened_at": 1, "refreshed_at": 1}',
        '{"version": 1, "base_url": "", "login": "", "cookies": {"a": 1}, "origin": "login", "opened_at": 1, "refreshed_at": 1}',
        '{"version": 1, "base_url": "", "login": "", "cookies": {"a": "b\\r\\nX: y"}, "origin": "login", "opened_at": 1,'
        ' "refreshed_at": 1}',
        '{"version": 1, "base_url": "", "login": "", "cookies": {}, "origin": "else", "opened_at": 1, "refreshed_at": 1}',
        '{"version": 1, "base_url": "", "login": "", "cookies": {}, "origin": "login", "opened_at": true, "refreshed_at": 1}',
        "[" * 100_000,
    ],
)
def test_any_other_text_is_no_session(text: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        parsed(text, "AMOWIDGET_SESSION")
    assert caught.value.code == "usage.bad_session"


def test_a_session_shows_no_secret() -> None:
    assert "s3cret" not in repr(session())
    assert "s3cret" in json.dumps(session().revealed())
