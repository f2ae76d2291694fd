"""What every route of the stand-in works with: the account, its switches, the asker's session, and plain answers."""

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from amowidget.sandbox.journal import Journal, Mailbox
from amowidget.sandbox.state import Integration, Session, Store
from amowidget.sandbox.switches import Faults

SESSION_COOKIE = "session_id"
_PLAYED = "stand_in.played"
BODY_LIMIT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Desk:
    """The account with everything that decides how it answers."""

    store: Store
    faults: Faults
    platform: str
    profile: str
    journal: Journal = field(default_factory=Journal)
    mailbox: Mailbox = field(default_factory=Mailbox)

    @property
    def is_kommo(self) -> bool:
        """Whether the account is one of Kommo."""
        return self.platform == "kommo"

    def value(self, request: Request, name: str) -> str | None:
        """Return the value of a failure that this request is to see, or None; it counts once in a request."""
        played: dict[str, str | None] = request.scope.setdefault(_PLAYED, {})
        if name not in played:
            played[name] = self.faults.play(name, request.url.path)
        return played[name]

    def plays(self, request: Request, name: str) -> bool:
        """Return whether this request is to see a failure."""
        return self.value(request, name) is not None

    def number(self, request: Request, name: str) -> float:
        """Return a failure's number, 0 when this request is not to see it."""
        return float(self.value(request, name) or 0)

    def session(self, request: Request) -> Session | None:
        """Return the session that the request's cookie names, logged in or not."""
        return self.store.memory.sessions.get(request.cookies.get(SESSION_COOKIE, ""))

    def is_logged_in(self, request: Request) -> bool:
        """Return whether the request comes from a session that is logged in, and count it."""
        session = self.session(request)
        if session is None or not session.access_token:
            return False
        if not hmac.compare_digest(session.access_token, request.cookies.get("access_token", "")):
            return False
        session.requests += 1
        return not (
            self.plays(request, "session-expires") and session.requests > self.number(request, "session-expires")
        )

    def has_token(self, request: Request) -> bool:
        """Return whether the request carries the account's long-lived token."""
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.store.memory.token}".encode())

    def integration(self, request: Request) -> Integration | None:
        """Return the integration that the address names by its uuid."""
        return self.store.memory.integrations.get(request.path_params["uuid"])

    def by_code(self, code: str) -> Integration | None:
        """Return the integration whose widget has this code."""
        return next((entry for entry in self.store.memory.integrations.values() if code and entry.code == code), None)

    def is_foreign(self, request: Request, entry: Integration) -> bool:
        """Return whether the failure `foreign-uuid` makes this integration another account's."""
        return entry.uuid == self.store.memory.seeded and self.plays(request, "foreign-uuid")

    def listed_version(self, request: Request, entry: Integration) -> str:
        """Return what the account calls the widget's version: the manifest's, or the time of its upload.

        Both were recorded, and contradict each other; so clients have to take it as opaque.
        """
        return str(entry.version_time) if self.plays(request, "version-time") else entry.version


def as_json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer; the type is always declared, because clients decide by it."""
    return JSONResponse(value, status, headers)


def problem(status: int, title: str, **fields: object) -> Response:
    """Return an error in the form of the account's newer routes."""
    body = {"title": title, "type": "https://httpstatus.es/" + str(status), "status": status, "detail": title, **fields}
    return Response(json.dumps(body), status, media_type="application/problem+json")


async def posted(request: Request) -> dict[str, Any]:
    """Return the fields of a JSON or a form body, empty when it is neither; values of any JSON shape."""
    if request.headers.get("content-type", "").partition(";")[0].strip() == "application/json":
        try:
            body = json.loads(await request.body())
            # Half of a pair of surrogates can be read, but never be written again.
            json.dumps(body, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return {}
        return body if isinstance(body, dict) else {}
    form = await request.form()
    return {key: value for key, value in form.items() if isinstance(value, str)}


def same(given: object, expected: str) -> bool:
    """Return whether a secret was given; nothing equals a secret that was never made."""
    return isinstance(given, str) and bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def now_s() -> int:
    """Return the account's clock in seconds since 1970."""
    return int(time.time())
