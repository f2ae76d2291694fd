"""Paths as a person at this terminal would write them."""

import os
from pathlib import Path


def shown(path: Path) -> str:
    """Return the path relative to the present folder when it lies below it, else as it is."""
    absolute = path.absolute()
    try:
        return str(absolute.relative_to(Path.cwd())) or os.curdir
    except ValueError:
        return str(absolute)
