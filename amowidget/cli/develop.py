"""The commands to develop with: sandbox."""

from pathlib import Path
from typing import Annotated

import typer

from amowidget.cli.command import Call, command
from amowidget.errors import AmowidgetError


def register(app: typer.Typer) -> None:
    """Add the commands of this group to the application."""
    command(app, "Develop")(sandbox)


def sandbox(
    call: Call,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 0,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Keep the account here; default: the project's .amowidget.", show_default=False
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=VALUE]", help="A failure to play; repeat for more. `help` lists them."),
    ] = None,
    platform: Annotated[
        str | None, typer.Option(metavar="NAME", help="amocrm or kommo; default: the project's.", show_default=False)
    ] = None,
) -> int:
    """Serve the local stand-in for an account until Ctrl-C."""
    from amowidget.cli.sandbox import serve_until_interrupted, tell_faults

    if "help" in (fault or ()):
        return tell_faults(call)
    folder, usual_platform = (call.folder / data, "amocrm") if data else _of_project(call)
    options = {"port": port, "data": folder, "faults": tuple(_fault(text) for text in fault or ())}
    return serve_until_interrupted(call, {**options, "platform": platform or usual_platform})


def _of_project(call: Call) -> tuple[Path | None, str]:
    """Return where the project keeps its stand-in and which platform that plays."""
    from amowidget.config.project import SANDBOX
    from amowidget.embedded import data_folder

    try:
        project = call.project()
        return data_folder(project), project.targets[SANDBOX].platform
    except AmowidgetError as error:
        if error.code != "usage.no_project":
            raise
        call.terminal.note("There is no project here: the account is kept in memory and gone with this command.")
        return None, "amocrm"


def _fault(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value
