"""The archive: reproducible, made of exactly what was validated, checked before it gets its name; and read again."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from amowidget.errors import AmowidgetError
from amowidget.finding import Span
from amowidget.release.names import refuse_unsafe
from amowidget.release.transform import NOTHING, Transform
from amowidget.widget import zip_tree
from amowidget.widget.edit import Edit, apply
from amowidget.widget.files import open_replacing
from amowidget.widget.json_nodes import Node
from amowidget.widget.json_text import parse
from amowidget.widget.source import Source
from amowidget.widget.widget import HELD_LIMIT_BYTES, MANIFEST, Widget, WidgetFile, load

_LEVEL = 9
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644 << 16
_CHUNK_BYTES = 256 * 1024

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One file of an archive: its name, its size and the hash of its content."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A written archive. `sha256` is that of the file; `digest` is that of names and contents, equal everywhere."""

    path: Path
    version: str
    files: tuple[ArchivedFile, ...]
    size_bytes: int
    sha256: str
    digest: str

    def file(self, path: str) -> ArchivedFile | None:
        """Return the file of that name, or None."""
        return next((file for file in self.files if file.path == path), None)


def build(
    widget: Widget, output: Path, transform: Transform = NOTHING, on_progress: OnProgress = lambda done, total: None
) -> Archive:
    """Write the widget's archive to `output`, whole or not at all.

    Every file is read again and compared with what was validated; a changed one stops the pack. The archive is
    opened again and compared with what was meant before it takes its final name.
    """
    refuse_unsafe(widget.files)
    _folder_for(output)
    with open_replacing(output) as file:
        files = _written(widget, file, transform, on_progress)
        file.flush()
        _check(output, file, files)
        size_bytes, sha256 = _measured(file)
    return Archive(output, _version(widget, transform), files, size_bytes, sha256, digest(files))


def preview(widget: Widget, transform: Transform = NOTHING) -> str:
    """Return the digest that an archive of this widget would have, without writing one."""
    return digest(_meant(widget, file, transform) for file in widget.files.values())


def read(path: Path) -> Archive:
    """Return what an existing archive holds; refuses one that is damaged or has no manifest at its root."""
    widget = load(path)
    if not widget.is_archive or MANIFEST not in widget.files:
        raise AmowidgetError(
            "archive.unsafe",
            f"{path} holds no {MANIFEST} at its root.",
            "Make a new archive with `amowidget pack`, which packs the folder's content and not the folder.",
        )
    files = tuple(ArchivedFile(file.path, file.size_bytes, file.sha256) for file in widget.files.values())
    with open(path, "rb") as file:
        size_bytes, sha256 = _measured(file)
    return Archive(path, widget.version or "", files, size_bytes, sha256, digest(files))


def read_file(archive: Archive, path: str) -> bytes:
    """Return the content of one file of an archive."""
    with zip_tree.opened(archive.path) as opened:
        for entry in zip_tree.entries(archive.path, opened):
            if entry.path == path:
                return b"".join(zip_tree.content(archive.path, opened, entry))
    raise AmowidgetError("archive.unsafe", f"{archive.path} holds no {path}.", "Make a new one with `amowidget pack`.")


def digest(files: Iterable[ArchivedFile]) -> str:
    """Return the hash of names and contents: SHA-256 over `name NUL sha256 LF` of each file, sorted by name."""
    lines = sorted(f"{file.path}\0{file.sha256}\n" for file in files)
    # Names that are no UTF-8 cannot be packed, but a tree that holds one can still be compared.
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def digest_without_version(archive: Archive) -> str:
    """Return the digest that the archive would have if its manifest named no version: what a bump does not change."""
    source = Source(MANIFEST, read_file(archive, MANIFEST))
    root = parse(source).root
    node: Node | None = root.find("widget", "version") if root else None
    edits = [Edit(Span(*node.span), '""')] if node else []
    blank = hashlib.sha256(apply(source, edits)).hexdigest()
    return digest(ArchivedFile(file.path, 0, blank if file.path == MANIFEST else file.sha256) for file in archive.files)


def _folder_for(output: Path) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AmowidgetError(
            "io.not_writable",
            f"The folder {output.parent} cannot be made: {error.strerror or error}.",
            "Choose another place with --output.",
        ) from error


def _written(
    widget: Widget, file: IO[bytes], transform: Transform, on_progress: OnProgress
) -> tuple[ArchivedFile, ...]:
    total = sum(entry.size_bytes for entry in widget.files.values())
    done = 0
    files = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for entry in widget.files.values():
            files.append(_packed(widget, entry, archive, transform))
            done += entry.size_bytes
            on_progress(done, total)
    return tuple(files)


def _packed(widget: Widget, file: WidgetFile, archive: zipfile.ZipFile, transform: Transform) -> ArchivedFile:
    info = zipfile.ZipInfo(file.path, _DATE)
    info.create_system = _UNIX
    info.external_attr = _MODE
    info.compress_type = zipfile.ZIP_DEFLATED
    if file.size_bytes <= HELD_LIMIT_BYTES or transform.concerns(file.path):
        data = b"".join(_read_again(widget, file))
        changed = transform.applied(file.path, data)
        archive.writestr(info, changed, compresslevel=_LEVEL)
        same = changed is data or changed == data
        return ArchivedFile(file.path, len(changed), file.sha256 if same else hashlib.sha256(changed).hexdigest())
    info.file_size = file.size_bytes
    # ZipFile.open() takes no level; this is the field that writestr() sets, under its name before and since 3.13.
    setattr(info, "compress_level" if hasattr(info, "compress_level") else "_compresslevel", _LEVEL)
    with archive.open(info, "w") as entry:
        for chunk in _read_again(widget, file):
            entry.write(chunk)
    return ArchivedFile(file.path, file.size_bytes, file.sha256)


def _meant(widget: Widget, file: WidgetFile, transform: Transform) -> ArchivedFile:
    if not transform.concerns(file.path):
        return ArchivedFile(file.path, file.size_bytes, file.sha256)
    data = transform.applied(file.path, b"".join(widget.stream(file.path)))
    return ArchivedFile(file.path, len(data), hashlib.sha256(data).hexdigest())


def _read_again(widget: Widget, file: WidgetFile) -> Iterator[bytes]:
    """Yield a file's content as it lies there now; at its end it must have the hash of what was validated."""
    seen = hashlib.sha256()
    for chunk in widget.reread(file.path):
        seen.update(chunk)
        yield chunk
    if seen.hexdigest() != file.sha256:
        raise AmowidgetError(
            "io.changed_during_pack",
            f"{file.path} changed while it was packed.",
            "Wait until the build or the editor has finished, then pack again.",
        )


def _check(path: Path, file: IO[bytes], meant: tuple[ArchivedFile, ...]) -> None:
    """Compare what was written with what was meant: names, sizes, hashes, and the manifest at the root."""
    try:
        with zipfile.ZipFile(file) as archive:
            found = tuple(_unpacked(archive, info) for info in archive.infolist())
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _spoilt(path) from error
    if found != meant or MANIFEST not in (file.path for file in found):
        raise _spoilt(path)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> ArchivedFile:
    seen = hashlib.sha256()
    with archive.open(info) as entry:
        while chunk := entry.read(_CHUNK_BYTES):
            seen.update(chunk)
    return ArchivedFile(info.orig_filename, info.file_size, seen.hexdigest())


def _spoilt(path: Path) -> AmowidgetError:
    return AmowidgetError(
        "io.archive_spoilt",
        f"The archive that was written to {path.parent} is not what it should be; it was thrown away.",
        "Check the disk, then pack again.",
    )


def _measured(file: IO[bytes]) -> tuple[int, str]:
    size_bytes = file.seek(0, 2)
    file.seek(0)
    seen = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        seen.update(chunk)
    return size_bytes, seen.hexdigest()


def _version(widget: Widget, transform: Transform) -> str:
    data = transform.applied(MANIFEST, b"".join(widget.stream(MANIFEST)))
    root = parse(Source(MANIFEST, data)).root
    node = root.find("widget", "version") if root else None
    return (node.text if node else None) or ""
