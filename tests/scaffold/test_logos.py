"""Placeholder logos: exact pixels, small files, the same every time, and pictures that can be told apart."""

import io

import pytest
from PIL import Image

from amowidget.scaffold.logos import colour, logos, payment, slides

# Written down once more, from both vendors' pages: these are the numbers that an upload is refused for.
DOCUMENTED = {
    "logo.png": (130, 100),
    "logo_main.png": (400, 272),
    "logo_medium.png": (240, 84),
    "logo_min.png": (84, 84),
    "logo_small.png": (108, 108),
    "logo_dp.png": (174, 109),
}
LIMIT_BYTES = 300 * 1024


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return logos("my-widget", with_dp=True)


def test_every_file_has_the_documented_pixels(drawn: dict[str, bytes]) -> None:
    sizes = {}
    for name, data in drawn.items():
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
            assert image.format == "PNG"
            sizes[name] = image.size
    assert sizes == DOCUMENTED


def test_the_sixth_logo_is_drawn_only_when_asked() -> None:
    assert set(DOCUMENTED) - set(logos("my-widget")) == {"logo_dp.png"}


def test_every_file_is_far_below_the_limit(drawn: dict[str, bytes]) -> None:
    assert max(len(data) for data in drawn.values()) < LIMIT_BYTES / 10


def test_no_logo_has_a_hole_or_is_of_one_colour(drawn: dict[str, bytes]) -> None:
    for data in drawn.values():
        with Image.open(io.BytesIO(data)) as image:
            colors = image.getcolors(maxcolors=image.width * image.height)
            assert colors is not None
            assert len(colors) > 50
            assert image.getchannel("A").getextrema() == (255, 255)


def test_the_glyph_keeps_ten_pixels_from_the_border(drawn: dict[str, bytes]) -> None:
    # Kommo crops the large logo (documented, package reference 2.2); white belongs to the glyph alone.
    with Image.open(io.BytesIO(drawn["logo_main.png"])) as image:
        white = image.convert("RGB").point(lambda value: 255 if value > 250 else 0).convert("L")
        box = white.point(lambda value: 255 if value == 255 else 0).getbbox()
    assert box is not None
    assert box[0] >= 10
    assert box[1] >= 10
    assert box[2] <= 390
    assert box[3] <= 262


def test_the_same_name_gives_the_same_bytes() -> None:
    assert logos("my-widget") == logos("my-widget")


def test_the_colour_follows_from_the_name() -> None:
    assert colour("my-widget") == colour("my-widget")
    assert len({colour(f"widget-{number}") for number in range(40)}) > 4


def test_another_glyph_is_another_picture() -> None:
    assert logos("my-widget")["logo.png"] != logos("my-widget", payment)["logo.png"]


def test_slides_of_a_tour_have_the_documented_pixels_and_differ() -> None:
    pictures = slides("my-widget", 3)
    assert len(set(pictures)) == 3
    for data in pictures:
        assert len(data) < LIMIT_BYTES / 10
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == (1188, 616)
