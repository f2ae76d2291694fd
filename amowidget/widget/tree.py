"""Which files of a folder belong to a widget: one walk, the built-in junk list, links never followed."""

import os
import stat
from collections.abc import Callable
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from amowidget.errors import AmowidgetError


class Reason(StrEnum):
    """Why something in the folder is no part of the widget."""

    DOT_FILE = "dot-file"
    JUNK = "junk of a system, an editor or a tool"
    TOOL = "amowidget's own file"
    ARCHIVE = "archive"
    KEY = "key or certificate"
    CI = "set-up of a build server"
    EXCLUDED = "excluded by [pack] exclude"
    LINK = "link, never followed"
    SPECIAL = "no ordinary file"


class LeftOut(NamedTuple):
    """A file or folder (then with a slash at the end) that is not part of the widget, and why."""

    path: str
    reason: Reason


class TreeFile(NamedTuple):
    """A file of the widget: its POSIX path inside the widget, and where it lies."""

    path: str
    location: Path


class Tree(NamedTuple):
    """What a walk over a folder found, in the order of the POSIX paths."""

    files: tuple[TreeFile, ...]
    left_out: tuple[LeftOut, ...]


# First match wins. Patterns are compared with the name in lower case; a slash at the end means a folder.
_JUNK: tuple[tuple[str, Reason], ...] = (
    ("amowidget.toml", Reason.TOOL),
    ("amowidget-baseline.json", Reason.TOOL),
    (".*", Reason.DOT_FILE),
    ("__macosx/", Reason.JUNK),
    ("node_modules/", Reason.JUNK),
    ("bower_components/", Reason.JUNK),
    ("__pycache__/", Reason.JUNK),
    ("thumbs.db", Reason.JUNK),
    ("ehthumbs.db", Reason.JUNK),
    ("desktop.ini", Reason.JUNK),
    ("icon\r", Reason.JUNK),
    ("*~", Reason.JUNK),
    ("*.bak", Reason.JUNK),
    ("*.orig", Reason.JUNK),
    ("*.rej", Reason.JUNK),
    ("*.swp", Reason.JUNK),
    ("*.tmp", Reason.JUNK),
    ("*.log", Reason.JUNK),
    ("*.pyc", Reason.JUNK),
    ("*.js.map", Reason.JUNK),
    ("*.css.map", Reason.JUNK),
    ("*.zip", Reason.ARCHIVE),
    ("*.rar", Reason.ARCHIVE),
    ("*.7z", Reason.ARCHIVE),
    ("*.tar", Reason.ARCHIVE),
    ("*.gz", Reason.ARCHIVE),
    ("*.tgz", Reason.ARCHIVE),
    ("*.pem", Reason.KEY),
    ("*.key", Reason.KEY),
    ("*.p12", Reason.KEY),
    ("*.pfx", Reason.KEY),
    ("*.jks", Reason.KEY),
    ("*.ppk", Reason.KEY),
    ("*.crt", Reason.KEY),
    ("*.cer", Reason.KEY),
    ("id_rsa*", Reason.KEY),
    ("id_ed25519*", Reason.KEY),
    ("jenkinsfile", Reason.CI),
    ("azure-pipelines.yml", Reason.CI),
    ("bitbucket-pipelines.yml", Reason.CI),
    ("appveyor.yml", Reason.CI),
)
_EXACT = {pattern: reason for pattern, reason in _JUNK if "*" not in pattern}
_PATTERNS = tuple((pattern, reason) for pattern, reason in _JUNK if "*" in pattern)
# Each pattern is a beginning or an ending. Most names have none of them: one look tells.
_BEGINNINGS = tuple(pattern[:-1] for pattern, _ in _PATTERNS if pattern.endswith("*"))
_ENDINGS = tuple(pattern[1:] for pattern, _ in _PATTERNS if pattern.startswith("*"))


def walk(root: Path, exclude: tuple[str, ...] = ()) -> Tree:
    """Return the files below `root` that make the widget, and what was left out.

    `exclude` holds .gitignore lines. An excluded folder is not entered, as in git.
    """
    files: list[TreeFile] = []
    left_out: list[LeftOut] = []
    is_excluded = _exclusion(exclude)
    pending = [("", root)]
    while pending:
        prefix, folder = pending.pop()
        for entry in _entries(folder):
            path = prefix + entry.name
            is_folder = _is_folder(entry)
            shown = path + "/" if is_folder else path
            reason = _reason(entry, is_folder) or (Reason.EXCLUDED if is_excluded(shown) else None)
            if reason:
                left_out.append(LeftOut(shown, reason))
            elif is_folder:
                pending.append((shown, Path(entry.path)))
            else:
                files.append(TreeFile(path, Path(entry.path)))
    return Tree(tuple(sorted(files)), tuple(sorted(left_out)))


def junk_reason(name: str, is_folder: bool) -> Reason | None:
    """Return why a name is never part of a widget, or None."""
    name = name.lower() + ("/" if is_folder else "")
    if name.startswith("."):
        return Reason.DOT_FILE
    if name in _EXACT:
        return _EXACT[name]
    if not name.endswith(_ENDINGS) and not name.startswith(_BEGINNINGS):
        return None
    return next(reason for pattern, reason in _PATTERNS if fnmatchcase(name, pattern))


def _reason(entry: os.DirEntry[str], is_folder: bool) -> Reason | None:
    if _is_link(entry):
        return Reason.LINK
    if not is_folder and not entry.is_file(follow_symlinks=False):
        return Reason.SPECIAL
    return junk_reason(entry.name, is_folder)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not _is_link(entry)


def _is_link(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return True
    if os.name != "nt":
        return False
    # A junction of Windows is no symbolic link to Python 3.11, but it leads out of the folder all the same.
    attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable",
            f"The folder {folder} cannot be read: {error.strerror or error}.",
            "Check that it exists and that its permissions let you read it.",
        ) from error


def _exclusion(exclude: tuple[str, ...]) -> Callable[[str], bool]:
    if not exclude:
        return lambda path: False
    import pathspec  # few projects exclude anything, and it costs as much as the whole walk

    spec = pathspec.GitIgnoreSpec.from_lines(exclude)
    return spec.match_file
