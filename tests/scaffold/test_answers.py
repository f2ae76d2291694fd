"""Answers: defaults that go together, and a remedy for what does not."""

import pytest

from amowidget.errors import AmowidgetError
from amowidget.scaffold.answers import LOCALES, PLATFORMS, answered, default_locales


@pytest.mark.parametrize(
    "name",
    ["my-widget", "a", "Виджет", "w2", "my_widget.v2", "x" * 64],
)
def test_a_good_name_is_taken(name: str) -> None:
    assert answered(name, {}).name == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param(".", id="here"),
        pytest.param("..", id="above"),
        pytest.param("a/b", id="slash"),
        pytest.param("a\\b", id="backslash"),
        pytest.param("-a", id="looks like an option"),
        pytest.param("a b", id="blank"),
        pytest.param("a.", id="Windows drops the dot"),
        pytest.param("con", id="device"),
        pytest.param("NUL.txt", id="device with an ending"),
        pytest.param("a:b", id="colon"),
        pytest.param("a\n", id="line end"),
        pytest.param("x" * 65, id="too long"),
    ],
)
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        answered(name, {})
    assert caught.value.code == "usage.bad_name"


def test_defaults_are_a_private_amocrm_widget_in_russian_and_english() -> None:
    answers = answered("my-widget", {})
    assert (answers.platform, answers.visibility, answers.template) == ("amocrm", "private", "lead-card")
    assert answers.locales == ("ru", "en")
    assert answers.locations == ("lcard-1", "settings")
    assert answers.title == "My widget"


@pytest.mark.parametrize(("platform", "locales"), [("amocrm", "ru en"), ("kommo", "en es"), ("both", "ru en es")])
def test_languages_follow_from_the_platform(platform: str, locales: str) -> None:
    assert answered("my-widget", {"platform": platform}).locales == tuple(locales.split())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_default_languages_are_languages_of_the_platform(platform: str) -> None:
    assert set(default_locales(platform)) <= set(LOCALES[platform])


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        pytest.param({"platform": "amocmr"}, "amocrm", id="platform"),
        pytest.param({"visibility": "pubic"}, "public", id="visibility"),
        pytest.param({"template": "leadcard"}, "lead-card", id="template"),
        pytest.param({"locations": ("lcard",)}, "lcard-1", id="location"),
        pytest.param({"locales": ("ru", "es_ES")}, "es", id="locale"),
    ],
)
def test_a_wrong_value_names_the_near_one(given: dict[str, object], meant: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        answered("my-widget", given)
    assert caught.value.code == "usage.bad_value"
    assert f'Did you mean "{meant}"?' in caught.value.hint


def test_a_language_of_the_other_platform_is_refused() -> None:
    with pytest.raises(AmowidgetError) as caught:
        answered("my-widget", {"platform": "kommo", "locales": ("ru",)})
    assert "en, es, pt, tr, id" in caught.value.hint


def test_a_value_given_twice_counts_once() -> None:
    assert answered("my-widget", {"locales": ("en", "ru", "en")}).locales == ("en", "ru")


@pytest.mark.parametrize(
    ("name", "css_class"),
    [("my-widget", "w-my-widget"), ("2go", "w-2go"), ("My_Widget.v2", "w-my-widget-v2"), ("Виджет", "w-widget")],
)
def test_the_root_class_is_a_valid_css_name(name: str, css_class: str) -> None:
    assert answered(name, {}).css_class == css_class
