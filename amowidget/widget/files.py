"""Files written whole or not at all: a temporary file beside the target, flushed, then renamed over it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from amowidget.errors import AmowidgetError

_USUAL_MODE = 0o644


@contextmanager
def open_replacing(path: Path, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Yield a binary file that takes the place of `path` when the block ends well, and vanishes when it does not.

    Without a mode it gets that of the file that it replaces.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise _not_writable(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path) if mode is None else mode)
        os.replace(temporary, path)
    except OSError as error:
        raise _not_writable(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def replace_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write `data` as the whole content of `path`, or leave `path` as it is; without a mode it keeps its own."""
    with open_replacing(path, mode) as file:
        file.write(data)


def _mode(path: Path) -> int:
    # mkstemp makes private files; the replaced file keeps its own permissions, a new one gets the usual ones.
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return _USUAL_MODE


def _not_writable(path: Path, error: OSError) -> AmowidgetError:
    return AmowidgetError(
        "io.not_writable",
        f"{path} cannot be written: {error.strerror or error}.",
        "Check that the folder exists, that its permissions let you write, and that the disk has room.",
    )
