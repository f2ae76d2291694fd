"""Many targets at work, on a watched terminal as a table that moves, else one line for each that has ended."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from amowidget.config.project import Target
from amowidget.deploy.many import LEAVING, News, State
from amowidget.report import visible
from amowidget.ui.terminal import Terminal

_ROWS = 20
_COLORS = {State.RUNNING: "cyan", State.FAILED: "red"}

OnNews = Callable[[News[Any]], None]  # what came of a target is of no matter here, but for its error


@contextmanager
def live_table(terminal: Terminal, targets: Sequence[Target]) -> Iterator[OnNews]:
    """Yield a function that takes the news of targets and shows how far each of them is."""
    if not terminal.shows_progress:
        yield lambda news: _note(terminal, news)
        return
    console = Console(file=terminal.err, no_color=not terminal.has_color(terminal.err), highlight=False)
    latest: dict[str, News[Any]] = {target.name: News(target, State.WAITING) for target in targets}
    with Live(console=console, transient=True, refresh_per_second=8, get_renderable=lambda: table(latest)):

        def on_news(news: News[Any]) -> None:
            latest[news.target.name] = news

        yield on_news


def table(latest: dict[str, News[Any]]) -> Group:
    """Return the table of this moment: what is at work and what has failed, and how many there are of each state."""
    news = tuple(latest.values())
    rows = Table(box=None, pad_edge=False, show_header=False)
    told = [one for one in news if one.state in _COLORS]
    for one in told[-_ROWS:]:
        said = Text(visible(_said(one)), _COLORS[one.state])
        rows.add_row(Text(visible(one.target.name)), Text(visible(one.target.host)), said)
    counts = ", ".join(f"{sum(one.state is state for one in news)} {state}" for state in State)
    return Group(rows, Text(counts))


def _said(news: News[Any]) -> str:
    error = news.result.error if news.result is not None else None
    return f"{news.state}: {error.message}" if error else news.step or str(news.state)


def _note(terminal: Terminal, news: News[Any]) -> None:
    if news.state is State.RUNNING and not news.step:
        terminal.note(f"{news.target.name}: begun")
    elif news.state in (State.DONE, State.FAILED) or news.step == LEAVING:
        terminal.note(f"{news.target.name}: {_said(news)}")
