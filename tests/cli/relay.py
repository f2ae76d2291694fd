"""Passes everything on to an account and writes down what was asked, byte by byte: headers that no journal holds."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def relayed(host: str) -> Iterator[tuple[str, list[bytes]]]:
    """Yield another host (with its port) of the account at `host`, and what has been sent to it through this one."""
    name, _, port = host.partition(":")
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def passed_on(source: socket.socket, target: socket.socket, written: list[bytes] | None) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if written is not None:
                    written.append(data)
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                account = socket.create_connection((name, int(port)))
                for ends in ((client, account, seen), (account, client, None)):
                    threading.Thread(target=passed_on, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}", seen
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
