"""What a browser exports, in the forms that people have: the cookies of one host and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amowidget.account.cookie_file import cookies_of
from amowidget.errors import AmowidgetError

HOST = "client-a.amocrm.ru"
NETSCAPE = (
    "# Netscape HTTP Cookie File\n\n"
    "#HttpOnly_client-a.amocrm.ru\tFALSE\t/\tTRUE\t0\taccess_token\tone\n"
    ".amocrm.ru\tTRUE\t/\tTRUE\t0\tsession_id\ttwo\n"
    "client-b.amocrm.ru\tFALSE\t/\tTRUE\t0\taccess_token\tother\n"
    "amocrm.ru.example.com\tFALSE\t/\tTRUE\t0\tx\ty\n"
    "no cookie\n"
)
LISTED = [
    {"domain": "client-a.amocrm.ru", "name": "access_token", "value": "one"},
    {"domain": ".amocrm.ru", "name": "session_id", "value": "two"},
    {"domain": "client-b.amocrm.ru", "name": "access_token", "value": "other"},
    {"domain": ".ru", "name": "tld", "value": "x"},
    {"domain": 1, "name": "a", "value": "b"},
    "no cookie",
]


@pytest.mark.parametrize(
    "text",
    [
        NETSCAPE,
        "\ufeff" + NETSCAPE.replace("\n", "\r\n"),
        json.dumps(LISTED),
        json.dumps({"cookies": LISTED, "origins": []}),
    ],
)
def test_each_form_gives_the_cookies_of_the_host(text: str) -> None:
    assert cookies_of(text, HOST) == {"access_token": "one", "session_id": "two"}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "3", "client-b.amocrm.ru\tFALSE\t/\tTRUE\t0\ta\tb", "[" * 100_000]
)
def test_an_export_without_the_host_is_refused(text: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        cookies_of(text, HOST)
    assert caught.value.code == "usage.no_cookies"


def test_what_would_break_a_header_is_left_out() -> None:
    items = [
        {"domain": HOST, "name": "a", "value": "b\r\nX-Evil: 1"},
        {"domain": HOST, "name": "c;d", "value": "e"},
        {"domain": HOST, "name": "f", "value": "g"},
    ]
    assert cookies_of(json.dumps(items), HOST) == {"f": "g"}


@given(st.text())
def test_any_text_gives_cookies_or_a_clear_error(text: str) -> None:
    try:
        assert cookies_of(text, HOST)
    except AmowidgetError as error:
        assert error.code == "usage.no_cookies"
