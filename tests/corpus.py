"""Real widgets for tests: rebuilt from the recorded manifests, translations and list of files. Other people's material."""

import json
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

from amowidget.widget.widget import Widget

_PILLOW_FORMATS = {"PNG": "PNG", "JPEG": "JPEG", "GIF": "GIF", "WEBP": "WEBP"}
# The recorded widgets are without their scripts. This one is whole, and hides which callbacks and texts it has.
_SCRIPT = """define(['jquery', './callbacks.js?v=%VERSION%'], function ($, callbacks) {
  return function () {
    var self = this;
    this.callbacks = callbacks(self, function (key) { return self.i18n(key); });
    return this;
  };
});
"""
_CALLBACKS = """define([], function () {
  return function (self, text) {
    return { render: function () { return text(self.ns); } };
  };
});
"""


def folder() -> Path | None:
    """Return the corpus's folder, named by AMOWIDGET_CORPUS; None where it is not set."""
    name = os.environ.get("AMOWIDGET_CORPUS")
    if not name:
        return None
    path = Path(name)
    if not path.is_dir():
        raise FileNotFoundError(f"AMOWIDGET_CORPUS names {name}, which is no folder")
    return path


def widgets() -> Iterator[Path]:
    """Yield the folder of each recorded widget, in the order of the names; folders of old versions are left out."""
    found = folder()
    if found:
        yield from (path.parent for path in sorted(found.glob("[!_]*/manifest.json")))


def platform_of(widget: Widget) -> str:
    """Return for which platform a widget was made: one without Russian texts is taken for one of Kommo."""
    locales = widget.translations.locales
    return "amocrm" if not locales or "ru" in locales else "kommo"


def rebuild(recorded: Path, destination: Path) -> None:
    """Make a widget's folder again: manifest and translations as found, images of the recorded kind and size."""
    destination.mkdir()
    for path in sorted(recorded.rglob("*.json")):
        if path.name != "files.json" or path.parent != recorded:
            _write(destination / path.relative_to(recorded), path.read_bytes())
    _write(destination / "script.js", _SCRIPT.encode())
    _write(destination / "callbacks.js", _CALLBACKS.encode())
    for entry in json.loads((recorded / "files.json").read_text(encoding="utf-8")):
        name, size_bytes, *image = entry
        if image and not (destination / name).exists():
            _write(destination / name, _image(*image, size_bytes=size_bytes))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _image(kind: str | None, width: int | None = None, height: int | None = None, *, size_bytes: int) -> bytes:
    if kind == "SVG":
        box = f' width="{width}" height="{height}"' if width and height else ""
        return f'<svg xmlns="http://www.w3.org/2000/svg"{box}></svg>'.encode()
    if kind not in _PILLOW_FORMATS or not width or not height:
        return b"no image"
    stream = BytesIO()
    Image.new("RGB", (width, height), "#3b82f6").save(stream, _PILLOW_FORMATS[kind])
    # Padding behind the image keeps the recorded weight, which a limit may depend on.
    return stream.getvalue().ljust(size_bytes, b"\0")


def real_folder() -> Path | None:
    """Return the folder of widgets with their scripts, named by AMOWIDGET_CORPUS_REAL; None where it is not set."""
    name = os.environ.get("AMOWIDGET_CORPUS_REAL")
    return Path(name) if name else None


def real_widgets() -> Iterator[Path]:
    """Yield the folder of each unpacked widget, in the order of the names; archives are left out."""
    found = real_folder()
    if found:
        yield from sorted(path for path in found.iterdir() if not path.name.startswith("_"))
