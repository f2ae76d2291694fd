"""What the account has been asked in this run, and what it has sent by e-mail: for tests to read.

The journal holds methods, addresses without their queries, labels and statuses; never a body, a header or a secret.
"""

import re
import threading
from typing import TypedDict

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEPT = 5_000
_LABEL = "stand_in.label"
_OWN = "/stand-in"
_LABELS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (method, re.compile(pattern), label)
    for method, pattern, label in (
        ("POST", r"/oauth2/authorize", "login"),
        ("POST", r"/oauth2/access_token", "token"),
        ("POST", r"/oauth2/otp/resend_code", "code-resend"),
        ("POST", r"/oauth2/otp", "recovery"),
        ("DELETE", r"/oauth2/revoke", "logout"),
        ("GET", r"/ajax/settings/widgets/category/.*", "list"),
        ("POST", r"(/ajax)?/v3/clients/?", "create"),
        ("GET", r"(/ajax)?/v3/clients/[^/]+/?", "details"),
        ("PATCH", r"(/ajax)?/v3/clients/[^/]+/?", "save"),
        ("DELETE", r"(/ajax)?/v3/clients/[^/]+/?", "delete"),
        ("POST", r"(/ajax)?/v3/clients/[^/]+/files/?", "logo"),
        ("GET", r"/ajax/v4/additional_agreements", "agreement"),
        ("POST", r"/ajax/widgets/[^/]+/widget/upload/?", "upload"),
        ("DELETE", r"/ajax/widgets/[^/]+/widget/delete/?", "delete-archive"),
        ("POST", r"/ajax/widgets/list/?", "widget-list"),
        ("POST", r"/ajax/widgets/edit/?", "install"),
        ("GET", r"/upl/.*", "file"),
        ("GET", r"/(amo-market/?|settings/widgets/?)?", "page"),
    )
)


class Entry(TypedDict):
    """One request; `status` is None as long as it has no answer, or when it never gets one."""

    method: str
    path: str
    label: str
    status: int | None


class Journal:
    """The requests of this run, in their order."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._lock = threading.Lock()

    def begun(self, method: str, path: str) -> Entry:
        """Write a request down and return its entry, which its answer completes."""
        entry = Entry(method=method, path=path, label=label(method, path), status=None)
        with self._lock:
            self._entries.append(entry)
            del self._entries[:-_KEPT]
        return entry

    def entries(self) -> list[Entry]:
        """Return what was asked so far."""
        with self._lock:
            return [entry.copy() for entry in self._entries]

    def empty(self) -> None:
        """Forget what was asked so far."""
        with self._lock:
            self._entries.clear()


class Mailbox:
    """The codes that the account has sent by e-mail in this run, the newest last.

    `open_code` is the one that saving takes now; it is good once.
    """

    def __init__(self) -> None:
        self.open_code = ""
        self._letters: list[dict[str, str]] = []

    def send(self, purpose: str, code: str) -> None:
        """Send a code: what for, and which."""
        self._letters = [*self._letters[-99:], {"purpose": purpose, "code": code}]

    def letters(self) -> list[dict[str, str]]:
        """Return what was sent so far."""
        return list(self._letters)


class Recorder:
    """Writes every request that the account takes into the journal, and the status of its answer."""

    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        self._app = app
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and note its answer."""
        if scope["type"] != "http" or scope["path"].startswith(_OWN):
            await self._app(scope, receive, send)
            return
        entry = self._journal.begun(scope["method"], scope["path"])

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["label"] = scope.get(_LABEL, entry["label"])
                entry["status"] = message["status"]
            await send(message)

        await self._app(scope, receive, noted)


def labelled(request: Request, name: str) -> None:
    """Give a request the label that only its route can tell."""
    request.scope[_LABEL] = name


def labels() -> set[str]:
    """Return every label that a request can have."""
    return {name for _, _, name in _LABELS} - {"token"} | {"code", "refresh", "api", "other"}


def label(method: str, path: str) -> str:
    """Return the short name of a request."""
    if path.startswith("/api/"):
        return "api"
    return next((name for verb, pattern, name in _LABELS if verb == method and pattern.fullmatch(path)), "other")
