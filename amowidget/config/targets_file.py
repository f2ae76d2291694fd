"""Writes what was learned about a target into amowidget.toml and leaves the rest of the file as it is."""

from collections.abc import Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from amowidget.config.load import CONFIG_NAME
from amowidget.errors import AmowidgetError


def with_targets(text: str, values_of: Mapping[str, Mapping[str, str]]) -> str:
    """Return the text of amowidget.toml with the values of several targets set; everything else stays."""
    document = tomlkit.parse(text)
    targets = document.get("targets")
    if targets is None:
        targets = tomlkit.table(is_super_table=True)
        document["targets"] = targets
    for name, values in values_of.items():
        if name not in targets:
            targets[name] = tomlkit.table()
        for key, value in values.items():
            targets[name][key] = value
    return tomlkit.dumps(document)


def edited(root: Path, values_of: Mapping[str, Mapping[str, str]]) -> tuple[Path, bytes]:
    """Return the path of amowidget.toml and its new bytes with the values of several targets; the caller writes."""
    path = root / CONFIG_NAME
    try:
        text = path.read_bytes().decode("utf-8") if path.exists() else ""
        return path, with_targets(text, values_of).encode("utf-8")
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise AmowidgetError("config.syntax", f"{path} cannot be edited: {error}.", "Mend that line.") from error
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable", f"{path} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error
