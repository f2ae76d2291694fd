"""What kind of image some bytes are and how large: read from the header alone, never from the file's name."""

import re
import struct
from collections.abc import Callable
from typing import NamedTuple

HEAD_BYTES = 512 * 1024  # A JPEG's size may stand behind large blocks of metadata.


class Image(NamedTuple):
    """An image's real kind (`png`, `jpeg`, `gif`, `webp`, `svg`) and its size in pixels, when the header tells it."""

    kind: str
    width: int | None
    height: int | None


def header(head: bytes) -> Image | None:
    """Return what the first `HEAD_BYTES` of a file say about the image in it, or None when it is no known image."""
    for kind, is_kind, size in _READERS:
        if is_kind(head):
            width, height = size(head) or (None, None)
            return Image(kind, width, height)
    return None


_Size = tuple[int, int] | None


def _is_png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n")


def _png_size(head: bytes) -> _Size:
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _is_gif(head: bytes) -> bool:
    return head.startswith((b"GIF87a", b"GIF89a"))


def _gif_size(head: bytes) -> _Size:
    if len(head) < 10:
        return None
    width, height = struct.unpack("<HH", head[6:10])
    return width, height


def _is_jpeg(head: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff")


# Start-of-frame markers carry the size; C4, C8 and CC in their range are tables and extensions.
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})


def _jpeg_size(head: bytes) -> _Size:
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _BARE_MARKERS:
            at += 2
        elif marker in _FRAME_MARKERS:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int(struct.unpack(">H", head[at + 2 : at + 4])[0])
    return None


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _webp_size(head: bytes) -> _Size:
    if len(head) < 30:
        return None
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


_SVG_TAG = re.compile(rb"<svg\b[^>]*>", re.IGNORECASE)
_SVG_LENGTH = re.compile(rb"""\b(width|height)\s*=\s*["']\s*([0-9.]+)(?:px)?\s*["']""")
_SVG_BOX = re.compile(rb"""\bviewBox\s*=\s*["']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]+)[\s,]+([0-9.]+)""")


def _is_svg(head: bytes) -> bool:
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in head)


def _svg_size(head: bytes) -> _Size:
    tag = _SVG_TAG.search(head)
    if tag is None:
        return None
    lengths = dict(_SVG_LENGTH.findall(tag.group()))
    box = _SVG_BOX.search(tag.group())
    pair = (lengths.get(b"width"), lengths.get(b"height")) if len(lengths) == 2 else box.groups() if box else None
    try:
        return (round(float(pair[0] or b"")), round(float(pair[1] or b""))) if pair else None
    except (ValueError, OverflowError):
        return None


_READERS: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], _Size]], ...] = (
    ("png", _is_png, _png_size),
    ("jpeg", _is_jpeg, _jpeg_size),
    ("gif", _is_gif, _gif_size),
    ("webp", _is_webp, _webp_size),
    ("svg", _is_svg, _svg_size),
)
