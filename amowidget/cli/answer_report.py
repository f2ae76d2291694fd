"""Keeps an answer that nobody has seen yet as a file that a person can send: redacted, in a folder of this user alone."""

import itertools
import time
from pathlib import Path

from amowidget.account.redaction import as_text
from amowidget.account.user_store import user_folder
from amowidget.cli.command import Call
from amowidget.config.load import find
from amowidget.config.project import Project
from amowidget.config.state import state_folder
from amowidget.errors import AmowidgetError, UnknownAnswerError
from amowidget.ui.paths import shown
from amowidget.widget.files import replace_file


def keep_answer(call: Call, project: Project, error: AmowidgetError | None) -> None:
    """Write the report of an unknown answer beside the project's memory and say where; other errors carry none."""
    if isinstance(error, UnknownAnswerError):
        _keep(call, project.root, error)


def keep_last_answer(call: Call, error: UnknownAnswerError) -> None:
    """Write the report of the unknown answer that has ended a command: `login` and others work without a project, too."""
    try:
        root: Path | None = find(call.folder)[0]
    except AmowidgetError:
        root = None
    _keep(call, root, error)


def _keep(call: Call, root: Path | None, error: UnknownAnswerError) -> None:
    """Write into the project's memory, or beside this user's sessions; where that fails the error itself still counts."""
    try:
        folder = _folder(root)
        start = time.strftime("answer-%Y%m%d-%H%M%S")
        names = (f"{start}{f'-{number}' if number else ''}.json" for number in itertools.count())
        path = next(folder / name for name in names if not (folder / name).exists())
        replace_file(path, as_text(error.report).encode(), 0o600)
    except (AmowidgetError, OSError) as other:
        call.terminal.warning(f"The answer could not be kept for a report: {other}")
        return
    call.terminal.note(
        f"The answer is kept in {shown(path)}, without secrets. Please send it to the makers of amowidget, so that the "
        "next one who meets it gets an explanation."
    )


def _folder(root: Path | None) -> Path:
    folder = (state_folder(root) if root else user_folder()) / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
