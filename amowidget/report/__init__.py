"""Findings in the forms that people and machines read; each form renders into a stream that it is given.

Here stands what the forms share: what they are told beside the findings, readable text, and fingerprints.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from amowidget.finding import Finding, Rule, Severity

# A bundled script may be one line of half a megabyte; what stands around the place identifies it as well.
_BEFORE, _AFTER = 60, 200


class Subject(NamedTuple):
    """What was judged and how, as every form for machines is told it.

    `prefix` is the POSIX path of the widget's folder from the folder that the build server takes for the root of the
    repository, empty where both are one. `files` are the paths of all files read, inside the widget. `rules` are all
    rules of the run. `started` is a moment without a zone; left as it is, equal widgets give equal reports.
    """

    version: str
    rules: tuple[Rule, ...] = ()
    files: tuple[str, ...] = ()
    prefix: str = ""
    is_strict: bool = False
    started: str = "1970-01-01T00:00:00"

    def path(self, path: str) -> str:
        """Return the path of a widget's file as the repository has it; that of the widget itself for no path."""
        prefix = "" if self.prefix == "." else self.prefix.rstrip("/")
        return "/".join(part for part in (prefix, path) if part) or "."

    def fails(self, finding: Finding) -> bool:
        """Return whether a finding lets the run fail: an error does, a warning where strictness is asked for."""
        return finding.severity.rank >= (Severity.WARNING if self.is_strict else Severity.ERROR).rank


def visible(text: str) -> str:
    """Return the text with everything that would disturb a terminal, a parser or an encoder made visible."""
    return text if text.isprintable() else "".join(char if char.isprintable() else _escaped(char) for char in text)


def fingerprints(findings: Sequence[Finding], subject: Subject) -> tuple[str, ...]:
    """Return what identifies each finding from one run to the next, even when its line has moved; no two are equal.

    It is made of the rule, the file, the text of the line without white space and the sentence without its numbers.
    Findings that agree in all of it are numbered in their order.
    """
    from hashlib import sha256  # only build servers need it, and it loads OpenSSL

    seen: dict[str, int] = {}
    made = []
    for finding in findings:
        sentence = re.sub(r"\d+", "0", finding.message)
        identity = "\0".join((finding.code, subject.path(finding.path), sentence, _place_text(finding)))
        seen[identity] = seen.get(identity, 0) + 1
        made.append(sha256(f"{identity}\0{seen[identity]}".encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return tuple(made)


def _place_text(finding: Finding) -> str:
    text = next((line.text for line in finding.lines if line.number == finding.line), "")
    if len(text) > _BEFORE + _AFTER:
        text = text[max(0, finding.column - _BEFORE) : finding.column + _AFTER]
    return "".join(text.split())


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
