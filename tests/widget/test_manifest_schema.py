"""The JSON Schema: itself valid, usable in an editor, and in accord with the manifests of real widgets."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from amowidget.widget.manifest_fit import fits
from amowidget.widget.manifest_schema import schema, text
from tests import corpus

BASE: dict[str, Any] = {
    "widget": {
        "name": "widget.name",
        "description": "widget.description",
        "short_description": "widget.short_description",
        "locale": ["ru"],
    },
    "locations": ["settings"],
}


def errors(value: object) -> list[str]:
    return [error.json_path for error in Draft202012Validator(schema()).iter_errors(value)]


def test_the_schema_is_valid_and_says_what_it_is() -> None:
    Draft202012Validator.check_schema(schema())
    assert text().endswith("}\n")
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_everything_has_a_title_and_a_description() -> None:
    assert [path for path, rules in properties(schema(), "") if not {"title", "description"} <= rules.keys()] == []


def properties(rules: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, inner in rules.get("properties", {}).items():
        resolved = {**schema()["$defs"][inner["$ref"].rpartition("/")[2]], **inner} if "$ref" in inner else inner
        yield f"{path}.{key}", resolved
        yield from properties(inner, f"{path}.{key}")
    for name, inner in rules.get("$defs", {}).items():
        yield from properties(inner, name)


GOOD: list[dict[str, Any]] = [
    {},
    {"unknown": {"anything": 1}},
    {"locations": ["lcard", "ccard-0", "llist-1", "everywhere"]},
    {"settings": {"a": {"name": "settings.a", "type": "users_lp", "required": True, "placeholder": "x"}}},
    {"tour": {"is_tour": True, "tour_images": {"ru": ["/images/1.png"]}, "tour_description": "widget.tour"}},
    {"dp": {"action_multiple": True, "settings": {"a": {"name": "dp.a", "type": "users_lp"}}}},
    {"sms": {"endpoint": "HTTPS://EXAMPLE.COM"}},
    {"salesbot_designer": {"conditions": [{"name": "bot.go"}]}},
    {"advanced": {"title": "advanced.title"}},
    {
        "salesbot_designer": {
            "logo": " ",
            "go": {"name": "bot.go", "settings": {"a": {"name": "b.a", "type": "numeric"}}},
        }
    },
    {"sms": {"endpoint": "https://example.com"}, "mobile": {"frame_url": "https://example.com", "color": "#AABBCC"}},
    {"left_menu": {"orders": {"title": "menu.orders", "icons": {"light": "images/a.svg"}, "sort": {"after": "leads"}}}},
    {"left_menu": {"stats": {"submenu": {"a": {"title": "menu.a", "sort": 1}}}, "mail": {"is_hidden": True}}},
    {"amoforms_settings": {"title": "forms.title", "required": True, "error_text": "forms.error"}},
]
BAD: list[tuple[dict[str, Any], str]] = [
    ({"locations": "settings"}, "$.locations"),
    ({"locations": []}, "$.locations"),
    ({"locations": ["card"]}, "$.locations[0]"),
    ({"locations": ["settings", "settings"]}, "$.locations"),
    ({"settings": []}, "$.settings"),
    ({"settings": {"a": {"name": "settings.a", "type": "list"}}}, "$.settings.a.type"),
    ({"settings": {"a": {"type": "text"}}}, "$.settings.a"),
    ({"tour": {"is_tour": False}}, "$.tour.is_tour"),
    ({"dp": {"settings": {}}}, "$.dp"),
    ({"dp": {"action_multiple": True, "settings": {"a": {"name": "dp.a", "type": "list"}}}}, "$.dp.settings.a.type"),
    ({"widget": {**BASE["widget"], "init_once": "Y"}}, "$.widget.init_once"),
    ({"widget": {**BASE["widget"], "support": {"email": "help"}}}, "$.widget.support.email"),
    ({"sms": {"endpoint": "https://"}}, "$.sms.endpoint"),
    ({"advanced": {}}, "$.advanced"),
    ({"salesbot_designer": {"go": {}}}, "$.salesbot_designer.go"),
    ({"salesbot_designer": {"go": {"name": "b.go", "settings": {"a": {"name": "b.a", "type": "select"}}}}},
     "$.salesbot_designer.go.settings.a.type"),
    ({"mobile": {"frame_url": "https://example.com", "color": "red"}}, "$.mobile.color"),
    ({"sms": {}}, "$.sms"),
    ({"left_menu": {"a": {"submenu": {"b": {"sort": 1}}}}}, "$.left_menu.a.submenu.b"),
]  # fmt: skip


@pytest.mark.parametrize("change", GOOD, ids=lambda change: ",".join(change))
def test_what_the_documentation_shows_is_accepted(change: dict[str, Any]) -> None:
    assert errors({**BASE, **change}) == []


@pytest.mark.parametrize(("change", "path"), BAD, ids=[path for _, path in BAD])
def test_what_the_documentation_excludes_is_refused_at_its_place(change: dict[str, Any], path: str) -> None:
    assert errors({**BASE, **change}) == [path]


@pytest.mark.skipif(not list(corpus.widgets()), reason="AMOWIDGET_CORPUS names no folder of real widgets")
def test_most_real_manifests_are_accepted() -> None:
    refused = []
    for folder in corpus.widgets():
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8-sig"))
        if errors(manifest):
            refused.append(folder.name)
    assert len(refused) == 20, refused


WHOLE = {**BASE, "widget": {**BASE["widget"], "installation": True, "interface_version": 2}}
WORDS = (
    "widget",
    "locations",
    "settings",
    "tour",
    "is_tour",
    "dp",
    "name",
    "type",
    "text",
    "lcard-1",
    "ru",
    "1.0.0",
    "x",
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.floats(-1, 3) | st.sampled_from(("", *WORDS)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=400, deadline=None)
@given(VALUES, st.booleans())
def test_what_surely_fits_is_what_jsonschema_finds_nothing_in(value: object, is_widget: bool) -> None:
    whole = {**WHOLE, "widget": value} if is_widget else value
    for told in (whole, {**WHOLE, **value} if isinstance(value, dict) else value):
        errors = list(Draft202012Validator(schema()).iter_errors(told))
        assert not (fits(told, schema(), schema()) and errors)


def test_a_good_manifest_surely_fits() -> None:
    assert fits(WHOLE, schema(), schema())
    assert not fits({**WHOLE, "locations": [1]}, schema(), schema())
    assert not fits(2, {"maximum": 3}, {})  # a keyword that the schema of the manifest does not use
