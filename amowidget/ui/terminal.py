"""What a command says and how: results, notes, steps and failures, as text or as JSON. Nothing is decided here."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from typing import NamedTuple, TextIO

from amowidget.errors import AmowidgetError
from amowidget.report import visible


class Manner(NamedTuple):
    """How a command speaks: `is_json` prints one object, `is_quiet` only results and failures."""

    is_json: bool = False
    is_quiet: bool = False
    is_verbose: bool = False
    has_color: bool = True


class Terminal:
    """The two streams of a command and the manner in which it writes to them."""

    def __init__(self, manner: Manner, environment: Mapping[str, str], out: TextIO, err: TextIO) -> None:
        self.manner = manner
        self.out = out
        self.err = err
        self._environment = environment

    @property
    def is_interactive(self) -> bool:
        """Whether a question may be asked: a person sits at both ends, and no build server is at work."""
        return sys.stdin is not None and sys.stdin.isatty() and self.err.isatty() and not self.is_ci

    @property
    def is_ci(self) -> bool:
        """Whether `CI` is set to something that is not a no."""
        return self._environment.get("CI", "").lower() not in ("", "0", "false")

    @property
    def shows_progress(self) -> bool:
        """Whether something that moves may be drawn on stderr."""
        return self.err.isatty() and not (self.is_ci or self.manner.is_quiet or self.manner.is_json)

    @property
    def width(self) -> int | None:
        """The characters in a line of the terminal that results are written to, None where they go elsewhere."""
        return shutil.get_terminal_size().columns if self.out.isatty() else None

    def has_color(self, stream: TextIO) -> bool:
        """Return whether text on this stream may be coloured."""
        if not self.manner.has_color or self._environment.get("NO_COLOR"):
            return False
        return stream.isatty() and self._environment.get("TERM") != "dumb"

    def result(self, text: str) -> None:
        """Write a line of the result to stdout; nothing in JSON, where the object is the result."""
        if not self.manner.is_json:
            _write(self.out, visible(text))

    def note(self, text: str) -> None:
        """Write a line about what is going on to stderr, unless quiet."""
        if not (self.manner.is_quiet or self.manner.is_json):
            _write(self.err, visible(text))

    def detail(self, text: str) -> None:
        """Write a line that only `-v` asks for to stderr."""
        if self.manner.is_verbose:
            _write(self.err, visible(text))

    def warning(self, text: str) -> None:
        """Write a line to stderr that matters even when quiet."""
        if not self.manner.is_json:
            _write(self.err, f"{self._paint(self.err, 'warning:', '1;33')} {visible(text)}")

    def changed_line(self, line: str) -> None:
        """Write a line of a difference to stdout: to a terminal in its colour, elsewhere as it is, for `patch`."""
        if not self.manner.is_json:
            color = {"+": "32", "-": "31", "@": "36"}.get(line[:1])
            shown = visible(line) if self.out.isatty() else line
            _write(self.out, self._paint(self.out, shown, color) if color else shown)

    def success(self, text: str) -> None:
        """Write a line of the result that tells that something is done."""
        if not self.manner.is_json:
            _write(self.out, f"{self._paint(self.out, _tick(self.out), '1;32')} {visible(text)}")

    def json(self, value: Mapping[str, object]) -> None:
        """Write one JSON object to stdout, on one line; only in JSON."""
        if self.manner.is_json:
            _write(self.out, json.dumps(value, ensure_ascii=True, default=str))

    def failure(self, command: str, error: AmowidgetError, fields: Mapping[str, object] | None = None) -> None:
        """Tell what could not be done and what to do next."""
        if self.manner.is_json:
            self.json({"ok": False, "command": command, **(fields or {}), "error": error.values()})
            return
        code = self._paint(self.err, f"[{error.code}]", "2")
        _write(self.err, f"{self._paint(self.err, 'error:', '1;31')} {visible(error.message)} {code}")
        if error.hint:
            _write(self.err, f"{self._paint(self.err, 'remedy:', '1;32')} {visible(error.hint)}")

    def _paint(self, stream: TextIO, text: str, color: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self.has_color(stream) else text


def terminal(manner: Manner) -> Terminal:
    """Return the terminal of this process."""
    for stream in (sys.stdout, sys.stderr):
        # A console of Windows, or a pipe under the C locale, may know fewer characters than a widget uses.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")
    return Terminal(manner, os.environ, sys.stdout, sys.stderr)


def _tick(stream: TextIO) -> str:
    try:
        "✓".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "ok:"
    return "✓"


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        # The reader has gone (`amowidget rules | head`); what is left to say has no listener.
        _silence(stream)


def _silence(stream: TextIO) -> None:
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
    except (OSError, ValueError):
        return
