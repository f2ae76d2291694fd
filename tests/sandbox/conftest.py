"""A served stand-in and a plain browser-like client for it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from amowidget.sandbox.server import Options, Running, running
from tests.sandbox.drawn import archive


class Client:
    """What a browser does, step by step."""

    def __init__(self, account: Running) -> None:
        self.account = account
        self.http = requests.Session()
        self.http.trust_env = False

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.http.get(self.account.url + path, timeout=10, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.http.post(self.account.url + path, timeout=10, **options)

    def log_in(self, password: str | None = None) -> requests.Response:
        page = self.get("/")
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        content = {
            "csrf_token": found.group(1) if found else "",
            "username": self.account.login,
            "password": self.account.password if password is None else password,
        }
        return self.post("/oauth2/authorize", json=content)

    def upload(self, data: bytes | None = None, uuid: str | None = None) -> requests.Response:
        path = f"/ajax/widgets/{uuid or self.account.integration}/widget/upload/?fileapi1"
        part = ("widget.zip", archive() if data is None else data, "application/x-zip-compressed")
        return self.post(path, files={"widget": part}, data={"_widget": "widget.zip"})

    def details(self, uuid: str | None = None) -> dict[str, Any]:
        loaded: dict[str, Any] = self.get(f"/ajax/v3/clients/{uuid or self.account.integration}").json()
        return loaded

    def script(self) -> requests.Response:
        return self.get(self.details()["_links"]["script"]["href"])

    def install(self) -> requests.Response:
        content = {"action": "edit", "code": self.details()["code"], "widget_active": "Y", "settings": {"a": "1"}}
        return self.post("/ajax/widgets/edit", json=content)


Serve = Callable[..., Client]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves a stand-in with options and gives a client that is logged in if it can be."""
    with ExitStack() as stack:

        def started(*faults: str, **options: Any) -> Client:
            pairs = tuple((fault.partition("=")[0], fault.partition("=")[2]) for fault in faults)
            client = Client(stack.enter_context(running(Options(faults=pairs, **options))))
            client.log_in()
            return client

        yield started


@pytest.fixture
def client(serve: Serve) -> Client:
    """Return a client that is logged in to a fresh stand-in."""
    return serve()
