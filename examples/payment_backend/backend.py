"""The backend of the reference widget, as small as it can be: it tells the state of an order to those who may ask.

Who may ask is decided by the token that the host puts into each request of `self.$authorizedAjax`.
"""

import argparse
import hmac
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jwt

Order = Mapping[str, str]

_ORDERS = "/orders/"
# Documented: the token lives for 30 minutes. Two clocks may differ by a little.
_LEEWAY_S = 30
_CLAIMS = ("iss", "aud", "exp", "nbf", "iat", "client_uuid", "account_id")


@dataclass(frozen=True, slots=True)
class Settings:
    """Whose requests are answered: one account, one integration."""

    account: str
    audience: str
    integration: str
    secret: str = field(repr=False)


class Server(ThreadingHTTPServer):
    """A server on the loopback address that knows its settings and the orders."""

    daemon_threads = True

    def __init__(self, port: int, settings: Settings, orders: Mapping[str, Order]) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.settings = settings
        self.orders = orders


class Handler(BaseHTTPRequestHandler):
    """Answers `/orders/NUMBER`."""

    # A visitor who sends nothing must not keep a thread for ever.
    timeout = 10
    server: Server

    def do_OPTIONS(self) -> None:
        """Tell the browser which requests the account's pages may make."""
        self._answer(HTTPStatus.NO_CONTENT)

    def do_GET(self) -> None:
        """Tell the state of one order."""
        path = urlsplit(self.path).path
        if not path.startswith(_ORDERS):
            self._answer(HTTPStatus.NOT_FOUND, {"error": "There is nothing at this address."})
        elif not is_genuine(self.headers.get("X-Auth-Token", ""), self.server.settings):
            self._answer(HTTPStatus.UNAUTHORIZED, {"error": "The token is missing or not valid."})
        else:
            order = self.server.orders.get(unquote(path.removeprefix(_ORDERS)))
            if order is None:
                self._answer(HTTPStatus.NOT_FOUND, {"error": "There is no such order."})
            else:
                self._answer(HTTPStatus.OK, order)

    def _answer(self, status: HTTPStatus, content: Mapping[str, str] | None = None) -> None:
        body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self._allow_the_account()
        if content is not None:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def _allow_the_account(self) -> None:
        # On refusals too: without these lines the widget would see a broken connection instead of the status.
        self.send_header("Vary", "Origin")
        if self.headers.get("Origin") == self.server.settings.account:
            self.send_header("Access-Control-Allow-Origin", self.server.settings.account)
            self.send_header("Access-Control-Allow-Headers", "X-Auth-Token")
            self.send_header("Access-Control-Allow-Methods", "GET")
            self.send_header("Access-Control-Max-Age", "600")


def is_genuine(token: str, settings: Settings) -> bool:
    """Return whether the host made this token for this account and this integration, and lately.

    Documented: HS256 with the integration's secret key; `iss` is the account's address and `aud` the scheme and host of
    the integration's redirect address.
    """
    try:
        claims = jwt.decode(
            token,
            settings.secret,
            algorithms=["HS256"],
            audience=settings.audience,
            issuer=settings.account,
            leeway=_LEEWAY_S,
            options={"require": list(_CLAIMS)},
        )
    except jwt.InvalidTokenError:
        return False
    return hmac.compare_digest(str(claims["client_uuid"]).encode(), settings.integration.encode())


def main() -> int:
    """Serve until Ctrl-C."""
    options = argparse.ArgumentParser(description="The payment widget's backend.")
    options.add_argument("--port", type=int, default=8080)
    options.add_argument("--orders", type=Path, default=Path(__file__).with_name("orders.json"))
    chosen = options.parse_args()
    names = ("PAYMENT_ACCOUNT", "PAYMENT_AUDIENCE", "PAYMENT_INTEGRATION", "PAYMENT_SECRET")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        print(f"Set {', '.join(missing)} in the environment; README.md says to what.", file=sys.stderr)
        return 2
    settings = Settings(*(os.environ[name] for name in names))
    orders = json.loads(chosen.orders.read_text(encoding="utf-8"))
    with Server(chosen.port, settings, orders) as server:
        print(f"Orders of {settings.account} at http://127.0.0.1:{server.server_port}{_ORDERS}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
