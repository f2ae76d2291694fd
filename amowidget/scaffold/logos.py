"""Placeholder logos in every size that the platforms ask for, and slides for a tour; to be replaced by real ones."""

import hashlib
from collections.abc import Callable

from amowidget.scaffold.png import Canvas, Color, mixed

# Documented by both vendors: exact pixels of each file (package reference, 2.2).
SIZES: dict[str, tuple[int, int]] = {
    "logo.png": (130, 100),
    "logo_main.png": (400, 272),
    "logo_medium.png": (240, 84),
    "logo_min.png": (84, 84),
    "logo_small.png": (108, 108),
}
DP_SIZE = {"logo_dp.png": (174, 109)}
TOUR_SIZE = (1188, 616)

_WHITE: Color = (255, 255, 255)
_DARK: Color = (17, 24, 39)
_PALETTE: tuple[Color, ...] = (
    (37, 99, 235),
    (5, 150, 105),
    (124, 58, 237),
    (217, 70, 31),
    (8, 145, 178),
    (190, 24, 93),
    (79, 70, 229),
    (161, 98, 7),
)

Glyph = Callable[[Canvas, float, float, float, Color], None]


def logos(name: str, glyph: Glyph | None = None, with_dp: bool = False) -> dict[str, bytes]:
    """Return the logo files by their names; the colour follows from the widget's name."""
    sizes = {**SIZES, **(DP_SIZE if with_dp else {})}
    return {file: _logo(size, colour(name), glyph or card) for file, size in sizes.items()}


def slide(name: str, number: int) -> bytes:
    """Return one slide of a tour, 1188 x 616 pixels; `number` counts from 1 and is drawn as dots."""
    width, height = TOUR_SIZE
    base = colour(name)
    canvas = Canvas(width, height, mixed(base, _WHITE, 0.86), mixed(base, _WHITE, 0.72))
    canvas.rectangle(214, 88, 760, 400, 22, mixed(base, _WHITE, 0.2))
    card(canvas, 594, 288, 240, base)
    for dot in range(3):
        tone = base if dot + 1 == number else mixed(base, _WHITE, 0.6)
        canvas.circle(564 + dot * 30, 546, 8, tone)
    return canvas.png()


def colour(name: str) -> Color:
    """Return the colour that belongs to a name, always the same."""
    return _PALETTE[hashlib.sha256(name.encode()).digest()[0] % len(_PALETTE)]


def card(canvas: Canvas, x: float, y: float, size: float, color: Color) -> None:
    """Draw a card with three lines and a mark around a point; `size` is its height."""
    width, height = size * 1.16, size
    left, top = x - width / 2, y - height / 2
    canvas.rectangle(left, top, width, height, size * 0.13, _WHITE)
    canvas.rectangle(left, top, width, height * 0.26, size * 0.13, mixed(_WHITE, color, 0.22))
    canvas.rectangle(left, top + height * 0.16, width, height * 0.1, 0, mixed(_WHITE, color, 0.22))
    for number, share in enumerate((0.5, 0.36)):
        line_top = top + height * (0.42 + number * 0.2)
        canvas.rectangle(left + width * 0.12, line_top, width * share, height * 0.09, height * 0.045, color)
    canvas.circle(left + width * 0.79, top + height * 0.7, size * 0.15, color)
    mark = ((-0.065, 0.005), (-0.015, 0.055), (0.07, -0.05))
    points = tuple((left + width * 0.79 + dx * size, top + height * 0.7 + dy * size) for dx, dy in mark)
    canvas.stroke(points, size * 0.045, _WHITE)


def payment(canvas: Canvas, x: float, y: float, size: float, color: Color) -> None:
    """Draw a payment card with a stripe and a tick around a point; `size` is its height."""
    width, height = size * 1.3, size * 0.84
    left, top = x - width / 2, y - height / 2
    canvas.rectangle(left, top, width, height, size * 0.11, _WHITE)
    canvas.rectangle(left, top + height * 0.2, width, height * 0.19, 0, mixed(_DARK, color, 0.35))
    canvas.rectangle(left + width * 0.09, top + height * 0.58, width * 0.36, height * 0.1, size * 0.04, color)
    canvas.rectangle(left + width * 0.09, top + height * 0.76, width * 0.22, height * 0.1, size * 0.04, color)
    mark = ((-0.1, 0.0), (-0.025, 0.075), (0.11, -0.08))
    points = tuple((left + width * 0.77 + dx * size, top + height * 0.71 + dy * size) for dx, dy in mark)
    canvas.stroke(points, size * 0.075, color)


def _logo(size: tuple[int, int], base: Color, glyph: Glyph) -> bytes:
    width, height = size
    canvas = Canvas(width, height, mixed(base, _WHITE, 0.12), mixed(base, _DARK, 0.12))
    glyph(canvas, width / 2, height / 2, min(width, height) * 0.6, base)
    return canvas.png()
