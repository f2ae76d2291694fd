"""Builds the widgets that the cases of the rules describe."""

import shutil
import tomllib
import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.finding import Finding
from amowidget.widget.widget import Widget, load

WIDGETS = Path(__file__).parent.parent / "widgets"
LOGOS = {
    "logo": (130, 100),
    "logo_main": (400, 272),
    "logo_small": (108, 108),
    "logo_medium": (240, 84),
    "logo_min": (84, 84),
}


def findings_of(case: Path, folder: Path) -> tuple[Finding, ...]:
    """Build the widget of a case in `folder` and return everything that is found in it."""
    return run(*widget_of(case, folder))


def widget_of(case: Path, folder: Path) -> tuple[Widget, Settings]:
    """Build the widget of a case in `folder` and return it, with the settings that the case tells."""
    told = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    build(told, folder)
    location = folder
    if "entry" in told:
        location = zipped(folder, told["entry"])
    settings = Settings(
        told.get("platform", "amocrm"), told.get("visibility", "private"), targets=told.get("targets", 0)
    )
    return load(location), settings


def build(told: dict[str, Any], folder: Path) -> None:
    """Make the base widget with the changes that a case tells."""
    shutil.copytree(WIDGETS / "base", folder)
    for name, (width, height) in LOGOS.items():
        write(folder, {"file": f"images/{name}.png", "image": [width, height, "PNG"]})
    for entry in told.get("delete", ()):
        (folder / entry["file"]).unlink()
    for entry in told.get("replace", ()):
        path = folder / entry["file"]
        text = path.read_text(encoding="utf-8")
        assert entry["old"] in text, entry
        path.write_bytes(text.replace(entry["old"], entry["new"]).encode())
    for entry in told.get("write", ()):
        write(folder, entry)
    for entry in told.get("link", ()):
        (folder / entry["file"]).symlink_to(entry["to"])


def write(folder: Path, entry: dict[str, Any]) -> None:
    """Write one file of a case."""
    path = folder / entry["file"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content(entry).ljust(entry.get("pad", 0), b" "))


def content(entry: dict[str, Any]) -> bytes:
    """Return the bytes that a case tells for a file: a text, hexadecimal digits, or a picture."""
    if "image" in entry:
        width, height, kind = entry["image"]
        stream = BytesIO()
        Image.new("RGB", (width, height), "#336699").save(stream, kind)
        return stream.getvalue()
    if "hex" in entry:
        return bytes.fromhex(entry["hex"])
    return str(entry["text"]).encode()


def zipped(folder: Path, entries: list[dict[str, Any]]) -> Path:
    """Make an archive of a folder with more entries, odd ones as they are told."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
        for entry in entries:
            info = zipfile.ZipInfo("x")
            info.filename = entry["name"]
            info.external_attr = entry.get("mode", 0o100644) << 16
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a case may be about a name that stands there twice
                archive.writestr(info, entry.get("text", ""))
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x01\x02")
    if any(entry.get("flags") for entry in entries):
        data[place + 8] |= 1
    if any(entry.get("is_legacy") for entry in entries):  # the name's bytes stay, that they are UTF-8 is not told
        data[place + 9] &= 0xF7
        data[data.rfind(b"PK\x03\x04") + 7] &= 0xF7
    path.write_bytes(bytes(data))
    return path


def shown(findings: tuple[Finding, ...]) -> str:
    """Return the findings as `expected.txt` holds them."""
    return "".join(
        f"{finding.path}:{finding.line}:{finding.column}-{finding.end_line}:{finding.end_column} "
        f"{finding.severity} {finding.code} {finding.rule}: {finding.message}\n"
        for finding in findings
    )
