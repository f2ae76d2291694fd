"""Comments that allow a rule: which comments count, for which lines, and what is told of those that allow nothing."""

from pathlib import Path

import pytest

from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.widget.widget import load
from tests.checks.conftest import build

SCRIPT = "script.js"


def found(folder: Path, path: str, text: str, settings: Settings | None = None) -> list[tuple[str, int]]:
    """Return rule and line of what is found in one file of the base widget."""
    build({"write": [{"file": path, "text": text}]}, folder)
    return [
        (finding.rule, finding.line) for finding in run(load(folder), settings or Settings()) if finding.path == path
    ]


def script(*lines: str) -> str:
    """Return a module of a widget that nothing is wrong with but the lines."""
    return "\n".join(["define([], function () {", *lines, "return 1;", "});", ""])


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["// amowidget: allow eval-call", "eval('1');"], id="before"),
        pytest.param(["eval('1'); // amowidget: allow eval-call"], id="behind"),
        pytest.param(["eval('1'); /* amowidget: allow SCR053 */"], id="by code"),
        pytest.param(["// known, amowidget: allow dialog-call, eval-call", "eval('1'); alert('2');"], id="two"),
        pytest.param(["/*", " * amowidget: allow eval-call", " */", "eval('1');"], id="block"),
        pytest.param(
            ["// amowidget: allow eval-call", "// amowidget: allow dialog-call", "eval('1'); alert('2');"], id="stacked"
        ),
        pytest.param(["// amowidget: allow eval-call", "// the account asks for it", "eval('1');"], id="with a reason"),
    ],
)
def test_a_comment_allows_a_rule_on_its_lines_and_the_next(tmp_path: Path, lines: list[str]) -> None:
    assert found(tmp_path / "w", "module.js", script(*lines)) == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["// amowidget: allow eval-call", "", "eval('1');"],
            [("suppression-unused", 2), ("eval-call", 4)],
            id="two lines before",
        ),
        pytest.param(
            ["eval('1'); // amowidget: allow eval-call", "eval('2');"], [("eval-call", 3)], id="behind the line before"
        ),
        pytest.param(["var text = 'amowidget: allow eval-call';", "eval('1');"], [("eval-call", 3)], id="a text"),
        pytest.param(
            ["// amowidget: allow dialog-call", "eval('1');"],
            [("suppression-unused", 2), ("eval-call", 3)],
            id="another rule",
        ),
        pytest.param(["// amowidget: allow eval-cal"], [("suppression-unused", 2)], id="no such rule"),
        pytest.param(
            ["// amowidget: allow", "eval('1');"], [("suppression-unused", 2), ("eval-call", 3)], id="no rule at all"
        ),
        pytest.param(
            ["// amowidget: allow eval-call", "var a = 1; // b", "eval('1');"],
            [("suppression-unused", 2), ("eval-call", 4)],
            id="code between",
        ),
    ],
)
def test_what_allows_nothing_is_told(tmp_path: Path, lines: list[str], expected: list[tuple[str, int]]) -> None:
    assert found(tmp_path / "w", "module.js", script(*lines)) == expected


def test_a_rule_that_was_not_asked_makes_no_comment_unused(tmp_path: Path) -> None:
    text = script("// amowidget: allow eval-call", "eval('1');")
    for settings in (Settings(ignore=("eval-call",)), Settings(severities={"eval-call": "off"})):
        assert found(tmp_path / settings.ignore.__repr__(), "module.js", text, settings) == []


def test_comments_of_styles_and_templates_count(tmp_path: Path) -> None:
    style = "/* amowidget: allow suppression-unused */\n/* amowidget: allow nothing-at-all */\n"
    assert found(tmp_path / "css", "style.css", style) == []
    template = "{# amowidget: allow suppression-unused #}\n{# amowidget: allow nothing-at-all #}\n"
    assert found(tmp_path / "twig", "templates/card.twig", template) == []


def test_a_finding_about_a_whole_file_is_allowed_on_its_first_line(tmp_path: Path) -> None:
    text = "// amowidget: allow file-unused\n" + script()
    assert found(tmp_path / "w", "module.js", text, Settings(visibility="public")) == []


def test_in_a_script_with_a_mistake_no_comment_is_said_to_be_of_no_use(tmp_path: Path) -> None:
    lines = ["// amowidget: allow name-undeclared", "t = 1;", "", "", "", "var a = ;"]
    assert [rule for rule, _ in found(tmp_path / "w", "lists.js", script(*lines))] == ["module-syntax"]
