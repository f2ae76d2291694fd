"""Which translations a script reads, as far as that can be told, and where it stays silent."""

import pytest

from amowidget.widget.js_text import parse
from amowidget.widget.js_translations import translation_reads
from amowidget.widget.source import Source

# code -> the paths that it reads; "?" behind one whose absence is provided for or cannot be told.
READS = [
    ("self.i18n('a').b;", ["a.b"]),
    ("self.i18n('a.b');", ["a.b"]),
    ("this.i18n(`a`)['b'].c;", ["a.b.c"]),
    ("self.langs.a.b;", ["a.b"]),
    ("var x = self.i18n('a'); x.b; f(x.c);", ["a.b", "a.c"]),
    ("let x; x = self.i18n('a'); g(function () { return x.b; });", ["a.b"]),
    ("const { b, c: d } = self.i18n('a');", ["a"]),
    ("function f() { var x = self.i18n('a'); } var x = 1; x.b;", []),
    ("if (k) { var x = self.i18n('a'); } x.b;", ["a.b"]),
    ("var x = self.i18n('a'); x = self.i18n('c'); x.b;", ["a.b?", "c.b?"]),
    ("var x = self.langs, y = x.a; y.b;", ["a.b"]),
    ("self.langs.a.b.replace('x', 'y').length;", ["a.b"]),
    ("self.i18n('a').b || 'B';", ["a.b?"]),
    ("self.i18n('a').b ? 1 : 2;", ["a.b?"]),
    ("k ? self.i18n('a').b : self.i18n('a').c;", ["a.b", "a.c"]),
    ("self.langs && self.langs.a.b;", ["?", "a.b?"]),
    ("var x = self.i18n('a'); x && x.b;", ["a?", "a.b?"]),
    ("self.i18n('a')?.b;", ["a.b?"]),
    ("if (self.langs.a) {}", ["a?"]),
    ("self.langs.a.hasOwnProperty('b');", ["a?"]),
    ("self.i18n('a')[key];", ["a?"]),
    ("self.i18n('a.' + key);", ["a?"]),
    ("self.i18n(`a.b.${key}`);", ["a.b?"]),
    ("self.i18n(key);", ["?"]),
    ("f(self.langs);", [""]),
    ("var t = self.i18n;", ["?"]),
    ("self.i18n.bind(self);", ["?"]),
    ("var { langs } = self;", ["?"]),
    ("self['langs'].a;", ["?"]),
    ("typeof self.i18n; self.i18n && self.i18n('a');", ["a"]),
    ("for (var k in self.langs.a) {}", ["a"]),
    ("other.thing.langs.a;", ["a?"]),
    ("widget.i18n('a');", ["a"]),
    ("self.langs = this.langs; self.langs.a;", ["a"]),
    ("// self.i18n('a')", []),
    ("'i18n/ru.json'; var langs = [1]; langs.a;", []),
    ("x" * 4000 + ".langs.a;", ["?"]),
]


@pytest.mark.parametrize(("code", "reads"), READS, ids=[row[0][:60] for row in READS])
def test_what_a_script_reads(code: str, reads: list[str]) -> None:
    found = translation_reads(parse(Source("script.js", code.encode())))
    told = [".".join(read.path) + "?" * (not read.is_sure) for read in found.reads]
    assert sorted(told) == sorted(reads)


@pytest.mark.parametrize(
    ("code", "is_own"),
    [
        ("self.langs = { a: 1 };", True),
        ("self.i18n = function () {}; self.langs.a;", True),
        ("self.set_lang(x); self.langs.a;", True),
        ("class A { i18n(key) { return key; } }", True),
        ("self.langs = this.langs;", False),
        ("function i18n(key) { return self.i18n('a')[key]; }", False),
    ],
)
def test_a_script_that_makes_its_translations_is_known(code: str, is_own: bool) -> None:
    assert translation_reads(parse(Source("script.js", code.encode()))).is_own is is_own


def test_what_templates_are_rendered_with_is_known() -> None:
    code = "var x = self.i18n('a'); t.render({ x, y: self.langs.b, z: 1, 'v': self.i18n('c') }); t.render({ y: 2 });"
    found = translation_reads(parse(Source("script.js", code.encode())))
    assert found.passed == {"x": {("a",)}, "y": {("b",), None}, "z": {None}, "v": {("c",)}}
    assert not found.is_open
    assert translation_reads(parse(Source("script.js", b"t.render(all); self.langs.a;"))).is_open


def test_a_read_stands_where_it_is_written() -> None:
    source = Source("script.js", "'я'; self.i18n('a').b.trim();".encode())
    (read,) = translation_reads(parse(source)).reads
    assert source.text[read.span.start : read.span.end] == "self.i18n('a').b"
