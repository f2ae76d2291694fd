"""The embedded account: an ordinary address and credentials of the local stand-in, reused when it runs, else started."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from amowidget.account.credentials import Credentials
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.secret import Secret
from amowidget.config.state import state_folder
from amowidget.errors import AmowidgetError
from amowidget.sandbox.server import Options, Running, running
from amowidget.widget.files import replace_file

_ANNOUNCEMENT = "running.json"


@dataclass(frozen=True, slots=True)
class Account:
    """The stand-in as any other account: a target and the credentials for it; `running` tells how a person gets in."""

    target: Target
    credentials: Credentials
    running: Running


@contextmanager
def account(project: Project) -> Iterator[Account]:
    """Yield the project's stand-in account: the one that `amowidget sandbox` serves now, else one of this process.

    What it holds lies in `.amowidget/sandbox/` and survives; only the address changes from run to run.
    """
    folder = data_folder(project)
    announced = announcement(folder)
    if announced:
        yield _account(project, announced)
        return
    platform = project.targets[SANDBOX].platform
    with running(Options(data=folder, platform=platform)) as started:
        yield _account(project, started)


def data_folder(project: Project) -> Path:
    """Return the folder that the project's stand-in keeps its state in, made when it is missing."""
    folder = state_folder(project.root) / "sandbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def announced(folder: Path, started: Running) -> Iterator[None]:
    """Tell other commands, for the length of the block, that a stand-in is served here."""
    path = folder / _ANNOUNCEMENT
    replace_file(path, json.dumps(asdict(started)).encode())
    path.chmod(0o600)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def announcement(folder: Path) -> Running | None:
    """Return the stand-in that is announced in a folder and that still answers, or None."""
    try:
        told = json.loads((folder / _ANNOUNCEMENT).read_text(encoding="utf-8"))
        started = Running(**{name: str(told[name]) for name in ("url", "login", "password", "integration", "token")})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return started if _answers(started.url) else None


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1):
            return True
    except (OSError, ValueError):
        return False


def _account(project: Project, started: Running) -> Account:
    parts = urlsplit(started.url)
    target = project.targets[SANDBOX]
    reached = replace(target, host=parts.netloc, integration=target.integration or started.integration)
    if not reached.is_loopback:
        raise AmowidgetError(
            "io.sandbox_state",
            f"The announced stand-in {started.url} is not on this machine.",
            "Delete .amowidget/sandbox/running.json and start `amowidget sandbox` again.",
        )
    credentials = Credentials(started.login, Secret(started.password), Secret(started.token))
    return Account(reached, credentials, started)
