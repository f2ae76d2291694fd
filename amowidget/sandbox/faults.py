"""The failures that the stand-in can play, in one table. Where each is played is the business of its route."""

from collections.abc import Iterable
from dataclasses import dataclass

from amowidget.errors import AmowidgetError

FAULTS: dict[str, str] = {
    "captcha": "login demands a captcha (400)",
    "code": "login demands a code sent by e-mail (403)",
    "login-html": "login answers a page instead of JSON",
    "login-500": "login answers 500",
    "session-expires": "the session ends after VALUE requests",
    "agreement": "the additional agreement's state: not_defined, accepted or performed",
    "save-otp": "saving an integration demands a one-time code",
    "upload-200-error": "upload answers 200 with an error in the body",
    "upload-403": "upload answers 403",
    "upload-413": "upload answers 413",
    "upload-429": "upload answers 429",
    "upload-500-html": "upload answers 500 with a page",
    "empty-answer": "upload answers 200 with nothing",
    "deactivate-after-upload": "an active widget is switched off by an upload",
    "stale-script": "files stay old for VALUE seconds after an upload",
    "lost-upload": "upload says yes and keeps the old archive",
    "repeated-pages": "every page of the list of integrations repeats the first, full one",
    "duplicate-names": "a second integration bears the same name",
    "no-file-address": "the account names no address of the widget's files",
    "files-404": "the widget's files answer 404",
    "linter": "upload refuses console calls in script.js (one report only)",
}


@dataclass(frozen=True, slots=True)
class Faults:
    """The switched-on failures with their values."""

    values: dict[str, str]

    def has(self, name: str) -> bool:
        """Return whether a failure is switched on."""
        return name in self.values

    def number(self, name: str) -> float:
        """Return a failure's number, 0 when it is off."""
        return float(self.values.get(name) or 0)

    def text(self, name: str) -> str | None:
        """Return a failure's value, None when it is off."""
        return self.values.get(name)


def faults(pairs: Iterable[tuple[str, str]]) -> Faults:
    """Check names and values and return the failures to play."""
    values = dict(pairs)
    for name, value in values.items():
        if name not in FAULTS:
            raise AmowidgetError(
                "usage.unknown_fault",
                f'There is no fault "{name}".',
                f"Known: {', '.join(FAULTS)}.",
            )
        if "VALUE" in FAULTS[name] and not value.replace(".", "", 1).isdigit():
            raise AmowidgetError(
                "usage.bad_value", f'The fault "{name}" needs a number.', f"Write for instance {name}=5."
            )
    return Faults(values)
