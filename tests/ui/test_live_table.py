"""Many targets on a terminal: what is at work and what failed, counted; plain lines where nobody watches."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from amowidget.config.project import Target
from amowidget.deploy.many import News, State
from amowidget.deploy.upload import Upload
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.ui.live_table import live_table, table
from amowidget.ui.terminal import Manner, Terminal


class Watched(StringIO):
    def isatty(self) -> bool:
        return True


def target(name: str) -> Target:
    return Target(name, f"{name}.amocrm.ru")


def failed(name: str, message: str) -> News[Upload]:
    archive = Archive(Path("widget.zip"), "1.0.0", (), 0, "", "")
    error = AmowidgetError("archive.rejected", message)
    return News(target(name), State.FAILED, "", Upload(name, "", None, archive, error=error))


def drawn(*news: News[Upload]) -> str:
    stream = StringIO()
    Console(file=stream, width=120, color_system=None).print(table({one.target.name: one for one in news}))
    return stream.getvalue()


def test_the_table_shows_what_is_at_work_and_what_failed() -> None:
    text = drawn(
        News(target("a"), State.DONE),
        News(target("b"), State.RUNNING, "Uploading [bold]widget.zip[/bold] ..."),
        failed("c", "It says: \x1b[31mno"),
        News(target("d"), State.WAITING),
    )
    assert "a.amocrm.ru" not in text
    assert "b.amocrm.ru" in text
    assert "[bold]widget.zip[/bold]" in text
    assert "failed: It says" in text
    assert "\x1b" not in text
    assert "1 waiting, 1 running, 1 done, 1 failed, 0 not begun" in text


def test_a_hundred_targets_fit_on_a_screen() -> None:
    assert drawn(*(News(target(f"t{number}"), State.RUNNING) for number in range(100))).count("\n") < 25


def told(manner: Manner, stream: StringIO) -> str:
    terminal = Terminal(manner, {}, StringIO(), stream)
    with live_table(terminal, [target("a"), target("b")]) as on_news:
        on_news(News(target("a"), State.RUNNING))
        on_news(News(target("a"), State.RUNNING, "Logging in ..."))
        on_news(News(target("a"), State.DONE))
        on_news(failed("b", "Refused."))
    return stream.getvalue()


def test_where_nobody_watches_each_target_has_two_lines() -> None:
    assert told(Manner(), StringIO()) == "a: begun\na: done\nb: failed: Refused.\n"
    assert told(Manner(is_quiet=True), StringIO()) == ""
    assert told(Manner(is_json=True), StringIO()) == ""


def test_a_watched_terminal_gets_a_table_that_vanishes() -> None:
    text = told(Manner(has_color=False), Watched())
    assert "a: begun" not in text
    assert "1 done, 1 failed" in text
