"""Progress on a terminal: a bar for work with a known end, a line for waiting. Absent where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from amowidget.ui.terminal import Terminal

OnProgress = Callable[[int, int], None]


@contextmanager
def bar(terminal: Terminal, caption: str) -> Iterator[OnProgress]:
    """Yield a function that takes bytes done and bytes in all; it draws a bar only on a watched terminal."""
    if not terminal.shows_progress:
        yield lambda done, total: None
        return
    from rich.console import Console  # only where somebody watches
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # the same

    console = Console(file=terminal.err, no_color=not terminal.has_color(terminal.err), highlight=False)
    with Progress(TextColumn(caption), BarColumn(), DownloadColumn(), console=console, transient=True) as progress:
        task = progress.add_task(caption, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def countdown(terminal: Terminal, caption: str) -> Iterator[Callable[[float], None]]:
    """Yield a function that takes the seconds left and shows them on a watched terminal."""
    if not terminal.shows_progress:
        yield lambda seconds_left: None
        return
    from rich.console import Console  # only where somebody watches

    console = Console(file=terminal.err, no_color=not terminal.has_color(terminal.err), highlight=False)
    with console.status(caption) as status:
        yield lambda seconds_left: status.update(f"{caption} ({seconds_left:.0f} s)")
