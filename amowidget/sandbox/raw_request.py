"""Requests of HTTP/1.1 as bytes: just enough of it for the proxy before the stand-in."""

from dataclasses import dataclass
from typing import IO

from amowidget.sandbox.desk import BODY_LIMIT_BYTES

_HEAD_BYTES = 64 * 1024
# What belongs to one connection only, or is told anew.
_OF_CONNECTION = frozenset({"connection", "keep-alive", "proxy-connection", "transfer-encoding", "expect", "upgrade"})


class Malformed(Exception):  # noqa: N818  the connection is closed for it, nobody is told
    """Bytes that are no request."""


@dataclass(frozen=True, slots=True)
class Head:
    """The start of a request: its line, its headers as they were written, and how its body comes.

    `length` is None for a body in chunks; `is_awaiting` when the client wants a word before it sends the body.
    """

    line: str
    headers: tuple[tuple[str, str], ...]
    length: int | None
    is_awaiting: bool

    @property
    def method(self) -> str:
        """The request's method."""
        return self.line.split(" ")[0]

    @property
    def path(self) -> str:
        """The request's address without its query."""
        return self.line.split(" ")[1].partition("?")[0]


def head(stream: IO[bytes]) -> Head | None:
    """Read the start of a request, or return None at the end of the connection."""
    line = _line(stream)
    if not line:
        return None
    if line.count(" ") != 2:
        raise Malformed(line)
    headers = []
    while written := _line(stream):
        name, _, value = written.partition(":")
        headers.append((name, value.strip()))
        if sum(len(name) + len(value) for name, value in headers) > _HEAD_BYTES:
            raise Malformed(line)
    told = {name.lower(): value.lower() for name, value in headers}
    is_chunked = told.get("transfer-encoding", "") == "chunked"
    length = told.get("content-length", "0")
    if not length.isdecimal() or len(length) > 18:
        raise Malformed(line)
    return Head(line, tuple(headers), None if is_chunked else int(length), told.get("expect") == "100-continue")


def body(stream: IO[bytes], asked: Head) -> bytes | None:
    """Read the body; None when it is too large to be read, which the account behind tells by its length."""
    if asked.length is not None:
        return _whole(stream, asked.length) if asked.length <= BODY_LIMIT_BYTES else None
    content = b""
    while size := _size(_line(stream)):
        content += _whole(stream, min(size, BODY_LIMIT_BYTES + 1))
        _line(stream)
        if len(content) > BODY_LIMIT_BYTES:
            raise Malformed(asked.line)
    while _line(stream):
        pass
    return content


def head_to_send(asked: Head, content: bytes | None) -> bytes:
    """Return the start of the request for a connection of its own, with the length of what follows."""
    kept = [(name, value) for name, value in asked.headers if name.lower() not in _OF_CONNECTION]
    if content is not None:
        kept = [(name, value) for name, value in kept if name.lower() != "content-length"]
        kept.append(("Content-Length", str(len(content))))
    lines = [asked.line, *(f"{name}: {value}" for name, value in kept), "Connection: close"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _line(stream: IO[bytes]) -> str:
    read = stream.readline(_HEAD_BYTES)
    if len(read) >= _HEAD_BYTES:
        raise Malformed("a line without an end")
    return read.decode("latin-1").rstrip("\r\n")


def _whole(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise Malformed("a body that was cut off")
    return content


def _size(text: str) -> int:
    try:
        return int(text.partition(";")[0], 16)
    except ValueError as error:
        raise Malformed(text) from error
