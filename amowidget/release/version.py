"""Dotted version numbers as widgets carry them. The platform fixes no format (documented: a free string)."""

import re
from dataclasses import dataclass
from functools import total_ordering

from amowidget.errors import AmowidgetError

PARTS = ("patch", "minor", "major")
_DOTTED = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18}){0,9}")


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A dotted number of one to ten parts; missing parts count as zero when versions are compared."""

    parts: tuple[int, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.parts))

    def __lt__(self, other: "Version") -> bool:
        return self._padded < other._padded

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._padded == other._padded

    def __hash__(self) -> int:
        return hash(self._padded)

    @property
    def _padded(self) -> tuple[int, ...]:
        return self.parts + (0,) * (10 - len(self.parts))

    def raised(self, part: str) -> "Version":
        """Return the next version: `patch` raises the last part, `minor` the second, `major` the first.

        The number of parts stays; what stands behind the raised part becomes zero.
        """
        place = {"patch": len(self.parts) - 1, "minor": 1, "major": 0}[part]
        if place >= len(self.parts):
            raise AmowidgetError(
                "usage.no_such_part",
                f"The version {self} has one part only, so there is no minor part to raise.",
                "Raise it with `amowidget bump`, or give the next version itself, for instance "
                f"`amowidget bump {self}.1`.",
            )
        zeros = (0,) * (len(self.parts) - place - 1)
        return Version((*self.parts[:place], self.parts[place] + 1, *zeros))


def parsed(text: str) -> Version | None:
    """Return the version that a text is, or None when it is no dotted number."""
    return Version(tuple(map(int, text.split(".")))) if _DOTTED.fullmatch(text) else None
