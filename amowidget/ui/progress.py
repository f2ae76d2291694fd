"""Progress on a terminal: a bar for work with a known end, a line for waiting. Absent where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from amowidget.ui.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import Console  # only where somebody watches
    from rich.status import Status  # the same

OnProgress = Callable[[int, int], None]

# Less than this is on its way in a blink.
_WORTH_A_BAR_BYTES = 256 * 1024


@contextmanager
def bar(terminal: Terminal, caption: str) -> Iterator[OnProgress]:
    """Yield a function that takes bytes done and bytes in all; it draws a bar only on a watched terminal."""
    if not terminal.shows_progress:
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # only where somebody watches

    columns = (TextColumn(caption), BarColumn(), DownloadColumn())
    with Progress(*columns, console=_console(terminal), transient=True) as progress:
        task = progress.add_task(caption, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def countdown(terminal: Terminal, caption: str) -> Iterator[Callable[[float], None]]:
    """Yield a function that takes the seconds left and shows them on a watched terminal."""
    with moving(terminal) as shown:
        yield lambda seconds_left: shown.waiting(caption, seconds_left)


class Moving:
    """What moves while an upload goes on: a bar for its bytes, or a line for what is waited for; never two at once."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._stack = ExitStack()
        self._bar: OnProgress | None = None
        self._line: Status | None = None

    def step(self, text: str) -> None:
        """Write a line that stays; what moves makes room for it."""
        self.rest()
        self._terminal.note(text)

    def sent(self, done: int, total: int) -> None:
        """Show how many bytes are sent, then that the answer is waited for; a small archive is not worth a bar."""
        if total < _WORTH_A_BAR_BYTES:
            return
        if done >= total:
            self._say("Waiting for the account's answer")
            return
        if self._bar is None:
            self.rest()
            self._bar = self._stack.enter_context(bar(self._terminal, "Uploading"))
        self._bar(done, total)

    def waiting(self, caption: str, seconds_left: float) -> None:
        """Show what is waited for, and how long still."""
        self._say(f"{caption} ({in_words(seconds_left)})")

    def _say(self, text: str) -> None:
        if not self._terminal.shows_progress:
            return
        if self._line is None:
            self.rest()
            self._line = self._stack.enter_context(_console(self._terminal).status(text))
        self._line.update(text)

    def rest(self) -> None:
        """Wipe what moves."""
        self._stack.close()
        self._bar = self._line = None


@contextmanager
def moving(terminal: Terminal) -> Iterator[Moving]:
    """Yield what shows the progress of an upload; nothing of it is left at the end."""
    shown = Moving(terminal)
    try:
        yield shown
    finally:
        shown.rest()


def in_words(seconds: float) -> str:
    """Return a time that is left, as it is read fastest."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _console(terminal: Terminal) -> "Console":
    from rich.console import Console  # only where somebody watches

    return Console(file=terminal.err, no_color=not terminal.has_color(terminal.err), highlight=False)
