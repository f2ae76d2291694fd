"""Edits of JSON keep the style of the neighbours, and give exactly the wanted value; nothing else changes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amowidget.widget.edit import Edit, apply
from amowidget.widget.json_edit import appended, inserted, inserted_all, removed, replaced
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.json_text import parse
from amowidget.widget.source import Source


def source_of(text: str) -> Source:
    return Source("x.json", text.encode())


def node_at(source: Source, *path: str | int) -> Node:
    root = parse(source).root
    assert root is not None
    return next(node for place, node in root.walk() if place == path)


INSERTED = [
    pytest.param('{\n  "a": 1\n}\n', (), '{\n  "a": 1,\n  "k": "v"\n}\n', id="two blanks"),
    pytest.param('{\n\t"a": 1\n}', (), '{\n\t"a": 1,\n\t"k": "v"\n}', id="tab, no line end at the end"),
    pytest.param('{\r\n    "a": 1\r\n}\r\n', (), '{\r\n    "a": 1,\r\n    "k": "v"\r\n}\r\n', id="crlf"),
    pytest.param('{\n  "a":1,\n  "b":2\n}', (), '{\n  "a":1,\n  "b":2,\n  "k":"v"\n}', id="no blank after the colon"),
    pytest.param('{"a": 1}', (), '{"a": 1, "k": "v"}', id="one line"),
    pytest.param('{"a":1,"b":2}', (), '{"a":1,"b":2,"k":"v"}', id="dense"),
    pytest.param('{ "a" : 1 }', (), '{ "a" : 1, "k" : "v" }', id="blanks around the colon"),
    pytest.param("{}", (), '{\n  "k": "v"\n}', id="empty file"),
    pytest.param("{ \n }\n", (), '{\n  "k": "v"\n}\n', id="empty file of two lines"),
    pytest.param('{"a": {}}', ("a",), '{"a": {"k": "v"}}', id="empty section on one line"),
    pytest.param('{\n  "a": {}\n}', ("a",), '{\n  "a": {\n    "k": "v"\n  }\n}', id="empty section"),
    pytest.param('{\r\n\t"a": {\r\n\t}\r\n}', ("a",), '{\r\n\t"a": {\r\n\t\t"k": "v"\r\n\t}\r\n}', id="tabs, crlf"),
    pytest.param('{\n  "a": { "b": 1 }\n}', ("a",), '{\n  "a": { "b": 1, "k": "v" }\n}', id="short section"),
    pytest.param('{\n  "a": 1,\n\n\n  "b": 2\n}', (), '{\n  "a": 1,\n\n\n  "b": 2,\n  "k": "v"\n}', id="groups"),
    pytest.param('{\n  "a": 1,\n}', (), '{\n  "a": 1,\n  "k": "v",\n}', id="a trailing comma stays one"),
    pytest.param('{\n  "a": 1 // one\n}', (), '{\n  "a": 1,\n  "k": "v" // one\n}', id="comment"),
    pytest.param("{ /* none */ }", (), '{\n  "k": "v" /* none */ }', id="comment alone"),
    pytest.param('\ufeff{"a": 1}', (), '\ufeff{"a": 1, "k": "v"}', id="byte order mark"),
    pytest.param('{"a": 1', (), '{"a": 1, "k": "v"', id="unclosed"),
]


@pytest.mark.parametrize(("before", "path", "after"), INSERTED)
def test_a_member_is_inserted_in_the_style_of_its_neighbours(before: str, path: tuple[str], after: str) -> None:
    source = source_of(before)
    assert apply(source, [inserted(source, node_at(source, *path), "k", "v")]).decode() == after


def test_a_section_is_inserted_with_the_indentation_of_the_file() -> None:
    source = source_of('{\r\n\t"a":1\r\n}')
    edit = inserted(source, node_at(source), "k", {"b": {"c": "d"}, "e": ["f"]})
    expected = '{\r\n\t"a":1,\r\n\t"k":{\r\n\t\t"b":{\r\n\t\t\t"c":"d"\r\n\t\t},\r\n\t\t"e":[\r\n\t\t\t"f"\r\n\t\t]\r\n\t}\r\n}'
    assert apply(source, [edit]).decode() == expected


def test_edits_of_one_object_go_together() -> None:
    source = source_of('{\n  "a": 1\n}')
    edits = [inserted(source, node_at(source), key, key) for key in "bc"]
    assert json.loads(apply(source, edits)) == {"a": 1, "b": "b", "c": "c"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('["ru"]', '["ru", "en", "es"]', id="one"),
        pytest.param('["ru","pt"]', '["ru","pt","en","es"]', id="dense"),
        pytest.param("[]", '["en", "es"]', id="empty"),
        pytest.param('[\n  "ru"\n]', '[\n  "ru",\n  "en",\n  "es"\n]', id="lines"),
        pytest.param('["ru",]', '["ru", "en", "es",]', id="a trailing comma stays one"),
    ],
)
def test_items_are_appended_in_the_style_of_their_neighbours(before: str, after: str) -> None:
    source = source_of(before)
    assert apply(source, [appended(source, node_at(source), "en", "es")]).decode() == after


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        pytest.param('["a", "b", "c"]', 0, '["b", "c"]', id="first"),
        pytest.param('["a", "b", "c"]', 1, '["a", "c"]', id="middle"),
        pytest.param('["a", "b", "c"]', 2, '["a", "b"]', id="last"),
        pytest.param('["a"]', 0, "[]", id="only"),
        pytest.param('["a",]', 0, "[]", id="only, with a trailing comma"),
        pytest.param('["a", "b",]', 1, '["a",]', id="exactly one comma"),
        pytest.param('{\n  "a": 1,\n  "b": 2\n}\n', 0, '{\n  "b": 2\n}\n', id="first line"),
        pytest.param('{\n  "a": 1,\n  "b": 2\n}\n', 1, '{\n  "a": 1\n}\n', id="last line"),
        pytest.param('{\r\n  "a": 1,\r\n  "b": 2,\r\n  "c": 3\r\n}', 1, '{\r\n  "a": 1,\r\n  "c": 3\r\n}', id="crlf"),
        pytest.param('{\n  "a": 1\n}', 0, "{}", id="only line"),
        pytest.param('["a", // one\n "b"]', 0, '[ // one\n "b"]', id="the comment stays"),
        pytest.param('["a", // one\n "b"]', 1, '["a" // one]', id="the comment before stays"),
    ],
)
def test_a_part_is_removed_with_one_comma_and_its_line(before: str, index: int, after: str) -> None:
    source = source_of(before)
    assert apply(source, [removed(source, node_at(source), index)]).decode() == after


def test_removals_of_one_list_go_together() -> None:
    source = source_of('["a", "b", "a", "a", "c", "c"]')
    edits = [removed(source, node_at(source), index) for index in (2, 3, 5)]
    assert apply(source, edits).decode() == '["a", "b", "c"]'


def test_letters_are_escaped_where_the_file_escapes_them() -> None:
    source = source_of('{"a": "\\u0430"}')
    assert apply(source, [inserted(source, node_at(source), "k", "я")]).decode() == '{"a": "\\u0430", "k": "\\u044f"}'
    source = source_of('{"a": "а"}')
    assert apply(source, [inserted(source, node_at(source), "k", "я")]).decode() == '{"a": "а", "k": "я"}'
    assert replaced(source, node_at(source, "a"), 'x"y').text == '"x\\"y"'


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Source, Any]:
    """Draw a JSON text in one of many styles, with its value."""
    value = draw(VALUES.filter(lambda value: isinstance(value, dict | list)))
    indent = draw(st.sampled_from([None, 1, 2, 4, "\t"]))
    comma = draw(st.sampled_from([",", ", "])) if indent is None else ","
    colon = draw(st.sampled_from([":", ": ", " : "]))
    text = json.dumps(value, indent=indent, separators=(comma, colon), ensure_ascii=draw(st.booleans()))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))) + draw(st.sampled_from(["", "\n"]))
    return Source("x.json", text.encode("utf-8", "surrogatepass")), value


def places(source: Source, kind: Kind) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    root = parse(source).root
    assert root is not None
    yield from ((path, node) for path, node in root.walk() if node.kind is kind)


def part_of(value: Any, path: tuple[str | int, ...]) -> Any:  # any JSON value
    for step in path:
        value = value[step]
    return value


def check(source: Source, edit: Edit, expected: object) -> None:
    edited = Source("x.json", apply(source, [edit]))
    document = parse(edited)
    assert document.is_strict, edited.text
    assert document.root is not None
    assert document.root.plain == expected, edited.text
    assert edited.text[: edit.span.start] == source.text[: edit.span.start]
    assert edited.text[len(edited.text) - len(source.text) + edit.span.end :] == source.text[edit.span.end :]
    if len(set(source.line_ends)) == 1:
        assert edited.line_ends in ((), source.line_ends)


@given(documents(), st.data(), VALUES)
def test_whatever_is_inserted_the_value_is_exactly_the_wanted(
    drawn: tuple[Source, Any], data: st.DataObject, value: object
) -> None:
    source, whole = drawn
    found = list(places(source, Kind.OBJECT))
    if not found:
        return
    path, node = data.draw(st.sampled_from(found))
    key = data.draw(st.text(max_size=3).filter(lambda key: node.get(key) is None))
    edit = inserted_all(source, node, {key: value, key + "x" * 4: value})
    part_of(whole, path).update({key: value, key + "x" * 4: value})
    check(source, edit, whole)


@given(documents(), st.data(), VALUES)
def test_whatever_is_appended_the_value_is_exactly_the_wanted(
    drawn: tuple[Source, Any], data: st.DataObject, value: object
) -> None:
    source, whole = drawn
    found = list(places(source, Kind.ARRAY))
    if not found:
        return
    path, node = data.draw(st.sampled_from(found))
    edit = appended(source, node, value)
    part_of(whole, path).append(value)
    check(source, edit, whole)


@given(documents(), st.data())
def test_whatever_is_removed_the_value_is_exactly_the_wanted(drawn: tuple[Source, Any], data: st.DataObject) -> None:
    source, whole = drawn
    found = [entry for kind in (Kind.OBJECT, Kind.ARRAY) for entry in places(source, kind)]
    found = [(path, node) for path, node in found if node.members or node.items]
    if not found:
        return
    path, node = data.draw(st.sampled_from(found))
    index = data.draw(st.integers(0, len(node.members or node.items) - 1))
    part = part_of(whole, path)
    del part[node.members[index].key if node.members else index]
    check(source, removed(source, node, index), whole)
