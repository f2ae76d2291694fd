"""What `validate` does with its options. How they are read: check, and the commonest command lines: plain."""

from pathlib import Path
from typing import NamedTuple

from amowidget.cli.call import Call
from amowidget.errors import AmowidgetError


class Asked(NamedTuple):
    """The options of `validate`."""

    path: Path | None = None
    form: str | None = None
    output: Path | None = None
    is_strict: bool = False
    is_fixing: bool = False
    is_dry: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    platform: str | None = None
    visibility: str | None = None
    is_checklist: bool = False


def judged(call: Call, asked: Asked) -> int:
    """Judge a widget as it is asked, show what was found, and return the exit code."""
    from amowidget.checks.settings import Settings
    from amowidget.cli.findings import Presentation, form_of, show, show_mending
    from amowidget.config.load import Overrides
    from amowidget.deploy import validate as verbs

    overrides = Overrides(asked.platform, "public" if asked.is_checklist else asked.visibility)
    presentation = Presentation(asked.form, asked.output, asked.is_strict, bool(asked.select or asked.ignore))
    form_of(call, asked.form)  # a wrong word is told before anything is read
    if asked.is_dry and not asked.is_fixing:
        raise AmowidgetError(
            "usage.options", "--dry-run belongs to --fix.", "Write `amowidget validate --fix --dry-run`."
        )
    if asked.is_checklist and asked.form not in (None, "json"):
        raise AmowidgetError(
            "usage.options",
            f"--checklist writes Markdown, or JSON with --json, and not {asked.form}.",
            "Leave --format out, or run `amowidget validate` twice.",
        )
    project = call.project_or_none(overrides, asked.path)
    settings = Settings.of_project(project, overrides, asked.select, asked.ignore)
    # The list goes to moderators, who know nothing of what a project allows itself.
    settings = settings._replace(is_unmuted=asked.is_checklist)
    location = asked.path if asked.path is None else call.folder / asked.path
    if asked.is_fixing:
        mending = verbs.plan_mending(project, location, settings)
        if asked.is_dry:
            return show_mending(call, mending)
        verbs.write_mending(mending)
        call.terminal.note(f"Mended: {mending.count}. Files: {len(mending.files)}.")
    verdict = verbs.validate(project, location, settings)
    if asked.is_checklist:
        from amowidget.cli.checklist import show_checklist

        return show_checklist(call, verdict, settings, presentation)
    return show(call, verdict, presentation)
