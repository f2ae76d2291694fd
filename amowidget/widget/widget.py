"""A widget read once into one frozen value, from its folder or from its archive. What is wrong with it: checks/."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from amowidget.errors import AmowidgetError
from amowidget.widget import css_text, embedded_css, js_text, json_nodes, json_text, tree, twig_text
from amowidget.widget.image import HEAD_BYTES, Image, header
from amowidget.widget.js_nodes import Script
from amowidget.widget.source import Source
from amowidget.widget.translations import Translations, translations
from amowidget.widget.twig_nodes import Template

if TYPE_CHECKING:
    from amowidget.widget import zip_tree  # loaded where there is an archive

MANIFEST = "manifest.json"
SCRIPT = "script.js"
HELD_LIMIT_BYTES = 1024 * 1024
# The tree of a script takes 140 times its size, that of what is no script up to 1,100 times.
SCRIPT_LIMIT_BYTES = 2 * 1024 * 1024
# All held text together: a widget of any size is read in bounded memory. The largest public widget has 4 MB.
HELD_TOTAL_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
TEXT_ENDINGS = (".json", ".js", ".mjs", ".css", ".twig", ".html", ".htm", ".svg", ".txt", ".md", ".xml", ".php", ".ts")
_IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".ico")


class WidgetFile(NamedTuple):
    """One file of a widget: its POSIX path, size, hash, and its text or image header where it has one."""

    path: str
    size_bytes: int
    sha256: str
    source: Source | None = None
    image: Image | None = None


@dataclass(frozen=True)
class Widget:
    """Everything that is to know about a widget, read once.

    `files` is ordered by path. `entries` holds the entries of an archive as they are written, and is empty for a
    folder. `left_out` tells what of a folder does not belong to the widget.
    """

    location: Path
    files: Mapping[str, WidgetFile]
    left_out: tuple[tree.LeftOut, ...] = ()
    entries: tuple["zip_tree.Entry", ...] = ()
    is_archive: bool = False
    _documents: dict[str, json_nodes.Document] = field(default_factory=dict, repr=False, compare=False)
    _scripts: dict[str, Script] = field(default_factory=dict, repr=False, compare=False)
    _templates: dict[str, Template] = field(default_factory=dict, repr=False, compare=False)
    _styles: dict[str, css_text.Style] = field(default_factory=dict, repr=False, compare=False)
    _embedded: dict[str, css_text.Style | None] = field(default_factory=dict, repr=False, compare=False)

    def source(self, path: str) -> Source | None:
        """Return the text of a file, or None when it is missing, no text, or too large to be held."""
        file = self.files.get(path)
        return file.source if file else None

    def json(self, path: str) -> json_nodes.Document | None:
        """Return a JSON file as a document with positions, parsed once, or None when there is no such text."""
        source = self.source(path)
        if source is None:
            return None
        if path not in self._documents:
            self._documents[path] = json_text.parse(source)
        return self._documents[path]

    def script(self, path: str) -> Script | None:
        """Return a script as a syntax tree, parsed once, or None when there is no such text."""
        source = self.source(path)
        if source is not None and path not in self._scripts:
            self._scripts[path] = js_text.parse(source, is_module=path.endswith(".mjs"))
        return self._scripts.get(path)

    def template(self, path: str) -> Template | None:
        """Return a Twig template with positions, read once, or None when there is no such text."""
        source = self.source(path)
        if source is not None and path not in self._templates:
            self._templates[path] = twig_text.parse(source)
        return self._templates.get(path)

    def style(self, path: str) -> css_text.Style | None:
        """Return a style sheet with positions, read once, or None when there is no such text."""
        source = self.source(path)
        if source is not None and path not in self._styles:
            self._styles[path] = css_text.parse(source)
        return self._styles.get(path)

    def embedded_style(self, path: str) -> css_text.Style | None:
        """Return the style elements in a template or a script as one style sheet, or None where there are none."""
        if path not in self._embedded:
            script, template = None, None
            if path.lower().endswith(".twig"):
                template = self.template(path)
            elif path.endswith((".js", ".mjs")):
                script = self.script(path)
            sheet = embedded_css.of_template(template) if template is not None else None
            is_read = script is not None and not script.problems
            self._embedded[path] = embedded_css.of_script(script) if script is not None and is_read else sheet
        return self._embedded[path]

    def replaced(self, files: Mapping[str, bytes]) -> "Widget":
        """Return the widget with other contents of some of its text files; nothing is written."""
        changed = dict(self.files)
        for path, data in files.items():
            digest = hashlib.sha256(data).hexdigest()
            changed[path] = WidgetFile(path, len(data), digest, Source(path, data), changed[path].image)
        kept = MappingProxyType(changed)
        return Widget(self.location, kept, self.left_out, self.entries, self.is_archive)

    @property
    def manifest(self) -> json_nodes.Document | None:
        """The manifest, or None when the root of the widget holds none."""
        return self.json(MANIFEST)

    @cached_property
    def translations(self) -> Translations:
        """The table of translations: what each locale says under each key."""
        root = self.manifest.root if self.manifest else None
        files = {path: document for path in self.files if path.startswith("i18n/") and (document := self.json(path))}
        return translations(root, files)

    @property
    def version(self) -> str | None:
        """The text of `widget.version`, or None when the manifest has none."""
        root = self.manifest.root if self.manifest else None
        node = root.find("widget", "version") if root else None
        return node.text if node else None

    def stream(self, path: str) -> Iterator[bytes]:
        """Yield the content of a file in chunks, from memory when it is held, else from where it lies."""
        file = self.files[path]
        if file.source is not None:
            yield file.source.data
        else:
            yield from self.reread(path)

    def reread(self, path: str) -> Iterator[bytes]:
        """Yield the content of a file in chunks as it lies there now, which may have changed since it was loaded."""
        if self.is_archive:
            from amowidget.widget import zip_tree  # most widgets are folders

            entry = next(entry for entry in self.entries if entry.path == path)
            with zip_tree.opened(self.location) as archive:
                yield from zip_tree.content(self.location, archive, entry)
        else:
            yield from _chunks(self.location / path)


def load(location: Path, exclude: tuple[str, ...] = ()) -> Widget:
    """Read the widget at `location`, a folder or a .zip; `exclude` holds .gitignore lines for a folder."""
    if location.is_dir():
        return _from_folder(location, exclude)
    if not location.exists():
        raise AmowidgetError("io.not_found", f"There is no folder or file {location}.", "Check the path.")
    return _from_archive(location)


def _from_folder(location: Path, exclude: tuple[str, ...]) -> Widget:
    found = tree.walk(location, exclude)
    reading = _Reading()
    files = {file.path: reading.file(file.path, _chunks(file.location)) for file in found.files}
    return Widget(location, MappingProxyType(files), found.left_out)


def _from_archive(location: Path) -> Widget:
    from amowidget.widget import zip_tree  # most widgets are folders

    reading = _Reading()
    files: dict[str, WidgetFile] = {}
    with zip_tree.opened(location) as archive:
        entries = zip_tree.entries(location, archive)
        for entry in entries:
            if not (entry.is_folder or entry.is_link or entry.is_encrypted):
                files[entry.path] = reading.file(entry.path, zip_tree.content(location, archive, entry))
    return Widget(location, MappingProxyType(dict(sorted(files.items()))), (), entries, is_archive=True)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with open(path, "rb", buffering=0) as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable",
            f"{path} cannot be read: {error.strerror or error}.",
            "Check that it still exists and that its permissions let you read it.",
        ) from error


class _Reading:
    """Reads files one after another and keeps count of the text that is held."""

    def __init__(self) -> None:
        self._held_bytes = 0

    def file(self, path: str, chunks: Iterator[bytes]) -> WidgetFile:
        digest = hashlib.sha256()
        head: list[bytes] = []
        size = 0
        limit = held_limit_bytes(path)
        for chunk in chunks:
            digest.update(chunk)
            if size <= limit:
                head.append(chunk)
            size += len(chunk)
        data = head[0] if len(head) == 1 else b"".join(head)
        return WidgetFile(path, size, digest.hexdigest(), self._source(path, data, size), _image(path, data))

    def _source(self, path: str, data: bytes, size_bytes: int) -> Source | None:
        if size_bytes > held_limit_bytes(path) or not _is_text(path, data):
            return None
        is_essential = path == MANIFEST or path.startswith("i18n/")
        if not is_essential and self._held_bytes + size_bytes > HELD_TOTAL_BYTES:
            return None
        self._held_bytes += size_bytes
        return Source(path, data)


def held_limit_bytes(path: str) -> int:
    """Return up to which size a text is held as a whole."""
    return SCRIPT_LIMIT_BYTES if path.lower().endswith((".js", ".mjs")) else HELD_LIMIT_BYTES


def _is_text(path: str, data: bytes) -> bool:
    # By its ending first: a manifest in UTF-16 holds zero bytes, and is to be told so, not to be skipped.
    lowered = path.lower()
    if lowered.endswith(TEXT_ENDINGS):
        return True
    return not lowered.endswith(_IMAGE_ENDINGS) and b"\0" not in data[:8192]


def _image(path: str, data: bytes) -> Image | None:
    lowered = path.lower()
    if not lowered.endswith(_IMAGE_ENDINGS):
        return None
    return header(data[:HEAD_BYTES])
