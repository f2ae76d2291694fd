"""What is wrong with a widget: the record of a rule, and one finding at its place. How it is shown lives in report/."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding matters: an error is refused by the account or by the tool's own policy."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Order of weight: 0 for info, 2 for error."""
        return _RANKS[self]


_RANKS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Evidence(StrEnum):
    """How a rule's claim about the platform is known; it caps the severity."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    ASSUMED = "assumed"
    POLICY = "policy"


_PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


class Span(NamedTuple):
    """A half-open range of character offsets in a source's text."""

    start: int
    end: int


class Rule(NamedTuple):
    """One statement about widgets: what it says, why, how it is known, and how grave a breach is.

    `severity` holds where nothing more special is named; `severities` names special cases by
    `platform`, `visibility` or `platform-visibility`, for instance `{"public": Severity.ERROR}`.
    `stops_pack` is False where an error is no reason to refuse an archive, which `validate` still tells.
    `message` and `hint` are whole sentences with `{named}` places for the facts of a finding.
    """

    code: str
    slug: str
    severity: Severity
    evidence: Evidence
    source: str
    message: str
    hint: str
    why: str
    bad: str
    good: str
    severities: Mapping[str, Severity] = MappingProxyType({})
    fixable: bool = False
    stops_pack: bool = True

    @property
    def remedy(self) -> str:
        """The hint as it reads without a finding, its places as `<name>`; empty where all of it depends on one."""
        text = _PLACE.sub(r"<\1>", self.hint).replace("{{", "{").replace("}}", "}")
        return text if re.sub(r"<\w+>", "", text).strip() else ""

    def severity_for(self, platform: str, visibility: str) -> Severity:
        """Return the severity for one platform (`amocrm` or `kommo`) and visibility; the most special entry wins."""
        for key in (f"{platform}-{visibility}", platform, visibility):
            if key in self.severities:
                return self.severities[key]
        return self.severity


class SourceLine(NamedTuple):
    """One line of a file as a finding shows it: its number, from 1, and its text without the line end."""

    number: int
    text: str


class Finding(NamedTuple):
    """One breach of a rule at its place; carries the source lines around it, so that a report needs no file.

    Lines and columns count from 1, columns in characters; both are 0 when the finding concerns a whole file.
    """

    code: str
    rule: str
    severity: Severity
    message: str
    hint: str
    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    fixable: bool = False
    lines: tuple[SourceLine, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The key that findings are sorted by: path, position, code."""
        return (self.path, self.line, self.column, self.code, self.message)
