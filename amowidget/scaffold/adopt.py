"""Adopts a widget that exists: finds its folder and writes an amowidget.toml beside it. Nothing of the widget changes."""

from dataclasses import dataclass
from pathlib import Path

from amowidget.config.load import CONFIG_NAME, Overrides
from amowidget.config.project import PLATFORMS, VISIBILITIES
from amowidget.config.toml_table import one_of
from amowidget.errors import AmowidgetError
from amowidget.widget.tree import junk_reason
from amowidget.widget.widget import MANIFEST, load

_DEEPEST = 3
_TEXT = """\
# What amowidget knows about this widget. Everything here can be left out.
[widget]
source = {source}
platform = "{platform}"
visibility = "{visibility}"
"""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What adopting a folder writes: the file, its text, and what of it was guessed, as a sentence."""

    file: Path
    text: str
    source: Path
    guess: str


def plan(folder: Path, overrides: Overrides) -> Adoption:
    """Return the amowidget.toml for the widget in a folder, or below it where only one is."""
    file = folder / CONFIG_NAME
    if file.exists():
        raise AmowidgetError(
            "usage.already_adopted",
            f"{file} exists already, and is left as it is.",
            "Nothing to do; with --baseline the findings of today become known.",
        )
    source = _source(folder)
    platform, guess = _platform(source, overrides)
    visibility = one_of(overrides.visibility or "private", VISIBILITIES, "--visibility")
    relative = source.relative_to(folder).as_posix()
    quoted = '"' + relative.replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = _TEXT.format(source=quoted, platform=platform, visibility=visibility)
    return Adoption(file, text, source, guess)


def _source(folder: Path) -> Path:
    if (folder / MANIFEST).is_file():
        return folder
    found = sorted(path.parent for path in _manifests(folder, 1))
    if len(found) == 1:
        return found[0]
    if not found:
        raise AmowidgetError(
            "usage.no_widget",
            f"There is no {MANIFEST} in {folder} or below it.",
            "Name the project's folder with -C, or start a widget with `amowidget new my-widget`.",
        )
    names = ", ".join(path.relative_to(folder).as_posix() for path in found)
    raise AmowidgetError(
        "usage.several_widgets",
        f"Below {folder} there are several widgets: {names}.",
        "Go into the folder of one of them, or name it with -C; of a source and what a build makes of it, take the source.",
    )


def _manifests(folder: Path, depth: int) -> list[Path]:
    try:
        inside = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []
    found: list[Path] = []
    for path in inside:
        if junk_reason(path.name, True):
            continue
        if (path / MANIFEST).is_file():
            found.append(path / MANIFEST)
        elif depth < _DEEPEST:
            found.extend(_manifests(path, depth + 1))
    return found


def _platform(source: Path, overrides: Overrides) -> tuple[str, str]:
    if overrides.platform:
        return one_of(overrides.platform, PLATFORMS, "--platform"), ""
    locales = load(source).translations.locales
    if not locales or "ru" in locales:
        return "amocrm", "The platform is taken to be amoCRM; change it in amowidget.toml if it is not."
    return (
        "kommo",
        "The widget has no Russian texts, so the platform is taken to be Kommo; change it in amowidget.toml if it is not.",
    )
