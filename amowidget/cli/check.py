"""The commands that judge: validate, rules, schema."""

from pathlib import Path
from typing import Annotated

import typer

from amowidget.cli.command import Call, command
from amowidget.errors import Exit

Platform = Annotated[
    str | None, typer.Option("--platform", metavar="NAME", help="amocrm, kommo or both.", show_default=False)
]
Visibility = Annotated[
    str | None, typer.Option("--visibility", metavar="NAME", help="private or public.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group to the application."""
    for body in (validate, rules, schema):
        command(app, "Check")(body)


def validate(
    call: Call,
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="A widget's folder or .zip.", show_default=False)
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="text or json.")] = "text",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write the findings into a file.", show_default=False),
    ] = None,
    is_strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail as well.")] = False,
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Only these rules: code, slug, or family such as IMG.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Not these rules.")] = None,
    platform: Platform = None,
    visibility: Visibility = None,
) -> int:
    """Find what the upload page, the browser or a moderator would refuse."""
    from amowidget.checks.settings import Settings
    from amowidget.cli.findings import Presentation, show
    from amowidget.config.load import Overrides
    from amowidget.deploy.validate import validate as verb

    project = call.project_or_none(Overrides(platform, visibility), path)
    settings = Settings.of_project(project, Overrides(platform, visibility), tuple(select or ()), tuple(ignore or ()))
    verdict = verb(project, path if path is None else call.folder / path, settings)
    presentation = Presentation("json" if call.terminal.manner.is_json else form, output, is_strict)
    return show(call, verdict, presentation)


def rules(
    call: Call,
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="A rule's code or slug.", show_default=False)
    ] = None,
) -> int:
    """List the rules, or explain one of them."""
    from amowidget.checks.registry import CHECKS
    from amowidget.cli.findings import explain, list_rules

    known = tuple(check.rule for check in CHECKS)
    return explain(call, known, code) if code else list_rules(call, known)


def schema(call: Call) -> int:
    """Print the JSON Schema of manifest.json, for editors."""
    from amowidget.widget.manifest_schema import text

    call.terminal.out.write(text())
    return Exit.DONE
