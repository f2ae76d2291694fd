"""One call of a command: the surroundings it works in, and the one boundary for errors. How options are read: command."""

import os
import typing
from collections.abc import Callable, Mapping
from pathlib import Path

from amowidget.errors import AmowidgetError, Exit, UnknownAnswerError

if typing.TYPE_CHECKING:
    from amowidget.config.load import Overrides
    from amowidget.config.project import Project
    from amowidget.ui.terminal import Terminal

Body = Callable[..., int]
_TELL_UNFINISHED = frozenset({"bump", "upload", "deploy", "rollback"})


class Call(typing.NamedTuple):
    """One call of a command: its name, the terminal, the environment and the folder that it works in.

    `allowed_hosts` are spoken to as accounts although they are not known to be some.
    """

    command: str
    terminal: "Terminal"
    environment: Mapping[str, str]
    folder: Path
    allowed_hosts: frozenset[str] = frozenset()

    def project(self, overrides: "Overrides | None" = None) -> "Project":
        """Return the project that the folder lies in."""
        from amowidget.config.load import load

        project = load(self.folder, self.environment, overrides)
        self._tell_origins(project)
        self._tell_unfinished(project)
        return project

    def project_or_none(self, overrides: "Overrides | None", path: Path | None) -> "Project | None":
        """Return the project that a named folder or file (or else the call's folder) lies in, if it lies in one."""
        from amowidget.config.load import load

        start = self.folder if path is None else self.folder / path
        try:
            project = load(start if start.is_dir() else start.parent, self.environment, overrides)
            self._tell_origins(project)
            self._tell_unfinished(project)
            return project
        except AmowidgetError as error:
            if error.code == "usage.no_project" and path is not None:
                return None
            raise

    def _tell_origins(self, project: "Project") -> None:
        self.terminal.detail(f"project: {project.root}")
        self.terminal.detail(f"widget: {project.widget_folder}")
        self.terminal.detail(f"platform: {project.platform} (from {project.origins['widget.platform']})")
        self.terminal.detail(f"visibility: {project.visibility} (from {project.origins['widget.visibility']})")

    def _tell_unfinished(self, project: "Project") -> None:
        """Say in one line that a deploy was broken off, in every command but those that say it themselves."""
        if (project.state / "deploy" / "journal.jsonl").exists() and self.command not in _TELL_UNFINISHED:
            from amowidget.deploy.journal import notice

            told = notice(project)
            if told:
                self.terminal.warning(told)


def call_of(name: str, shared: Mapping[str, object]) -> Call:
    """Return the call of a command, by the common options that it was given."""
    from amowidget.ui.terminal import Manner, terminal

    manner = Manner(
        is_json=bool(shared.get("is_json")),
        is_quiet=bool(shared.get("is_quiet")),
        is_verbose=bool(shared.get("is_verbose")),
        has_color=not shared.get("no_color"),
    )
    folder = shared.get("folder") or os.environ.get("AMOWIDGET_PROJECT") or "."
    named = shared.get("allow_host")
    hosts = frozenset(map(_host_of, named)) if isinstance(named, list) else frozenset()
    return Call(name, terminal(manner), os.environ, Path(str(folder)), hosts)


def _host_of(text: str) -> str:
    """Return the host in what a person may have copied as a whole address."""
    return text.strip().rpartition("://")[2].partition("/")[0].lower()


def guarded(body: Body, call: Call, values: Mapping[str, object]) -> int:
    """Run a command's body; every way in which it can end becomes an exit code."""
    try:
        if not call.folder.is_dir():
            raise AmowidgetError("usage.no_folder", f"There is no folder {call.folder}.", "Check -C.")
        return body(call, **values)
    except AmowidgetError as error:
        call.terminal.failure(call.command, error)
        if isinstance(error, UnknownAnswerError):
            from amowidget.cli.answer_report import keep_answer

            keep_answer(call, error)
        return error.exit_code
    except KeyboardInterrupt:
        interrupted = AmowidgetError("interrupted", "Interrupted.", "Nothing half-written was left behind.")
        call.terminal.failure(call.command, interrupted)
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001  the one place where a bug of ours ends: as a report file, never as a traceback
        from amowidget.ui.crash import reported

        call.terminal.failure(call.command, reported(error, call.environment))
        return Exit.INTERNAL
