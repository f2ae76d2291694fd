"""Small pictures drawn and written with nothing but the standard library: smooth edges, no randomness."""

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

Color = tuple[int, int, int]
Point = tuple[float, float]

# A pixel row is cut into this many lines; each is exact sideways, so edges have many more than four steps.
_LINES = 4


class Shape(Protocol):
    """A convex figure: every horizontal line meets it in one piece."""

    def rows(self) -> tuple[float, float]:
        """Return where the figure begins and ends from top to bottom."""

    def piece(self, y: float) -> tuple[float, float] | None:
        """Return where a horizontal line enters and leaves the figure; nothing when it passes by."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with round corners."""

    left: float
    top: float
    width: float
    height: float
    radius: float = 0.0

    def rows(self) -> tuple[float, float]:
        """Return the top and the bottom."""
        return self.top, self.top + self.height

    def piece(self, y: float) -> tuple[float, float] | None:
        """Return the line's part inside, shorter where a corner is round."""
        from_edge = min(y - self.top, self.top + self.height - y)
        if from_edge < 0:
            return None
        radius = min(self.radius, self.width / 2, self.height / 2)
        inset = 0.0
        if from_edge < radius:
            inset = radius - math.sqrt(radius**2 - (radius - from_edge) ** 2)
        return self.left + inset, self.left + self.width - inset


def circle(x: float, y: float, radius: float) -> Box:
    """Return a circle around a point."""
    return Box(x - radius, y - radius, 2 * radius, 2 * radius, radius)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A convex figure between corners."""

    corners: tuple[Point, ...]

    def rows(self) -> tuple[float, float]:
        """Return the heights of the highest and the lowest corner."""
        heights = [y for _, y in self.corners]
        return min(heights), max(heights)

    def piece(self, y: float) -> tuple[float, float] | None:
        """Return the line's part between the sides that it crosses."""
        crossings = []
        for (x1, y1), (x2, y2) in zip(self.corners, self.corners[1:] + self.corners[:1], strict=True):
            if y1 != y2 and min(y1, y2) <= y <= max(y1, y2):
                crossings.append(x1 + (x2 - x1) * (y - y1) / (y2 - y1))
        return (min(crossings), max(crossings)) if crossings else None


@dataclass(frozen=True, slots=True)
class Stroke:
    """A thick line between two points, with round ends."""

    start: Point
    end: Point
    thickness: float

    def rows(self) -> tuple[float, float]:
        """Return the heights that the round ends reach."""
        half = self.thickness / 2
        return min(self.start[1], self.end[1]) - half, max(self.start[1], self.end[1]) + half

    def piece(self, y: float) -> tuple[float, float] | None:
        """Return the line's part inside the ends and what lies between them."""
        pieces = [piece for piece in (part.piece(y) for part in self._parts()) if piece]
        return (min(left for left, _ in pieces), max(right for _, right in pieces)) if pieces else None

    def _parts(self) -> tuple[Shape, ...]:
        (x1, y1), (x2, y2), half = self.start, self.end, self.thickness / 2
        length = math.hypot(x2 - x1, y2 - y1) or 1.0
        across, along = (y2 - y1) / length * half, (x2 - x1) / length * half
        middle = Polygon(
            (
                (x1 - across, y1 + along),
                (x2 - across, y2 + along),
                (x2 + across, y2 - along),
                (x1 + across, y1 - along),
            )
        )
        return circle(x1, y1, half), circle(x2, y2, half), middle


class Canvas:
    """A picture of red, green, blue and opacity that begins fully transparent."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._rows = [bytearray(width * 4) for _ in range(height)]

    def fill(self, shape: Shape, top: Color, bottom: Color | None = None, opacity: float = 1.0) -> None:
        """Paint a figure in one colour, or in colours that run from its top to its bottom."""
        first, last = shape.rows()
        for y in range(max(0, math.floor(first)), min(self.height, math.ceil(last))):
            share = (y + 0.5 - first) / max(1e-9, last - first)
            color = mixed(top, bottom, min(1.0, max(0.0, share))) if bottom else top
            self._paint(y, _pieces(shape, y, self.width), color, opacity)

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 6, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in self._rows), 9)
        chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

    def _paint(self, y: int, pieces: tuple[tuple[float, float], ...], color: Color, opacity: float) -> None:
        if not pieces:
            return
        row = self._rows[y]
        solid_from, solid_to = _solid(pieces)
        _blend_run(row, solid_from, solid_to, color, opacity)
        for x in range(math.floor(min(a for a, _ in pieces)), math.ceil(max(b for _, b in pieces))):
            if x < solid_from or x >= solid_to:
                covered = sum(max(0.0, min(x + 1, right) - max(x, left)) for left, right in pieces) / _LINES
                _blend_run(row, x, x + 1, color, covered * opacity)


def mixed(one: Color, other: Color, share: float) -> Color:
    """Return the colour between two, 0 for the first and 1 for the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _pieces(shape: Shape, y: int, width: int) -> tuple[tuple[float, float], ...]:
    def inside() -> Iterator[tuple[float, float]]:
        for line in range(_LINES):
            piece = shape.piece(y + (line + 0.5) / _LINES)
            if piece and piece[0] < width and piece[1] > 0:
                yield max(0.0, piece[0]), min(float(width), piece[1])

    return tuple(inside())


def _solid(pieces: tuple[tuple[float, float], ...]) -> tuple[int, int]:
    if len(pieces) < _LINES:
        return 0, 0
    first, last = math.ceil(max(left for left, _ in pieces)), math.floor(min(right for _, right in pieces))
    return (first, last) if first < last else (0, 0)


def _blend_run(row: bytearray, first: int, last: int, color: Color, share: float) -> None:
    """Paint pixels of one row; neighbours that look alike are worked out once."""
    x = first
    while x < last:
        pixel = bytes(row[x * 4 : x * 4 + 4])
        end = x + 1
        if row.startswith(pixel * (last - x), x * 4):
            end = last
        else:
            while end < last and row.startswith(pixel, end * 4):
                end += 1
        row[x * 4 : end * 4] = _over(pixel, color, share) * (end - x)
        x = end


def _over(pixel: bytes, color: Color, share: float) -> bytes:
    # The usual "over" rule for colours that are not multiplied by their opacity.
    below = pixel[3] / 255 * (1 - share)
    total = share + below
    if total <= 0:
        return pixel
    colors = (round((a * share + b * below) / total) for a, b in zip(color, pixel[:3], strict=True))
    return bytes((*colors, round(total * 255)))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
