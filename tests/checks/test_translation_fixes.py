"""What the rules about translations mend: exactly the expected files, once and for all, and valid JSON after it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amowidget.checks import translation_descriptions, translation_structure, translations
from amowidget.checks.mend import mended
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.widget.widget import load

CHECKS = (*translations.CHECKS, *translation_structure.CHECKS, *translation_descriptions.CHECKS)
WIDGET = {"name": "Orders", "description": "Shows orders", "short_description": "Orders"}


def written(folder: Path, locales: str, **files: str) -> Path:
    (folder / "i18n").mkdir(parents=True)
    keys = json.dumps({key: f"widget.{key}" for key in WIDGET})[1:-1]
    (folder / "manifest.json").write_bytes(f'{{"widget": {{{keys}, "locale": {locales}}}}}\n'.encode())
    for locale, text in files.items():
        (folder / "i18n" / f"{locale}.json").write_bytes(text.encode())
    return folder


def check(folder: Path, visibility: str = "private") -> dict[str, str]:
    """Mend a widget, assert that nothing more is to mend in it, and return the new texts of the changed files."""
    wanted = Settings("amocrm", visibility)
    found = mended(load(folder), wanted, CHECKS)
    left = {finding.rule for finding in run(found.widget, wanted, CHECKS) if finding.fixable}
    assert not left
    assert not mended(found.widget, wanted, CHECKS).files
    return {path: data.decode() for path, data in found.files.items()}


def section(texts: object, indent: int | str | None = 2) -> str:
    return json.dumps(
        {"widget": WIDGET, **(texts if isinstance(texts, dict) else {})}, indent=indent, ensure_ascii=False
    )


def test_languages_that_have_a_file_are_declared(tmp_path: Path) -> None:
    text = section({})
    found = check(written(tmp_path / "a", '["ru"]', ru=text, en=text, es=text, uk=text))
    assert list(found) == ["manifest.json"]
    assert found["manifest.json"].endswith('"locale": ["ru", "en", "es"]}}\n')


def test_languages_are_declared_in_an_empty_list(tmp_path: Path) -> None:
    found = check(written(tmp_path / "a", "[]", ru=section({}), en=section({})))
    assert sorted(json.loads(found["manifest.json"])["widget"]["locale"]) == ["en", "ru"]


def test_languages_that_are_listed_twice_are_listed_once(tmp_path: Path) -> None:
    text = section({})
    found = check(written(tmp_path / "a", '["ru","en","ru","ru","en"]', ru=text, en=text))
    assert found["manifest.json"].endswith('"locale": ["ru","en"]}}\n')


def test_missing_texts_are_copied_and_marked(tmp_path: Path) -> None:
    ru = section(
        {"texts": {"hello": "Привет", "sign": "—", "days": ["Пн", "Вт"], "more": {"bye": "Пока"}}, "empty": {}}
    )
    en = '{\r\n\t"widget":' + json.dumps(WIDGET) + ',\r\n\t"texts":{\r\n\t\t"hello":""\r\n\t}\r\n}\r\n'
    found = check(written(tmp_path / "a", '["ru", "en"]', ru=ru, en=en))
    assert found == {
        "i18n/en.json": en.replace(
            '"hello":""',
            '"hello":"[TRANSLATE ru] Привет",\r\n\t\t"sign":"—",\r\n\t\t"days":[\r\n\t\t\t"[TRANSLATE ru] Пн",'
            '\r\n\t\t\t"[TRANSLATE ru] Вт"\r\n\t\t],\r\n\t\t"more":{\r\n\t\t\t"bye":"[TRANSLATE ru] Пока"\r\n\t\t}',
        )
    }


def test_a_missing_section_holds_what_all_languages_say_in_it(tmp_path: Path) -> None:
    files = {"ru": {"texts": {"a": "А"}}, "en": {"texts": {"a": "A", "b": "B"}}, "es": {}}
    found = check(
        written(tmp_path / "a", '["ru", "en", "es"]', **{name: section(texts) for name, texts in files.items()})
    )
    assert json.loads(found["i18n/es.json"])["texts"] == {"a": "[TRANSLATE ru] А", "b": "[TRANSLATE en] B"}
    assert json.loads(found["i18n/ru.json"])["texts"] == {"a": "А", "b": "[TRANSLATE en] B"}


def test_links_and_brands_are_written_as_moderators_want(tmp_path: Path) -> None:
    description = "<a href='https://a.com' target='_blank'>AMO CRM</a> <a href=\"https://a.com\">x</a>"
    text = section({"widget": {**WIDGET, "description": description}})
    found = check(written(tmp_path / "a", '["ru"]', ru=text), "public")
    assert json.loads(found["i18n/ru.json"])["widget"]["description"] == (
        "<a href='https://a.com' target='_blank' referrerpolicy='no-referrer'>amoCRM</a> "
        '<a href="https://a.com" target="_blank" referrerpolicy="no-referrer">x</a>'
    )


TEXTS = st.recursive(
    st.sampled_from(["", "x", "{name}", " "]),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3) | st.lists(st.just("x"), max_size=2),
    max_leaves=6,
)
FILES = st.lists(st.dictionaries(st.sampled_from("abc"), TEXTS, max_size=3), min_size=2, max_size=3)


@settings(max_examples=60, deadline=None)
@given(files=FILES, indent=st.sampled_from([None, 2, "\t"]))
def test_whatever_is_missing_mending_ends_and_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, files: list[dict[str, Any]], indent: int | str | None
) -> None:
    texts = {locale: section(texts, indent) for locale, texts in zip(("ru", "en", "es"), files, strict=False)}
    folder = written(tmp_path_factory.mktemp("widget") / "a", json.dumps(list(texts)), **texts)
    for path, text in check(folder).items():
        before = json.loads(texts[path.removeprefix("i18n/").removesuffix(".json")])
        assert contains(json.loads(text), before)


def contains(after: Any, before: Any) -> bool:  # any JSON values
    """Return whether nothing of a value was lost; a blank text may have got words."""
    if isinstance(before, dict) and isinstance(after, dict):
        return all(key in after and contains(after[key], value) for key, value in before.items())
    return bool(after == before or (isinstance(before, str) and not before.strip() and isinstance(after, str)))
