"""docs/rules.md is made from the records of the rules; `--rewrite` writes it anew."""

from collections.abc import Iterator
from pathlib import Path

from amowidget.checks.registry import CHECKS
from amowidget.finding import Rule

PAGE = Path(__file__).parent.parent.parent / "docs" / "rules.md"
HEAD = """# Rules

What `amowidget validate` looks at. This page is made from the records of the rules in `amowidget/checks/`; the same is
told by `amowidget rules` and `amowidget rules CODE`.

An error is refused by the account, or by our own policy (JSON grammar, safety, secrets). How a statement about the
platform is known stands beside each rule: documented by the vendor, observed by developers, assumed, or policy. What is
assumed is never more than a remark; one observation alone never more than a warning.

"""


def test_the_page_of_the_rules_is_made_from_their_records(is_rewriting: bool) -> None:
    page = HEAD + "".join(index()) + "".join(section for check in CHECKS for section in sections(check.rule))
    if is_rewriting:
        PAGE.write_text(page, encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == page


def index() -> Iterator[str]:
    """Yield a table of the rules, family by family."""
    yield "| rule | severity | evidence |\n| --- | --- | --- |\n"
    for check in CHECKS:
        rule = check.rule
        yield f"| [{rule.code}](#{rule.code.lower()}-{rule.slug}) {rule.slug} | {severities(rule)} | {rule.evidence} |\n"
    yield "\n"


def severities(rule: Rule) -> str:
    return ", ".join([str(rule.severity), *(f"{case}: {level}" for case, level in rule.severities.items())])


def sections(rule: Rule) -> Iterator[str]:
    yield f"## {rule.code} {rule.slug}\n\n{rule.why}\n\n"
    yield f"- Severity: {severities(rule)}\n- Evidence: {rule.evidence}; {rule.source}\n\n"
    if rule.remedy:
        yield f"Remedy: {rule.remedy}\n\n"
    if rule.fixable:
        yield "`amowidget validate --fix` mends it where one answer is right.\n\n"
    yield f"Bad:\n\n{indented(rule.bad)}\n\nGood:\n\n{indented(rule.good)}\n\n"


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in (text or "(nothing)").splitlines())
