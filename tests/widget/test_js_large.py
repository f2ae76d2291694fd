"""Scripts of any size are read in bounded time: valid ones whole, and of others the first mistake or nothing is told."""

import random

import pytest

from amowidget.widget import js_failing
from amowidget.widget.js_failing import failing_byte
from amowidget.widget.js_large import LARGE_BYTES
from amowidget.widget.js_nodes import Script
from amowidget.widget.js_parser import normal, parsed
from amowidget.widget.js_text import parse
from amowidget.widget.source import Source
from tests.fuzz.mutate import tokens
from tests.widget.test_js_mistakes import WIDGET

FUNCTION = b"  function f(a, b) { var x = a + b * 2; if (x > 3) { self.call(x, 'text', [1, 2]); } return x; }\n"
START = b"define([], function () {\n" + FUNCTION * (LARGE_BYTES // len(FUNCTION) + 1)
END = b"});\n"


def read(data: bytes) -> Script:
    return parse(Source("script.js", data))


def lines(script: Script) -> list[int]:
    return [script.source.place(problem.span.start)[0] for problem in script.problems]


VALID = {
    "statements": START + END,
    "a text that no beginning holds": START + b"var t = '" + b"a/+9" * 200_000 + b"';\n" + END,
    "a text from the start": b"var t = '" + b"(a)/+9" * 100_000 + b"';\n",
    "a comment from the start": b"/* [ " + b"it's (a) " * 100_000 + b" */ f();\n",
    "a template from the start": b"var t = `" + b"it's (a) ${b}\n" * 100_000 + b"`;\n",
    "a text in lines": b"var t = '" + b"a/+9\\\n" * 200_000 + b"';\n",
    "lists of numbers": b"var a = [" + b"[1,2]," * 90_000 + b"[]];\n",
}


@pytest.mark.parametrize("name", VALID)
def test_a_large_script_is_read(name: str) -> None:
    script = read(VALID[name])
    assert not script.problems
    assert not script.is_unread


LAST = (START + END).count(b"\n")
BROKEN = {
    "a value is missing at the end": (START + b"var a = ;\n" + END, LAST),
    "one bracket too many": (START + END + END, LAST + 1),
    "no end": (START, 1),
    "broken at the start": (b"var a b;\n" + START + END, 1),
    "a page": (b"<div class='a'>text & more</div>\n" * 50_000, 1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_mistake_of_a_large_script_is_told(name: str) -> None:
    data, line = BROKEN[name]
    script = read(data)
    assert lines(script)[:1] == [line]
    assert not script.is_given_up


GIVEN_UP = {
    "quotes": b"f();\n" + b"'" * (LARGE_BYTES + 1),
    "labels and blocks": b"a:{" * LARGE_BYTES,
    "parameters": b"(a," * LARGE_BYTES,
    "patterns": b"({a,b:[c," * (LARGE_BYTES // 4),
    "brackets of all kinds behind code": START + b"([{" * LARGE_BYTES,
    "calls without an end of a line": START + b"async (a) " * (LARGE_BYTES // 10),
}


@pytest.mark.parametrize("name", GIVEN_UP)
def test_what_is_no_script_is_given_up(name: str) -> None:
    script = read(GIVEN_UP[name])
    assert script.is_unread
    assert script.is_given_up
    assert not script.problems


@pytest.mark.parametrize("unit", [b"a:{", b"{a:"])
def test_levels_that_no_stack_holds_end_no_process(unit: bytes) -> None:
    script = read(unit * 120_000)
    assert script.problems or script.is_unread


@pytest.mark.parametrize("seed", range(40))
def test_a_large_script_fails_where_a_small_one_does(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree that is known already is used again for speed; the place is that of the whole reading."""
    chance = random.Random(seed)
    found = tokens(WIDGET.encode())
    signs = [number for number, token in enumerate(found) if token in (b"(", b")", b"{", b"}", b"[", b"]", b",", b":")]
    found[chance.choice(signs)] = chance.choice((b"", b"; ;", b")", b"]"))
    data = normal(b"".join(found))
    tree = parsed(data)
    if tree.root_node.has_error:
        place = failing_byte(data, tree)
        monkeypatch.setattr(js_failing, "_LARGE_BYTES", 0)
        assert data[:place].rstrip() == data[: failing_byte(data, tree)].rstrip()
