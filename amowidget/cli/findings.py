"""Shows what was found, what mending changes, and the rules themselves."""

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from amowidget import __version__
from amowidget.checks.registry import CHECKS
from amowidget.cli.call import Call
from amowidget.config.baseline import BASELINE_NAME
from amowidget.config.toml_table import near
from amowidget.deploy.validate import Mending, Verdict
from amowidget.errors import AmowidgetError, Exit
from amowidget.finding import Finding, Rule, Severity
from amowidget.report import Subject, github, gitlab, json_object, junit, sarif, text
from amowidget.ui.paths import shown
from amowidget.widget.files import replace_file

_FOR_MACHINES = {"sarif": sarif.render, "junit": junit.render, "github": github.render, "gitlab": gitlab.render}
FORMS = ("text", "json", *_FOR_MACHINES)
# Where a build server has put the repository; the paths of its annotations start there.
_REPOSITORIES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


class Presentation(NamedTuple):
    """In which form findings are shown (None: what suits the surroundings), into which file, and whether warnings fail.

    `is_partial`: not all rules were asked.
    """

    form: str | None
    output: Path | None
    is_strict: bool
    is_partial: bool = False


def form_of(call: Call, form: str | None) -> str:
    """Return the form to show findings in: the one that is asked for, else what suits the surroundings."""
    if form is not None and form not in FORMS:
        raise AmowidgetError(
            "usage.bad_value", f'There is no format "{form}".', f"{near(form, FORMS)}Formats: {', '.join(FORMS)}."
        )
    if call.terminal.manner.is_json:
        if form not in (None, "json"):
            raise AmowidgetError(
                "usage.options",
                f"--json and --format {form} exclude each other: --json stands for --format json.",
                "Leave one of them out.",
            )
        return "json"
    if form is None:
        return "github" if call.environment.get("GITHUB_ACTIONS", "").lower() == "true" else "text"
    return form


def show(call: Call, verdict: Verdict, presentation: Presentation) -> int:
    """Show a verdict and return the exit code that it stands for."""
    form = form_of(call, presentation.form)
    fails = is_failed(verdict.findings, presentation.is_strict)
    if form == "json":
        page = json.dumps(as_object(verdict, not fails)) + "\n"
    elif form == "text":
        page = _as_text(call, verdict, presentation)
    else:
        stream = StringIO()
        _FOR_MACHINES[form](verdict.findings, stream, _subject(call, verdict, presentation))
        page = stream.getvalue()
    put(call, page, presentation.output)
    if presentation.output or form == "github":
        call.terminal.note(text.summary(verdict.findings))
    if form != "json":
        _tell_known(call, verdict)
    return Exit.WIDGET if fails else Exit.DONE


def show_mending(call: Call, mending: Mending) -> int:
    """Show what mending would change, as a difference."""
    from amowidget.ui.difference import difference

    paths = list(mending.files)
    prefix = _prefix(call, mending.widget.location)
    prefix = "" if prefix in ("", ".") else f"{prefix}/"
    lines = difference(mending.widget, mending.files, prefix, is_for_people=call.terminal.out.isatty())
    call.terminal.json(
        {
            "ok": True,
            "command": "validate",
            "dry_run": True,
            "mended": mending.count,
            "files": paths,
            "diff": "\n".join(lines),
        }
    )
    for line in lines:
        call.terminal.changed_line(line)
    if paths:
        call.terminal.note(f"Would be mended: {mending.count}. Files: {len(paths)}. Nothing was written.")
    else:
        call.terminal.note("Nothing here has one right answer: there is nothing to mend.")
    return Exit.DONE


def as_object(verdict: Verdict, is_ok: bool) -> dict[str, object]:
    """Return the JSON result of `validate`."""
    return {
        "ok": is_ok,
        "command": "validate",
        "summary": json_object.summary(verdict.findings),
        "findings": json_object.values(verdict.findings),
        "known": len(verdict.known),
        "gone": [{"path": gone.path, "rule": gone.rule, "count": gone.number} for gone in verdict.gone],
    }


def put(call: Call, page: str, output: Path | None) -> None:
    """Write what there is to show to stdout, or into the file that is named for it."""
    if output:
        replace_file(call.folder / output, page.encode("utf-8", "backslashreplace"))
    else:
        call.terminal.out.write(page)
        call.terminal.out.flush()


def _tell_known(call: Call, verdict: Verdict) -> None:
    if verdict.known:
        errors = sum(finding.severity is Severity.ERROR for finding in verdict.known)
        call.terminal.note(f"Known and not shown: {len(verdict.known)}, errors among them: {errors} ({BASELINE_NAME}).")
    for gone in verdict.gone:
        call.terminal.note(f"Mended since: {gone.rule} in {gone.path}, {gone.number} of them.")
    if verdict.gone:
        call.terminal.note("`amowidget init --baseline` forgets what is mended, so that it cannot come back unseen.")


def _subject(call: Call, verdict: Verdict, presentation: Presentation) -> Subject:
    return Subject(
        version=__version__,
        rules=tuple(check.rule for check in CHECKS),
        files=tuple(verdict.widget.files),
        prefix=_prefix(call, verdict.widget.location),
        is_strict=presentation.is_strict,
    )


def _prefix(call: Call, location: Path) -> str:
    """Return the widget's folder as seen from the root of the repository, or else from the folder worked in."""
    named = [Path(folder) for name in _REPOSITORIES if (folder := call.environment.get(name))]
    for root in (*named, call.folder):
        resolved = location.resolve()
        if resolved.is_relative_to(root.resolve()):
            return resolved.relative_to(root.resolve()).as_posix()
    return ""


def print_findings(call: Call, findings: Sequence[Finding], location: Path | None) -> None:
    """Print findings beside the result of another command: to stderr, as text."""
    if call.terminal.manner.is_json:
        return
    style = text.Style(call.terminal.has_color(call.terminal.err), folder=_folder(location))
    text.render(findings, call.terminal.err, style)


def _folder(location: Path | None) -> str:
    """Return the widget's folder as a person writes it where they stand: a terminal opens what is named so."""
    if location is None or not location.is_dir():
        return ""
    folder = Path(shown(location)).as_posix()
    return "" if folder == "." else folder


def list_rules(call: Call, rules: Sequence[Rule]) -> int:
    """Print the table of rules."""
    from amowidget.ui.tables import columns

    if call.terminal.manner.is_json:
        call.terminal.json({"ok": True, "command": "rules", "rules": [_rule_values(rule) for rule in rules]})
        return Exit.DONE
    rows = [(rule.code, rule.severity, rule.slug, rule.evidence) for rule in rules]
    for line in columns([("CODE", "SEVERITY", "RULE", "EVIDENCE"), *rows]):
        call.terminal.result(line)
    return Exit.DONE


def explain(call: Call, rules: Sequence[Rule], wanted: str) -> int:
    """Print everything that is known about one rule, named by code or slug; of a family of codes, its table."""
    rule = next((rule for rule in rules if wanted.upper() == rule.code or wanted == rule.slug), None)
    family = [rule for rule in rules if wanted and rule.code.startswith(wanted.upper())]
    if rule is None and family:
        return list_rules(call, family)
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
        *([f"Remedy: {rule.remedy}"] if rule.remedy else []),
        *(["`amowidget validate --fix` mends it where one answer is right."] if rule.fixable else []),
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
        "remedy": rule.remedy,
        "fixable": rule.fixable,
    }


def is_failed(findings: Sequence[Finding], is_strict: bool) -> bool:
    """Return whether findings make the command fail."""
    least = Severity.WARNING if is_strict else Severity.ERROR
    return any(finding.severity.rank >= least.rank for finding in findings)


def _friendly(verdict: Verdict, is_partial: bool) -> str:
    """Return the line for a widget without findings, which promises no more than what was asked."""
    if verdict.known:
        return f"Nothing new. {text.summary(verdict.known)} All of them are known."
    if is_partial:
        return "No findings by the rules that were asked."
    return "No findings: this widget is ready to be packed."


def _as_text(call: Call, verdict: Verdict, presentation: Presentation) -> str:
    is_for_terminal = presentation.output is None
    stream = StringIO()
    has_color = is_for_terminal and call.terminal.has_color(call.terminal.out)
    manner = call.terminal.manner
    is_whole = manner.is_verbose or manner.is_quiet or not is_for_terminal
    repeats = len(verdict.findings) if is_whole else text.REPEATS
    style = text.Style(has_color, not manner.is_quiet, repeats, _folder(verdict.widget.location))
    text.render(verdict.findings, stream, style)
    count = len(verdict.widget.files)
    if verdict.findings:
        stream.write(f"{text.summary(verdict.findings)} Files read: {count}.\n")
    elif not call.terminal.manner.is_quiet:
        stream.write(f"{_friendly(verdict, presentation.is_partial)} Files read: {count}.\n")
    return stream.getvalue()
