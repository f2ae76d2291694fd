"""A lock of the operating system on a file: it keeps two processes apart, and is gone with a process that is killed."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from amowidget.errors import AmowidgetError

_PAUSE_S = 0.05


@contextmanager
def locked(path: Path, patience_s: float, busy: AmowidgetError) -> Iterator[None]:
    """Hold the lock on a file, made when it is missing, for the length of the block; `busy` is raised after patience."""
    end = time.monotonic() + patience_s
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = open(path, "a+b")  # noqa: SIM115  closed below, where the lock ends
    except OSError as error:
        raise AmowidgetError(
            "io.not_writable",
            f"{path} cannot be written: {error.strerror or error}.",
            "Check that its folder lets you write.",
        ) from error
    with file:
        while not _is_taken(file):
            if time.monotonic() >= end:
                raise busy
            time.sleep(_PAUSE_S)
        yield


def _is_taken(file: IO[bytes]) -> bool:
    """Return whether the lock could be taken at once."""
    try:
        if os.name == "nt":
            import msvcrt  # exists on Windows only

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows
        else:
            import fcntl  # exists everywhere else

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
