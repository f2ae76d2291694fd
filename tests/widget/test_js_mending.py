"""A script is read on behind a mistake, and only what can be relied on is told of the rest."""

import itertools
import random

import pytest

from amowidget.widget.js_nodes import Script
from amowidget.widget.js_text import parse
from amowidget.widget.source import Source
from tests.fuzz.mutate import tokens
from tests.widget.test_js_mistakes import WIDGET

# What is changed in the widget, and the line and text of each mistake that is told then.
MISTAKES = {
    "a parenthesis and a comma": (
        (("set_settings)", "set_settings"), ("},\n      bind", "}\n      bind")),
        "6 {|14 bind_actions",
    ),
    "a text and a bracket": (
        (("'red'", "'red"), ("});\n        return true;\n      }\n", "};\n        return true;\n      }\n")),
        "7 '|15 (",
    ),
    "a text of other letters": (
        (("'red'", "'красный"), ("bind_actions: f", "bind_actions f")),
        "7 '|14 function",
    ),
    "a comma behind a comment": (
        (("},\n      init", "} // drawn\n      init"), ("'click',", "'click'")),
        "11 init|15 function",
    ),
    "a sign": ((("render: f", "render f"), ("init: f", "init f")), "5 function|11 function"),
    "a comma too many": ((("[1, 2, 3]", "[1,, 2 3]"), ("'click',", "'click'")), "7 3|15 function"),
    "a reserved word": ((("var self", "var class"), ("bind_actions: f", "bind_actions f")), "3 class|14 function"),
    "the end is missing": (
        (("bind_actions: f", "bind_actions f"), ("CustomWidget;\n});\n", "CustomWidget;\n")),
        "1 {|14 function",
    ),
}


def read(text: str) -> Script:
    return parse(Source("script.js", text.encode()))


def told(script: Script) -> str:
    lines = (f"{script.source.place(problem.span.start)[0]} {problem.text}" for problem in script.problems)
    return "|".join(lines)


@pytest.mark.parametrize("name", MISTAKES)
def test_several_mistakes_are_told_at_once(name: str) -> None:
    changes, expected = MISTAKES[name]
    text = WIDGET
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    assert told(read(text)) == expected


def test_the_statements_around_a_mistake_are_there() -> None:
    script = read(WIDGET.replace("set_settings)", "set_settings"))
    assert script.is_whole
    assert [call.name for call in script.calls] == ["define", "draw", "on", "$", "preventDefault"]
    assert all(script.text(call.callee) in WIDGET for call in script.calls)


@pytest.mark.parametrize(
    "text",
    [
        "var a = <b>text</b>;",
        "if (a {\n  b c;\n}",  # two so near that the second may come from mending the first
        "a = `text;\n" * 3,
        "/* a\n" + "b();\n" * 5,
        ")]}" * 30,
        "f(" + "a b " * 50 + ")",
    ],
)
def test_what_no_small_change_mends_is_left_at_its_first_mistake(text: str) -> None:
    script = read(text)
    assert len(script.problems) == 1
    assert not script.is_whole


def test_a_large_script_is_left_at_its_first_mistake() -> None:
    script = read(WIDGET.replace("set_settings)", "set_settings") + "f();\n" * 14_000)
    assert len(script.problems) == 1
    assert not script.is_whole


def test_places_behind_the_end_are_the_end() -> None:
    text = "f(function () {\n  g(1);\n"
    script = read(text)
    assert script.is_whole
    assert all(script.span(call.node).end <= len(text) for call in script.calls)


@pytest.mark.parametrize("seed", range(60))
def test_one_lost_token_is_told_once_or_at_its_line(seed: int) -> None:
    """What is told of a script that lacks one token begins as it would alone, and holds no second guess beside it."""
    chance = random.Random(seed)
    found = tokens(WIDGET.encode())
    lost = chance.choice(
        [number for number, token in enumerate(found) if token in (b"(", b")", b"{", b"}", b"[", b",")]
    )
    script = read(b"".join([*found[:lost], *found[lost + 1 :]]).decode())
    lines = [script.source.place(problem.span.start)[0] for problem in script.problems]
    assert all(abs(one - other) > 3 for one, other in itertools.combinations(lines, 2))
    assert len(lines) <= 2
