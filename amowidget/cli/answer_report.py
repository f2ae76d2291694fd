"""Keeps an answer that nobody has seen yet as a file that a person can send: redacted, beside the project's memory."""

import itertools
import time

from amowidget.account.answers import UnknownAnswerError
from amowidget.account.redaction import as_text, redacted
from amowidget.cli.command import Call
from amowidget.config.project import Project
from amowidget.config.state import state_folder
from amowidget.errors import AmowidgetError
from amowidget.ui.paths import shown
from amowidget.widget.files import replace_file


def keep_answer(call: Call, project: Project, error: AmowidgetError | None) -> None:
    """Write the report of an unknown answer and say where it is; other errors carry no answer."""
    if not isinstance(error, UnknownAnswerError):
        return
    folder = state_folder(project.root) / "answers"
    folder.mkdir(mode=0o700, exist_ok=True)
    start = time.strftime("answer-%Y%m%d-%H%M%S")
    names = (f"{start}{f'-{number}' if number else ''}.json" for number in itertools.count())
    path = next(folder / name for name in names if not (folder / name).exists())
    replace_file(path, as_text(redacted(error.answer, error.what)).encode(), 0o600)
    call.terminal.note(
        f"The answer is kept in {shown(path)}, without secrets. Please send it to the makers of amowidget, so that the "
        "next one who meets it gets an explanation."
    )
