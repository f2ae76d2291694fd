"""Where a mistake is told, and how: at the place that a person has to mend. The verdicts: test_js_verdicts."""

import random
from pathlib import Path

import pytest

from amowidget.widget import js_reading
from amowidget.widget.js_nodes import Script
from amowidget.widget.js_problems import JsProblemKind
from amowidget.widget.js_shapes import SHAPES
from amowidget.widget.js_text import parse
from amowidget.widget.source import Source
from tests.fuzz.mutate import tokens
from tests.widget.js_snippets import INVALID, VALID

ROOT = Path(__file__).parent.parent.parent

WIDGET = """define(['jquery', './lib.js'], function ($, lib) {
  var CustomWidget = function () {
    var self = this;
    this.callbacks = {
      render: function () {
        if (self.set_settings) {
          lib.draw([1, 2, 3], { color: 'red' });
        }
        return true;
      },
      init: function () {
        return true;
      },
      bind_actions: function () {
        $('.button').on('click', function (event) {
          event.preventDefault();
        });
        return true;
      }
    };
    return this;
  };
  return CustomWidget;
});
"""


def read(text: str) -> Script:
    return parse(Source("script.js", text.encode()))


def first(text: str) -> str:
    """Return the first problem as a line: place, kind and text."""
    script = read(text)
    if not script.problems:
        return ""
    problem = script.problems[0]
    line, column = script.source.place(problem.span.start)
    return f"{line}:{column} {problem.kind} {problem.text}".rstrip()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # a bracket that is never closed is told where it is opened
        ("return true;\n      },\n      init", "return true;\n      ,\n      init", "5:27 unclosed {"),
        (
            "        }\n        return true;\n      },\n      init",
            "        return true;\n      },\n      init",
            "6:32 unclosed {",
        ),
        (
            "        });\n        return true;\n      }\n    };",
            "        };\n        return true;\n      }\n    };",
            "15:24 unclosed (",
        ),
        (
            "        });\n        return true;\n      }\n    };",
            "        );\n        return true;\n      }\n    };",
            "15:51 unclosed {",
        ),
        ("      }\n    };\n    return this;", "      }\n    return this;", "4:22 unclosed {"),
        ("    return this;\n  };", "    return this;\n", "2:34 unclosed {"),
        ("  return CustomWidget;\n});", "  return CustomWidget;\n", "1:50 unclosed {"),
        ("  return CustomWidget;\n});", "  return CustomWidget;\n}", "1:7 unclosed ("),
        ("[1, 2, 3]", "[1, 2, 3", "7:20 unclosed ["),
        ("{ color: 'red' }", "{ color: 'red' ", "7:31 unclosed {"),
        ("if (self.set_settings) {", "if (self.set_settings {", "6:12 unclosed ("),
        # and one too many where it stands
        ("[1, 2, 3]", "[1, 2, 3]]", "7:29 extra-bracket ]"),
        ("event.preventDefault();", "event.preventDefault());", "16:33 extra-bracket )"),
        ("return CustomWidget;\n});", "return CustomWidget;\n}));", "24:3 extra-bracket )"),
        # texts that do not end
        ("{ color: 'red' }", "{ color: 'red }", "7:40 unclosed '"),
        ("'.button'", "'.button", "15:25 unexpected click"),
        ("'.button'", '".button', '15:11 unclosed "'),
        ("'.button'", "`.button", "15:11 unclosed `"),
        ("'.button'", "/.button", "15:11 unclosed /"),
        ("var self = this;", "var self = this; /* the widget", "3:22 unclosed /*"),
        # what is not expected is told where it stands
        ("return true;\n      },\n      init", "return true;\n      }\n      init", "11:7 unexpected init"),
        ("init: function", "init = function", "11:12 unexpected ="),
        ("init: function", "init function", "11:12 unexpected function"),
        ("var self = this;", "var self = ;", "3:16 unexpected ;"),
        ("var self = this;", "var self == this;", "3:14 unexpected =="),
        ("var self = this;", "var self this;", "3:14 unexpected this"),
        ("var self = this;", "var this = self;", "3:9 reserved this"),
        ("color: 'red'", "color: red'", "7:43 unclosed '"),
        ("color: 'red'", "color: “red”", "7:40 unexpected “"),
        ("if (self.set_settings)", "if self.set_settings)", "6:12 unexpected self"),
        ("function (event)", "function (event) =>", "15:51 unexpected =>"),
        ("return CustomWidget;", "return await CustomWidget;", "23:10 misplaced await"),
        ("return CustomWidget;", "break;", "23:3 misplaced break"),
        ("return CustomWidget;", "return <b>{CustomWidget}</b>;", "23:10 jsx <b>"),
        ("  var CustomWidget", "  import a from 'b';\n  var CustomWidget", "2:3 module-syntax import"),
        ("var self = this;", "let self = this; let self;", "3:26 redeclared self"),
        ("lib.draw(", "010n(", "7:11 bad-literal 010n"),
        ("return CustomWidget;", "return CustomWidget; try { lib }", "23:24 missing try"),
        ("  return CustomWidget;\n});\n", "  return CustomWidget;\n});\nvar a =\n\n", "25:8 missing"),
    ],
)
def test_a_mistake_in_a_widget(old: str, new: str, told: str) -> None:
    assert read(WIDGET).problems == ()
    assert old in WIDGET
    assert first(WIDGET.replace(old, new, 1)) == told


def test_a_bracket_of_another_kind_names_the_open_one() -> None:
    script = read("var a = [\n  b(c,\n  d];\n")
    (problem,) = script.problems
    assert (problem.kind, problem.text) == (JsProblemKind.UNCLOSED, "(")
    script = read("f(a[1);\ng(b]);\n")
    (problem,) = script.problems
    assert (problem.kind, problem.text) == (JsProblemKind.WRONG_BRACKET, ") [")
    assert problem.other is not None
    assert script.source.place(problem.other) == (1, 4)


def test_a_second_declaration_names_the_first() -> None:
    (problem,) = read("let a = 1;\nfunction f() {}\nlet a = 2;\n").problems
    assert problem.other == 4
    assert problem.span == (31, 32)


def test_signs_that_nobody_sees_are_named_by_their_number() -> None:
    assert first("var a\u200b = 1;") == "1:6 unexpected U+200B"
    assert first("\u2060f();") == "1:1 unexpected U+2060"


def test_a_long_text_is_told_in_short() -> None:
    (problem,) = read("x = /" + "(a" * 200 + "/;").problems
    assert len(problem.text) == 40


def test_a_script_in_another_encoding_has_not_a_thousand_problems() -> None:
    script = parse(Source("script.js", "переменная = значение;\n".encode("cp1251") * 1000))
    assert 0 < len(script.problems) <= 200


def test_two_of_three_forgotten_brackets_are_found() -> None:
    """Every closing bracket of some scripts is left out in turn."""
    found = total = 0
    for path in (*sorted((ROOT / "templates").rglob("script.js")), ROOT / "widget_src" / "script.js"):
        text = path.read_text(encoding="utf-8")
        for opened, closed in pairs(text):
            source = Source("script.js", (text[:closed] + text[closed + 1 :]).encode())
            problems = parse(source).problems
            found += bool(problems) and problems[0].kind is JsProblemKind.UNCLOSED and problems[0].span.start == opened
            total += 1
    assert total > 100
    assert found / total > 0.75


def pairs(text: str) -> list[tuple[int, int]]:
    """Return where the brackets of a script open and close; its texts hold none."""
    place, opened, found = 0, [], []
    for token in tokens(text.encode()):
        size = len(token.decode())
        if token in (b"(", b"[", b"{"):
            opened.append(place)
        elif token in (b")", b"]", b"}") and opened:
            found.append((opened.pop(), place))
        place += size
    return found


ODD = [one for one in (*INVALID, *VALID) if "`" not in one and "/" not in one and not one.startswith("module: ")]


@pytest.mark.parametrize("gap", ["", " ", "\n", "/* a */", " /* ** a */ "], ids=repr)
def test_no_shape_is_hidden_by_its_sign(gap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patterns are asked only where a sign of theirs is; asked everywhere they must catch nothing more."""
    spread = [gap.encode().join(tokens(one.encode("utf-8", "surrogatepass"))) for one in ODD]
    seldom = [parse(Source("script.js", one)).problems for one in spread]
    monkeypatch.setattr(js_reading, "SHAPES", tuple(shape._replace(sign=None) for shape in SHAPES))
    always = [parse(Source("script.js", one)).problems for one in spread]
    different = [one for one, first, second in zip(spread, seldom, always, strict=True) if first != second]
    assert different == []


def test_every_shape_catches_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a shape some script of the table is judged differently, or the shape is for nothing."""
    snippets = [Source("a.js", one.removeprefix("module: ").encode("utf-8", "surrogatepass")) for one in INVALID]
    modules = [one.startswith("module: ") for one in INVALID]
    before = [parse(source, is_module).problems for source, is_module in zip(snippets, modules, strict=True)]
    for shape in SHAPES:
        monkeypatch.setattr(js_reading, "SHAPES", tuple(other for other in SHAPES if other is not shape))
        after = [parse(source, is_module).problems for source, is_module in zip(snippets, modules, strict=True)]
        # Texts in templates are caught to be left alone: without them there are more problems, not fewer.
        assert after != before or "template-text" in shape.patterns, shape.patterns


def test_the_same_script_gives_the_same_problems_whatever_was_read_before() -> None:
    chance = random.Random(1)
    snippets = chance.sample(list(INVALID), 60)
    once = [read(one).problems for one in snippets]
    chance.shuffle(order := list(range(len(snippets))))
    again = {number: read(snippets[number]).problems for number in order}
    assert [again[number] for number in range(len(snippets))] == once
