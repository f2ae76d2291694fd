"""Archives for the stand-in's tests, made with the standard library and a picture writer of their own."""

import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

LOGOS = {"logo": (130, 100), "logo_main": (400, 272), "logo_small": (108, 108)}


def png(width: int, height: int) -> bytes:
    """Return a black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def manifest(**widget: Any) -> dict[str, Any]:  # JSON of any shape
    """Return a manifest that the account takes, with changes in its section `widget`."""
    section = {"name": "widget.name", "version": "1.0.0", "locale": ["ru"], "installation": True, **widget}
    return {"widget": section, "locations": ["settings"], "settings": {"a": {"name": "settings.a", "type": "text"}}}


def archive(told: Any = None, script: str = "// one\n", files: Mapping[str, bytes | None] | None = None) -> bytes:
    """Return a zip; `files` adds entries, or with None leaves one out."""
    content: dict[str, bytes | None] = {
        "manifest.json": told if isinstance(told, bytes) else json.dumps(told or manifest()).encode(),
        "script.js": script.encode(),
        "i18n/ru.json": b'{"widget": {"name": "Orders <b>"}}',
        **{f"images/{name}.png": png(*size) for name, size in LOGOS.items()},
        **(files or {}),
    }
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in content.items():
            if data is not None:
                written.writestr(name, data)
    return stream.getvalue()
