"""The request of an upload, byte by byte, and what is told of its bytes while they are sent."""

import re
from pathlib import Path

import pytest

from amowidget.account import upload
from amowidget.account.session import Pace, Session
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from tests.account.scripted import answering, http
from tests.account.test_account import packed

HURRY = Pace(sleep=lambda seconds: None)
TAKEN = http("200 OK", b'{"response": true, "code": "abc"}', "Content-Type: application/json")
Told = list[tuple[int, int]]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return packed(tmp_path, big__css="a { color: red }\n" * 20_000)


def sent(archive: Archive, told: Told | None, *answers: bytes) -> list[bytes]:
    """Upload to a server of few words, and return the requests that it has seen."""
    with answering(*answers) as (url, seen), Session(url, HURRY) as session:
        on_progress = (lambda done, total: told.append((done, total))) if told is not None else None
        assert upload.send(session, "some-id", archive, on_progress) == "abc"
    return seen


def in_form(request: bytes) -> bytes:
    """Return a request without what differs from one to the next: its boundary and its time."""
    head = request.partition(b"\r\n\r\n")[0]
    found = re.search(rb"boundary=(\S+)", head)
    assert found
    return re.sub(rb"fileapi\d+|127\.0\.0\.1:\d+", b"", request.replace(found.group(1), b"BOUNDARY"))


def test_the_body_is_that_of_the_accounts_own_form(archive: Archive) -> None:
    (request,) = sent(archive, [], TAKEN)
    body = in_form(request).partition(b"\r\n\r\n")[2]
    assert body == (
        b'--BOUNDARY\r\nContent-Disposition: form-data; name="_widget"\r\n\r\nwidget.zip\r\n'
        b'--BOUNDARY\r\nContent-Disposition: form-data; name="widget"; filename="widget.zip"\r\n'
        b"Content-Type: application/x-zip-compressed\r\n\r\n" + archive.path.read_bytes() + b"\r\n--BOUNDARY--\r\n"
    )


def test_telling_the_bytes_changes_nothing_in_the_request(archive: Archive) -> None:
    (watched,) = sent(archive, [], TAKEN)
    (unwatched,) = sent(archive, None, TAKEN)
    assert in_form(watched) == in_form(unwatched)


def test_the_length_is_announced_and_nothing_is_sent_in_chunks(archive: Archive) -> None:
    (request,) = sent(archive, [], TAKEN)
    head, _, body = request.partition(b"\r\n\r\n")
    assert f"\r\nContent-Length: {len(body)}\r\n".encode() in head + b"\r\n"
    assert b"transfer-encoding" not in head.lower()


def test_each_byte_is_told_once(archive: Archive) -> None:
    told: Told = []
    (request,) = sent(archive, told, TAKEN)
    size = len(request.partition(b"\r\n\r\n")[2])
    done = [count for count, _ in told]
    assert {total for _, total in told} == {size}
    assert (done[0], done[-1]) == (0, size)
    assert done == sorted(set(done))
    assert len(done) > 3


def test_what_is_sent_again_is_told_from_the_start(archive: Archive) -> None:
    told: Told = []
    busy = http("429 Too Many Requests", b"{}", "Retry-After: 1", "Content-Type: application/json")
    first, second = sent(archive, told, busy, TAKEN)
    assert in_form(first) == in_form(second)
    done = [count for count, _ in told]
    assert done.count(0) == 2
    assert max(done) == told[0][1]


def test_a_redirect_sends_nothing_twice(archive: Archive) -> None:
    told: Told = []
    away = http("307 Temporary Redirect", b"", "Location: /there")
    with answering(away, TAKEN) as (url, seen), Session(url, HURRY) as session:
        with pytest.raises(AmowidgetError) as caught:
            upload.send(session, "some-id", archive, lambda done, total: told.append((done, total)))
        assert len(seen) == 1
    assert caught.value.code == "network.redirect_of_change"
    assert [done for done, _ in told].count(0) == 1
