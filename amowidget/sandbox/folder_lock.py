"""One stand-in at a time on one folder: a lock of the operating system, gone with its process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from amowidget.errors import AmowidgetError


@contextmanager
def locked(folder: Path | None) -> Iterator[None]:
    """Hold the folder's lock for the length of the block; a folder in use is an error."""
    if folder is None:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = open(folder / ".lock", "a+b")  # noqa: SIM115  closed below, where the lock ends
    except OSError as error:
        raise AmowidgetError(
            "io.sandbox_state",
            f"The stand-in's folder {folder} cannot be used: {error.strerror or error}.",
            "Check its permissions, or name another with --data.",
        ) from error
    with file:
        _lock(file, folder)
        yield


def _lock(file: IO[bytes], folder: Path) -> None:
    try:
        if os.name == "nt":
            import msvcrt  # exists on Windows only

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows
        else:
            import fcntl  # exists everywhere else

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise AmowidgetError(
            "io.sandbox_busy",
            f"Another stand-in uses {folder} at this moment.",
            "Use that one, wait until it ends, or name another folder with --data.",
        ) from error
