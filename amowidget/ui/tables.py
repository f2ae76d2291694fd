"""Tables and trees for people: aligned columns, nothing drawn around them, plain text when nobody watches."""

import textwrap
from collections.abc import Sequence

from amowidget.report import visible

_NARROWEST = 30


def columns(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset(), width: int | None = None) -> list[str]:
    """Return the rows as lines with aligned columns; the columns named in `right` are aligned to the right.

    With a `width`, in characters, the last column's sentences go on below themselves instead of beyond it.
    """
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    room = max(_NARROWEST, width - sum(widths[:-1]) - 2 * (len(widths) - 1)) if width else None
    return [_line(line, widths, right) for row in rows for line in (_wrapped(row, room) if room else [row])]


def size(size_bytes: int) -> str:
    """Return a size as people read it, for instance `12.3 KB`."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    for unit, factor in (("KB", 1000), ("MB", 1000**2), ("GB", 1000**3)):
        if size_bytes < factor * 1000:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes / 1000**4:.1f} TB"


def tree(sizes: Sequence[tuple[str, int]]) -> list[str]:
    """Return paths (POSIX, sorted) with their sizes as an indented tree, folders with a slash before their files."""
    rows: list[tuple[str, str]] = []
    shown: tuple[str, ...] = ()
    for path, size_bytes in sizes:
        *folders, name = path.split("/")
        common = _common(shown, tuple(folders))
        rows.extend(("  " * depth + folders[depth] + "/", "") for depth in range(common, len(folders)))
        rows.append(("  " * len(folders) + visible(name), size(size_bytes)))
        shown = tuple(folders)
    return columns(rows, frozenset({1}))


def _common(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _wrapped(row: Sequence[str], room: int) -> list[Sequence[str]]:
    """Return the row as the rows that it takes, when its last cell has to fit into `room` characters."""
    parts = textwrap.wrap(row[-1], room, break_long_words=False, break_on_hyphens=False) or [""]
    return [(*row[:-1], parts[0]), *((*("" for _ in row[:-1]), part) for part in parts[1:])]


def _line(row: Sequence[str], widths: list[int], right: frozenset[int]) -> str:
    cells = (
        cell.rjust(width) if number in right else cell.ljust(width)
        for number, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()
