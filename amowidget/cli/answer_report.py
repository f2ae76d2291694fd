"""Keeps an answer that nobody has seen yet as a file that a person can send: redacted, in a folder of this user alone."""

import itertools
import time
from pathlib import Path

from amowidget.account.redaction import as_text
from amowidget.account.user_store import user_folder
from amowidget.cli.command import Call
from amowidget.config.load import find
from amowidget.config.state import state_folder
from amowidget.errors import AmowidgetError, UnknownAnswerError
from amowidget.ui.paths import shown
from amowidget.widget.files import replace_file


def keep_answer(call: Call, error: AmowidgetError | None) -> None:
    """Write the report of an unknown answer and say where it is; other errors carry no answer.

    It goes into the project's memory or, where there is no project, beside this user's sessions. Where that fails, the
    error itself still counts.
    """
    if not isinstance(error, UnknownAnswerError):
        return
    try:
        path = _free_path(_folder(call))
        replace_file(path, as_text(error.report).encode(), 0o600)
    except (AmowidgetError, OSError) as other:
        call.terminal.warning(f"The answer could not be kept for a report: {other}")
        return
    call.terminal.note(
        f"The answer is kept in {shown(path)}, without secrets. Please send it to the makers of amowidget, so that the "
        "next one who meets it gets an explanation."
    )


def _folder(call: Call) -> Path:
    try:
        state = state_folder(find(call.folder)[0])
    except AmowidgetError as error:
        if error.code != "usage.no_project":
            raise
        state = user_folder()
    folder = state / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _free_path(folder: Path) -> Path:
    start = time.strftime("answer-%Y%m%d-%H%M%S")
    names = (f"{start}{f'-{number}' if number else ''}.json" for number in itertools.count())
    return next(folder / name for name in names if not (folder / name).exists())
