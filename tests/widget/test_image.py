"""Kind and size of pictures, against Pillow; never an exception, whatever the bytes."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from amowidget.widget.image import header


def drawn(kind: str, **options: object) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (123, 45), "#336699").save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(drawn("PNG"), "png", id="png"),
        pytest.param(drawn("GIF"), "gif", id="gif"),
        pytest.param(drawn("JPEG"), "jpeg", id="jpeg"),
        pytest.param(drawn("JPEG", progressive=True), "jpeg", id="progressive"),
        pytest.param(drawn("JPEG", exif=b"Exif\0\0" + b"\0" * 60_000), "jpeg", id="exif"),
        pytest.param(drawn("WEBP"), "webp", id="webp"),
        pytest.param(drawn("WEBP", lossless=True), "webp", id="webp-lossless"),
        pytest.param(b'<?xml version="1.0"?><svg width="123px" height="45"/>', "svg", id="svg"),
        pytest.param(b'<svg viewBox="0 0 123 45"></svg>', "svg", id="svg-box"),
    ],
)
def test_kind_and_size(data: bytes, kind: str) -> None:
    assert header(data) == (kind, 123, 45)
    for length in range(0, min(len(data), 400), 7):
        header(data[:length])


def test_what_is_no_picture() -> None:
    assert header(b"") is None
    assert header(b"<html><svg></svg></html>") is None


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF1234WEBPVP8 ", b"<svg "]),
    st.binary(max_size=99),
)
def test_any_bytes_behind_a_magic_number(magic: bytes, rest: bytes) -> None:
    header(magic + rest)
