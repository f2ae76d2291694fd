"""What every command shares: the common options, the surroundings it is called in, and the one boundary for errors."""

import copy
import inspect
import os
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from amowidget.errors import AmowidgetError, Exit, UnknownAnswerError

if typing.TYPE_CHECKING:
    from amowidget.config.load import Overrides
    from amowidget.config.project import Project
    from amowidget.ui.terminal import Terminal

GROUPS = ("Make", "Check", "Release", "Develop", "Connect")

Folder = Annotated[
    Path | None,
    typer.Option("-C", metavar="DIR", help="Work as if started in this folder.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print results and failures only.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Tell more about what is done.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="Print without colour (also NO_COLOR=1).")]

_COMMON: tuple[tuple[str, object, object], ...] = (
    ("folder", Folder, None),
    ("is_json", Json, False),
    ("is_quiet", Quiet, False),
    ("is_verbose", Verbose, False),
    ("no_color", NoColor, False),
)

# Commands that reach accounts have this one, too: one option, one meaning.
AllowHost = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST",
        help="Speak to a host that is no known account; repeat it.",
        show_default=False,
    ),
]

_TELL_UNFINISHED = frozenset({"bump", "upload", "deploy", "rollback"})


@dataclass(frozen=True, slots=True)
class Call:
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


Body = Callable[..., int]


def command(
    app: typer.Typer, group: str, name: str | None = None, *, reaches_accounts: bool = False
) -> Callable[[Body], Body]:
    """Register a function as a command; its first parameter is the `Call`, the others are options and arguments.

    One that reaches accounts has the option to allow hosts beside the common ones.
    """

    def register(body: Body) -> Body:
        title = name or body.__name__.replace("_", "-")
        shared = (*_COMMON, ("allow_host", _with_variable(AllowHost, "allow_host", title), None))
        called = _with_options(body, title, shared if reaches_accounts else _COMMON)
        app.command(title, rich_help_panel=group)(called)
        return body

    return register


def _with_options(body: Body, name: str, more: tuple[tuple[str, object, object], ...]) -> Callable[..., int]:
    hints = typing.get_type_hints(body, include_extras=True)
    own = [
        parameter.replace(annotation=_with_variable(hints[parameter.name], parameter.name, name))
        for parameter in list(inspect.signature(body).parameters.values())[1:]
    ]
    keyword = inspect.Parameter.KEYWORD_ONLY
    common = [inspect.Parameter(option, keyword, default=default, annotation=kind) for option, kind, default in more]

    def called(**values: object) -> int:
        shared = {option: values.pop(option) for option, _, _ in more}
        return _guarded(body, _call(name, shared), values)

    called.__name__ = body.__name__
    called.__doc__ = body.__doc__
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *common)}
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what typer reads the options from
        [parameter.replace(kind=keyword) for parameter in own] + common
    )
    return called


def _with_variable(hint: object, parameter: str, command_name: str) -> object:
    """Return an option's type with its environment variable, AMOWIDGET_<COMMAND>_<OPTION>; an argument has none."""
    kind, *extras = typing.get_args(hint) if typing.get_origin(hint) is Annotated else (hint,)
    for number, extra in enumerate(extras):
        if isinstance(extra, OptionInfo):
            extras[number] = option = copy.copy(extra)
            # In an annotation typer keeps the first name where a default would stand.
            words = (option.default, *(option.param_decls or ()))
            long = next((word for word in words if isinstance(word, str) and word.startswith("--")), parameter)
            variable = f"AMOWIDGET_{command_name}_{long.strip('-')}".upper().replace("-", "_")
            option.envvar = option.envvar or variable
            option.show_envvar = False
    return Annotated[(kind, *extras)] if extras else hint


def _call(name: str, shared: Mapping[str, object]) -> Call:
    from amowidget.ui.terminal import Manner, terminal

    manner = Manner(
        is_json=bool(shared["is_json"]),
        is_quiet=bool(shared["is_quiet"]),
        is_verbose=bool(shared["is_verbose"]),
        has_color=not shared["no_color"],
    )
    folder = shared["folder"] or os.environ.get("AMOWIDGET_PROJECT") or "."
    named = shared.get("allow_host")
    hosts = frozenset(map(_host_of, named)) if isinstance(named, list) else frozenset()
    return Call(name, terminal(manner), os.environ, Path(str(folder)), hosts)


def _host_of(text: str) -> str:
    """Return the host in what a person may have copied as a whole address."""
    return text.strip().rpartition("://")[2].partition("/")[0].lower()


def _guarded(body: Body, call: Call, values: Mapping[str, object]) -> int:
    """Run a command's body; every way in which it can end becomes an exit code."""
    try:
        if not call.folder.is_dir():
            raise AmowidgetError("usage.no_folder", f"There is no folder {call.folder}.", "Check -C.")
        return body(call, **values)
    except AmowidgetError as error:
        if isinstance(error, UnknownAnswerError):
            from amowidget.cli.answer_report import keep_last_answer

            keep_last_answer(call, error)
        call.terminal.failure(call.command, error)
        return error.exit_code
    except KeyboardInterrupt:
        interrupted = AmowidgetError("interrupted", "Interrupted.", "Nothing half-written was left behind.")
        call.terminal.failure(call.command, interrupted)
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001  the one place where a bug of ours ends: as a report file, never as a traceback
        from amowidget.ui.crash import reported

        call.terminal.failure(call.command, reported(error, call.environment))
        return Exit.INTERNAL
