"""What kind of image some bytes are, how large, whether it moves and whether its end is missing; never from the name."""

import re
import struct
from collections.abc import Callable
from typing import NamedTuple
from zlib import crc32

from amowidget.pattern import compiled

HEAD_BYTES = 512 * 1024  # A JPEG's size may stand behind large blocks of metadata.


class Image(NamedTuple):
    """An image's real kind (`png`, `jpeg`, `gif`, `webp`, `svg`) and its size in pixels, when the header tells it.

    `is_animated` and `is_cut` (the end is missing) are known as far as the first `HEAD_BYTES` tell; False beyond.
    `is_broken` says that browsers show nothing of it, `is_bare` that the root of an SVG has no namespace.
    """

    kind: str
    width: int | None
    height: int | None
    is_animated: bool = False
    is_cut: bool = False
    is_broken: bool = False
    is_bare: bool = False


def header(head: bytes) -> Image | None:
    """Return what the first `HEAD_BYTES` of a file say about the image in it, or None when it is no known image.

    Less than `HEAD_BYTES` are taken for the whole file. Each kind is walked once, block by block.
    """
    for kind, is_kind, size, course in _READERS:
        if is_kind(head):
            width, height = size(head) or (None, None)
            is_animated, has_end = course(head)
            is_whole = len(head) < HEAD_BYTES
            is_broken, is_bare = _FLAWS[kind](head) if kind in _FLAWS and has_end and is_whole else (False, False)
            return Image(kind, width, height, is_animated, not has_end and is_whole, is_broken, is_bare)
    return None


_Size = tuple[int, int] | None
_Course = tuple[bool, bool]  # Whether it moves, and whether its end was met.


def _is_png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n")


def _png_size(head: bytes) -> _Size:
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _png_course(head: bytes) -> _Course:
    at = 8
    is_animated = False
    while at + 12 <= len(head):
        form = head[at + 4 : at + 8]
        if form == b"acTL":
            is_animated = int.from_bytes(head[at + 8 : at + 12]) > 1
        if form == b"IEND":
            return is_animated, True
        at += 12 + int.from_bytes(head[at : at + 4])
    return is_animated, False


def _png_flaws(head: bytes) -> tuple[bool, bool]:
    # Tried with Chromium 156: it shows a picture whose data has a wrong checksum, and none whose header has.
    return len(head) >= 33 and head[12:16] == b"IHDR" and crc32(head[12:29]) != int.from_bytes(head[29:33]), False


def _is_gif(head: bytes) -> bool:
    return head.startswith((b"GIF87a", b"GIF89a"))


def _gif_size(head: bytes) -> _Size:
    if len(head) < 10:
        return None
    width, height = struct.unpack("<HH", head[6:10])
    return width, height


def _gif_course(head: bytes) -> _Course:
    at = 13 + _gif_colours(head, 10)
    frames = 0
    while at < len(head):
        mark = head[at]
        if mark == 0x2C:
            frames += 1
            at = _after_blocks(head, at + 11 + _gif_colours(head, at + 9))
        elif mark == 0x21:
            at = _after_blocks(head, at + 2)
        else:  # 3B ends the picture; programs stop at anything else too.
            return frames > 1, mark == 0x3B
    return frames > 1, False


def _gif_colours(head: bytes, at: int) -> int:
    """Return the length of the table of colours that the flags at a place announce."""
    flags = head[at] if at < len(head) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(head: bytes, at: int) -> int:
    while at < len(head) and head[at]:
        at += 1 + head[at]
    return at + 1


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


def _jpeg_course(head: bytes) -> _Course:
    # A small picture inside of the metadata ends with the same mark, but stands before the scan.
    return False, head.rfind(b"\xff\xd9") > head.rfind(b"\xff\xda")


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


def _webp_course(head: bytes) -> _Course:
    is_animated = head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & 0x02)
    return is_animated, 8 + int.from_bytes(head[4:8], "little") <= len(head)


_SVG_START = compiled(rb"<svg\b", re.IGNORECASE)
_SVG_LENGTH = compiled(rb"""\b(width|height)\s*=\s*["']\s*([0-9.]+)(?:px)?\s*["']""")
_SVG_BOX = compiled(rb"""\bviewBox\s*=\s*["']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]+)[\s,]+([0-9.]+)""")
_SVG_MOTION = compiled(rb"<(?:\w{1,20}:)?(?:animate|set)\b|<(?:\w{1,20}:)?animate(?:Transform|Motion)\b|@keyframes\b")
_SVG_END = compiled(rb"</(?:\w{1,20}:)?svg\s*>", re.IGNORECASE)


def _is_svg(head: bytes) -> bool:
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in head)


def _svg_tag(head: bytes) -> bytes:
    """Return the first tag of the name, empty when there is none or when it is not closed."""
    start = _SVG_START.search(head)
    end = head.find(b">", start.start()) if start else -1
    return head[start.start() : end + 1] if start and end >= 0 else b""


def _svg_size(head: bytes) -> _Size:
    tag = _svg_tag(head)
    lengths = dict(_SVG_LENGTH.findall(tag))
    box = _SVG_BOX.search(tag)
    pair = (lengths.get(b"width"), lengths.get(b"height")) if len(lengths) == 2 else box.groups() if box else None
    try:
        return (round(float(pair[0] or b"")), round(float(pair[1] or b""))) if pair else None
    except (ValueError, OverflowError):
        return None


def _svg_course(head: bytes) -> _Course:
    has_end = bool(_SVG_END.search(head)) or _svg_tag(head).endswith(b"/>")
    return bool(_SVG_MOTION.search(head)), has_end


def _svg_flaws(head: bytes) -> tuple[bool, bool]:
    """Return whether an SVG is no XML, which no browser shows as a picture, and whether its root has no namespace."""
    from xml.parsers import expat  # few widgets hold an SVG

    names: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: names.append(name) if not names else None
    try:
        parser.Parse(head, True)
    except expat.ExpatError as error:
        return error.code not in _UNREAD, False
    except LookupError:  # an encoding that only browsers may know
        return False, False
    return False, names[:1] == ["svg"]


# Codes of expat: encodings that it does not know or cannot take, and entities that grow too large.
_UNREAD = (18, 19, 43)
_FLAWS: dict[str, Callable[[bytes], tuple[bool, bool]]] = {"png": _png_flaws, "svg": _svg_flaws}
_READERS: tuple[
    tuple[str, Callable[[bytes], bool], Callable[[bytes], _Size], Callable[[bytes], _Course]],
    ...,
] = (
    ("png", _is_png, _png_size, _png_course),
    ("jpeg", _is_jpeg, _jpeg_size, _jpeg_course),
    ("gif", _is_gif, _gif_size, _gif_course),
    ("webp", _is_webp, _webp_size, _webp_course),
    ("svg", _is_svg, _svg_size, _svg_course),
)
