"""Shows what was found, and the rules themselves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from amowidget.cli.command import Call
from amowidget.config.toml_table import near
from amowidget.deploy.validate import Verdict
from amowidget.errors import AmowidgetError, Exit
from amowidget.finding import Finding, Rule, Severity
from amowidget.report import json_object, text
from amowidget.ui.tables import columns
from amowidget.widget.files import replace_file

FORMS = ("text", "json")


@dataclass(frozen=True, slots=True)
class Presentation:
    """In which form findings are shown, into which file (None: stdout), and whether warnings fail."""

    form: str
    output: Path | None
    is_strict: bool


def show(call: Call, verdict: Verdict, presentation: Presentation) -> int:
    """Show a verdict and return the exit code that it stands for."""
    if presentation.form not in FORMS:
        raise AmowidgetError(
            "usage.bad_value",
            f'There is no format "{presentation.form}".',
            f"{near(presentation.form, FORMS)}Formats: {', '.join(FORMS)}.",
        )
    fails = _fails(verdict.findings, presentation.is_strict)
    if presentation.form == "json":
        shown = json.dumps(as_object(verdict.findings, not fails)) + "\n"
    else:
        shown = _as_text(call, verdict, presentation.output is None)
    if presentation.output:
        replace_file(call.folder / presentation.output, shown.encode("utf-8", "backslashreplace"))
        call.terminal.note(text.summary(verdict.findings))
    else:
        call.terminal.out.write(shown)
        call.terminal.out.flush()
    return Exit.WIDGET if fails else Exit.DONE


def as_object(findings: Sequence[Finding], is_ok: bool) -> dict[str, object]:
    """Return the JSON result of `validate`."""
    return {
        "ok": is_ok,
        "command": "validate",
        "summary": json_object.summary(findings),
        "findings": json_object.values(findings),
    }


def print_findings(call: Call, findings: Sequence[Finding]) -> None:
    """Print findings beside the result of another command: to stderr, as text."""
    if call.terminal.manner.is_json:
        return
    text.render(findings, call.terminal.err, text.Style(call.terminal.has_color(call.terminal.err)))


def list_rules(call: Call, rules: Sequence[Rule]) -> int:
    """Print the table of rules."""
    if call.terminal.manner.is_json:
        call.terminal.json({"ok": True, "command": "rules", "rules": [_rule_values(rule) for rule in rules]})
        return Exit.DONE
    rows = [(rule.code, rule.severity, rule.slug, rule.evidence) for rule in rules]
    for line in columns([("CODE", "SEVERITY", "RULE", "EVIDENCE"), *rows]):
        call.terminal.result(line)
    return Exit.DONE


def explain(call: Call, rules: Sequence[Rule], wanted: str) -> int:
    """Print everything that is known about one rule, named by code or slug."""
    rule = next((rule for rule in rules if wanted.upper() == rule.code or wanted == rule.slug), None)
    if rule is None:
        names = tuple(name for known in rules for name in (known.code, known.slug))
        raise AmowidgetError(
            "usage.unknown_rule",
            f'There is no rule "{wanted}".',
            f"{near(wanted, names)}`amowidget rules` lists them all.",
        )
    if call.terminal.manner.is_json:
        call.terminal.json({"ok": True, "command": "rules", "rules": [_rule_values(rule)]})
        return Exit.DONE
    for line in _explained(rule):
        call.terminal.result(line)
    return Exit.DONE


def _explained(rule: Rule) -> list[str]:
    special = [f"{case}: {severity}" for case, severity in rule.severities.items()]
    return [
        f"{rule.code} {rule.slug}",
        "",
        rule.why,
        "",
        f"Severity: {', '.join([str(rule.severity), *special])}",
        f"Evidence: {rule.evidence} ({rule.source})",
        "",
        "Bad:",
        *(f"    {line}" for line in rule.bad.splitlines()),
        "Good:",
        *(f"    {line}" for line in rule.good.splitlines()),
        "",
        f'Switch it off: [rules] {rule.slug} = "off" in amowidget.toml.',
    ]


def _rule_values(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "rule": rule.slug,
        "severity": str(rule.severity),
        "severities": {case: str(severity) for case, severity in rule.severities.items()},
        "evidence": str(rule.evidence),
        "source": rule.source,
        "why": rule.why,
        "bad": rule.bad,
        "good": rule.good,
        "fixable": rule.fixable,
    }


def _fails(findings: Sequence[Finding], is_strict: bool) -> bool:
    least = Severity.WARNING if is_strict else Severity.ERROR
    return any(finding.severity.rank >= least.rank for finding in findings)


def _as_text(call: Call, verdict: Verdict, is_for_terminal: bool) -> str:
    stream = StringIO()
    has_color = is_for_terminal and call.terminal.has_color(call.terminal.out)
    text.render(verdict.findings, stream, text.Style(has_color, not call.terminal.manner.is_quiet))
    count = len(verdict.widget.files)
    if verdict.findings:
        stream.write(f"{text.summary(verdict.findings)} Files read: {count}.\n")
    elif not call.terminal.manner.is_quiet:
        stream.write(f"No findings: this widget is ready to be packed. Files read: {count}.\n")
    return stream.getvalue()
