"""The commands that make: new, init."""

from typing import Annotated

import typer

from amowidget.cli.command import Call, command
from amowidget.errors import AmowidgetError, Exit


def register(app: typer.Typer) -> None:
    """Add the commands of this group to the application."""
    for body in (new, init):
        command(app, "Make")(body)


def new(
    call: Call,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The folder to make.", show_default=False)] = None,
    template: Annotated[str | None, typer.Option(metavar="NAME", help="Which template.", show_default=False)] = None,
    location: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="A location such as lcard-1; repeat for more.")
    ] = None,
    locale: Annotated[list[str] | None, typer.Option(metavar="CODE", help="A language; repeat for more.")] = None,
    platform: Annotated[
        str | None, typer.Option(metavar="NAME", help="amocrm, kommo or both.", show_default=False)
    ] = None,
    visibility: Annotated[
        str | None, typer.Option(metavar="NAME", help="private or public.", show_default=False)
    ] = None,
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults.")] = False,
) -> int:
    """Start a widget that passes every check."""
    from amowidget.scaffold import new as scaffold
    from amowidget.scaffold.answers import answered

    given: dict[str, object] = {
        "template": template,
        "locations": tuple(location or ()),
        "locales": tuple(locale or ()),
        "platform": platform,
        "visibility": visibility,
    }
    if name is None or not (is_sure or any(given.values())):
        name, given = _asked(call, name, given)
    answers = answered(name, given)
    folder = call.folder / answers.name
    planned = scaffold.plan(answers)
    scaffold.write(planned, folder)
    paths = [file.path for file in planned]
    call.terminal.json({"ok": True, "command": "new", "folder": str(folder), "files": paths})
    call.terminal.success(f"The widget is in {folder} ({len(paths)} files).")
    call.terminal.note(
        f"Next: cd {folder}, then `amowidget validate`, `amowidget pack`, `amowidget upload --target sandbox`."
    )
    return Exit.DONE


def init(
    call: Call,
    is_baseline: Annotated[
        bool, typer.Option("--baseline", help="Make today's findings known: only new ones are told from now on.")
    ] = False,
    platform: Annotated[
        str | None, typer.Option("--platform", metavar="NAME", help="amocrm, kommo or both.", show_default=False)
    ] = None,
    visibility: Annotated[
        str | None, typer.Option("--visibility", metavar="NAME", help="private or public.", show_default=False)
    ] = None,
) -> int:
    """Adopt a widget that exists: write amowidget.toml, and change nothing of it."""
    from amowidget.checks.settings import Settings
    from amowidget.config.load import CONFIG_NAME, Overrides
    from amowidget.deploy.validate import accept
    from amowidget.scaffold import adopt
    from amowidget.widget.files import replace_file

    overrides = Overrides(platform, visibility)
    written: list[str] = []
    if not (is_baseline and (call.folder / CONFIG_NAME).is_file()):
        planned = adopt.plan(call.folder, overrides)
        replace_file(planned.file, planned.text.encode("utf-8"))
        written.append(str(planned.file))
        call.terminal.success(f"The widget in {planned.source} is adopted: see {planned.file}.")
        if planned.guess:
            call.terminal.note(planned.guess)
    known = 0
    if is_baseline:
        project = call.project(overrides)
        known = accept(project, Settings.of_project(project, overrides))
        written.append(str(project.baseline))
        call.terminal.success(
            f"Findings known from now on: {known} ({project.baseline}). Secrets are told all the same."
        )
    call.terminal.json({"ok": True, "command": "init", "files": written, "known": known})
    call.terminal.note("Next: `amowidget validate`.")
    return Exit.DONE


def _asked(call: Call, name: str | None, given: dict[str, object]) -> tuple[str, dict[str, object]]:
    if call.terminal.is_interactive and not call.terminal.manner.is_json:
        from amowidget.ui.wizard import ask

        return ask(name, given)
    if name is None:
        raise AmowidgetError("usage.missing_name", "The new widget has no name.", "Write `amowidget new my-widget`.")
    return name, given
