"""What of the surroundings is missing for this project, each with its remedy. Sends nothing to any account."""

import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from amowidget import packaged
from amowidget.account.access import Surroundings, access_to
from amowidget.account.browser import BROWSERS
from amowidget.account.credentials import SESSION
from amowidget.account.hosts import checked_host
from amowidget.account.opening import Door, is_alive
from amowidget.account.user_store import user_store
from amowidget.config.load import load
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.secret import Unset
from amowidget.deploy.accounts import accounts
from amowidget.embedded import account
from amowidget.errors import AmowidgetError

_LOGIN_VARIABLES = ("AMOWIDGET_LOGIN", "AMOWIDGET_PASSWORD")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at: `state` is ok, missing (not needed by everybody) or broken."""

    subject: str
    state: str
    detail: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is looked at: the project, the environment, and the hosts that were allowed although they are not known."""

    project: Project
    environment: Mapping[str, str]
    allowed: frozenset[str]


def diagnose(
    folder: Path, environment: Mapping[str, str], allowed: frozenset[str] = frozenset()
) -> tuple[Diagnosis, ...]:
    """Look at everything that the commands need and return what was seen, in a fixed order."""
    found: list[Diagnosis] = [_python(), _data()]
    try:
        project = load(folder, environment)
    except AmowidgetError as error:
        found.append(Diagnosis("project", "broken", error.message, error.hint))
        return (*found, *_tools())
    found.append(Diagnosis("project", "ok", f"{project.file or project.root}"))
    for look in _LOOKS:
        found.extend(look(_Scene(project, environment, allowed)))
    return (*found, *_tools())


def _python() -> Diagnosis:
    version = sys.version.split()[0]
    return Diagnosis("python", "ok", f"{version} at {sys.executable}")


def _data() -> Diagnosis:
    try:
        return Diagnosis("installation", "ok", f"templates in {packaged.folder('templates')}")
    except FileNotFoundError as error:
        return Diagnosis("installation", "broken", f"{error}.", "Install amowidget again.")


def _state(scene: _Scene) -> Iterator[Diagnosis]:
    state = scene.project.state
    if not state.exists():
        yield Diagnosis("state folder", "ok", f"{state} is made when it is needed")
        return
    mode = stat.S_IMODE(state.stat().st_mode)
    if os.name != "nt" and mode & 0o077:
        yield Diagnosis("state folder", "broken", f"Others can read {state}.", f"chmod 700 {state}")
    elif not os.access(state, os.W_OK):
        yield Diagnosis("state folder", "broken", f"{state} cannot be written.", "Check its permissions.")
    else:
        yield Diagnosis("state folder", "ok", str(state))


def _credentials(scene: _Scene) -> Iterator[Diagnosis]:
    missing = [name for name in _LOGIN_VARIABLES if not scene.environment.get(name)]
    if scene.environment.get(SESSION):
        yield Diagnosis("login", "ok", f"{SESSION} is set")
    elif missing:
        detail = f"{' and '.join(missing)} not set; the stand-in needs none"
        yield Diagnosis("login", "missing", detail, "Only for CI; here a session is enough: `amowidget login HOST`.")
    else:
        yield Diagnosis("login", "ok", "AMOWIDGET_LOGIN and AMOWIDGET_PASSWORD are set")


def _sessions(scene: _Scene) -> Iterator[Diagnosis]:
    """Ask each account whether it takes the kept session still; nothing is renewed by asking."""
    try:
        store = user_store(scene.environment)
        listed = accounts(scene.project, scene.environment, store, time.time())
    except AmowidgetError as error:
        yield Diagnosis("sessions", "broken", error.message, error.hint)
        return
    for entry in listed:
        subject = f"session {entry.host}"
        if entry.session is None:
            if entry.state == "missing":
                yield Diagnosis(subject, "missing", "none is kept", f"amowidget login {entry.host}")
            continue
        try:
            is_good = is_alive(Door(entry.session.base_url, frozenset({entry.session.host})), entry.session)
        except AmowidgetError as error:
            yield Diagnosis(subject, "broken", error.message, error.hint)
            continue
        if is_good:
            yield Diagnosis(subject, "ok", entry.told)
        else:
            yield Diagnosis(subject, "broken", f"It has ended: {entry.told}.", f"amowidget login {entry.host}")


def _targets(scene: _Scene) -> Iterator[Diagnosis]:
    for target in scene.project.targets.values():
        unset = [value.variable for _, value in (*target.values, *target.manifest) if isinstance(value, Unset)]
        subject = f"target {target.name}"
        if unset:
            yield Diagnosis(subject, "broken", f"{', '.join(unset)} not set.", "Set them where this target is used.")
        elif target.name != SANDBOX and not target.integration:
            hint = "Copy the id from the integration's keys, or make one with `upload --create`."
            yield Diagnosis(subject, "broken", "It names no integration.", hint)
        elif target.name == SANDBOX:
            yield Diagnosis(subject, "ok", "the stand-in on this machine")
        else:
            yield _host(subject, target, scene)


def _host(subject: str, target: Target, scene: _Scene) -> Diagnosis:
    try:
        access = access_to(
            target.base_url, Surroundings(scene.environment, user_store(scene.environment), scene.allowed)
        )
        checked_host(target.base_url, access.allowed)
    except AmowidgetError as error:
        if error.code == "usage.unknown_host":
            return Diagnosis(subject, "broken", error.message, error.hint)
    return Diagnosis(subject, "ok", target.host)


def _stand_in(scene: _Scene) -> Iterator[Diagnosis]:
    try:
        with account(scene.project) as opened:
            yield Diagnosis("stand-in", "ok", f"answers at {opened.target.base_url}")
    except AmowidgetError as error:
        yield Diagnosis("stand-in", "broken", error.message, error.hint)


def _tools() -> Iterator[Diagnosis]:
    for subject, names, use in (
        ("node", ("node",), "only for widgets with a build of their own"),
        ("browser", BROWSERS, "only for `--browser` and for pages opened by tests"),
    ):
        path = next((found for name in names if (found := shutil.which(name))), None)
        if path:
            yield Diagnosis(subject, "ok", path)
        else:
            yield Diagnosis(subject, "missing", f"not found; needed {use}")


_LOOKS: tuple[Callable[[_Scene], Iterator[Diagnosis]], ...] = (
    _state,
    _credentials,
    _sessions,
    _targets,
    _stand_in,
)
