"""Starts and stops the stand-in on the loopback address: in a thread of this process, or until Ctrl-C."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from amowidget.errors import AmowidgetError
from amowidget.sandbox import proxy
from amowidget.sandbox.application import application
from amowidget.sandbox.desk import Desk
from amowidget.sandbox.folder_lock import locked
from amowidget.sandbox.state import Store
from amowidget.sandbox.switches import faults

_ADDRESS = "127.0.0.1"
_PLATFORMS = ("amocrm", "kommo")
_STOP_S = 5
_TICK_S = 0.1
_TURNS = 3  # of the event loop, in which closed connections are forgotten


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve: port 0 takes a free one; without a folder the account is gone with the server."""

    port: int = 0
    data: Path | None = None
    platform: str = "amocrm"
    faults: tuple[tuple[str, str], ...] = ()
    profile: str = "observed"


@dataclass(frozen=True, slots=True)
class Running:
    """A served stand-in: its address, its user, the seeded integration's uuid, and a token for the official API."""

    url: str
    login: str
    password: str
    integration: str
    token: str


@contextmanager
def running(options: Options) -> Iterator[Running]:
    """Serve the stand-in from a thread for the length of the block."""
    with locked(options.data):
        desk = _desk(options)
        with _listening(options.port) as listener, _fronted(desk, listener) as own:
            server = _server(desk)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [own]}, daemon=True)
            thread.start()
            try:
                yield _running(desk, listener)
            finally:
                server.stop()
                thread.join(_STOP_S)


def serve(options: Options, on_ready: Callable[[Running], None]) -> None:
    """Serve the stand-in until Ctrl-C, which ends this function as KeyboardInterrupt."""
    with locked(options.data):
        desk = _desk(options)
        with _listening(options.port) as listener, _fronted(desk, listener) as own:
            on_ready(_running(desk, listener))
            _server(desk).run(sockets=[own])


def _desk(options: Options) -> Desk:
    if options.platform not in _PLATFORMS:
        raise AmowidgetError(
            "usage.bad_value",
            f'There is no platform "{options.platform}".',
            f"It must be one of {', '.join(_PLATFORMS)}.",
        )
    played = faults(options.faults)
    return Desk(Store(options.data), played, options.platform, options.profile)


class _Server(uvicorn.Server):
    """A server that ends at once. The library's own looks every tenth of a second whether to end, and waits another one.

    Tests start and stop a stand-in each: the two tenths were most of their time.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_woken = asyncio.Event()

    def stop(self) -> None:
        """Ask the server to end; called from another thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._is_woken.set)

    async def main_loop(self) -> None:
        """Serve until `stop` is called, or a signal comes."""
        self._loop = asyncio.get_running_loop()
        tick = 0
        while not await self.on_tick(tick):
            tick += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_woken.wait(), _TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle, and wait only where an answer is still under way."""
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        for own in sockets or ():
            own.close()


def _server(desk: Desk) -> _Server:
    config = uvicorn.Config(
        application(desk), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1, ws="none"
    )
    return _Server(config)


@contextmanager
def _fronted(desk: Desk, listener: socket.socket) -> Iterator[socket.socket]:
    """Yield the socket to serve on: the listener itself, or one behind a proxy that plays failures of the connection."""
    if not desk.faults.has(*proxy.PLAYED):
        yield listener
        return
    with _listening(0) as own, proxy.before(listener, own.getsockname(), desk.faults, desk.journal):
        yield own


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # Bound and listening before anybody hears of it: a client that comes at once waits in the queue. The protocol is
    # named because asyncio sets TCP_NODELAY only then, and without it every answer takes 40 ms more.
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)) as listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((_ADDRESS, port))
            listener.listen(128)
        except OSError as error:
            raise AmowidgetError(
                "io.port_taken",
                f"Port {port} of {_ADDRESS} cannot be used: {error.strerror or error}.",
                "Choose another with --port, or 0 for a free one.",
            ) from error
        yield listener


def _running(desk: Desk, listener: socket.socket) -> Running:
    memory = desk.store.memory
    return Running(
        f"http://{_ADDRESS}:{listener.getsockname()[1]}", memory.login, memory.password, memory.seeded, memory.token
    )
