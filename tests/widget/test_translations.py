"""The table of translations: what is declared, what can be read, and marks of texts that wait for their translation."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amowidget.widget.json_text import parse
from amowidget.widget.source import Source
from amowidget.widget.translations import Translations, is_marked, marked, translations, within


def table(locales: list[object], **files: str) -> Translations:
    manifest = parse(Source("manifest.json", json.dumps({"widget": {"locale": locales}}).encode()))
    paths = {f"i18n/{locale}.json": text for locale, text in files.items()}
    return translations(manifest.root, {path: parse(Source(path, text.encode())) for path, text in paths.items()})


def test_declared_languages_come_once_and_in_order() -> None:
    found = table(["ru", "en", 1, "", "ru"], ru="{}", uk="{}")
    assert found.locales == ("ru", "en")
    assert list(found.files) == ["ru", "uk"]
    assert list(found.readable) == ["ru"]


def test_every_key_is_found_by_its_path_and_the_last_of_two_counts() -> None:
    found = table(["ru"], ru='{"a": {"b": "x", "c": {"d": "y"}}, "e": "1", "e": "2"}')
    assert [entry.key for entry in found.tables["ru"].values()] == ["a", "a.b", "a.c", "a.c.d", "e"]
    assert found.tables["ru"][("e",)].value.text == "2"


@pytest.mark.parametrize("text", ["[]", "", '{"a": "x', '{"a": 1}{"b": 2}', '{"a" 1}'])
def test_a_file_in_which_nobody_knows_what_belongs_where_is_not_judged(text: str) -> None:
    found = table(["ru"], ru=text)
    assert not found.readable
    assert found.missing("widget.name") == ()


@pytest.mark.parametrize("text", ['{"a": "x",}', '\ufeff{"a": "x"}', '{"a": "x"} // end', "{'a': 'x'}"])
def test_a_file_with_a_small_mistake_is_judged(text: str) -> None:
    assert table(["ru"], ru=text).missing("a") == ()
    assert table(["ru"], ru=text).missing("b") == ("ru",)


def test_a_blank_is_a_text_and_an_empty_string_is_none() -> None:
    found = table(["ru"], ru='{"a": " ", "b": "", "c": {"d": "x"}, "e": 1}')
    assert [key for key in ("a", "b", "c", "c.d", "e", "f.g") if found.missing(key)] == ["b", "c", "e", "f.g"]


@given(st.text())
def test_a_mark_is_recognised_and_never_doubled(text: str) -> None:
    assert is_marked(marked(text, "ru"))
    assert marked(marked(text, "ru"), "en") == marked(text, "ru")


def test_marks_say_the_language_and_texts_about_translating_are_not_marked() -> None:
    assert marked("Привет", "ru") == "[TRANSLATE ru] Привет"
    assert not any(map(is_marked, ("", "TRANSLATE", "[Translate] x", "x [TRANSLATE ru]")))


@given(st.text(min_size=1).filter(lambda text: "\0" not in text), st.booleans(), st.data())
def test_a_part_of_a_text_is_found_in_the_file(text: str, is_ascii: bool, data: st.DataObject) -> None:
    source = Source("x.json", json.dumps({"a": text}, ensure_ascii=is_ascii).encode())
    root = parse(source).root
    assert root is not None
    node = root.find("a")
    assert node is not None
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = within(source, node, start, end)
    assert json.loads(f'"{source.text[span.start : span.end]}"') == text[start:end]
