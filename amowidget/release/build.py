"""Runs the project's own build command and checks what came of it."""

import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from amowidget.config.project import Build, Project
from amowidget.errors import AmowidgetError
from amowidget.widget.json_text import parse
from amowidget.widget.source import Source

_SHOWN_LINES = 15
_MANIFEST = "manifest.json"


def run(project: Project, on_line: Callable[[str], None], environment: Mapping[str, str] | None = None) -> None:
    """Run `[build] command` in the project's folder through the shell, and check the output's version.

    The command sees no variable of ours, so that a build script never meets a credential.
    """
    build = project.build
    if build is None:
        return
    surroundings = os.environ if environment is None else environment
    kept = {name: value for name, value in surroundings.items() if not name.startswith("AMOWIDGET_")}
    last: deque[str] = deque(maxlen=_SHOWN_LINES)

    def told(line: str) -> None:
        last.append(line)
        on_line(line)

    code = _run(build.command, project.root, kept, told)
    if code != 0:
        raise AmowidgetError(
            "build.failed",
            f"The build command `{build.command}` ended with exit code {code}.",
            "Its last words: " + " / ".join(line.strip() for line in last if line.strip())
            if last
            else "It said nothing.",
        )
    _check_output(project, build)


def _run(command: str, folder: Path, environment: Mapping[str, str], on_line: Callable[[str], object]) -> int:
    process = subprocess.Popen(  # noqa: S602  the command is the user's own line, pipes and all, as in package.json
        command,
        shell=True,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="backslashreplace",
        start_new_session=os.name != "nt",
    )
    try:
        for line in process.stdout or ():
            on_line(line.rstrip("\r\n"))
        return process.wait()
    except BaseException:
        _end(process)
        raise


def _end(process: "subprocess.Popen[str]") -> None:
    # The shell's children have to go with it; Windows ends them through its own command.
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)  # noqa: S607
    else:
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            return
    process.wait(timeout=10)


def _check_output(project: Project, build: Build) -> None:
    made, source = build.output / _MANIFEST, project.source / _MANIFEST
    if not made.is_file():
        raise AmowidgetError(
            "build.failed",
            f"The build ended well, but {made} is not there.",
            "Check `output` below [build] in amowidget.toml: the folder that holds the built manifest.json.",
        )
    if source.is_file() and made.resolve() != source.resolve():
        old, new = _version(source), _version(made)
        if old != new:
            raise AmowidgetError(
                "build.failed",
                f"The build's output has version {new}, but the source has {old}.",
                "The build has to copy the manifest as it is; perhaps it kept an old copy.",
            )


def _version(path: Path) -> str | None:
    root = parse(Source(_MANIFEST, path.read_bytes())).root
    node = root.find("widget", "version") if root else None
    return node.text if node else None
