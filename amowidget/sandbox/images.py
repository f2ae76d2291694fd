"""Sizes of PNG, JPEG and GIF pictures, read by the stand-in for itself."""

import struct
from io import BytesIO


def size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, or None when the bytes are no such picture."""
    try:
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            return struct.unpack(">II", data[16:24])
        if data[:4] == b"GIF8":
            return struct.unpack("<HH", data[6:10])
        if data[:2] == b"\xff\xd8":
            return _jpeg_size(BytesIO(data))
    except struct.error:
        return None
    return None


def _jpeg_size(stream: BytesIO) -> tuple[int, int] | None:
    stream.read(2)
    while True:
        mark = stream.read(1)
        while mark == b"\xff":
            mark = stream.read(1)
        if not mark:
            return None
        kind = mark[0]
        if kind in (0x01, *range(0xD0, 0xDA)):
            continue
        (length,) = struct.unpack(">H", stream.read(2))
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            _, height, width = struct.unpack(">BHH", stream.read(5))
            return width, height
        stream.seek(length - 2, 1)
        if stream.read(1) != b"\xff":
            return None
