"""The door of the stand-in: only this machine's names as Host, only its own pages as Origin, no endless bodies."""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amowidget.sandbox.desk import BODY_LIMIT_BYTES

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Guard:
    """Refuses what a page of another site, a rebound name or an endless body could ask."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: 403 for a foreign Host or Origin, 413 for a body that is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if not _is_own(f"//{host}"):
            await _refuse(send, 403, "This stand-in answers on this machine only.")
            return
        origin = headers.get("origin")
        if scope["method"] in _CHANGING and origin not in (None, f"http://{host}"):
            await _refuse(send, 403, "Another site may not change the stand-in.")
            return
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > BODY_LIMIT_BYTES:
            await _refuse(send, 413, "The body is too large.")
            return
        await self._app(scope, _limited(receive), send)


def _is_own(address: str) -> bool:
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return name in _OWN_NAMES or name.endswith(".localhost")


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        # A body without a length that goes on and on is cut: the reader sees a disconnected client.
        return {"type": "http.disconnect"} if taken > BODY_LIMIT_BYTES else message

    return counted


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
