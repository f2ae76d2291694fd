"""The commands that judge: validate, rules, schema."""

from pathlib import Path
from typing import Annotated

import typer

from amowidget.cli.command import Call, command
from amowidget.errors import AmowidgetError, Exit

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
    from amowidget.checks.settings import Settings
    from amowidget.cli.findings import Presentation, form_of, show, show_checklist, show_mending
    from amowidget.config.load import Overrides
    from amowidget.deploy import validate as verbs

    overrides = Overrides(platform, "public" if is_checklist else visibility)
    presentation = Presentation(form, output, is_strict)
    form_of(call, form)  # a wrong word is told before anything is read
    if is_dry and not is_fixing:
        raise AmowidgetError(
            "usage.options", "--dry-run belongs to --fix.", "Write `amowidget validate --fix --dry-run`."
        )
    if is_checklist and form not in (None, "json"):
        raise AmowidgetError(
            "usage.options",
            f"--checklist writes Markdown, or JSON with --json, and not {form}.",
            "Leave --format out, or run `amowidget validate` twice.",
        )
    project = call.project_or_none(overrides, path)
    settings = Settings.of_project(project, overrides, _words(select), _words(ignore))
    location = path if path is None else call.folder / path
    if is_fixing:
        mending = verbs.plan_mending(project, location, settings)
        if is_dry:
            return show_mending(call, mending)
        verbs.write_mending(mending)
        call.terminal.note(f"Mended: {mending.count}, in {len(mending.files)} files.")
    verdict = verbs.validate(project, location, settings)
    if is_checklist:
        return show_checklist(call, verdict, settings, presentation)
    return show(call, verdict, presentation)


def _words(given: list[str] | None) -> tuple[str, ...]:
    """Return what an option names, whether it was repeated or its words stand between commas."""
    return tuple(word.strip() for text in given or () for word in text.split(",") if word.strip())


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
