"""Findings as a SARIF 2.1.0 log, for the code scanning of GitHub and for editors: the rules with their texts, the results.

Written from the standard of OASIS (errata 01) and GitHub's page on what it takes of it.
"""

import json
import re
from collections.abc import Sequence
from typing import TextIO
from urllib.parse import quote

from amowidget.finding import Evidence, Finding, Rule, Severity
from amowidget.pattern import compiled
from amowidget.report import Subject, fingerprints, visible

RESULT_LIMIT = 25_000  # GitHub refuses a log with more
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_PRECISIONS = {
    Evidence.DOCUMENTED: "high",
    Evidence.POLICY: "high",
    Evidence.OBSERVED: "medium",
    Evidence.ASSUMED: "low",
}
_TAGS = {
    "JSN": ("json",),
    "MAN": ("manifest",),
    "LOC": ("locations",),
    "I18": ("translations",),
    "IMG": ("images",),
    "SCR": ("script",),
    "TWG": ("templates",),
    "CSS": ("styles",),
    "PKG": ("package",),
    "PUB": ("public",),
    "SEC": ("secrets", "security"),
}
_CAPITALS = (
    "AI",
    "AMD",
    "ASCII",
    "CORS",
    "CSS",
    "DP",
    "HTML",
    "HTTP",
    "HTTPS",
    "ID",
    "JSON",
    "SDK",
    "SVG",
    "URL",
    "UTF-8",
)
_WORDS = {word.replace("-", "").lower(): word for word in _CAPITALS}
_SEMANTIC_VERSION = compiled(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_HELP = """\
{why}

Bad:

{bad}

Good:

{good}

Severity: {severity}
Evidence: {evidence}; {source}

Switch it off: [rules] {slug} = "off" in amowidget.toml.
"""
_MARKDOWN_HELP = """\
{why}

Bad:

{bad}

Good:

{good}

- Severity: {severity}
- Evidence: {evidence}; {source}
- Switch it off: `[rules] {slug} = "off"` in amowidget.toml.
"""


def render(findings: Sequence[Finding], stream: TextIO, subject: Subject) -> None:
    """Write the log, in ASCII."""
    stream.write(json.dumps(log(findings, subject), separators=(",", ":")) + "\n")


def log(findings: Sequence[Finding], subject: Subject) -> dict[str, object]:
    """Return the log as plain values: one run, with every rule, broken or not."""
    places = {rule.code: place for place, rule in enumerate(subject.rules)}
    told = list(zip(findings, fingerprints(findings, subject), strict=True))
    kept = sorted(told, key=lambda pair: -pair[0].severity.rank)[:RESULT_LIMIT] if len(told) > RESULT_LIMIT else told
    run = {
        "tool": {"driver": _driver(subject)},
        "invocations": [_invocation(len(told) - len(kept))],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [_result(finding, mark, places.get(finding.code), subject) for finding, mark in kept],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(subject: Subject) -> dict[str, object]:
    is_semantic = _SEMANTIC_VERSION.fullmatch(subject.version)
    return {
        "name": "amowidget",
        "semanticVersion" if is_semantic else "version": subject.version,
        "rules": [_descriptor(rule) for rule in subject.rules],
    }


def _invocation(left_out: int) -> dict[str, object]:
    if not left_out:
        return {"executionSuccessful": True}
    sentence = f"GitHub takes {RESULT_LIMIT} results at most; {left_out} of the lightest are left out."
    note = {"level": "warning", "message": {"text": sentence}}
    return {"executionSuccessful": True, "toolExecutionNotifications": [note]}


def _descriptor(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": rule.slug,
        "shortDescription": {"text": _title(rule.slug)},
        "fullDescription": {"text": rule.why},
        "help": {"text": _help(rule), "markdown": _markdown_help(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "evidence": str(rule.evidence),
            "source": rule.source,
            "precision": _PRECISIONS[rule.evidence],
            "problem.severity": _PROBLEMS[rule.severity],
            "tags": list(_TAGS.get(rule.code[:3], ())),
        },
    }


def _title(slug: str) -> str:
    words = " ".join(_WORDS.get(word, word) for word in slug.split("-"))
    return words[:1].upper() + words[1:]


def _help(rule: Rule) -> str:
    return _HELP.format(
        why=rule.why,
        bad=rule.bad or "(nothing)",
        good=rule.good,
        severity=_severities(rule),
        evidence=rule.evidence,
        source=rule.source,
        slug=rule.slug,
    )


def _markdown_help(rule: Rule) -> str:
    return _MARKDOWN_HELP.format(
        why=_markdown(rule.why),
        bad=_code_block(rule.bad or "(nothing)"),
        good=_code_block(rule.good),
        severity=_severities(rule),
        evidence=rule.evidence,
        source=_markdown(rule.source),
        slug=rule.slug,
    )


def _severities(rule: Rule) -> str:
    special = (f"{case}: {severity}" for case, severity in rule.severities.items())
    return ", ".join((str(rule.severity), *special))


def _markdown(text: str) -> str:
    # What stands between backticks is code, which knows no escapes.
    parts = text.split("`")
    return "`".join(re.sub(r"[\\<>*\[\]]", r"\\\g<0>", part) if at % 2 == 0 else part for at, part in enumerate(parts))


def _code_block(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _result(finding: Finding, mark: str, rule_index: int | None, subject: Subject) -> dict[str, object]:
    marks = {"amowidgetFinding/v1": mark}
    if not finding.line:
        # The only name that GitHub reads. Where there is a line, its upload action puts in a value of its own,
        # and would warn of every other one.
        marks["primaryLocationLineHash"] = mark
    return {
        "ruleId": finding.code,
        **({} if rule_index is None else {"ruleIndex": rule_index}),
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(visible(f"{finding.message} {finding.hint}".rstrip()))},
        "locations": [{"physicalLocation": _physical_location(finding, subject)}],
        "partialFingerprints": marks,
    }


def _message(text: str) -> str:
    # Braces mark places for arguments, and brackets before a parenthesis a link, unless they are escaped (3.11.5, 3.11.6).
    doubled = text.replace("{", "{{").replace("}", "}}")
    return re.sub(r"(\\*)\]\(", lambda match: f"{match[1]}{match[1]}\\](", doubled)


def _physical_location(finding: Finding, subject: Subject) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": _artifact(subject.path(finding.path))}
    if finding.line:
        location["region"] = _region(finding)
    return location


def _region(finding: Finding) -> dict[str, int]:
    end_line = max(finding.line, finding.end_line)
    if not finding.column or not finding.end_column:
        return {"startLine": finding.line, "endLine": end_line}
    return {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": end_line,
        "endColumn": finding.end_column,
    }


def _artifact(path: str) -> dict[str, str]:
    # Bytes of a name that are not UTF-8 are escaped as they are; half of a pair, which Windows allows, is no byte at all.
    whole = re.sub("[\ud800-\udc7f\udd00-\udfff]", "\ufffd", path)
    if re.match(r"/|[A-Za-z]:/", path):
        return {"uri": "file:///" + quote(whole.lstrip("/"), safe="/:", errors="surrogateescape")}
    return {"uri": quote(whole, safe="/", errors="surrogateescape"), "uriBaseId": _ROOT}
