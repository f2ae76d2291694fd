"""What the tool cannot do: one error with a code, a message and a remedy. What is wrong with a widget is a finding."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from pathlib import Path

from amowidget.finding import Finding


class Exit(IntEnum):
    """The exit codes of the command line; they never change meaning."""

    DONE = 0
    WIDGET = 1
    USAGE = 2
    REFUSED = 3
    SURROUNDINGS = 4
    UNPROVEN = 5
    INTERNAL = 70
    INTERRUPTED = 130


# A code's family (the part before the dot) decides its exit code; whole codes that differ from their family stand first.
_EXIT_OF_CODE = {
    "archive.unsafe": Exit.WIDGET,
    "archive.rejected": Exit.REFUSED,
    "archive.version_not_raised": Exit.REFUSED,
    "internal": Exit.INTERNAL,
    "interrupted": Exit.INTERRUPTED,
}
_EXIT_OF_FAMILY = {
    "widget": Exit.WIDGET,
    "build": Exit.WIDGET,
    "usage": Exit.USAGE,
    "config": Exit.USAGE,
    "deploy": Exit.USAGE,
    "auth": Exit.REFUSED,
    "account": Exit.REFUSED,
    "network": Exit.SURROUNDINGS,
    "io": Exit.SURROUNDINGS,
    "browser": Exit.SURROUNDINGS,
    "verify": Exit.UNPROVEN,
}


def exit_code(code: str) -> Exit:
    """Return the exit code that stands for an error code such as `auth.wrong_password`."""
    found = _EXIT_OF_CODE.get(code) or _EXIT_OF_FAMILY.get(code.partition(".")[0])
    if found is None:
        raise LookupError(f"{code!r} belongs to no known family of error codes")
    return found


class AmowidgetError(Exception):
    """Something that the tool cannot do: what happened, to which file or address, and what to do next."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    @property
    def exit_code(self) -> Exit:
        """The exit code that this error ends the process with."""
        return exit_code(self.code)

    def values(self) -> dict[str, str]:
        """Return the error as plain values for JSON."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UnknownAnswerError(AmowidgetError):
    """An account's answer that nobody has seen yet; `report` tells it without secrets, for a person to send on."""

    def __init__(self, code: str, message: str, hint: str, report: Mapping[str, object]) -> None:
        super().__init__(code, message, hint)
        self.report = report


class FindingsError(AmowidgetError):
    """A stage that stops because of what is wrong with the widget; it carries the findings, and where the widget lies."""

    location: Path | None = None

    def __init__(self, code: str, message: str, hint: str, findings: Sequence[Finding]) -> None:
        super().__init__(code, message, hint)
        self.findings = tuple(findings)

    def at(self, location: Path) -> "FindingsError":
        """Return the error with the folder or the archive of the widget, so that its files can be named from anywhere."""
        self.location = location
        return self
