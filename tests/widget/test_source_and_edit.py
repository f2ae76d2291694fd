"""Bytes to text and back, places, and edits that touch nothing but their spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amowidget.finding import Span
from amowidget.widget.edit import Edit, apply
from amowidget.widget.source import Source, encoded


@given(st.binary(max_size=200))
def test_any_bytes_survive(data: bytes) -> None:
    assert encoded(Source("x", data).text) == data


@pytest.mark.parametrize(
    ("data", "offset", "place"),
    [
        pytest.param(b"abc", 0, (1, 1), id="start"),
        pytest.param(b"a\nb", 2, (2, 1), id="line"),
        pytest.param(b"a\r\nb", 3, (2, 1), id="crlf"),
        pytest.param(b"a\rb", 2, (2, 1), id="cr"),
        pytest.param("яя\nя".encode(), 3, (2, 1), id="cyrillic"),
        pytest.param(b"\xef\xbb\xbfab", 2, (1, 2), id="bom"),
        pytest.param(b"abc", 99, (1, 4), id="beyond"),
    ],
)
def test_places(data: bytes, offset: int, place: tuple[int, int]) -> None:
    assert Source("x", data).place(offset) == place


def test_what_a_file_says_about_itself() -> None:
    source = Source("x", b"\xef\xbb\xbfa\r\nb\n\xff")
    assert source.has_bom
    assert source.line_ends == ("\r\n", "\n")
    assert source.bad_byte == 6
    assert source.line_text(1) == "a"
    assert [line.text for line in source.lines_around(Span(4, 5))] == ["a", "b", "\udcff"]


@given(st.binary(max_size=120), st.data())
def test_an_edit_changes_its_span_alone(data: bytes, draw: st.DataObject) -> None:
    source = Source("x", data)
    start = draw.draw(st.integers(0, len(source.text)))
    end = draw.draw(st.integers(start, len(source.text)))
    edited = apply(source, [Edit(Span(start, end), "NEW")])
    assert edited.startswith(encoded(source.text[:start]))
    assert edited.endswith(encoded(source.text[end:]))
    assert edited == encoded(source.text[:start]) + b"NEW" + encoded(source.text[end:])


def test_edits_come_in_any_order_and_must_not_overlap() -> None:
    source = Source("x", b"abcdef")
    assert apply(source, [Edit(Span(4, 5), "Y"), Edit(Span(0, 1), "X")]) == b"XbcdYf"
    with pytest.raises(ValueError, match="overlaps"):
        apply(source, [Edit(Span(0, 3), ""), Edit(Span(2, 4), "")])
