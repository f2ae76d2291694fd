"""The switched-on failures: read from the command line, limited to addresses and to a number of times."""

import difflib
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from amowidget.errors import AmowidgetError
from amowidget.sandbox.faults import FAULTS

_NAME = re.compile(r"(?P<name>[^*@=]+)(?:\*(?P<times>\d{1,6}))?(?:@(?P<path>/[^=]*))?")
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?")
_DIGITS = re.compile(r"\d{1,9}")
SYNTAX = "NAME[*TIMES][@/PATH][=VALUE]"


@dataclass(slots=True)
class Switch:
    """One switched-on failure; `left` is how often it is still played, None without an end."""

    name: str
    value: str
    path: str = ""
    left: int | None = None

    def fits(self, path: str, is_usual: bool) -> bool:
        """Return whether this address is one that the user named, or a usual one when he named none."""
        return path.startswith(self.path) if self.path else is_usual


class Faults:
    """The switches of one run; they are asked from several threads."""

    def __init__(self, switches: Iterable[Switch]) -> None:
        self._switches = tuple(switches)
        self._lock = threading.Lock()

    def has(self, *names: str) -> bool:
        """Return whether one of these failures is switched on at all; nothing is counted."""
        return any(switch.name in names for switch in self._switches)

    def play(self, name: str, path: str, is_usual: bool = True) -> str | None:
        """Return the value of a failure that is to be played at this address now, and count it; None for no failure.

        `is_usual` tells whether the failure belongs to this address when the user named none.
        """
        with self._lock:
            fitting = (switch for switch in self._switches if switch.name == name and switch.fits(path, is_usual))
            found = next((switch for switch in fitting if switch.left != 0), None)
            if found is not None and found.left is not None:
                found.left -= 1
        return None if found is None else found.value


def faults(pairs: Iterable[tuple[str, str]]) -> Faults:
    """Check what was written before and after the equals sign, and return the failures to play."""
    return Faults([_switch(written, value) for written, value in pairs])


def _switch(written: str, value: str) -> Switch:
    read = _NAME.fullmatch(written)
    name = read.group("name") if read else written
    if name not in FAULTS:
        raise AmowidgetError("usage.unknown_fault", f'There is no fault "{name}".', _near(name))
    if read is None:
        raise AmowidgetError("usage.bad_value", f'The fault "{written}" cannot be read.', f"Write {SYNTAX}.")
    times = read.group("times")
    return Switch(name, _value(name, value), read.group("path") or "", int(times) if times else None)


def _near(name: str) -> str:
    bare = re.split(r"[*@=]", name)[0]
    match = difflib.get_close_matches(bare, FAULTS, 1)
    if match:
        return f'Did you mean "{match[0]}"? `amowidget sandbox --fault help` lists them all.'
    return "`amowidget sandbox --fault help` lists them all."


def _value(name: str, given: str) -> str:
    fault = FAULTS[name]
    value = given or fault.default or ""
    if fault.choices:
        if value in fault.choices:
            return value
        raise _bad(f'The fault "{name}" has no state "{value}".', f"It must be one of {', '.join(fault.choices)}.")
    if fault.value == "number" and not _NUMBER.fullmatch(value):
        raise _bad(f'The fault "{name}" needs a number.', f"Write for instance {name}=5.")
    if fault.value == "digits" and not _DIGITS.fullmatch(value):
        raise _bad(f'The fault "{name}" takes digits only.', f"Write for instance {name}={fault.default}.")
    if not fault.value and given:
        raise _bad(f'The fault "{name}" takes no value.', f"Write {name} alone.")
    return value


def _bad(message: str, hint: str) -> AmowidgetError:
    return AmowidgetError("usage.bad_value", message, hint)
