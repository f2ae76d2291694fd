"""What the stand-in's upload accepts. Texts of refusals are the account's own where somebody recorded them.

Profiles, after section 7.3 of the protocol reference: `lenient` takes any zip with a manifest, `observed` refuses what
was seen refused, `strict` adds what only we would refuse.
"""

import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

from amowidget.sandbox.images import size

PROFILES = ("lenient", "observed", "strict")
_ENTRIES = 5_000
_UNPACKED_BYTES = 256 * 1024 * 1024
_LOGO_SIZES = {"logo": (130, 100), "logo_main": (400, 272), "logo_small": (108, 108)}
_LOGO_ENDINGS = (".png", ".jpeg", ".jpg", ".gif")
_LOGO_BYTES = 300 * 1024
# Observed by one author on amoCRM, in 2026; the pattern is assumed.
_LINTED = re.compile(rb"\b(?:console\s*\.\s*\w+|alert|confirm|prompt)\s*\(")

# Recorded word for word: section 3.3 of the package reference, 3.6 of the protocol reference.
SETTINGS_REQUIRED = '"settings" field is required'
SOMETHING_WRONG = "Something went wrong"
NO_MANIFEST = "Failed to get object manifest.json"
# Invented by the stand-in: nobody recorded the account's words.
NO_ZIP = "The file is not a zip archive"
BACKSLASHES = "The archive has file names with back slashes"
BAD_MANIFEST = "manifest.json is not valid JSON"
TOO_LARGE = "The archive is too large"


@dataclass(frozen=True, slots=True)
class Taken:
    """An accepted archive: its manifest, its translations by locale, and its files."""

    manifest: dict[str, Any]  # JSON of any shape
    langs: dict[str, Any]
    files: dict[str, bytes] = field(repr=False)

    @property
    def version(self) -> str:
        """The manifest's version as text."""
        widget = self.manifest.get("widget")
        return str(widget.get("version") or "") if isinstance(widget, dict) else ""


class Refused(Exception):  # noqa: N818  it is an answer, not a fault
    """The account's answer to an archive that it does not take."""


def judged(data: bytes, profile: str = "observed", has_linter: bool = False) -> Taken:
    """Return what an archive holds, or raise the refusal."""
    files = _unpacked(data)
    manifest = _manifest(files)
    if profile != "lenient":
        _judge_settings(manifest)
        _judge_tour(manifest)
        _judge_logos(files)
        if has_linter and _LINTED.search(files.get("script.js", b"")):
            raise Refused("script.js must not call console, alert, confirm or prompt")  # invented wording
    if profile == "strict":
        _judge_strictly(manifest, files)
    return Taken(manifest, _langs(files), files)


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _ENTRIES or sum(entry.file_size for entry in entries) > _UNPACKED_BYTES:
                raise Refused(TOO_LARGE)
            if any("\\" in entry.orig_filename for entry in entries):
                raise Refused(BACKSLASHES)  # observed on Kommo; the wording is invented
            return {entry.filename: _content(archive, entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused(NO_ZIP) from error


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise Refused(TOO_LARGE)
    return data


def _manifest(files: dict[str, bytes]) -> dict[str, Any]:
    if "manifest.json" not in files:
        raise Refused(NO_MANIFEST)  # also for a wrapping folder, which hides the manifest
    manifest = _json(files["manifest.json"])
    if not isinstance(manifest, dict) or not isinstance(manifest.get("widget"), dict):
        raise Refused(BAD_MANIFEST)
    return manifest


def _json(data: bytes) -> Any:  # JSON of any shape
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(BAD_MANIFEST) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _judge_settings(manifest: dict[str, Any]) -> None:
    locations = manifest.get("locations")
    has_location = isinstance(locations, list) and "settings" in locations
    settings = manifest.get("settings")
    is_filled = isinstance(settings, dict) and bool(settings)
    # Observed three times: a missing or empty object is refused; accepted without when nothing is to be installed.
    if not is_filled and (has_location or manifest["widget"].get("installation") is not False):
        raise Refused(SETTINGS_REQUIRED)


def _judge_tour(manifest: dict[str, Any]) -> None:
    tour = manifest.get("tour")
    if tour is not None and not (isinstance(tour, dict) and tour.get("is_tour") is True):
        raise Refused(SOMETHING_WRONG)  # observed on Kommo with fourteen variants


def _judge_logos(files: dict[str, bytes]) -> None:
    for name, wanted in _LOGO_SIZES.items():
        data = next((files[path] for end in _LOGO_ENDINGS if (path := f"images/{name}{end}") in files), b"")
        if size(data) != wanted:
            raise Refused(f"Logo file for {name} must have resolution {wanted[0]}x{wanted[1]}px")  # recorded


def _judge_strictly(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    for locale in manifest["widget"].get("locale") or ():
        if f"i18n/{locale}.json" not in files:
            raise Refused(f"Required /i18n/{locale}.json")  # quoted second-hand
    if any(len(data) > _LOGO_BYTES for path, data in files.items() if path.startswith("images/")):
        raise Refused("An image is larger than 300 KB")
    if not manifest["widget"].get("version"):
        raise Refused('"version" field is required')


def _langs(files: dict[str, bytes]) -> dict[str, Any]:
    langs = {}
    for path, data in sorted(files.items()):
        if path.startswith("i18n/") and path.endswith(".json"):
            try:
                langs[path[5:-5]] = json.loads(data.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                continue
    return langs
