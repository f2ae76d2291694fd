"""A new project from a template: planned in memory, then written whole or not at all."""

import json
import os
import secrets
import shutil
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from amowidget import packaged
from amowidget.errors import AmowidgetError
from amowidget.scaffold.answers import Answers
from amowidget.scaffold.logos import logos, slides

_SLIDES = 3
# Kommo lets a Turkish or Indonesian file hold English texts for six months (documented, package reference 6).
_TEXTS_OF = {"tr": "en", "id": "en"}


class PlannedFile(NamedTuple):
    """A file to be written: its POSIX path below the new folder, and its bytes."""

    path: str
    data: bytes


def plan(answers: Answers) -> tuple[PlannedFile, ...]:
    """Return the files of a new project, in the order of their paths; the same answers give the same bytes."""
    root = packaged.folder("templates") / answers.template
    environment = _environment(root)
    values = {"answers": answers, "slides": range(1, _SLIDES + 1), "quoted": _quoted}
    files = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        # What a desktop leaves behind, such as .DS_Store, is no part of a template.
        if path.is_file() and not path.name.startswith(".") and not name.startswith("widget_src/i18n/"):
            files[_unhidden(name)] = environment.get_template(name).render(values).encode()
    for locale in answers.locales:
        source = f"widget_src/i18n/{_TEXTS_OF.get(locale, locale)}.json"
        files[f"widget_src/i18n/{locale}.json"] = environment.get_template(source).render(values).encode()
    files.update({f"widget_src/images/{name}": data for name, data in logos(answers.name).items()})
    if answers.visibility == "public":
        pictures = slides(answers.name, _SLIDES)
        files.update({f"widget_src/images/tour_{number}.png": data for number, data in enumerate(pictures, 1)})
    return tuple(PlannedFile(path, data) for path, data in sorted(files.items()))


def write(planned: tuple[PlannedFile, ...], folder: Path) -> None:
    """Write the files into a new folder, which appears complete or not at all."""
    _refuse_occupied(folder)
    temporary = folder.parent / f".{folder.name}.{secrets.token_hex(4)}"
    try:
        temporary.mkdir(parents=True)
    except OSError as error:
        raise _not_writable(folder, error) from error
    try:
        for file in planned:
            path = temporary / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
        if folder.exists():
            folder.rmdir()
        os.replace(temporary, folder)
    except OSError as error:
        raise _not_writable(folder, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _environment(root: Path) -> Environment:
    # Widgets hold Twig's {{ }} and underscore's <% %>, so the scaffold's own marks are others.
    return Environment(
        loader=FileSystemLoader(root),
        block_start_string="{@%",
        block_end_string="%@}",
        variable_start_string="{@",
        variable_end_string="@}",
        comment_start_string="{@#",
        comment_end_string="#@}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  what is written are files of a widget, not pages
        undefined=StrictUndefined,
    )


def _quoted(text: str) -> str:
    """Return a text as a JSON string."""
    return json.dumps(text, ensure_ascii=False)


def _unhidden(name: str) -> str:
    # A template's own .gitignore would act on the template.
    return name.replace("dot-gitignore", ".gitignore")


def _refuse_occupied(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise AmowidgetError(
            "usage.folder_exists",
            f"{folder} exists already and is not empty.",
            "Choose another name, or remove it first.",
        )


def _not_writable(folder: Path, error: OSError) -> AmowidgetError:
    return AmowidgetError(
        "io.not_writable",
        f"{folder} cannot be made: {error.strerror or error}.",
        "Check that the folder above lets you write and that the disk has room.",
    )
