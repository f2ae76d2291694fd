"""The JSON reader: what is valid reads as the standard library reads it, and each problem is told once, at its place."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amowidget.widget.json_text import parse
from amowidget.widget.source import Source


def told(text: str | bytes) -> tuple[object, list[str]]:
    """Return the value and the problems as `kind line:column`."""
    source = Source("x.json", text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
    document = parse(source)
    places = [(problem.kind, source.place(problem.span.start)) for problem in document.problems]
    plain = document.root.plain if document.root else None
    return plain, [f"{kind} {line}:{column}" for kind, (line, column) in places]


PROBLEMS = [
    ("", None, ["empty 1:1"]),
    (" \n", None, ["empty 1:1"]),
    (b'\xef\xbb\xbf{"a": 1}', {"a": 1}, ["bom 1:1"]),
    (b'{"a": "\xff"}', {"a": "\udcff"}, ["not-utf8 1:8"]),
    ('{"a": 1} // end', {"a": 1}, ["comment 1:10"]),
    ('{"a": /* one */ 1}', {"a": 1}, ["comment 1:7"]),
    ('# head\n{"a": 1}', {"a": 1}, ["comment 1:1"]),
    ('{"a": 1,}', {"a": 1}, ["trailing-comma 1:8"]),
    ("[1, 2,]", [1, 2], ["trailing-comma 1:6"]),
    ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, ["missing-comma 1:8"]),
    ("[1 2]", [1, 2], ["missing-comma 1:3"]),
    ("[1,, 2]", [1, 2], ["extra-comma 1:4"]),
    ('{"a" 1}', {"a": 1}, ["missing-colon 1:5"]),
    ('{"a":}', {"a": None}, ["missing-value 1:6"]),
    ('{, "a": 1}', {"a": 1}, ["missing-key 1:2"]),
    ('{"a": 1, "a": 2}', {"a": 2}, ["duplicate-key 1:10"]),
    ("{a: 1}", {"a": 1}, ["unquoted-key 1:2"]),
    ("{'a': 'b'}", {"a": "b"}, ["wrong-quotes 1:2", "wrong-quotes 1:7"]),
    ('{"a": “b”}', {"a": "b"}, ["wrong-quotes 1:7"]),
    ('{"a": "b\n, "c": 1}', {"a": "b", "c": 1}, ["unclosed-string 1:7"]),
    ('{"a": "b\nc"}', {"a": "b c"}, ["control-character 1:9"]),
    ('{"a": [1, 2}', {"a": [1, 2]}, ["unclosed-bracket 1:7"]),
    ('{"a": ["b", "c": 1}', {"a": ["b"], "c": 1}, ["unclosed-bracket 1:7"]),
    ('{"a": 1', {"a": 1}, ["unclosed-bracket 1:1"]),
    ('{"a": 1]', {"a": 1}, ["wrong-bracket 1:8"]),
    ('{"a": "\t"}', {"a": " "}, ["control-character 1:8"]),
    (r'{"a": "\x"}', {"a": r"\x"}, ["bad-escape 1:8"]),
    (r'{"a": "\u12"}', {"a": r"\u12"}, ["bad-escape 1:8"]),
    ('{"a": 01, "b": +1, "c": .5}', {"a": 0, "b": 0, "c": 0}, ["bad-number 1:7", "bad-number 1:16", "bad-number 1:25"]),
    ('{"a": True, "b": undefined}', {"a": True, "b": None}, ["bad-word 1:7", "bad-word 1:18"]),
    ('{"a": 1; "b": 2}', {"a": 1, "b": 2}, ["unexpected 1:8"]),
    ('{"a": 1}\n{"b": 2}', {"a": 1}, ["text-after-end 2:1"]),
    ('{"a": 1}}', {"a": 1}, ["text-after-end 1:9"]),
]


@pytest.mark.parametrize(("text", "value", "problems"), PROBLEMS, ids=[str(row[0])[:30] for row in PROBLEMS])
def test_each_problem_is_told_at_its_place_and_the_rest_is_read(
    text: str | bytes, value: object, problems: list[str]
) -> None:
    assert told(text) == (value, problems)


def test_deep_nesting_is_told_and_ends() -> None:
    assert told("[" * 100_000)[1] == ["too-deep 1:101"]


def test_places_count_lines_of_any_system_and_characters() -> None:
    source = Source("x", '{"имя": 1,\r\n"b" 2,\r"c" 3,\n"d" 4}'.encode())
    places = [source.place(problem.span.start) for problem in parse(source).problems]
    assert places == [(2, 4), (3, 4), (4, 4)]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_valid_json_reads_as_the_standard_library_reads_it(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    source = Source("x", text.encode("utf-8", "surrogatepass") if ascii_only else text.encode("utf-8", "replace"))
    document = parse(source)
    assert document.problems == ()
    assert document.root is not None
    assert document.root.plain == json.loads(source.text)


FRAGMENTS = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"',
    "\\",
    "'",
    "1",
    "-",
    "true",
    "nul",
    "//",
    "/*",
    "*/",
    "\n",
    " ",
    "“",
]


@settings(max_examples=1000)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join))
def test_the_verdict_is_that_of_the_standard_library(text: str) -> None:
    document = parse(Source("x", text.encode()))
    try:
        value = json.loads(text)
    except ValueError:
        assert not document.is_strict
    else:
        assert document.is_strict
        assert document.root is not None
        assert document.root.plain == value


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    source = Source("x", data)
    document = parse(source)
    for problem in document.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(source.text)
    for _, node in document.root.walk() if document.root else ():
        assert source.text[node.span.start : node.span.end] or node.value is None
