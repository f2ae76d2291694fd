"""The commands that judge: validate, rules, schema."""

from pathlib import Path
from typing import Annotated

import typer

from amowidget.cli.command import Call, command
from amowidget.cli.judging import Asked, judged
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
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORM", help="text, json, sarif, junit, github or gitlab.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write the findings into a file.", show_default=False),
    ] = None,
    is_strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail as well.")] = False,
    is_fixing: Annotated[bool, typer.Option("--fix", help="Mend what has one right answer, then judge.")] = False,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="With --fix: show the changes, write nothing.")] = False,
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Only these rules: code, slug, or family such as IMG.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Not these rules.")] = None,
    platform: Platform = None,
    visibility: Visibility = None,
    is_checklist: Annotated[
        bool,
        typer.Option("--checklist", help="Write the moderators' list as Markdown: passed, failed, to be looked at."),
    ] = False,
) -> int:
    """Find what the upload page, the browser or a moderator would refuse."""
    asked = Asked(
        path,
        form,
        output,
        is_strict,
        is_fixing,
        is_dry,
        _words(select),
        _words(ignore),
        platform,
        visibility,
        is_checklist,
    )
    return judged(call, asked)


def _words(given: list[str] | None) -> tuple[str, ...]:
    """Return what an option names, whether it was repeated or its words stand between commas."""
    return tuple(word.strip() for text in given or () for word in text.split(",") if word.strip())


def rules(
    call: Call,
    code: Annotated[
        str | None,
        typer.Argument(metavar="[CODE]", help="A rule's code or slug, or a family such as IMG.", show_default=False),
    ] = None,
) -> int:
    """List the rules or a family of them, or explain one."""
    from amowidget.checks.registry import CHECKS
    from amowidget.cli.findings import explain, list_rules

    known = tuple(check.rule for check in CHECKS)
    return explain(call, known, code) if code else list_rules(call, known)


def schema(call: Call) -> int:
    """Print the JSON Schema of manifest.json, for editors."""
    from amowidget.widget.manifest_schema import text

    call.terminal.out.write(text())
    return Exit.DONE
