"""Several stand-in accounts as the targets of one project, and what is asked about their results."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from amowidget.account.credentials import Credentials
from amowidget.account.opening import Door, by_password
from amowidget.config.secret import Secret
from amowidget.sandbox.server import Options, Running, running
from tests.sandbox.conftest import Client

if TYPE_CHECKING:
    from tests.cli.conftest import Outcome

MARK = "__HOOK_KEY__"


class Accounts:
    """Several stand-ins, the project's targets for them, and sessions for all of them in the environment."""

    def __init__(self, stack: ExitStack, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stack, self.project, self.monkeypatch = stack, project, monkeypatch
        self.accounts: list[Running] = []
        self.sessions: list[dict[str, object]] = []
        self.served: list[ExitStack] = []

    def start(self, *faults: str, more: str = "") -> Running:
        """Start one more stand-in, as the target t0, t1 and so on; its failures begin after the login."""
        number = len(self.accounts)
        self.served.append(self.stack.enter_context(ExitStack()))
        account = self._served(number, 0, ())
        self.accounts.append(account)
        config = self.project / "amowidget.toml"
        host = f'host = "{account.url.removeprefix("http://")}"\nintegration = "{account.integration}"\n'
        text = config.read_text(encoding="utf-8")
        config.write_text(f"{text}\n[targets.t{number}]\n{host}{more}\n", encoding="utf-8")
        opened = by_password(Door(account.url), Credentials(account.login, Secret(account.password)), None)
        self.sessions.append(opened.revealed())
        self.monkeypatch.setenv("AMOWIDGET_SESSION", json.dumps(self.sessions))
        return self.replace(number, *faults) if faults else account

    def replace(self, number: int, *faults: str) -> Running:
        """Serve an account anew at its address with other failures, or without any."""
        self.served[number].close()
        account = self._served(number, int(self.accounts[number].url.rpartition(":")[2]), faults)
        self.accounts[number] = account
        return account

    def install(self, number: int) -> None:
        """Make the widget of an account active."""
        client = Client(self.accounts[number])
        client.log_in()
        assert client.install().ok

    def _served(self, number: int, port: int, faults: tuple[str, ...]) -> Running:
        pairs = tuple((fault.partition("=")[0], fault.partition("=")[2]) for fault in faults)
        data = self.project.parent / f"account{number}"
        return self.served[number].enter_context(running(Options(port, data, faults=pairs)))

    def configure(self, old: str, new: str) -> None:
        """Change a piece of amowidget.toml."""
        config = self.project / "amowidget.toml"
        text = config.read_text(encoding="utf-8")
        assert old in text
        config.write_text(text.replace(old, new), encoding="utf-8")

    def uploads(self) -> list[int]:
        """Return how often each account was sent an archive."""
        return [self.labels(account).count("upload") for account in self.accounts]

    def labels(self, account: Running) -> list[str]:
        """Return what an account was asked, the logins of the tests left out."""
        journal = Client(account).get("/stand-in/journal").json()
        return [entry["label"] for entry in journal if entry["label"] not in ("page", "login", "other")]

    def script(self, account: Running) -> str:
        """Return the script that an account serves."""
        client = Client(account)
        client.log_in()
        return client.script().text

    def secrets(self) -> list[str]:
        """Return what must never be shown."""
        found = [account.password for account in self.accounts]
        for session in self.sessions:
            cookies = session["cookies"]
            assert isinstance(cookies, dict)
            found += cookies.values()
        return found


def told(outcome: "Outcome") -> dict[str, str]:
    """Return the outcome of each target: how it was proved, or the code of its error."""
    results: list[dict[str, Any]] = outcome.result["results"]
    return {entry["target"]: entry["error"]["code"] if "error" in entry else entry["proof"] for entry in results}


def with_own_values(accounts: Accounts, count: int) -> None:
    """Give the project a word that is replaced by a value of each target."""
    script = accounts.project / "widget_src" / "script.js"
    script.write_text(f"// {MARK}\n{script.read_text(encoding='utf-8')}", encoding="utf-8")
    for number in range(count):
        accounts.start(more=f'values = {{ hook_key = "value-of-{number}" }}')
    config = accounts.project / "amowidget.toml"
    text = config.read_text(encoding="utf-8")
    line = f'replace = {{ "{MARK}" = "hook_key" }}'
    text = text.replace("[pack]", f"[pack]\n{line}", 1) if "[pack]" in text else f"{text}\n[pack]\n{line}\n"
    config.write_text(text, encoding="utf-8")
