"""A bug of ours as a file that a user can send: the traceback without values, secrets masked."""

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Mapping

from amowidget import __version__
from amowidget.errors import AmowidgetError

_SECRET_VARIABLES = ("AMOWIDGET_PASSWORD", "AMOWIDGET_SESSION", "AMOWIDGET_TOKEN", "AMOWIDGET_CLIENT_SECRET")
_SECRET_WORDS = ("PASSWORD", "SECRET", "TOKEN", "SESSION", "KEY", "CREDENTIAL", "COOKIE")


def reported(error: Exception, environment: Mapping[str, str]) -> AmowidgetError:
    """Write a report about an unexpected exception and return the error that names the file."""
    text = masked("".join(traceback.format_exception(error)), environment)
    header = f"amowidget {__version__}\nPython {sys.version.split()[0]} on {platform.platform()}\n\n"
    try:
        handle, path = tempfile.mkstemp(prefix="amowidget-crash-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(header + text)
        where = f"The report is in {path}; it holds no secrets."
    except OSError:
        where = "The report could not be written."
    kind = type(error).__name__
    return AmowidgetError("internal", f"amowidget has a bug: {kind}.", f"{where} Please attach it to an issue.")


def masked(text: str, environment: Mapping[str, str]) -> str:
    """Return the text with the value of every variable that sounds like a secret replaced by `***`."""
    values = {
        value
        for name, value in environment.items()
        if len(value) >= 4 and (name in _SECRET_VARIABLES or any(word in name.upper() for word in _SECRET_WORDS))
    }
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, "***")
    return text
