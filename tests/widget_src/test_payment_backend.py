"""The example backend, on loopback: only the account's pages with a genuine token learn about an order, and the widget understands it."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from examples.payment_backend.backend import Server, Settings, is_genuine
from tests.scaffold.widget_play import Play, play

ROOT = Path(__file__).parents[2]
ORDERS = json.loads((ROOT / "examples" / "payment_backend" / "orders.json").read_text(encoding="utf-8"))
SETTINGS = Settings(
    account="https://client-a.amocrm.ru",
    audience="https://pay.example.com",
    integration="8d3a4a5e-0000-4000-8000-000000000001",
    secret="s" * 64,
)
TIMEOUT_S = 10


def claims(**changes: Any) -> dict[str, Any]:  # Any: claims are JSON of any kind
    """The documented claims of a token made now; None takes one away."""
    now = int(time.time())
    made = {
        "iss": SETTINGS.account,
        "aud": SETTINGS.audience,
        "jti": "b7f3c0de-0000-4000-8000-000000000002",
        "iat": now,
        "nbf": now,
        "exp": now + 1800,
        "account_id": 1,
        "user_id": 2,
        "subdomain": "client-a",
        "client_uuid": SETTINGS.integration,
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def token(key: str = SETTINGS.secret, algorithm: str = "HS256", **changes: Any) -> str:  # Any: as in claims
    """A token as the host makes it, but for what is changed."""
    return jwt.encode(claims(**changes), key, algorithm)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Server(0, SETTINGS, ORDERS) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(TIMEOUT_S)


def asked(url: str, origin: str = SETTINGS.account, token_: str | None = None) -> requests.Response:
    headers = {"Origin": origin}
    if token_ is not None:
        headers["X-Auth-Token"] = token_
    with requests.Session() as session:
        # Proxies of the surroundings do not lead to loopback.
        session.trust_env = False
        return session.get(url, headers=headers, timeout=TIMEOUT_S)


@pytest.mark.parametrize("number", ORDERS)
def test_a_genuine_token_gets_the_order(address: str, number: str) -> None:
    answer = asked(f"{address}/orders/{number}", token_=token())
    assert (answer.status_code, answer.json()) == (200, ORDERS[number])
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_order_is_404(address: str) -> None:
    assert asked(f"{address}/orders/9999", token_=token()).status_code == 404


@pytest.mark.parametrize("path", ["/", "/orders", "/admin"])
def test_other_addresses_hold_nothing(address: str, path: str) -> None:
    assert asked(address + path, token_=token()).status_code == 404


def test_a_number_is_read_as_the_widget_writes_it() -> None:
    with Server(0, SETTINGS, {"A/1 2": ORDERS["1001"]}) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answer = asked(f"http://127.0.0.1:{server.server_port}/orders/A%2F1%202", token_=token())
        server.shutdown()
    assert answer.json() == ORDERS["1001"]


REFUSED: dict[str, str] = {
    "empty": "",
    "no token": "hello",
    "another key": token("t" * 64),
    "another algorithm": token(algorithm="HS512"),
    "no algorithm": jwt.encode(claims(), "", "none"),
    "expired": token(exp=int(time.time()) - 3600),
    "not valid yet": token(nbf=int(time.time()) + 3600),
    "another address": token(aud="https://other.example.com"),
    "another account": token(iss="https://client-b.amocrm.ru"),
    "another integration": token(client_uuid="8d3a4a5e-0000-4000-8000-00000000000f"),
    "an integration that is no text": token(client_uuid=7),
    "no integration": token(client_uuid=None),
    "no end": token(exp=None),
    "no account": token(account_id=None),
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_every_other_token_is_refused(address: str, sent: str) -> None:
    answer = asked(f"{address}/orders/1001", token_=sent)
    assert answer.status_code == 401
    assert "paid" not in answer.text
    # Without this line the widget could not tell a refusal from a broken connection.
    assert answer.headers["Access-Control-Allow-Origin"] == SETTINGS.account


def test_a_missing_token_is_refused(address: str) -> None:
    assert asked(f"{address}/orders/1001").status_code == 401


def test_clocks_may_differ_a_little() -> None:
    assert is_genuine(token(nbf=int(time.time()) + 10), SETTINGS)


def test_the_browser_may_ask_from_the_account_only(address: str) -> None:
    def preflight(origin: str) -> requests.Response:
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "x-auth-token",
        }
        with requests.Session() as session:
            session.trust_env = False
            return session.options(f"{address}/orders/1001", headers=headers, timeout=TIMEOUT_S)

    own = preflight(SETTINGS.account)
    assert own.status_code == 204
    assert own.headers["Access-Control-Allow-Origin"] == SETTINGS.account
    assert own.headers["Access-Control-Allow-Headers"].lower() == "x-auth-token"
    assert "GET" in own.headers["Access-Control-Allow-Methods"]
    for foreign in (
        "https://amocrm.ru.evil.example",
        "https://client-b.amocrm.ru",
        "http://client-a.amocrm.ru",
        "null",
    ):
        answer = preflight(foreign)
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]
        assert answer.headers["Vary"] == "Origin"


def test_the_secret_is_not_shown() -> None:
    assert SETTINGS.secret not in repr(SETTINGS)


@pytest.mark.parametrize(
    ("number", "words"),
    [("1001", "Paid"), ("1002", "Waiting for payment"), ("1003", "Refunded"), ("9999", "No such order")],
)
def test_the_widget_understands_the_answer(address: str, number: str, words: str) -> None:
    answer = asked(f"{address}/orders/{number}", token_=token())
    outcome = ("answer", 1, answer.json()) if answer.ok else ("refuse", 1, answer.status_code)
    order = {"custom_fields_values": [{"field_name": "ORDERID", "values": [{"value": number}]}]}
    shown = play(Play(ROOT / "widget_src", (("start",), ("answer", 0, order), outcome), {"backend_url": address}))[-1]
    assert shown.requests[1]["url"] == f"{address}/orders/{number}"
    assert shown.text.startswith(words)


def test_without_its_settings_the_program_says_which_are_missing() -> None:
    program = ROOT / "examples" / "payment_backend" / "backend.py"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PAYMENT_")}
    environment["PAYMENT_ACCOUNT"] = SETTINGS.account
    done = subprocess.run(
        [sys.executable, str(program)], env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 2
    assert "PAYMENT_SECRET" in done.stderr
    assert "PAYMENT_ACCOUNT" not in done.stderr
