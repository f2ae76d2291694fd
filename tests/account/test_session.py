"""The session: what it sends, what it keeps, and how every failure of a connection is told."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amowidget.account.session import Answer, Pace, Session
from amowidget.errors import AmowidgetError, Exit
from tests.account.scripted import answering, http

HURRY = Pace(sleep=lambda seconds: None)


def test_cookies_go_back_to_their_host_only_and_not_to_a_domain() -> None:
    first = http("200 OK", b"{}", "Set-Cookie: own=1; Path=/", "Set-Cookie: wide=1; Domain=127.0.0.1; Path=/")
    with answering(first, http("200 OK", b"{}")) as (url, seen), Session(url, HURRY) as session:
        session.get("/")
        assert session.cookies == {"own": "1"}
        session.get("/again")
        assert b"Cookie: own=1\r\n" in seen[1]


@pytest.mark.parametrize("years", [-30, 0, 30])
def test_cookies_end_when_the_account_means_it_by_its_own_clock(years: int) -> None:
    now = datetime.now(UTC) + timedelta(days=365 * years)
    date, before, after = (format_datetime(now + timedelta(hours=hours), usegmt=True) for hours in (0, -1, 1))
    taken = [f"Set-Cookie: new=1; Expires={after}", f"Set-Cookie: dashed=1; expires={after.replace(' ', '-')}"]
    dropped = [f"Set-Cookie: old=; Expires={before}", "Set-Cookie: older=; Max-Age=0"]
    odd = [
        "Set-Cookie: odd=1; Expires=never",
        "Set-Cookie: odder=1; Expires=Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    ]
    first = http(
        "200 OK", b"{}", "Set-Cookie: old=1; Path=/", "Set-Cookie: older=1; Path=/", *taken, *odd, f"Date: {date}"
    )
    with answering(first, http("200 OK", b"{}", f"Date: {date}", *dropped)) as (url, _), Session(url, HURRY) as session:
        session.get("/")
        assert session.cookies.keys() == {"old", "older", "new", "dashed", "odd", "odder"}
        session.get("/")
        assert session.cookies.keys() == {"new", "dashed", "odd", "odder"}


def test_cookies_of_one_port_do_not_reach_another() -> None:
    with answering(http("200 OK", b"{}", "Set-Cookie: own=1; Path=/")) as (url, _), Session(url, HURRY) as session:
        session.get("/")
        with answering(http("200 OK", b"{}")) as (other, seen):
            with pytest.raises(AmowidgetError):
                session.public_file(f"{other}/file")
            assert seen == []


def test_requests_look_like_those_of_the_page() -> None:
    with answering(http("200 OK", b"{}")) as (url, seen), Session(url, HURRY) as session:
        session.get("/")
        for line in (b"X-Requested-With: XMLHttpRequest", f"Origin: {url}".encode(), b"/settings/widgets/"):
            assert line in seen[0]


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_loopback_ignores_proxies_and_netrc(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory, variable: str
) -> None:
    netrc = str(tmp_path) + "/netrc"
    with open(netrc, "w", encoding="utf-8") as file:
        file.write("default login user password secret\n")
    monkeypatch.setenv("NETRC", netrc)
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    with answering(http("200 OK", b"{}")) as (url, seen), Session(url, HURRY) as session:
        session.get("/")
        assert b"Authorization" not in seen[0]


def test_a_redirect_within_the_account_is_followed() -> None:
    with answering(http("302 Found", b"", "Location: /there"), http("200 OK", b"{}")) as (url, seen):
        with Session(url, HURRY) as session:
            assert session.get("/here").status == 200
        assert seen[1].startswith(b"GET /there ")


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("https://evil.example/", "network.redirect_away"),
        ("http://127.0.0.1:1/", "network.redirect_away"),
        ("//evil.example/", "network.redirect_away"),
    ],
)
def test_credentials_never_leave_the_account(location: str, code: str) -> None:
    with answering(http("302 Found", b"", f"Location: {location}")) as (url, seen), Session(url, HURRY) as session:
        with pytest.raises(AmowidgetError) as caught:
            session.get("/")
        assert caught.value.code == code
        assert len(seen) == 1


def test_a_change_is_never_sent_twice() -> None:
    answers = (http("307 Temporary Redirect", b"", "Location: /there"), http("200 OK", b"{}"))
    with answering(*answers) as (url, seen), Session(url, HURRY) as session:
        with pytest.raises(AmowidgetError) as caught:
            session.post("/change", data={"a": "1"})
        assert caught.value.code == "network.redirect_of_change"
        assert len(seen) == 1
    with answering(b"", http("200 OK", b"{}")) as (url, seen), Session(url, HURRY) as session:
        with pytest.raises(AmowidgetError):
            session.post("/change", data={"a": "1"})
        assert len(seen) == 1


def test_asking_is_repeated_when_the_connection_fails() -> None:
    with answering(b"", http("503 Busy"), http("200 OK", b"{}")) as (url, seen), Session(url, HURRY) as session:
        assert session.get("/").status == 200
        assert len(seen) == 3


FAILURES = [
    pytest.param(http("200 OK", b"{}")[:-1] + b"", "network.cut", id="cut-body"),
    pytest.param(b"nonsense\r\n\r\n", "network.cut", id="no-http"),
    pytest.param(b"", "network.unreachable", id="closed"),
]


@pytest.mark.parametrize(("answer", "code"), FAILURES)
def test_a_broken_answer_is_told(answer: bytes, code: str) -> None:
    with answering(answer, answer, answer) as (url, _), Session(url, HURRY) as session:
        with pytest.raises(AmowidgetError) as caught:
            session.get("/")
        assert caught.value.code.startswith("network.")
        assert caught.value.exit_code is Exit.SURROUNDINGS
        assert caught.value.hint


def test_nobody_there_is_told() -> None:
    with Session("http://127.0.0.1:9", HURRY) as session, pytest.raises(AmowidgetError) as caught:
        session.get("/")
    assert caught.value.code == "network.unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "http://client.amocrm.ru",
        "https://evil.example",
        "https://amocrm.ru.evil.example",
        "ftp://127.0.0.1",
        r"https://evil.example\.amocrm.ru",
        "https://a.amocrm.ru@evil.example",
        "https://[::1].amocrm.ru",
        "",
    ],
)
def test_an_address_that_is_no_account_is_refused(url: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        Session(url)
    assert caught.value.code == "usage.unknown_host"


def test_a_file_of_the_account_that_is_named_by_http_is_not_fetched() -> None:
    with Session("https://client.amocrm.ru", HURRY) as session, pytest.raises(AmowidgetError) as caught:
        session.public_file("http://client.amocrm.ru/upl/code/1/widget/script.js")
    assert caught.value.code == "network.insecure_address"


@pytest.mark.parametrize("url", ["https://client.amocrm.ru", "https://client.kommo.com", "http://localhost:1"])
def test_accounts_and_this_machine_are_accepted(url: str) -> None:
    assert Session(url).base_url == url


def test_a_real_account_is_asked_at_a_calm_pace() -> None:
    times = iter([10.0, 10.1])
    slept: list[float] = []
    session = Session("https://client.amocrm.ru", Pace(clock=lambda: next(times), sleep=slept.append))
    session._wait(session.host)
    session._wait(session.host)
    assert slept == [pytest.approx(0.2)]


def test_sessions_that_share_a_pace_keep_their_distance_from_one_another() -> None:
    slept: list[float] = []
    pace = Pace(clock=lambda: 10.0, sleep=slept.append)
    for host in ("a.amocrm.ru", "b.kommo.com", "a.amocrm.ru", "127.0.0.1:1"):
        session = Session(f"{'http' if ':' in host else 'https'}://{host}", pace)
        session._wait(session.host)
    assert slept == [pytest.approx(0.2), pytest.approx(0.4)]


@pytest.mark.parametrize("ask", ["get", "ask"])
def test_a_question_is_asked_again_when_the_account_asks_to_wait(ask: str) -> None:
    slept: list[float] = []
    busy = http("429 Too Many Requests", b"{}", "Retry-After: 7", "Content-Type: application/json")
    with answering(busy, http("200 OK", b"{}", "Content-Type: application/json")) as (url, seen):
        session = Session(url, Pace(clock=lambda: 100.0, sleep=slept.append))
        answer = session.get("/a") if ask == "get" else session.ask("/a", {"b": "c"})
    assert answer.status == 200
    assert len(seen) == 2
    assert slept[-1] == 7


def test_an_account_that_asks_to_wait_for_long_is_not_waited_for() -> None:
    busy = http("429 Too Many Requests", b"{}", "Retry-After: 3600", "Content-Type: application/json")
    with answering(busy) as (url, seen):
        assert Session(url, HURRY).get("/a").status == 429
    assert len(seen) == 1


@settings(max_examples=200)
@given(st.binary(max_size=200), st.sampled_from(["application/json", "text/html", ""]))
def test_any_body_is_read_without_an_exception(body: bytes, kind: str) -> None:
    answer = Answer("http://127.0.0.1/", 200, kind, {}, body)
    assert isinstance(answer.fields, dict)
