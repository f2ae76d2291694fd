"""Kind, size, motion and end of pictures, against Pillow; never an exception, whatever the bytes, and no long search."""

import time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from amowidget.widget.image import HEAD_BYTES, header


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
    found = header(data)
    assert found is not None
    assert found[:6] == (kind, 123, 45, False, False, False)
    for length in range(0, min(len(data), 400), 7):
        header(data[:length])


def moving(kind: str, count: int, **options: object) -> bytes:
    """Return a picture of some frames, each of another colour."""
    frames = [Image.new("RGB", (40, 30), (number * 50 + 20, 0, 99)) for number in range(count)]
    stream = BytesIO()
    frames[0].save(stream, kind, save_all=True, append_images=frames[1:], duration=100, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_what_moves_is_seen(kind: str) -> None:
    for count in (1, 2, 4):
        data = moving(kind, count)
        found = header(data)
        with Image.open(BytesIO(data)) as picture:
            assert found is not None
            assert found.is_animated is (getattr(picture, "n_frames", 1) > 1)
            assert found.is_animated is (count > 1)
        assert not found.is_cut


@pytest.mark.parametrize(
    ("text", "is_animated"),
    [
        pytest.param('<svg><rect><animate attributeName="x"/></rect></svg>', True, id="animate"),
        pytest.param('<svg><g><animateTransform type="rotate"/></g></svg>', True, id="transform"),
        pytest.param("<svg><style>@keyframes spin { to { rotate: 1turn } }</style></svg>", True, id="style"),
        pytest.param("<svg><style>.settings { fill: red }</style><text>set</text></svg>", False, id="still"),
    ],
)
def test_moving_drawings(text: str, is_animated: bool) -> None:
    found = header(text.encode())
    assert found is not None
    assert found.is_animated is is_animated


def noise(kind: str) -> bytes:
    stream = BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "WEBP"])
def test_a_missing_end_is_seen(kind: str) -> None:
    whole = noise(kind)
    seen = header(whole)
    assert seen is not None
    assert not seen.is_cut
    for length in range(64, len(whole) - 1, 97):
        found = header(whole[:length])
        assert found is not None
        assert found.is_cut, length
    padded = header(whole + b"\0" * 50)
    assert padded is not None
    assert not padded.is_cut


def test_the_end_of_a_small_picture_in_the_metadata_is_not_the_end() -> None:
    exif = b"Exif\0\0" + noise("JPEG")[:1500] + b"\xff\xd9"
    stream = BytesIO()
    Image.effect_noise((64, 64), 90).save(stream, "JPEG", exif=exif)
    found = header(stream.getvalue()[:-400])
    assert found is not None
    assert found.is_cut


def test_of_more_than_the_head_nothing_is_told() -> None:
    found = header(drawn("PNG")[:60].ljust(HEAD_BYTES, b"\0"))
    assert found is not None
    assert not found.is_cut


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"GIF89a" + b"\1\0\1\0\0\0\0" + b"\x21\xf9" + b"\1x" * 250_000, id="gif-blocks"),
        pytest.param(b"GIF89a\1\0\1\0\0\0\0" + (b"\x2c" + b"\0" * 9 + b"\2\0") * 43_000, id="gif-frames"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0aaaa\0\0\0\0" * 43_000, id="png-chunks"),
        pytest.param(b"\xff\xd8" + b"\xff" * 500_000, id="jpeg-fill"),
        pytest.param(b"<svg " * 100_000, id="svg-starts"),
        pytest.param(b"<svg viewBox='" + b"1 " * 250_000 + b">", id="svg-box"),
        pytest.param(b"<svg>" + b"</svg " * 80_000, id="svg-ends"),
    ],
)
def test_hostile_pictures_take_no_long_time(data: bytes) -> None:
    started = time.process_time()
    header(data)
    assert time.process_time() - started < 1


def test_what_is_no_picture() -> None:
    assert header(b"") is None
    assert header(b"<html><svg></svg></html>") is None


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF1234WEBPVP8 ", b"<svg "]),
    st.binary(max_size=99),
)
def test_any_bytes_behind_a_magic_number(magic: bytes, rest: bytes) -> None:
    header(magic + rest)


@pytest.mark.parametrize(
    ("place", "is_broken"),
    [pytest.param(29, True, id="header"), pytest.param(-16, False, id="data"), pytest.param(-1, False, id="end")],
)
def test_a_wrong_checksum_breaks_the_header_alone(place: int, is_broken: bool) -> None:
    data = bytearray(drawn("PNG"))
    data[place] ^= 0xFF
    found = header(bytes(data))
    assert found is not None
    assert found.is_broken is is_broken


@pytest.mark.parametrize(
    ("text", "is_broken", "is_bare"),
    [
        pytest.param('<svg xmlns="http://www.w3.org/2000/svg"/>', False, False, id="whole"),
        pytest.param('<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', False, False, id="prefix"),
        pytest.param("<svg><g></g></svg>", False, True, id="bare"),
        pytest.param("<svg><g></svg>", True, False, id="not closed"),
        pytest.param('<svg xmlns="http://www.w3.org/2000/svg"><use xlink:href="#a"/></svg>', True, False, id="unbound"),
        pytest.param('<svg xmlns="http://www.w3.org/2000/svg"></svg>more', True, False, id="text after the end"),
        pytest.param('<?xml version="1.0" encoding="x-nobody"?><svg/>', False, False, id="unknown encoding"),
    ],
)
def test_an_svg_is_xml(text: str, is_broken: bool, is_bare: bool) -> None:
    found = header(text.encode())
    if found is not None:  # a prefix before the name is no SVG to the reader
        assert (found.is_broken, found.is_bare) == (is_broken, is_bare)
