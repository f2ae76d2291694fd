"""Reads one table of a TOML file strictly: wrong types and unknown keys are errors that name the place and the remedy."""

import difflib
from collections.abc import Mapping
from pathlib import Path

from amowidget.errors import AmowidgetError


class TomlTable:
    """A table under its dotted name; every key that is asked for is known, and `finish` refuses the others."""

    def __init__(self, file: Path, name: str, content: object) -> None:
        if not isinstance(content, Mapping):
            raise AmowidgetError(
                "config.bad_value",
                f"{file}: [{name}] must be a table.",
                f"Write it as a section: [{name}] on a line of its own, then its keys.",
            )
        self.file = file
        self.name = name
        self._content = content
        self._known: set[str] = set()

    def text(self, key: str) -> str | None:
        """Return a string, or None when the key is absent."""
        value = self._take(key)
        if value is None or isinstance(value, str):
            return value
        raise self.wrong(key, "a string in quotes")

    def choice(self, key: str, allowed: tuple[str, ...]) -> str | None:
        """Return one of the allowed words, or None when the key is absent."""
        value = self.text(key)
        if value is None or value in allowed:
            return value
        raise self.wrong(key, f"one of {', '.join(allowed)}")

    def flag(self, key: str) -> bool:
        """Return a boolean, False when the key is absent."""
        value = self._take(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self.wrong(key, "true or false")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, empty when the key is absent."""
        value = self._take(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.wrong(key, 'a list of strings, for instance ["docs/**"]')

    def has(self, key: str) -> bool:
        """Return whether the key is there at all, with whatever value."""
        return key in self._content

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a table of strings as pairs in the file's order, empty when the key is absent."""
        value = self._take(key)
        if value is None:
            return ()
        if isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values()):
            return tuple((str(name), str(item)) for name, item in value.items())
        raise self.wrong(key, 'a table of strings, for instance { "%VERSION%" = "version" }')

    def table(self, key: str) -> "TomlTable | None":
        """Return the table below a key, or None when the key is absent."""
        value = self._take(key)
        return None if value is None else TomlTable(self.file, f"{self.name}.{key}".strip("."), value)

    def names(self) -> tuple[str, ...]:
        """Return all keys in the file's order and count them as known."""
        self._known.update(self._content)
        return tuple(self._content)

    def finish(self) -> None:
        """Refuse the first key that nobody asked for, with the known key that is nearest to it."""
        for key in self._content:
            if key not in self._known:
                where = f"[{self.name}] " if self.name else ""
                raise AmowidgetError(
                    "config.unknown_key",
                    f"{self.file}: {where}{key} is no setting of amowidget.",
                    f"{near(key, tuple(self._known))}Known here: {', '.join(sorted(self._known))}.",
                )

    def wrong(self, key: str, expected: str) -> AmowidgetError:
        """Return the error that a key's value is not what is expected."""
        dotted = f"{self.name}.{key}".strip(".")
        return AmowidgetError(
            "config.bad_value", f"{self.file}: {dotted} is {self._content.get(key)!r}.", f"It must be {expected}."
        )

    def _take(self, key: str) -> object:
        self._known.add(key)
        return self._content.get(key)


def near(word: str, known: tuple[str, ...]) -> str:
    """Return `Did you mean "X"? ` when a known word is near, else nothing; it stands before another sentence."""
    matches = difflib.get_close_matches(word, known, 1)
    return f'Did you mean "{matches[0]}"? ' if matches else ""


def one_of(value: str, allowed: tuple[str, ...], origin: str) -> str:
    """Return the value when it is an allowed word; `origin` names the flag, variable or file that gave it."""
    if value in allowed:
        return value
    raise AmowidgetError(
        "usage.bad_value", f"{origin} is {value!r}.", f"{near(value, allowed)}It must be one of {', '.join(allowed)}."
    )
