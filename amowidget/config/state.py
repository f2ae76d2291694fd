"""The folder `.amowidget/` beside the project: what the tool remembers. Private, and never committed."""

import os
from pathlib import Path

from amowidget.errors import AmowidgetError


def state_folder(root: Path) -> Path:
    """Return `.amowidget/` below `root`, made for the owner alone and ignored by git."""
    folder = root / ".amowidget"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        os.chmod(folder, 0o700)
    except OSError as error:
        raise AmowidgetError(
            "io.not_writable",
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            "Check that the project's folder lets you write.",
        ) from error
    return folder
