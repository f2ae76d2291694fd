"""Style elements in templates and scripts: read where they stand, with what is put in later as a name."""

from amowidget.widget import embedded_css, js_text, twig_text
from amowidget.widget.css_text import Style
from amowidget.widget.source import Source


def of_template(text: str) -> Style | None:
    return embedded_css.of_template(twig_text.parse(Source("a.twig", text.encode())))


def of_script(text: str) -> Style | None:
    return embedded_css.of_script(js_text.parse(Source("a.js", text.encode())))


def test_nothing_is_found_where_there_is_no_element() -> None:
    assert of_template("<p>.a { color: red }</p>") is None
    assert of_template("<style>.a {") is None
    assert of_script("f('<b>');") is None
    assert of_script("f('<style>' + css + '</style>');") is None


def test_selectors_stand_where_they_are_written() -> None:
    text = "<p>é{{ a }}</p>\n<style>\n.a_{{ b }} > p { color: {{ c }} }</style>\n<STYLE media='print'>.z { top: 0 }</STYLE>"
    style = of_template(text)
    assert style is not None
    assert not style.problems
    assert [text[found.span.start : found.span.end] for found in style.selectors] == [".z"]


def test_tags_and_comments_of_twig_are_no_part_of_the_sheet() -> None:
    style = of_template("<style>{% if a %}.a { top: 0 }{% endif %}{# .b { #}</style>{{ '<style>' }}")
    assert style is not None
    assert not style.problems
    assert [found.text for found in style.selectors] == [".a"]


def test_escapes_and_substitutions_of_scripts_move_nothing() -> None:
    text = "f('<style>.a { content: \\'x\\' }\\n.b { top: 0 }</style>', `<style>.${c} p { color: ${d}; }</style>`);"
    style = of_script(text)
    assert style is not None
    assert not style.problems
    assert [text[found.span.start : found.span.end] for found in style.selectors] == [".a", ".b"]


def test_a_mistake_stands_at_its_place() -> None:
    text = "<p></p><style>.a { color red; }</style>"
    style = of_template(text)
    assert style is not None
    assert [text[problem.span.start : problem.span.end] for problem in style.problems] == ["color red"]
