"""The entries of a widget's archive, read defensively: names as written, sizes capped, nothing unpacked to disk."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from amowidget.errors import AmowidgetError

# No limit of the platform is known; the largest of 44 public archives unpacks to 4 MB. These only stop bombs.
ENTRY_LIMIT = 20_000
UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024
# What zeros shrink to and files do not: only judged where it would cost something to unpack.
RATIO_LIMIT = 200
_RATIO_FROM_BYTES = 16 * 1024 * 1024
# The list stands in memory before its entries can be counted.
LIST_LIMIT_BYTES = 4 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Others take memory as the archive tells them to.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class Entry(NamedTuple):
    """One entry of an archive; `name` is exactly what the archive says, `path` what a reader makes of it.

    `is_link` holds for everything that is neither file nor folder. Without `is_utf8` readers guess the letters.
    """

    name: str
    path: str
    size_bytes: int
    is_folder: bool
    is_link: bool
    is_encrypted: bool
    number: int
    is_utf8: bool = True


class _ListError(ValueError):
    """The list of entries would not fit into the memory that is meant for it."""


class _Reader(io.BufferedReader):
    """A file whose reader cannot be made to read a list of entries of any length at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as any file does; refuses what only a list of very many entries asks for."""
        if size is not None and size > LIST_LIMIT_BYTES:
            raise _ListError
        return super().read(size)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Yield an archive that can be read at least as far as its list of entries."""
    try:
        with _Reader(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
            yield archive
    except FileNotFoundError as error:
        raise AmowidgetError("io.not_found", f"There is no file {path}.", "Check the path of the archive.") from error
    except zipfile.BadZipFile as error:
        raise _unsafe(path, "is no zip archive, or is cut off") from error
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable",
            f"{path} cannot be read: {error.strerror or error}.",
            "Check that it is a file and that its permissions let you read it.",
        ) from error
    except _ListError as error:
        raise _unsafe(path, f"has a list of entries of more than the {LIST_LIMIT_BYTES >> 20} MiB") from error
    except (ValueError, NotImplementedError, EOFError) as error:
        raise _unsafe(path, "has a damaged list of entries") from error


def entries(path: Path, archive: zipfile.ZipFile) -> tuple[Entry, ...]:
    """Return the entries in the order of the archive; refuses what could only be a bomb."""
    infos = archive.infolist()
    if len(infos) > ENTRY_LIMIT:
        raise _unsafe(path, f"holds {len(infos)} entries, more than the {ENTRY_LIMIT} that amowidget reads")
    if sum(info.file_size for info in infos) > UNPACKED_LIMIT_BYTES:
        raise _unsafe(path, f"unpacks to more than the {UNPACKED_LIMIT_BYTES >> 20} MiB that amowidget reads")
    for info in infos:
        if info.file_size > _RATIO_FROM_BYTES and info.file_size > RATIO_LIMIT * info.compress_size:
            raise _unsafe(path, f"has an entry that unpacks to over {RATIO_LIMIT} times its size: {info.filename!r}")
    return tuple(_entry(number, info) for number, info in enumerate(infos))


def content(path: Path, archive: zipfile.ZipFile, entry: Entry) -> Iterator[bytes]:
    """Yield the unpacked bytes of an entry in chunks; its checksum is checked at the end."""
    info = archive.infolist()[entry.number]
    if info.compress_type not in _METHODS:
        raise _unsafe(path, f"has an entry that is packed by another method than Deflate: {entry.path!r}")
    try:
        with archive.open(info) as file:
            yield from _at_most(file, entry.size_bytes)
    except _DAMAGE as error:
        raise _unsafe(path, f"has a damaged entry: {entry.path!r}") from error


def _at_most(file: IO[bytes], size_bytes: int) -> Iterator[bytes]:
    left = size_bytes
    while chunk := file.read(_CHUNK_BYTES):
        left -= len(chunk)
        if left < 0:
            raise zipfile.BadZipFile("an entry is larger than the archive says")
        yield chunk


def _entry(number: int, info: zipfile.ZipInfo) -> Entry:
    name = info.orig_filename.split("\0")[0]
    mode = info.external_attr >> 16
    return Entry(
        name=name,
        path=name.replace("\\", "/"),
        size_bytes=info.file_size,
        is_folder=name.endswith(("/", "\\")),
        is_link=stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR),
        is_encrypted=bool(info.flag_bits & 0x1),
        number=number,
        is_utf8=name.isascii() or bool(info.flag_bits & 0x800),
    )


def _unsafe(path: Path, what: str) -> AmowidgetError:
    return AmowidgetError(
        "archive.unsafe",
        f"{path} {what}.",
        "Make a new archive with `amowidget pack`, or choose another file.",
    )
