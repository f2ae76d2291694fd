"""Placeholder logos in every size that the platforms ask for, and slides for a tour; to be replaced by real ones."""

import hashlib
from collections.abc import Callable, Mapping
from itertools import pairwise

from amowidget.scaffold.png import Box, Canvas, Color, Stroke, circle, mixed

# Documented by both vendors: exact pixels of each file (package reference, 2.2).
SIZES: Mapping[str, tuple[int, int]] = {
    "logo.png": (130, 100),
    "logo_main.png": (400, 272),
    "logo_medium.png": (240, 84),
    "logo_min.png": (84, 84),
    "logo_small.png": (108, 108),
}
# Documented: the sixth file, for the location digital_pipeline only.
DP_SIZES: Mapping[str, tuple[int, int]] = {"logo_dp.png": (174, 109)}
# Documented for public integrations (package reference, 4.4 and PUB-50).
TOUR_SIZE = (1188, 616)

_WHITE: Color = (255, 255, 255)
_DARK: Color = (15, 23, 42)
_GREEN: Color = (22, 163, 74)
# Dark enough for white shapes on top, far enough apart to tell two widgets from each other in one column.
_PALETTE: tuple[Color, ...] = (
    (37, 99, 235),
    (4, 120, 87),
    (124, 58, 237),
    (194, 65, 12),
    (14, 116, 144),
    (190, 24, 93),
    (67, 56, 202),
    (146, 84, 12),
)

# A glyph is drawn around a point, `size` high, on a ground of the given colour.
Glyph = Callable[[Canvas, float, float, float, Color], None]


def logos(name: str, glyph: Glyph | None = None, *, with_dp: bool = False) -> dict[str, bytes]:
    """Return the logo files by their names; the colour follows from the widget's name."""
    sizes = {**SIZES, **(DP_SIZES if with_dp else {})}
    return {file: _logo(size, colour(name), glyph or card) for file, size in sizes.items()}


def slides(name: str, count: int, glyph: Glyph | None = None) -> tuple[bytes, ...]:
    """Return the pictures of a tour; each marks its own place in the row of dots."""
    return tuple(_slide(colour(name), number, count, glyph or card) for number in range(count))


def colour(name: str) -> Color:
    """Return the colour that belongs to a name, always the same."""
    return _PALETTE[hashlib.sha256(name.encode()).digest()[0] % len(_PALETTE)]


def card(canvas: Canvas, x: float, y: float, size: float, ground: Color) -> None:
    """Draw a lead's card: a caption, two lines of text and a tick."""
    width, height = size * 1.2, size
    left, top = x - width / 2, y - height / 2
    canvas.fill(Box(left, top + size * 0.05, width, height, size * 0.13), _DARK, opacity=0.16)
    canvas.fill(Box(left, top, width, height, size * 0.13), _WHITE)
    canvas.fill(circle(left + width * 0.16, top + height * 0.22, size * 0.085), ground)
    canvas.fill(Box(left + width * 0.3, top + height * 0.165, width * 0.5, size * 0.11, size * 0.055), ground)
    pale = mixed(ground, _WHITE, 0.68)
    for row, share in ((0.44, 0.8), (0.64, 0.4)):
        canvas.fill(Box(left + width * 0.09, top + height * row, width * share, size * 0.09, size * 0.045), pale)
    _tick(canvas, left + width * 0.84, top + height * 0.84, size * 0.23)


def payment(canvas: Canvas, x: float, y: float, size: float, ground: Color) -> None:
    """Draw a bank card with a tick: the order is paid."""
    width, height = size * 1.28, size * 0.86
    left, top = x - width / 2, y - height / 2
    canvas.fill(Box(left, top + size * 0.05, width, height, size * 0.12), _DARK, opacity=0.16)
    canvas.fill(Box(left, top, width, height, size * 0.12), _WHITE)
    canvas.fill(Box(left, top + height * 0.2, width, height * 0.2), mixed(ground, _DARK, 0.45))
    pale = mixed(ground, _WHITE, 0.62)
    for row, share in ((0.56, 0.34), (0.74, 0.22)):
        canvas.fill(Box(left + width * 0.09, top + height * row, width * share, size * 0.09, size * 0.045), pale)
    _tick(canvas, left + width * 0.84, top + height * 0.82, size * 0.25)


def _tick(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.fill(circle(x, y, radius), _WHITE)
    canvas.fill(circle(x, y, radius * 0.84), _GREEN)
    corners = ((-0.36, 0.03), (-0.1, 0.29), (0.38, -0.25))
    points = tuple((x + dx * radius, y + dy * radius) for dx, dy in corners)
    for start, end in pairwise(points):
        canvas.fill(Stroke(start, end, radius * 0.2), _WHITE)


def _logo(size: tuple[int, int], base: Color, glyph: Glyph) -> bytes:
    width, height = size
    canvas = Canvas(width, height)
    canvas.fill(Box(0, 0, width, height), mixed(base, _WHITE, 0.14), mixed(base, _DARK, 0.16))
    # One soft light from the corner, so that the ground is not flat.
    canvas.fill(circle(width * 0.1, height * -0.1, max(width, height) * 0.62), _WHITE, opacity=0.07)
    glyph(canvas, width / 2, height * 0.49, min(width * 0.62, height * 0.58), mixed(base, _DARK, 0.04))
    return canvas.png()


def _slide(base: Color, number: int, count: int, glyph: Glyph) -> bytes:
    width, height = TOUR_SIZE
    canvas = Canvas(width, height)
    canvas.fill(Box(0, 0, width, height), mixed(base, _WHITE, 0.93), mixed(base, _WHITE, 0.8))
    canvas.fill(Box(174, 72, 840, 424, 24), mixed(base, _WHITE, 0.1), mixed(base, _DARK, 0.14))
    canvas.fill(Box(174, 72, 210, 424, 24), _WHITE, opacity=0.1)
    for row in range(5):
        canvas.fill(Box(206, 122 + row * 66, 140, 22, 11), _WHITE, opacity=0.85 if row == number else 0.28)
    glyph(canvas, 700, 276, 230, base)
    for dot in range(count):
        tone = base if dot == number else mixed(base, _WHITE, 0.6)
        canvas.fill(circle(width / 2 + (dot - (count - 1) / 2) * 30, 552, 8), tone)
    return canvas.png()
