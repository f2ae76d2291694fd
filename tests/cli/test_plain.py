"""`validate` without options is answered by a way of its own: it must say the same as the way for every command."""

from pathlib import Path

import pytest

from amowidget.cli import plain
from tests.cli.conftest import Command

WORDS: tuple[tuple[str, ...], ...] = ((), ("widget_src",), ("nothing-here",), ("widget_src/script.js",), (".",))
OTHERS: tuple[tuple[str, ...], ...] = (
    *((), ("--help",), ("rules",), ("validate", "--json"), ("validate", "-q"), ("validate", "a", "b")),
    *(("validate", ""), ("validate", "--"), ("-C", "x", "validate")),
)


@pytest.mark.parametrize("words", WORDS, ids=repr)
@pytest.mark.parametrize("is_broken", [False, True])
def test_it_says_what_the_command_says(
    words: tuple[str, ...],
    is_broken: bool,
    amowidget: Command,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if is_broken:
        (project / "widget_src/manifest.json").write_text("{,}", encoding="utf-8")
    told = amowidget("validate", *words, at=project)
    monkeypatch.chdir(project)
    capsys.readouterr()
    code = plain.answered(["validate", *words])
    said = capsys.readouterr()
    assert (code, said.out, said.err) == (told.code, told.out, told.err)


@pytest.mark.parametrize("line", OTHERS, ids=repr)
def test_every_other_command_line_is_left_alone(line: tuple[str, ...]) -> None:
    assert plain.answered(list(line)) is None


def test_a_variable_that_stands_for_an_option_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMOWIDGET_VALIDATE_STRICT", "1")
    assert plain.answered(["validate"]) is None
