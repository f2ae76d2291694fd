"""Uploads to many stand-in accounts with a latency, beside what the latency alone would take: python -m benchmarks.accounts

The accounts are served by processes of their own. The time is that of `amowidget upload`, from its start to its end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests

from amowidget.account.credentials import Credentials
from amowidget.account.opening import Door, by_password
from amowidget.config.secret import Secret
from amowidget.sandbox.server import Options, Running, running
from benchmarks.trees import widget

_BOUND = 1.2
_REFUSED = "upload-400"
# The latency is that of the requests of an upload; signing in beforehand is not measured, and so not slowed down.
_SLOWED = ("slow@/ajax", "slow@/upl")


@dataclass(frozen=True, slots=True)
class Wish:
    """What to measure: how many accounts, how many at a time, which latency, and how many of them refuse."""

    accounts: int
    jobs: int
    latency_ms: int
    refusing: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: its time, how many requests each upload needed, and which targets were told to have failed."""

    seconds: float
    requests: float
    failed: tuple[str, ...]
    is_exact: bool


def main() -> int:
    """Measure both runs and print them; the exit code says whether every bound is met."""
    if sys.argv[1:2] == ["--serve"]:
        return _serve(json.loads(sys.argv[2]))
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accounts", description=__doc__)
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--latency", type=int, default=100, metavar="MS")
    parser.add_argument("--refusing", type=int, default=7, help="how many accounts refuse in the second run")
    options = parser.parse_args()
    whole = Wish(options.accounts, options.jobs, options.latency)
    figures = measured(whole)
    bare_s = whole.accounts / whole.jobs * figures.requests * whole.latency_ms / 1000
    ratio = figures.seconds / bare_s
    print(
        f"{whole.accounts} accounts, {whole.latency_ms} ms, --jobs {whole.jobs}: {figures.seconds:.1f} s; "
        f"{figures.requests:.1f} requests each, so the latency alone takes {bare_s:.1f} s: {ratio:.2f} times, "
        f"bound {_BOUND}{'' if ratio <= _BOUND else ' missed'}"
    )
    partly = measured(Wish(options.accounts, options.jobs, options.latency, options.refusing))
    print(
        f"{options.refusing} of them refuse, --max-failures 100: {len(partly.failed)} told, {' '.join(partly.failed)}"
    )
    print("exactly those" if partly.is_exact else "NOT exactly those")
    return 0 if ratio <= _BOUND and figures.is_exact and partly.is_exact else 1


def measured(wish: Wish) -> Figures:
    """Start the accounts, upload to all of them, and return what was measured."""
    with ExitStack() as stack:
        folder = widget(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "measured", 30)
        accounts = stack.enter_context(_served(wish))
        refusing = _configure(folder, accounts, wish)
        _run(folder, {}, "pack", "-q")
        sessions = json.dumps([_session(account) for account in accounts])
        for account in accounts:
            _http().delete(f"{account.url}/stand-in/journal", timeout=30)
        start = time.perf_counter()
        words = ("upload", "--all", "--jobs", str(wish.jobs), "--max-failures", "100", "--json")
        told = _run(folder, {"AMOWIDGET_SESSION": sessions}, *words)
        seconds = time.perf_counter() - start
        asked = [_http().get(f"{account.url}/stand-in/journal", timeout=30).json() for account in accounts]
    failed = tuple(entry["target"] for entry in told["results"] if "error" in entry)
    count = sum(len([entry for entry in journal if entry["label"] != "other"]) for journal in asked)
    return Figures(seconds, count / len(accounts), failed, set(failed) == refusing)


def _configure(folder: Path, accounts: list[Running], wish: Wish) -> set[str]:
    refusing = set()
    with open(folder / "amowidget.toml", "a", encoding="utf-8") as file:
        for number, account in enumerate(accounts):
            host = account.url.removeprefix("http://")
            file.write(f'\n[targets.t{number}]\nhost = "{host}"\nintegration = "{account.integration}"\n')
            if _is_refusing(number, wish):
                refusing.add(f"t{number}")
    return refusing


def _is_refusing(number: int, wish: Wish) -> bool:
    """Return whether an account refuses; they are spread over all."""
    return number in {index * wish.accounts // wish.refusing for index in range(wish.refusing)}


def _run(folder: Path, more: dict[str, str], *words: str) -> dict[str, Any]:  # a command's JSON is free in shape
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMOWIDGET_")}
    command = [sys.executable, "-m", "amowidget", *words]
    done = subprocess.run(command, cwd=folder, env={**kept, **more}, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"amowidget {words[0]} ended with {done.returncode}: {done.stderr}{done.stdout}")
    return dict(json.loads(done.stdout)) if "--json" in words else {}


def _session(account: Running) -> dict[str, object]:
    return by_password(Door(account.url), Credentials(account.login, Secret(account.password)), None).revealed()


def _http() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


@contextmanager
def _served(wish: Wish) -> Iterator[list[Running]]:
    """Yield the accounts, served by another process so that they do not hold up what is measured."""
    command = [sys.executable, "-m", "benchmarks.accounts", "--serve", json.dumps(asdict(wish))]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield [Running(**told) for told in json.loads(process.stdout.readline())]
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)


def _serve(told: dict[str, int]) -> int:
    wish = Wish(**told)
    slow = tuple((name, str(wish.latency_ms)) for name in _SLOWED)
    with ExitStack() as stack:
        accounts = []
        for number in range(wish.accounts):
            refusals = ((_REFUSED, ""),) if _is_refusing(number, wish) else ()
            accounts.append(stack.enter_context(running(Options(faults=(*slow, *refusals)))))
        print(json.dumps([asdict(account) for account in accounts]), flush=True)
        sys.stdin.read()  # until the one who measures has gone
    return 0


if __name__ == "__main__":
    sys.exit(main())
