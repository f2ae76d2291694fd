"""PNG files: another reader sees what was drawn."""

import io

import pytest
from PIL import Image

from amowidget.scaffold.png import Box, Canvas, Polygon, Stroke, circle, mixed

RED, BLUE = (200, 0, 0), (0, 0, 200)


def opened(canvas: Canvas) -> Image.Image:
    image = Image.open(io.BytesIO(canvas.png()))
    image.load()
    return image


def test_size_and_mode_are_as_asked() -> None:
    image = opened(Canvas(7, 5))
    assert (image.format, image.size, image.mode) == ("PNG", (7, 5), "RGBA")
    assert image.getextrema() == ((0, 0),) * 4


@pytest.mark.parametrize(
    ("shape", "inside", "outside"),
    [
        pytest.param(Box(2, 3, 10, 8), ((2, 3), (11, 10)), ((1, 3), (12, 10), (2, 2), (2, 11)), id="box"),
        pytest.param(Box(0, 0, 20, 20, 8), ((10, 0), (0, 10)), ((0, 0), (19, 19)), id="round corners"),
        pytest.param(circle(10, 10, 6), ((10, 10), (14, 10), (10, 5)), ((4, 4), (17, 10)), id="circle"),
        pytest.param(Polygon(((0, 0), (20, 0), (0, 20))), ((2, 2), (15, 1)), ((15, 15),), id="triangle"),
        pytest.param(Stroke((3, 3), (16, 16), 4), ((3, 3), (9, 9), (15, 15)), ((3, 12), (12, 3)), id="stroke"),
        pytest.param(Stroke((10, 10), (10, 10), 6), ((10, 10),), ((3, 10),), id="a stroke of no length is a dot"),
    ],
)
def test_a_shape_is_filled_and_nothing_else(
    shape: Box | Polygon | Stroke, inside: tuple[tuple[int, int], ...], outside: tuple[tuple[int, int], ...]
) -> None:
    canvas = Canvas(20, 20)
    canvas.fill(shape, RED)
    image = opened(canvas)
    assert {image.getpixel(point) for point in inside} == {(*RED, 255)}
    assert {image.getpixel(point) for point in outside} == {(0, 0, 0, 0)}


def test_edges_are_smooth() -> None:
    canvas = Canvas(20, 20)
    canvas.fill(circle(10, 10, 8), RED)
    opacities = opened(canvas).getchannel("A").getcolors()
    assert opacities is not None
    assert len(opacities) > 8


def test_half_a_pixel_is_half_opaque() -> None:
    canvas = Canvas(4, 4)
    canvas.fill(Box(0.5, 0.5, 2, 2), RED)
    image = opened(canvas)
    assert [image.getpixel((0, 1)), image.getpixel((1, 0)), image.getpixel((0, 0))] == [
        (*RED, 128),
        (*RED, 128),
        (*RED, 64),
    ]


def test_a_shape_over_the_border_is_cut() -> None:
    canvas = Canvas(6, 6)
    canvas.fill(Box(-4, -4, 100, 100), RED)
    assert opened(canvas).getextrema() == ((200, 200), (0, 0), (0, 0), (255, 255))


def test_a_translucent_colour_lets_the_ground_through() -> None:
    canvas = Canvas(4, 4)
    canvas.fill(Box(0, 0, 4, 4), RED)
    canvas.fill(Box(0, 0, 4, 4), BLUE, opacity=0.5)
    assert opened(canvas).getpixel((2, 2)) == (100, 0, 100, 255)


def test_a_gradient_runs_from_the_top_to_the_bottom() -> None:
    canvas = Canvas(1, 101)
    canvas.fill(Box(0, 0, 1, 101), RED, BLUE)
    reds = [opened(canvas).getpixel((0, y))[0] for y in (0, 50, 100)]  # type: ignore[index]  # RGBA gives tuples
    assert reds == [199, 100, 1]


def test_mixed_has_both_ends() -> None:
    assert [mixed(RED, BLUE, share) for share in (0.0, 1.0)] == [RED, BLUE]
