"""How an account is entered: which of several ways is taken, when a session is renewed, and what an ended one says."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from amowidget.account import integration
from amowidget.account.access import Access, Surroundings, access_to, age, entered
from amowidget.account.credentials import Credentials
from amowidget.account.opening import Door, by_cookies, by_password, is_alive, revoke
from amowidget.account.session_store import SessionStore
from amowidget.account.stored_session import Origin, StoredSession, opened
from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError
from amowidget.sandbox.server import Options, Running, running


@pytest.fixture
def account() -> Iterator[Running]:
    with ExitStack() as stack:
        yield stack.enter_context(running(Options()))


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / "sessions")


def logged_in(account: Running, at_s: float = 1000.0) -> StoredSession:
    door = Door(account.url, now_s=lambda: at_s)
    return by_password(door, Credentials(account.login, Secret(account.password)), None)


def access(kept: StoredSession, store: SessionStore | None, now_s: float) -> Access:
    return Access(kept, None, None, store, now_s=lambda: now_s)


def test_a_kept_session_opens_the_account_without_a_password(account: Running, store: SessionStore) -> None:
    kept = logged_in(account)
    store.save(kept)
    with entered(account.url, access(kept, store, 1010)) as session:
        assert integration.find(session, account.integration).uuid == account.integration
    assert store.of(account.url) == kept


@pytest.mark.parametrize("now_s", [100_000.0, 10.0])
def test_an_old_session_is_renewed_first_and_kept_anew(account: Running, store: SessionStore, now_s: float) -> None:
    kept = logged_in(account)
    store.save(kept)
    with entered(account.url, access(kept, store, now_s)) as session:
        integration.find(session, account.integration)
    now = store.of(account.url)
    assert now is not None
    assert now.refreshed_at_s == now_s
    assert dict(now.cookies)["access_token"] != dict(kept.cookies)["access_token"]


def test_a_session_that_has_ended_is_renewed_once_and_the_question_asked_anew(store: SessionStore) -> None:
    with running(Options(faults=(("session-expires", "2"),))) as account:
        kept = logged_in(account)
        store.save(kept)
        with entered(account.url, access(kept, store, 1010)) as session:
            for _ in range(4):
                assert integration.find(session, account.integration).uuid
            with pytest.raises(AmowidgetError) as caught:
                integration.find(session, account.integration)
        assert caught.value.code == "auth.session_expired"


def test_a_session_that_cannot_be_renewed_says_whose_it_was(account: Running, store: SessionStore) -> None:
    kept = opened(account.url, "a@example.com", {"access_token": "x", "session_id": "y"}, Origin.LOGIN, 1000)
    store.save(kept)
    entry = entered(account.url, access(kept, store, 1000 + 3 * 86400))
    with entry as session, pytest.raises(AmowidgetError) as caught:
        integration.find(session, account.integration)
    assert caught.value.code == "auth.session_expired"
    assert "The session of a@example.com, opened 3 days ago, has ended." in caught.value.message
    assert f"amowidget login {kept.host}" in caught.value.hint


def test_what_another_process_has_renewed_is_taken(account: Running, store: SessionStore) -> None:
    stale = opened(account.url, account.login, {"access_token": "x", "session_id": "y"}, Origin.LOGIN, 1000)
    store.save(logged_in(account, at_s=2000))
    with entered(account.url, access(stale, store, 2010)) as session:
        assert integration.find(session, account.integration).uuid


def test_what_another_process_has_renewed_is_taken_though_the_clock_was_set_back(
    account: Running, store: SessionStore
) -> None:
    stale = opened(account.url, account.login, {"access_token": "x", "session_id": "y"}, Origin.LOGIN, 9000)
    store.save(logged_in(account, at_s=2000))
    with entered(account.url, access(stale, store, 2010)) as session:
        assert integration.find(session, account.integration).uuid


def test_a_session_that_was_renewed_first_is_renewed_again_when_it_ends(store: SessionStore) -> None:
    with running(Options(faults=(("session-expires", "2"),))) as account:
        kept = logged_in(account)
        store.save(kept)
        with entered(account.url, access(kept, store, 100_000)) as session:
            for _ in range(4):
                assert integration.find(session, account.integration).uuid


def test_the_ways_have_an_order(account: Running, store: SessionStore) -> None:
    kept = logged_in(account)
    login = {"AMOWIDGET_LOGIN": account.login, "AMOWIDGET_PASSWORD": account.password}
    handed = {"AMOWIDGET_SESSION": json.dumps(kept.revealed())}
    assert access_to(account.url, Surroundings(login, store)).credentials is not None
    with pytest.raises(AmowidgetError, match="no session"):
        access_to(account.url, Surroundings({}, store))
    store.save(kept)
    assert access_to(account.url, Surroundings(login, store)).session == kept
    other = {**login, "AMOWIDGET_LOGIN": "b@example.com"}
    assert access_to(account.url, Surroundings(other, store)).credentials is not None
    found = access_to(account.url, Surroundings({**login, **handed}, store)).session
    assert found is not None
    assert found.origin is Origin.ENVIRONMENT


def test_a_password_serves_one_target_and_a_kept_session_any_number(account: Running, store: SessionStore) -> None:
    login = {"AMOWIDGET_LOGIN": account.login, "AMOWIDGET_PASSWORD": account.password}
    with pytest.raises(AmowidgetError) as caught:
        access_to(account.url, Surroundings(login, store), target_count=2)
    assert caught.value.code == "usage.credentials_ambiguous"
    store.save(logged_in(account))
    assert access_to(account.url, Surroundings(login, store), target_count=2).session


def test_a_handed_over_session_of_another_host_is_refused(account: Running, store: SessionStore) -> None:
    handed = {"AMOWIDGET_SESSION": json.dumps([logged_in(account).revealed()])}
    with pytest.raises(AmowidgetError) as caught:
        access_to("https://client-a.amocrm.ru", Surroundings(handed, store))
    assert caught.value.code == "usage.session_elsewhere"


def test_a_handed_over_session_opens_the_account_and_is_never_kept(account: Running, store: SessionStore) -> None:
    handed = {"AMOWIDGET_SESSION": json.dumps([logged_in(account).revealed()])}
    with entered(account.url, access_to(account.url, Surroundings(handed, store))) as session:
        assert integration.find(session, account.integration).uuid
    assert store.sessions() == ()


def test_cookies_of_a_browser_are_taken_over_when_they_are_a_login(account: Running) -> None:
    host = account.url.removeprefix("http://").partition(":")[0]
    values = logged_in(account).revealed()["cookies"]
    assert isinstance(values, dict)
    cookies = [{"domain": host, "name": name, "value": value} for name, value in values.items()]
    door = Door(account.url)
    found = by_cookies(door, json.dumps(cookies))
    assert found.origin is Origin.COOKIES
    assert is_alive(door, found)
    assert revoke(door, found)
    assert not is_alive(door, found)
    with pytest.raises(AmowidgetError) as caught:
        by_cookies(door, json.dumps(cookies))
    assert caught.value.code == "auth.session_expired"


def test_an_unknown_host_is_entered_only_when_it_was_allowed() -> None:
    with pytest.raises(AmowidgetError) as caught, Door("https://crm.example.com").session():
        pass
    assert caught.value.code == "usage.unknown_host"
    with Door("https://crm.example.com", frozenset({"crm.example.com"})).session() as session:
        assert session.host == "crm.example.com"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (61, "1 minute ago"), (7300, "2 hours ago"), (200_000, "2 days ago")],
)
def test_ages_are_told_in_words(seconds: float, words: str) -> None:
    assert age(seconds) == words


def test_a_clock_that_was_set_back_is_no_age() -> None:
    assert "clock" in age(-5)
