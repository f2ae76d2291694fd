"""What the rules say of real widgets, as private ones of their platform: counted in tables that are read line by line.

`corpus_golden.toml` holds, for the recorded widgets and for those with their scripts, how many widgets each rule
speaks about, and every error with the reason why it is one. `--rewrite` writes the counts anew and leaves an empty
reason where an error is new; a table with an empty reason is refused.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from amowidget.checks.registry import CHECKS
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.finding import Finding, Severity
from amowidget.widget.widget import load
from tests import corpus

TABLE = Path(__file__).parent / "corpus_golden.toml"
HEAD = """\
# The rules over real widgets, judged as private widgets of their platform. Counts are written by `--rewrite`; each
# reason is written by hand, and says why this error is one although somebody published the widget.
"""
_SHORTEST_REASON = 20


@pytest.mark.skipif(not corpus.folder(), reason="AMOWIDGET_CORPUS names no folder of real widgets")
def test_the_recorded_widgets(tmp_path: Path, is_rewriting: bool) -> None:
    found = {}
    for recorded in corpus.widgets():
        destination = tmp_path / recorded.name
        corpus.rebuild(recorded, destination)
        found[recorded.name] = judged(destination)
    compare("recorded", found, is_rewriting)


@pytest.mark.skipif(not corpus.real_folder(), reason="AMOWIDGET_CORPUS_REAL names no folder of unpacked widgets")
def test_the_widgets_with_their_scripts(is_rewriting: bool) -> None:
    compare("scripts", {path.name: judged(path) for path in corpus.real_widgets()}, is_rewriting)


def judged(location: Path) -> tuple[Finding, ...]:
    """Return what is found in a widget, as a private one of the platform that it was made for."""
    widget = load(location)
    return run(widget, Settings(corpus.platform_of(widget)))


def compare(part: str, found: Mapping[str, tuple[Finding, ...]], is_rewriting: bool) -> None:
    """Compare what was found with one part of the table."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    counts: Counter[str] = Counter()
    errors: dict[str, set[str]] = {}
    for name, findings in found.items():
        counts.update({finding.rule for finding in findings})
        rules = {finding.rule for finding in findings if finding.severity is Severity.ERROR}
        if rules:
            errors[name] = rules
    told = table.get(part, {})
    if is_rewriting:
        reasons = told.get("errors", {})
        table[part] = {
            "widgets": len(found),
            "rules": {check.rule.slug: counts[check.rule.slug] for check in CHECKS if counts[check.rule.slug]},
            "errors": {
                name: {rule: reasons.get(name, {}).get(rule, "") for rule in sorted(rules)}
                for name, rules in sorted(errors.items())
            },
        }
        TABLE.write_text(written(table), encoding="utf-8", newline="\n")
        told = table[part]
    assert told["widgets"] == len(found)
    assert told["rules"] == {rule: count for rule, count in counts.items() if count}
    assert {name: set(rules) for name, rules in told["errors"].items()} == errors
    for name, rules in told["errors"].items():
        for rule, reason in rules.items():
            assert len(reason) >= _SHORTEST_REASON, f"{name}: {rule} needs a reason"


def written(table: Mapping[str, Mapping[str, object]]) -> str:
    """Return the table as TOML."""
    lines = [HEAD]
    for part in sorted(table):
        content = table[part]
        lines += [f"[{part}]", f"widgets = {content['widgets']}", "", f"[{part}.rules]"]
        rules, errors = content["rules"], content["errors"]
        assert isinstance(rules, dict)
        assert isinstance(errors, dict)
        lines += [f"{rule} = {count}" for rule, count in rules.items()]
        for name, reasons in errors.items():
            lines += ["", f'[{part}.errors."{name}"]']
            lines += [f'{rule} = "{reason}"' for rule, reason in reasons.items()]
        lines.append("")
    return "\n".join(lines)


def test_the_rules_of_the_table_exist() -> None:
    slugs = {check.rule.slug for check in CHECKS}
    for part in tomllib.loads(TABLE.read_text(encoding="utf-8")).values():
        assert set(part["rules"]) <= slugs
