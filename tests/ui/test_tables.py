"""Columns, sizes and trees for people."""

import pytest

from amowidget.ui.tables import columns, size, tree


def test_columns_are_aligned_without_trailing_blanks() -> None:
    assert columns([("A", "LONG", "1"), ("bb", "x", "22")], right=frozenset({2})) == ["A   LONG   1", "bb  x     22"]


def test_no_rows_are_no_lines() -> None:
    assert columns([]) == []


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (12_345, "12.3 KB"), (5_000_000, "5.0 MB"), (7 * 10**12, "7.0 TB")],
)
def test_sizes_are_shown_as_people_read_them(size_bytes: int, shown: str) -> None:
    assert size(size_bytes) == shown


def test_a_tree_shows_each_folder_once() -> None:
    assert tree([("i18n/en.json", 10), ("i18n/ru.json", 20), ("manifest.json", 5)]) == [
        "i18n/",
        "  en.json      10 B",
        "  ru.json      20 B",
        "manifest.json   5 B",
    ]
