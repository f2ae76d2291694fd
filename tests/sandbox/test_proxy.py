"""The failures of the connection, seen from outside: slow, cut, silent and senseless answers."""

import socket
import time
from contextlib import suppress

import pytest
import requests

from tests.sandbox.conftest import Client, Serve
from tests.sandbox.drawn import archive

BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def labels(client: Client) -> list[tuple[str, int | None]]:
    return [(entry["label"], entry["status"]) for entry in client.get("/stand-in/journal").json()]


def impatient(client: Client, data: bytes) -> None:
    """Upload, and give up after a moment."""
    path = f"{client.account.url}/ajax/widgets/{client.account.integration}/widget/upload/"
    client.http.post(path, files={"widget": ("widget.zip", data)}, timeout=0.5)


@pytest.mark.parametrize(
    ("fault", "status", "is_taken"),
    [
        ("upload-hang", None, False),
        ("upload-taken-hang", 200, True),
        ("hang@/ajax/widgets", None, False),
    ],
)
def test_an_upload_is_never_answered(serve: Serve, fault: str, status: int | None, is_taken: bool) -> None:
    client = serve(fault)
    with pytest.raises(requests.Timeout):
        impatient(client, archive())
    assert labels(client)[-1] == ("upload", status)
    assert client.details()["has_widget"] is is_taken


@pytest.mark.parametrize(
    ("fault", "status", "is_taken"),
    [
        ("upload-cut", None, False),
        ("upload-taken-cut", 200, True),
        ("cut=3", 200, True),
        ("cut", 200, True),
        ("cut-request=100", None, False),
        ("garbage@/ajax/widgets", None, False),
    ],
)
def test_the_connection_of_an_upload_breaks(serve: Serve, fault: str, status: int | None, is_taken: bool) -> None:
    client = serve(fault)
    with pytest.raises(BROKEN):
        client.upload()
    assert labels(client)[-1] == ("upload", status)
    assert client.details()["has_widget"] is is_taken


def test_everything_else_goes_through_as_it_is(serve: Serve) -> None:
    client = serve("cut*0")
    answer = client.upload()
    assert answer.json()["response"] is True
    assert client.script().headers["content-type"].startswith("application/javascript")
    page = client.get("/amo-market/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-length"] == str(len(page.content))
    assert client.http.delete(client.account.url + "/oauth2/revoke", timeout=10).status_code == 204
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 403


def test_a_connection_breaks_once_and_then_holds(serve: Serve) -> None:
    client = serve("upload-cut*1")
    with pytest.raises(BROKEN):
        client.upload()
    assert client.upload().status_code == 200


def test_answers_are_slow(serve: Serve) -> None:
    client = serve("slow@/ajax=300")
    started = time.monotonic()
    client.get("/amo-market/")
    middle = time.monotonic()
    client.get("/ajax/v4/additional_agreements")
    assert time.monotonic() - middle >= 0.3
    assert middle - started < 0.3


def test_the_content_type_is_left_out(serve: Serve) -> None:
    client = serve("no-content-type")
    answer = client.get("/ajax/v4/additional_agreements")
    assert answer.status_code == 200
    assert "content-type" not in answer.headers
    assert answer.json()["status"] == "performed"


def test_the_stand_ins_own_addresses_stay_readable(serve: Serve) -> None:
    client = serve("garbage@/ajax", "no-content-type")
    with pytest.raises(BROKEN):
        client.get("/ajax/v4/additional_agreements")
    assert client.get("/stand-in/journal").headers["content-type"] == "application/json"
    assert client.get("/stand-in/identity").json()["integration"] == client.account.integration


def test_a_body_in_chunks_arrives_whole(serve: Serve) -> None:
    client = serve("cut*0")
    body = requests.Request("POST", "http://x", files={"widget": ("widget.zip", archive())}).prepare()
    content = body.body
    assert isinstance(content, bytes)
    pieces = (content[at : at + 1000] for at in range(0, len(content), 1000))
    path = f"/ajax/widgets/{client.account.integration}/widget/upload/"
    answer = client.post(path, data=pieces, headers={"Content-Type": body.headers["Content-Type"]})
    assert answer.json()["response"] is True


RAW = [
    b"",
    b"\x00\xff\r\n\r\n",
    b"GET /\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: many\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nshort",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
]


@pytest.mark.parametrize("sent", RAW, ids=range(len(RAW)))
def test_bytes_that_are_no_request_harm_nobody(serve: Serve, sent: bytes) -> None:
    client = serve("cut*0")
    before = labels(client)
    port = int(client.account.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw, suppress(OSError):
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(1000) == b""
    assert labels(client) == before


def test_a_client_that_waits_for_a_word_gets_it(serve: Serve) -> None:
    client = serve("cut*0")
    port = int(client.account.url.rpartition(":")[2])
    start = "POST /oauth2/authorize HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(start.encode())
        assert raw.recv(1000).startswith(b"HTTP/1.1 100")
        raw.sendall(b"{}")
        assert b" 403 " in raw.recv(1000)
