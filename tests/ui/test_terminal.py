"""What goes to which stream, and that quiet, JSON and colour keep their promises."""

import json
from io import StringIO

import pytest

from amowidget.errors import AmowidgetError
from amowidget.ui.terminal import Manner, Terminal


class Screen(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def terminal(manner: Manner, environment: dict[str, str] | None = None) -> Terminal:
    return Terminal(manner, environment or {}, Screen(), Screen())


def written(given: Terminal) -> tuple[str, str]:
    assert isinstance(given.out, StringIO)
    assert isinstance(given.err, StringIO)
    return given.out.getvalue(), given.err.getvalue()


def test_results_go_to_stdout_and_the_rest_to_stderr() -> None:
    given = terminal(Manner(has_color=False))
    given.result("result")
    given.note("note")
    given.detail("detail")
    assert written(given) == ("result\n", "note\n")


def test_quiet_keeps_results_only() -> None:
    given = terminal(Manner(is_quiet=True, has_color=False))
    given.result("result")
    given.note("note")
    assert written(given) == ("result\n", "")


def test_json_prints_exactly_one_object() -> None:
    given = terminal(Manner(is_json=True))
    given.result("result")
    given.success("success")
    given.note("note")
    given.json({"ok": True, "имя": "\udcff"})
    out, err = written(given)
    assert json.loads(out) == {"ok": True, "имя": "\udcff"}
    assert out.count("\n") == 1
    assert err == ""


def test_a_failure_in_json_has_code_message_and_hint() -> None:
    given = terminal(Manner(is_json=True))
    given.failure("pack", AmowidgetError("usage.no_project", "Fact.", "Remedy."), {"extra": 1})
    assert json.loads(written(given)[0]) == {
        "ok": False,
        "command": "pack",
        "extra": 1,
        "error": {"code": "usage.no_project", "message": "Fact.", "hint": "Remedy."},
    }


@pytest.mark.parametrize(
    ("manner", "environment", "is_coloured"),
    [
        pytest.param(Manner(), {}, True, id="terminal"),
        pytest.param(Manner(has_color=False), {}, False, id="no-color"),
        pytest.param(Manner(), {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(Manner(), {"TERM": "dumb"}, False, id="dumb"),
    ],
)
def test_colour_only_where_it_is_wanted(manner: Manner, environment: dict[str, str], is_coloured: bool) -> None:
    given = terminal(manner, environment)
    given.success("done")
    assert ("\x1b[" in written(given)[0]) is is_coloured


@pytest.mark.parametrize(("value", "is_ci"), [("", False), ("0", False), ("false", False), ("1", True), ("true", True)])
def test_ci_is_read_as_build_servers_set_it(value: str, is_ci: bool) -> None:
    given = terminal(Manner(), {"CI": value})
    assert given.is_ci is is_ci
    assert given.shows_progress is not is_ci


def test_hostile_text_cannot_reach_the_terminal() -> None:
    given = terminal(Manner(has_color=False))
    for say in (given.result, given.note, given.warning, given.success):
        say("a\x1b[31m\nb\r\udcff")
    given.failure("pack", AmowidgetError("io.not_found", "a\x1bb\n", "c\x07"))
    out, err = written(given)
    assert "\x1b" not in out + err
    assert "\r" not in out + err
    assert (out + err).count("\n") == 6
    (out + err).encode("utf-8")
