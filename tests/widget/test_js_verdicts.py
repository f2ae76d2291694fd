"""The reader's verdicts on JavaScript beside acorn's: no false alarm, and a list of misses that may only shrink."""

import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amowidget.widget import js_text
from amowidget.widget.js_nodes import JsProblemKind as Kind
from amowidget.widget.source import Source
from tests.widget.acorn import ROOT, verdicts

VALID = r"""
var a = 1, b = [1, , 2], { c, d: [e] = [] } = {};
let\nf\n= 2
var let_ = 1, async = 2, of = 3, get = 4, set = 5, await = 6, yield = 7, static_ = 8;
var let; let = 1; yield\n++a
if (a) ; else b
if (a) function g() {}
for (var i = 0, n = 2; i < n; i++) continue;
for (let [k, v] of Object.entries(a)) { break }
for (const k in a) if (k) continue; else break
for (var x in a, b) ;
for (let in a) ;
for (async of => 1; false;) ;
outer: for (;;) { inner: while (1) { continue outer } }
do a++; while (a < 3) b
switch (a) { case 1: case 2: b(); break; default: c() }
try { a() } catch { b() }
try { a() } catch ({ message }) { b(message) } finally { c() }
with (a) b()
function h(a, a) { return arguments }
function i2(a, b = 1, ...c) { 'x'; return\na }
(function () { 'use strict'; return this })()
(() => ({}))(), (a => a)(1), (async a => await a)(2), async () => {}
async function j() { await (await b()).json(); for await (const x of y) z(x) }
async function k2() { return await (1) }
function* l() { const x = yield; yield* l(); yield\nx }
class A { constructor() { super_() } static x = 1; #y = 2; get z() { return this.#y } set z(v) {} static { this.x } }
class B extends A { constructor() { super(); super.m() } async *m() { yield super.m } [a + b]() {} 'q'() {} 1() {} }
new class { #p; has(o) { return #p in o } }
a ? b : c ? d : e
a?.b?.[c]?.(d) ?? e
(a ?? b) || c
a = b ||= c &&= d ??= e **= 2
2 ** -1, (-2) ** 2
`a${b}c${`d${e}`}`, String.raw`\unicode and \xerxes`
/[/]\/(?<year>\d{4})\k<year>/giu, /a/ / b / /c/
a\n/b/g
0b101, 0o17, 0xFF, 1_000, 1e10, .5, 5., 10n, 017, 08.5
'\u{1F600}\x41\07\\nnext'
\u0061bc = 1
var ünïcode = 1, переменная = 2, \u{61} = 3
({ a, b, c() {}, get d() { return 1 }, set d(v) {}, async e() {}, *f() {}, async *g() {}, [h]: 1, ...i, __proto__: null })
({ a: b, ...c } = d); [a, ...b] = c; [a.b, c[d]] = e
({ a = 1 } = {}); ({ a = 1 }) => a; [{ a = 1 }] = []
delete a.b, void 0, typeof a, !a, ~a, +a, -a
import('a').then(b)
(function () { return new.target })
debugger; ;;
a: { break a }
<!-- old comment
a --> b
if (a) b; else if (c) d; else { e }
var undefined = 1; NaN = 2
x = function f2() { f2() }; (function () {}).call()
return_ = 1; var function_ = 2
label: function m() {}
'use strict'; var a = 'b'
a = b ? (c, d) : e => f
async\nfunction n() {}
var { a: { b: [c = 1] = [] } = {} } = d
for (var i = 0 in {}) ;
for (let of of []) ;
a = class { static async *#m() {} static get [b]() {} }
a\n++b
if (a) { } /re/.test(b)
x = { get: 1, set: 2, async: 3, static: 4, await: 5, new: 6, class: 7 }
x.class.if.new.function.default
export_ = 1
function o() { var arguments; return eval }
(a, b) => { 'use strict'; return a }
function p({ a }, [b]) {}
try {} finally {}
var a; var a; function a() {} function a() {}
{ function q() {} function q() {} }
let r = 1; { let r = 2; { var s } }
function t(u) { var u; { let u } }
for (let u of []) { let u }
switch (1) { case 1: let v; break; case 2: { let v } }
throw new Error(`x`)
a\u{62}c
x = a?.5:1
""".strip().split("\n")

INVALID: tuple[tuple[str, Kind, int, int], ...] = (
    ("var a = ;", Kind.UNEXPECTED, 1, 9),
    ("if (a { b() }", Kind.UNCLOSED, 1, 4),
    ("f(1, 2", Kind.UNCLOSED, 1, 2),
    ("function f() {\n  if (a) {\n    b();\n}\n", Kind.UNCLOSED, 2, 10),
    ("a = [1, 2;\n", Kind.UNCLOSED, 1, 5),
    ("a(b]);", Kind.EXTRA_BRACKET, 1, 4),
    ("a();\n}\n", Kind.EXTRA_BRACKET, 2, 1),
    ("var s = 'abc;\nb();", Kind.UNCLOSED, 1, 9),
    ("var s = `abc", Kind.UNCLOSED, 1, 9),
    ("let a = 1;\nlet a = 2;", Kind.REDECLARED, 2, 5),
    ("const a = 1; var a;", Kind.REDECLARED, 1, 18),
    ("class A {}\nclass A {}", Kind.REDECLARED, 2, 7),
    ("function f(a) { let a }", Kind.REDECLARED, 1, 21),
    ("try {} catch (e) { let e }", Kind.REDECLARED, 1, 24),
    ("'use strict'; function f(a, a) {}", Kind.REDECLARED, 1, 29),
    ("(a, a) => 1", Kind.REDECLARED, 1, 5),
    ("var class = 1;", Kind.RESERVED, 1, 5),
    ("enum = 1", Kind.RESERVED, 1, 1),
    ("'use strict'; var static = 1;", Kind.RESERVED, 1, 19),
    ("let let = 1", Kind.RESERVED, 1, 5),
    ("async function f() { var await = 1 }", Kind.RESERVED, 1, 26),
    ("var x = <div/>;", Kind.JSX, 1, 9),
    ("return 1;", Kind.MISPLACED, 1, 1),
    ("break;", Kind.MISPLACED, 1, 1),
    ("while (1) { function f() { continue } }", Kind.MISPLACED, 1, 28),
    ("a: { continue a }", Kind.MISPLACED, 1, 6),
    ("function f() { await x }", Kind.MISPLACED, 1, 16),
    ("super.a", Kind.MISPLACED, 1, 1),
    ("new.target", Kind.MISPLACED, 1, 1),
    ("import a from 'b';", Kind.MODULE_SYNTAX, 1, 1),
    ("export default 1;", Kind.MODULE_SYNTAX, 1, 1),
    ("1 = a", Kind.UNEXPECTED, 1, 3),
    ("a() = b", Kind.UNEXPECTED, 1, 5),
    ("a?.b = 1", Kind.BAD_TARGET, 1, 1),
    ("for (let x = 1 of []) ;", Kind.UNEXPECTED, 1, 16),
    ("const a;", Kind.UNEXPECTED, 1, 7),
    ("a ?? b || c", Kind.UNEXPECTED, 1, 3),
    ("-1 ** 2", Kind.UNEXPECTED, 1, 4),
    ("/a/gg", Kind.BAD_LITERAL, 1, 1),
    ("/(a/", Kind.BAD_LITERAL, 1, 1),
    ("'\\x4'", Kind.BAD_LITERAL, 1, 2),
    ("3in []", Kind.BAD_LITERAL, 1, 1),
    ("'use strict'; 017", Kind.BAD_LITERAL, 1, 15),
    ("'use strict'; with (a) b", Kind.MISPLACED, 1, 15),
    ("class A { constructor() {} constructor() {} }", Kind.REDECLARED, 1, 28),
    ("class A { m() { this.#x } }", Kind.UNEXPECTED, 1, 22),
    ("if (a) let b = 1;", Kind.UNEXPECTED, 1, 8),
    ("try { a() }", Kind.MISSING, 1, 1),
    ("({ a: 1, , b: 2 })", Kind.UNEXPECTED, 1, 10),
    ("@decorator class A {}", Kind.UNEXPECTED, 1, 1),
    ("var a = “b”;", Kind.UNEXPECTED, 1, 9),
)
# What acorn refuses and the reader lets pass. An entry that is not a miss any more fails: the list only shrinks.
MISSES: tuple[str, ...] = ()
# What acorn takes and the reader refuses: comments of the time before scripts had any, where a block ends before them,
# and a statement that starts with a regular expression behind an arrow function without a semicolon.
FALSE_ALARMS: tuple[str, ...] = ("a: { break a }\n<!-- old comment\na", "a => {}\n/b/")
REAL = ("acorn/dist/acorn.js", "twig/twig.js", "twig/twig.min.js", "eslint/lib/linter/linter.js", "globals/index.js")


def problems(text: str, is_module: bool = False) -> list[tuple[Kind, int, int]]:
    source = Source("script.js", text.encode("utf-8", "surrogatepass"))
    return [(found.kind, *source.place(found.span.start)) for found in js_text.parse(source, is_module).problems]


def test_what_acorn_takes_is_taken() -> None:
    texts = [text.replace("\\n", "\n") for text in VALID]
    assert [text for text, verdict in zip(texts, verdicts(texts), strict=True) if not verdict.is_valid] == []
    assert {text: problems(text) for text in texts if problems(text)} == {}


@pytest.mark.parametrize(("text", "kind", "line", "column"), INVALID, ids=[text for text, *_ in INVALID])
def test_what_is_no_javascript_is_told_at_its_place(text: str, kind: Kind, line: int, column: int) -> None:
    assert problems(text)[:1] == [(kind, line, column)]


def test_acorn_refuses_what_is_told() -> None:
    texts = [text for text, *_ in INVALID]
    assert [text for text, verdict in zip(texts, verdicts(texts), strict=True) if verdict.is_valid] == []


def test_the_misses_are_misses() -> None:
    for text, verdict in zip(MISSES, verdicts(MISSES), strict=True):
        assert not verdict.is_valid, text
        assert problems(text) == [], text


def test_the_false_alarms_are_false_alarms() -> None:
    for text, verdict in zip(FALSE_ALARMS, verdicts(FALSE_ALARMS), strict=True):
        assert verdict.is_valid, text
        assert problems(text), text


def test_real_libraries_are_taken() -> None:
    paths = [ROOT / "node_modules" / name for name in REAL]
    texts = [path.read_text(encoding="utf-8") for path in paths if path.is_file()]
    assert texts or not (ROOT / "node_modules").is_dir()
    modules = [text for text in texts if all(verdict.is_valid for verdict in verdicts([text]))]
    assert {text[:60]: problems(text) for text in modules if problems(text)} == {}


def test_mutated_code_gets_the_verdict_of_acorn() -> None:
    """Take, double, swap and replace tokens of real code: never a false alarm, hardly ever a miss."""
    path = ROOT / "widget_src" / "script.js"
    lines = [*path.read_text(encoding="utf-8").split("\n"), *(text for text in VALID if "<!--" not in text)]
    chance = random.Random(7)
    texts = []
    for _ in range(1500):
        start = chance.randrange(len(lines))
        tokens = re.findall(r"\w+|\s+|[^\w\s]", "\n".join(lines[start : start + chance.choice((1, 3, 12))]))
        for _ in range(chance.choice((0, 1, 1, 2))):
            if tokens:
                place = chance.randrange(len(tokens))
                tokens[place : place + 1] = chance.choice(
                    ([], [tokens[place]] * 2, [chance.choice(tokens)], ["{"], [")"])
                )
        texts.append("".join(tokens))
    told = list(zip(texts, verdicts(texts), strict=True))
    assert sum(verdict.is_valid for _, verdict in told) > 100
    assert sum(not verdict.is_valid for _, verdict in told) > 300
    assert [(text, problems(text)) for text, verdict in told if verdict.is_valid and problems(text)] == []
    missed = [text for text, verdict in told if not verdict.is_valid and not problems(text)]
    assert len(missed) <= len(texts) // 500, missed


@pytest.mark.skipif(
    "AMOWIDGET_CORPUS_REAL" not in os.environ, reason="AMOWIDGET_CORPUS_REAL names no folder of widgets"
)
def test_scripts_of_real_widgets_get_the_verdict_of_acorn() -> None:
    texts = {}
    for path in sorted(Path(os.environ["AMOWIDGET_CORPUS_REAL"]).rglob("*.js")):
        data = path.read_bytes()
        if len(data) < 1_000_000 and Source("x", data).bad_byte is None:
            texts[path] = data.decode("utf-8")
    told = dict(zip(texts, verdicts(list(texts.values())), strict=True))
    assert {path: told[path] for path, text in texts.items() if told[path].is_valid == bool(problems(text))} == {}


@pytest.mark.parametrize("name", ["mjs", "js"])
def test_modules_are_taken_where_they_are_modules(name: str) -> None:
    text = "import a, { b as c } from 'd';\nexport const e = await a;\nexport default class {}\n"
    assert bool(problems(text, is_module=name == "mjs")) is (name == "js")
    assert verdicts([text], is_module=True)[0].is_valid


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_and_places_lie_inside(data: bytes) -> None:
    source = Source("script.js", data)
    script = js_text.parse(source)
    for found in script.problems:
        assert 0 <= found.span.start <= found.span.end <= len(source.text)
    assert script.problems or not script.root.has_error


@pytest.mark.parametrize(
    "text", ["(", "[", "{", "`${", "a=>", "!", "/*", "'", "a?b:", "if(a)", "function f(){", "\x00", "<a>"]
)
def test_hostile_depth_ends_in_a_verdict(text: str) -> None:
    source = Source("script.js", (text * 20_000).encode())
    assert js_text.parse(source).problems
