"""What moves on a terminal while an upload goes on, and the silence where nobody watches."""

from io import StringIO

import pytest

from amowidget.ui.progress import in_words, moving
from amowidget.ui.terminal import Manner, Terminal

BIG = 4 * 1024 * 1024


class Watched(StringIO):
    def isatty(self) -> bool:
        return True


def told(stream: StringIO, size: int = BIG, manner: Manner | None = None) -> str:
    terminal = Terminal(manner or Manner(has_color=False), {"TERM": "xterm"}, StringIO(), stream)
    with moving(terminal) as shown:
        shown.step("Uploading widget.zip ...")
        for done in (0, size // 2, size):
            shown.sent(done, size)
        shown.step("Fetching back ...")
        shown.waiting("Waiting until the account serves it", 101)
        shown.waiting("Waiting until the account serves it", 100)
    return stream.getvalue()


def test_a_big_archive_has_a_bar_and_a_wait_has_a_countdown() -> None:
    text = told(Watched())
    assert "Uploading ━" in text
    assert "2.1/4.2 MB" in text or "0/4.2 MB" in text
    assert "Waiting for the account's answer" in text
    assert "Waiting until the account serves it (1 min 40 s)" in text
    # Lines that stay are never written into one that moves.
    assert "Fetching back ...\n" in text.replace("\r", "")


def test_a_small_archive_has_no_bar() -> None:
    assert "━" not in told(Watched(), 20_000)


@pytest.mark.parametrize(
    ("stream", "manner"),
    [
        pytest.param(StringIO(), Manner(), id="no-terminal"),
        pytest.param(Watched(), Manner(is_quiet=True), id="quiet"),
        pytest.param(Watched(), Manner(is_json=True), id="json"),
    ],
)
def test_nothing_moves_where_nobody_watches(stream: StringIO, manner: Manner) -> None:
    text = told(stream, BIG, manner)
    assert text in ("", "Uploading widget.zip ...\nFetching back ...\n")
    assert (text == "") == (manner.is_quiet or manner.is_json)


def test_a_bar_that_was_broken_off_is_wiped_before_the_next_line() -> None:
    stream = Watched()
    terminal = Terminal(Manner(has_color=False), {"TERM": "xterm"}, StringIO(), stream)
    with moving(terminal) as shown:
        shown.sent(BIG // 4, BIG)
        shown.step("The connection was cut.")
        assert shown._bar is None
        assert stream.getvalue().endswith("The connection was cut.\n")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (600, "10 min 0 s"), (61, "1 min 1 s")]
)
def test_a_time_is_told_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
