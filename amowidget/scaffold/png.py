"""Small pictures drawn and written with nothing but the standard library: flat shapes, smooth sides, no randomness."""

import math
import struct
import zlib

Color = tuple[int, int, int]


class Canvas:
    """A picture of RGB pixels; shapes are given in pixels, fractions are smoothed sideways."""

    def __init__(self, width: int, height: int, top: Color, bottom: Color) -> None:
        """Start with a background that runs from the colour `top` to the colour `bottom`."""
        self.width = width
        self.height = height
        self._rows = [bytearray(bytes(mixed(top, bottom, y / max(1, height - 1))) * width) for y in range(height)]

    def rectangle(self, left: float, top: float, width: float, height: float, radius: float, color: Color) -> None:
        """Fill a rectangle with rounded corners."""
        radius = min(radius, width / 2, height / 2)
        for y in range(max(0, math.floor(top)), min(self.height, math.ceil(top + height))):
            middle = y + 0.5
            from_edge = min(middle - top, top + height - middle)
            inset = 0.0
            if from_edge < 0:
                continue
            if from_edge < radius:
                inset = radius - math.sqrt(max(0.0, radius**2 - (radius - from_edge) ** 2))
            self._span(y, left + inset, left + width - inset, color)

    def circle(self, x: float, y: float, radius: float, color: Color) -> None:
        """Fill a circle around a point."""
        self.rectangle(x - radius, y - radius, 2 * radius, 2 * radius, radius, color)

    def stroke(self, points: tuple[tuple[float, float], ...], thickness: float, color: Color) -> None:
        """Draw a line through points with round ends."""
        for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
            steps = max(1, math.ceil(math.hypot(x2 - x1, y2 - y1) * 2))
            for step in range(steps + 1):
                share = step / steps
                self.circle(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share, thickness / 2, color)

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in self._rows), 9)
        chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

    def _span(self, y: int, left: float, right: float, color: Color) -> None:
        left, right = max(0.0, left), min(float(self.width), right)
        if right <= left:
            return
        first, last = math.ceil(left), math.floor(right)
        if first > last:
            self._blend(y, last, color, right - left)
            return
        self._rows[y][first * 3 : last * 3] = bytes(color) * (last - first)
        self._blend(y, first - 1, color, first - left)
        self._blend(y, last, color, right - last)

    def _blend(self, y: int, x: int, color: Color, share: float) -> None:
        if share > 0 and 0 <= x < self.width:
            row = self._rows[y]
            here = (row[x * 3], row[x * 3 + 1], row[x * 3 + 2])
            row[x * 3 : x * 3 + 3] = bytes(mixed(here, color, share))


def mixed(one: Color, other: Color, share: float) -> Color:
    """Return the colour between two, 0 for the first and 1 for the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
