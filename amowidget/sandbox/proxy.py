"""A small proxy before the stand-in that plays what no web application can: slow, cut, silent and senseless answers.

It stands there only when one of its failures is switched on. Each connection carries one request; the stand-in's own
addresses under /stand-in are left alone, unless a failure names them.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from amowidget.sandbox.journal import Journal, label
from amowidget.sandbox.raw_request import Head, Malformed, body, head, head_to_send
from amowidget.sandbox.switches import Faults

# The failures that are played here. Those of uploads leave everything else alone, unless an address is named.
_OF_UPLOADS = ("cut", "cut-request", "upload-hang", "upload-cut", "upload-taken-hang", "upload-taken-cut")
PLAYED = ("slow", "no-content-type", "garbage", "hang", *_OF_UPLOADS)
_OWN = "/stand-in"
_IDLE_S = 60
_POLL_S = 0.1
_GARBAGE = b"\x00\xffnot a word of HTTP\r\n\r\n"
_CONTENT_TYPE = re.compile(rb"\r\ncontent-type:[^\r\n]*", re.I)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One request of one client; `value` asks for a failure's value at its address."""

    client: socket.socket
    asked: Head
    value: Callable[[str], str | None]


class _Proxy:
    def __init__(self, behind: tuple[str, int], faults: Faults, journal: Journal) -> None:
        self._behind = behind
        self._faults = faults
        self._journal = journal
        self._stopped = threading.Event()

    def accept(self, listener: socket.socket) -> None:
        """Take connections until the proxy is stopped."""
        listener.settimeout(_POLL_S)
        while not self._stopped.is_set():
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def stop(self) -> None:
        """Let go of every client that is kept waiting."""
        self._stopped.set()

    def _serve(self, client: socket.socket) -> None:
        # What goes wrong on a connection ends that connection; who asked sees it closed.
        with client, contextlib.suppress(OSError, Malformed):
            client.settimeout(_IDLE_S)
            with client.makefile("rb") as stream:
                asked = head(stream)
                if asked is None:
                    return
                exchange = _Exchange(client, asked, lambda name: self._value(name, asked))
                cut_after = exchange.value("cut-request")
                if cut_after is not None:
                    self._journal.begun(asked.method, asked.path)
                    stream.read(min(int(cut_after), asked.length or 0))
                    return
                if asked.is_awaiting:
                    client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                content = body(stream, asked)
            self._answer(exchange, content)

    def _value(self, name: str, asked: Head) -> str | None:
        is_upload = label(asked.method, asked.path) == "upload"
        is_usual = is_upload if name in _OF_UPLOADS else not asked.path.startswith(_OWN)
        return self._faults.play(name, asked.path, is_usual)

    def _answer(self, exchange: _Exchange, content: bytes | None) -> None:
        if any(exchange.value(name) is not None for name in ("hang", "upload-hang")):
            self._journal.begun(exchange.asked.method, exchange.asked.path)
            self._wait_for_the_end(exchange.client)
            return
        if exchange.value("upload-cut") is not None:
            self._journal.begun(exchange.asked.method, exchange.asked.path)
            return
        if exchange.value("garbage") is not None:
            self._journal.begun(exchange.asked.method, exchange.asked.path)
            exchange.client.sendall(_GARBAGE)
            return
        self._pass_back(exchange, self._asked_behind(exchange.asked, content))

    def _pass_back(self, exchange: _Exchange, answer: bytes) -> None:
        if exchange.value("upload-taken-hang") is not None:
            self._wait_for_the_end(exchange.client)
            return
        if exchange.value("upload-taken-cut") is not None:
            return
        start, gap, content = answer.partition(b"\r\n\r\n")
        cut_after = exchange.value("cut")
        if cut_after is not None:
            content = content[: int(cut_after)]
        if exchange.value("no-content-type") is not None:
            start = _CONTENT_TYPE.sub(b"", start)
        self._stopped.wait(float(exchange.value("slow") or 0) / 1000)
        exchange.client.sendall(start + gap + content)

    def _asked_behind(self, asked: Head, content: bytes | None) -> bytes:
        with socket.create_connection(self._behind, timeout=_IDLE_S) as server:
            with contextlib.suppress(OSError):
                # An answer can come before the body is taken whole, as for one that is too large.
                server.sendall(head_to_send(asked, content) + (content or b""))
            answer = b""
            with contextlib.suppress(OSError):
                while piece := server.recv(65536):
                    answer += piece
            return answer

    def _wait_for_the_end(self, client: socket.socket) -> None:
        client.settimeout(_POLL_S)
        while not self._stopped.is_set():
            try:
                if not client.recv(65536):
                    return
            except TimeoutError:
                continue


@contextmanager
def before(listener: socket.socket, behind: tuple[str, int], faults: Faults, journal: Journal) -> Iterator[None]:
    """Take connections on the listener and pass them to the address behind, for the length of the block."""
    proxy = _Proxy(behind, faults, journal)
    thread = threading.Thread(target=proxy.accept, args=(listener,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        proxy.stop()
        thread.join(2)
