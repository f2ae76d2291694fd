"""Keeps answers that nobody has seen yet as files that a person can send: without secrets, where the tool remembers."""

import itertools
import time
from contextlib import suppress
from pathlib import Path

from amowidget.account.user_store import user_folder
from amowidget.cli.command import Call
from amowidget.config.load import load
from amowidget.config.state import state_folder
from amowidget.errors import AmowidgetError, UnknownAnswerError
from amowidget.ui.paths import shown
from amowidget.widget.files import replace_file


def keep_answer(call: Call, error: AmowidgetError | None) -> None:
    """Write the report of an unknown answer and say where it is; other errors carry no answer.

    It goes beside the project's memory or, where there is no project, to that of the user. Where neither can be
    written nothing is kept, for the error itself is what matters.
    """
    if not isinstance(error, UnknownAnswerError):
        return
    with suppress(AmowidgetError, OSError):
        path = _free_path(_folder(call))
        replace_file(path, error.report.encode(), 0o600)
        call.terminal.note(
            f"The answer is kept in {shown(path)}, without secrets. Please send it to the makers of amowidget, so that "
            "the next one who meets it gets an explanation."
        )


def _folder(call: Call) -> Path:
    try:
        folder = state_folder(load(call.folder, call.environment).root) / "answers"
    except AmowidgetError:
        folder = user_folder() / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _free_path(folder: Path) -> Path:
    start = time.strftime("answer-%Y%m%d-%H%M%S")
    names = (f"{start}{f'-{number}' if number else ''}.json" for number in itertools.count())
    return next(folder / name for name in names if not (folder / name).exists())
