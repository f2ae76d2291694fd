"""Where packaged data lies: beside the package in a checkout, inside it in a wheel. Nothing else looks for it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str, package: Path = _PACKAGE) -> Path:
    """Return the folder of packaged data called `name`, for instance `templates`.

    A wheel carries it as `amowidget/_data/NAME`; an editable checkout has it at the top level.
    """
    for candidate in (package / "_data" / name, package.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the packaged folder {name!r} is missing; the installation is damaged")
