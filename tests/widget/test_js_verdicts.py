"""Whether a script is JavaScript: the reader against acorn, over short scripts of every part of the language."""

import random
from collections.abc import Iterable

import pytest

from amowidget.widget.js_nodes import Script
from amowidget.widget.js_text import parse
from amowidget.widget.source import Source
from tests.widget.acorn_oracle import Verdict, verdicts
from tests.widget.js_snippets import ACORN_MISTAKES, FALSE_ALARMS, INVALID, MISSED, VALID

_MODULE = "module: "


def script_of(snippet: str) -> Script:
    source = Source("a.js", snippet.removeprefix(_MODULE).encode("utf-8", "surrogatepass"))
    return parse(source, is_module=snippet.startswith(_MODULE))


def told(snippet: str) -> str:
    """Return the place and the kind of the first problem, empty when there is none."""
    script = script_of(snippet)
    if not script.problems:
        return ""
    line, column = script.source.place(script.problems[0].span.start)
    return f"{line}:{column} {script.problems[0].kind}"


@pytest.fixture(scope="module")
def acorn() -> dict[str, Verdict]:
    snippets = [*VALID, *INVALID, *MISSED, *FALSE_ALARMS, *ACORN_MISTAKES]
    return by_acorn(snippet for snippet in snippets if not snippet.startswith(_MODULE)) | by_acorn(
        snippet for snippet in snippets if snippet.startswith(_MODULE)
    )


def by_acorn(snippets: Iterable[str]) -> dict[str, Verdict]:
    listed = list(snippets)
    is_module = listed[0].startswith(_MODULE)
    return dict(zip(listed, verdicts([one.removeprefix(_MODULE) for one in listed], is_module), strict=True))


def test_the_tables_are_large_and_say_each_thing_once() -> None:
    assert len(VALID) == len(set(VALID)) > 500
    assert len(INVALID) > 600
    assert not set(VALID) & set(INVALID)
    assert not (set(VALID) | set(INVALID)) & (set(MISSED) | set(FALSE_ALARMS))


@pytest.mark.parametrize("snippet", VALID, ids=repr)
def test_what_is_javascript_is_taken(snippet: str, acorn: dict[str, Verdict]) -> None:
    assert acorn[snippet].ok, acorn[snippet].message
    assert told(snippet) == ""


@pytest.mark.parametrize("snippet", INVALID, ids=repr)
def test_what_is_none_is_refused_at_its_place(snippet: str, acorn: dict[str, Verdict]) -> None:
    assert not acorn[snippet].ok
    assert told(snippet) == INVALID[snippet]


def test_two_places_of_three_are_those_of_acorn(acorn: dict[str, Verdict]) -> None:
    # Elsewhere the reader tells the opening bracket, the whole regular expression, or the word itself.
    same = [one for one in INVALID if INVALID[one].startswith(f"{acorn[one].line}:{acorn[one].column} ")]
    assert len(same) / len(INVALID) > 0.65


@pytest.mark.parametrize("snippet", MISSED, ids=repr)
def test_what_is_missed_is_still_missed(snippet: str, acorn: dict[str, Verdict]) -> None:
    assert not acorn[snippet].ok
    assert told(snippet) == "", "take it out of the table, and into the one of what is refused"


def test_the_list_of_what_is_missed_only_shrinks() -> None:
    assert len(MISSED) <= 24


@pytest.mark.parametrize("snippet", FALSE_ALARMS, ids=repr)
def test_what_the_parser_misreads_is_known(snippet: str, acorn: dict[str, Verdict]) -> None:
    assert acorn[snippet].ok
    assert told(snippet) != "", "take it out of the table, and into the one of what is taken"


def test_the_list_of_false_alarms_only_shrinks() -> None:
    assert len(FALSE_ALARMS) <= 4


@pytest.mark.parametrize("snippet", ACORN_MISTAKES, ids=repr)
def test_where_acorn_is_wrong_the_reader_is_not(snippet: str, acorn: dict[str, Verdict]) -> None:
    assert acorn[snippet].ok
    assert told(snippet) != ""


@pytest.mark.parametrize("snippet", [*VALID, *INVALID, *MISSED], ids=repr)
def test_a_tree_with_errors_has_a_problem(snippet: str) -> None:
    script = script_of(snippet)
    assert script.problems or not script.root.has_error


# A directive and a hashbang mean something only at the start.
ANYWHERE = [
    one for one in (*VALID, *INVALID) if not one.startswith((_MODULE, "#!", " #!")) and "'use strict'" not in one
]


@pytest.mark.parametrize("snippet", ANYWHERE, ids=repr)
def test_a_verdict_stays_when_the_script_stands_in_a_larger_one(snippet: str) -> None:
    before = "var before = [1, {two: /3/}];\n"
    line, _, rest = INVALID.get(snippet, "").partition(":")
    expected = f"{int(line) + 1}:{rest}" if line else ""
    assert told(before + snippet) == expected


# fmt: off
WORDS = (
    "(", ")", "[", "]", "{", "}", "(", ")", "{", "}", "a", "b", "c", "a", "b", "x", "1", "2", "'a'", ";", ",", ":", ".",
    "=", "=>", "+", "-", "*", "/", "++", "...", "?", "?.", "??", "||", "&&", "!", "<", ">", "==", "async", "await",
    "yield", "let", "const", "var", "function", "function*", "class", "extends", "static", "get", "set", "super",
    "this", "new", "new.target", "return", "break", "continue", "throw", "if", "else", "for", "of", "in", "while", "do",
    "switch", "case", "default", "try", "catch", "finally", "with", "delete", "typeof", "void", "using", "`a`", "#a",
    "a:", "**", "+=", "instanceof", "null", "true", "eval", "arguments",
)
# fmt: on
AROUND = (
    *(
        "function f(%s) {}",
        "function f() { %s }",
        "async () => { %s }",
        "function* g() { %s }",
        "class A extends B { %s }",
    ),
    *(
        "({%s})",
        "for (%s) b",
        "x = %s",
        "if (%s) a",
        "switch (a) { case 1: %s }",
        "'use strict'; %s",
        "(%s) => a",
        "[%s] = a",
    ),
    *("let {%s} = a", "try { %s } catch {}", "a(%s)", "class A { a() { %s } }", "%s"),
)


def test_words_put_together_by_chance_are_judged_as_acorn_judges_them() -> None:
    chance = random.Random(20261125)
    phrases = []
    for _ in range(4000):
        words = chance.choices([*WORDS, "\n"], k=chance.choice((1, 2, 2, 3, 3, 4, 5)))
        phrases.append(chance.choice(AROUND).replace("%s", " ".join(words)))
    judged = [(phrase, verdict.ok, told(phrase)) for phrase, verdict in zip(phrases, verdicts(phrases), strict=True)]
    assert [phrase for phrase, is_good, problem in judged if is_good and problem] == []
    # One in 10,000 is missed.
    assert len([phrase for phrase, is_good, problem in judged if not is_good and not problem]) <= 1
    assert sum(is_good for _, is_good, _ in judged) > 200
