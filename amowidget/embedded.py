"""The embedded account: an ordinary address and credentials of the local stand-in, reused when it runs, else started."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from amowidget.account.access import Access
from amowidget.account.credentials import Credentials
from amowidget.account.session import Pace, Session
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.secret import Secret
from amowidget.config.state import state_folder
from amowidget.errors import AmowidgetError
from amowidget.sandbox.server import Options, Running, running
from amowidget.widget.files import replace_file

_ANNOUNCEMENT = "running.json"


@dataclass(frozen=True, slots=True)
class Account:
    """The stand-in as any other account: a target and the access to it.

    `running` tells how a person gets in; `is_lasting` whether it goes on when the command has ended.
    """

    target: Target
    access: Access
    running: Running
    is_lasting: bool


@contextmanager
def account(project: Project) -> Iterator[Account]:
    """Yield the project's stand-in account: the one that `amowidget sandbox` serves now, else one of this process.

    What it holds lies in `.amowidget/sandbox/` and survives; only the address changes from run to run.
    """
    folder = data_folder(project)
    announced = announcement(folder)
    if announced:
        yield _account(project, announced, is_lasting=True)
        return
    platform = project.targets[SANDBOX].platform
    with running(Options(data=folder, platform=platform)) as started:
        yield _account(project, started, is_lasting=False)


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
    return started if _is_served(started) else None


def _is_served(started: Running) -> bool:
    """Return whether this very stand-in answers there: its port may belong to another program by now."""
    try:
        with Session(started.url, Pace(sleep=lambda seconds: None)) as session:
            return session.get("/stand-in/identity").fields.get("integration") == started.integration
    except AmowidgetError:
        return False


def _account(project: Project, started: Running, *, is_lasting: bool) -> Account:
    parts = urlsplit(started.url)
    target = project.targets[SANDBOX]
    reached = replace(target, host=parts.netloc, integration=target.integration or started.integration)
    credentials = Credentials(started.login, Secret(started.password))
    return Account(reached, Access(None, credentials, Secret(started.token)), started, is_lasting)
