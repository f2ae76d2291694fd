"""The rules of templates against twig.js itself: their tables, their examples, and what they tell to write instead."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from amowidget.checks import template_rules, templates
from amowidget.checks.check import Check, Context
from amowidget.finding import Rule
from amowidget.widget.source import Source
from amowidget.widget.twig_text import parse
from amowidget.widget.widget import Widget, WidgetFile
from tests.widget.twig_oracle import Oracle, running

EXAMPLES = [(check, check.rule) for check in templates.CHECKS]
every_rule = pytest.mark.parametrize(("check", "rule"), EXAMPLES, ids=[rule.slug for _, rule in EXAMPLES])


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with running() as asked:
        yield asked


def hits(check: Check, text: str, path: str = "templates/x.twig") -> int:
    """Return how often a rule speaks of one template."""
    source = Source(path, text.encode())
    widget = Widget(Path(), {path: WidgetFile(path, len(text), "", source)})
    return len(list(check.find(widget, Context(("amocrm",), "private"))))


def test_the_tables_are_those_of_the_engine(oracle: Oracle) -> None:
    assert list(templates.ENGINE_FILTERS) == oracle.tables["filters"]
    assert list(templates.ENGINE_FUNCTIONS) == oracle.tables["functions"]
    assert list(templates.TESTS) == oracle.tables["tests"]


def closed(text: str) -> str:
    """Return an example with the ends that it leaves out."""
    opened = re.match(r"\{% (if|for) ", text)
    return f"{text}{{% end{opened.group(1)} %}}" if opened and "{% end" not in text else text


@every_rule
def test_a_bad_example_is_found(check: Check, rule: Rule) -> None:
    bad = rule.bad.removesuffix(" without that file")
    assert hits(check, closed(bad) if rule.slug != "template-tag-unclosed" else bad) == 1
    assert not hits(check, closed(bad), "templates/x.html")


@every_rule
def test_a_good_example_is_silent_and_compiles(check: Check, rule: Rule, oracle: Oracle) -> None:
    good = rule.good.partition(" with row.twig")[0]
    good = "{% if a %}1{% elseif b %}2{% endif %}" if good.startswith("{% elseif") else closed(good)
    if rule.slug != "template-include-missing":
        assert hits(check, good) == 0
    assert oracle.verdict(good)["compiles"]


REMEDIES = [text for _, text in template_rules._UNSUPPORTED.values()]


@pytest.mark.parametrize("remedy", REMEDIES)
def test_what_is_told_to_write_instead_compiles(oracle: Oracle, remedy: str) -> None:
    for snippet in re.findall(r"\{\{.*?\}\}|\{% (?!for %|set %).*?%\}", remedy):
        text = snippet.replace("...", "1") + ("{% endif %}" if snippet.startswith("{% if") else "")
        assert oracle.verdict(text)["compiles"], text


@pytest.mark.parametrize(
    ("expression", "drawn"),
    [
        ("name|default('x')", "b"),
        ("list|first|slice(0, 1) == 'a'", "true"),
        ("'abc'|slice(-2) == 'bc'", "true"),
        ("one is sameas(1)", "true"),
        ("(yes or no) and not (yes and no)", "true"),
        ("yes ? (no ? 1 : 2) : 3", "2"),
        ("(name in list) and yes", "true"),
        ("0 - one", "-1"),
        ("(-1)", "-1"),
        ("list|slice(0, 1)|join", "a"),
    ],
)
def test_what_is_told_to_write_instead_draws_what_is_meant(oracle: Oracle, expression: str, drawn: str) -> None:
    text = f"{{{{ {expression} }}}}"
    assert parse(Source("x.twig", text.encode())).problems == ()
    assert oracle.verdict(text)["drawn"] == drawn
