"""PKG: the files of the widget and their names, in a folder and in an archive."""

import unicodedata
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.checks.package_rules import RULES
from amowidget.widget.names import unsafe_because
from amowidget.widget.tree import Reason, junk_reason
from amowidget.widget.widget import MANIFEST, Widget

_ENTRY_FILES = {"amoforms": "amoforms.js", "personal_page": "personal_page.js"}
_TEXTS = (".js", ".mjs", ".css", ".twig", ".json")
_SERVER_CODE = {".php": "PHP", ".py": "Python", ".rb": "Ruby", ".jsp": "Java", ".aspx": ".NET", ".cgi": "CGI"}
_LARGEST_KNOWN_BYTES = 4_065_180


def manifest_not_at_root(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget whose root holds no manifest."""
    if MANIFEST in widget.files:
        if widget.source(MANIFEST) is None:
            yield Hit(MANIFEST, None, {"where": "The file is too large to be one."})
        return
    found = [path for path in widget.files if path.replace("\\", "/").rpartition("/")[2].lower() == MANIFEST]
    nearest = min(found, key=lambda path: (path.count("/"), path), default=None)
    where = "Create it, or name the folder that holds it."
    if nearest and nearest.endswith("/" + MANIFEST):
        where = f"There is one in {nearest}: pack the content of that folder, not it."
    elif nearest:
        where = f"There is {nearest}: rename it, for names are compared letter by letter."
    yield Hit(MANIFEST, None, {"where": where})


def name_with_backslash(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names in an archive that use back slashes."""
    for entry in widget.entries:
        if "\\" in entry.name:
            yield Hit(entry.path, None, {"name": entry.name})
    for path in widget.files:
        if "\\" in path:
            yield Hit(path, None, {"name": path})


def name_unsafe(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names that not every system can write, or that lead out of the folder."""
    paths = [entry.path for entry in widget.entries] or list(widget.files)
    for path in paths:
        reason = unsafe_because(path.rstrip("/"))
        if reason and "\\" not in path:  # back slashes have a rule of their own
            yield Hit(path, None, {"reason": reason})


def name_case_collision(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names that differ in upper and lower case only."""
    seen: dict[str, str] = {}
    for path in widget.files:
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            yield Hit(path, None, {"name": path, "other": other})


def name_not_ascii(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names with letters other than Latin ones."""
    guessed = {entry.path for entry in widget.entries if not entry.is_utf8}  # a rule of its own tells these
    for path in widget.files:
        if not path.isascii() and not unsafe_because(path) and path not in guessed:
            yield Hit(path, None, {"name": path})


def link_in_widget(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find links in a folder."""
    for entry in widget.left_out:
        if entry.reason is Reason.LINK:
            yield Hit(entry.path)


def entry_encrypted(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find encrypted entries of an archive."""
    for entry in widget.entries:
        if entry.is_encrypted:
            yield Hit(entry.path)


def entry_duplicate(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files that an archive holds twice."""
    seen: set[str] = set()
    for entry in widget.entries:
        if entry.path in seen:
            yield Hit(entry.path)
        seen.add(entry.path)


def junk_in_archive(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what does not belong into an archive."""
    for entry in widget.entries:
        parts = entry.path.rstrip("/").split("/")
        if {"", ".", ".."} & set(parts):
            continue
        reasons = [junk_reason(part, True) for part in parts[:-1]] + [junk_reason(parts[-1], entry.is_folder)]
        reason = next((reason for reason in reasons if reason), None)
        if reason and not entry.is_folder:
            yield Hit(entry.path, None, {"reason": reason})


def script_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget without script.js."""
    if "script.js" not in widget.files and MANIFEST in widget.files:
        yield Hit("script.js")


def entry_file_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations whose own script is not there."""
    for location in texts_at(root_of(widget), "locations"):
        name = _ENTRY_FILES.get(location.text or "")
        if name and name not in widget.files:
            yield in_manifest(location, location=location.text, name=name)


def file_too_large_to_check(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find text files that are not read as a whole: each too large, or all of them together."""
    for path, file in widget.files.items():
        if file.source is None and path.lower().endswith(_TEXTS):
            yield Hit(path, None, {"size": f"{file.size_bytes / 1_000_000:.1f} MB"})


def name_unicode_collision(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names that differ in the way alone in which Unicode writes their letters."""
    seen: dict[str, str] = {}
    for path in widget.files:
        other = seen.setdefault(unicodedata.normalize("NFC", path), path)
        if other != path:
            yield Hit(path, None, {"name": path, "other": other})


def name_file_and_folder(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files whose name is that of a folder as well."""
    folders: dict[str, str] = {}
    for path in widget.files:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folders.setdefault("/".join(parts[:depth]), path)
    for path in widget.files:
        if path in folders:
            yield Hit(path, None, {"name": path, "other": folders[path]})


def link_in_archive(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find links and devices in an archive."""
    for entry in widget.entries:
        if entry.is_link:
            yield Hit(entry.path)


def name_not_utf8(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names in an archive whose letters have to be guessed."""
    for entry in widget.entries:
        if not entry.is_utf8:
            yield Hit(entry.path, None, {"name": entry.path})


def server_code_in_widget(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files that are run by servers only."""
    for path in widget.files:
        kind = _SERVER_CODE.get("." + path.lower().rpartition(".")[2])
        if kind:
            yield Hit(path, None, {"kind": kind})


def widget_very_large(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget that is larger than every known one."""
    size_bytes = sum(file.size_bytes for file in widget.files.values())
    if size_bytes > _LARGEST_KNOWN_BYTES:
        largest = max(widget.files.values(), key=lambda file: (file.size_bytes, file.path))
        facts = {"size": f"{size_bytes / 1_000_000:.1f} MB", "count": len(widget.files), "largest": largest.path}
        yield Hit(MANIFEST, None, facts)


def file_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files of no bytes, where no other rule tells it."""
    for path, file in widget.files.items():
        is_told = path == MANIFEST or path.startswith(("i18n/", "images/"))
        if file.size_bytes == 0 and not is_told:
            yield Hit(path)


_FUNCTIONS = (
    manifest_not_at_root,
    name_with_backslash,
    name_unsafe,
    name_case_collision,
    name_not_ascii,
    link_in_widget,
    entry_encrypted,
    entry_duplicate,
    junk_in_archive,
    script_missing,
    entry_file_missing,
    file_too_large_to_check,
    name_unicode_collision,
    name_file_and_folder,
    link_in_archive,
    name_not_utf8,
    server_code_in_widget,
    widget_very_large,
    file_empty,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
