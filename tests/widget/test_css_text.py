"""The reader of style sheets: what is fine stays silent, each mistake is told at its place, and nothing takes long."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amowidget.finding import Span
from amowidget.widget import css_text
from amowidget.widget.css_nodes import Selector
from amowidget.widget.css_plain import Plain
from amowidget.widget.css_text import Style, parse
from amowidget.widget.source import Source


def read(text: str | bytes) -> Style:
    """Return a style sheet that is read."""
    return parse(Source("x.css", text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")))


def there(style: Style, span: tuple[int, int]) -> str:
    """Return what stands at a place."""
    return style.source.text[span[0] : span[1]]


def told(text: str | bytes) -> list[str]:
    """Return the problems as `kind line:column what-stands-there`."""
    style = read(text)
    lines = []
    for problem in style.problems:
        line, column = style.source.place(problem.span.start)
        lines.append(f"{problem.kind} {line}:{column} {there(style, problem.span)}")
    return lines


FINE = (
    "",
    " \n\t",
    "/* note */",
    "/* it's { */.a{}",
    ".a { color: red }",
    ".a { color: red; }",
    ".a{color:red;;width:1px}",
    ".a {}",
    ".a,\n.b > .c + .d ~ .e .f { }",
    ".a:hover::before, .a:not(.b):nth-child(2n + 1) { }",
    '.a[href^="http"], [data-x], [a=b i] { }',
    "#a.b, a#b, *, *.a, *|a { }",
    ".a\\:b, .\\31 0, .ё, .😀 { }",
    ".a >>> .b { }",
    "/* a */ .a /* b */ , /* c */ .b { }",
    '.a { content: "}{;:\\"" }',
    ".a { content: '\\\n' }",
    ".a { content: ''; }",
    ".a { background: url(a.png) no-repeat, url( 'b.png' ), URL(\"c.png\") }",
    ".a { background: url(//host/a.png) }",
    ".a { background: url(data:image/png;base64,AA//BB==) }",
    ".a { background: url(\"data:image/svg+xml;utf8,<svg xmlns='http://x'></svg>\") }",
    ".a { width: calc(100% - (2px + 1em)); color: rgba(0, 0, 0, .5) !important }",
    ".a { --own: ; --other: { a: b; c: d }; --third: a:b c:d }",
    ".a { *zoom: 1; _height: 1px; filter: progid:DXImageTransform.Microsoft.gradient(startColorstr='#1', b='#2') }",
    ".a { -ms-filter: 'x'; filter: alpha(opacity=50) progid:X.Y(a=1) progid:Z() }",
    ".a { .b { color: red } &:hover { } > .c { } @media print { color: red } }",
    "@charset 'utf-8'; @import url(a.css); @import 'b.css' screen; .a { }",
    "@media (max-width: 10px) { .a { } @media print { .b { } } }",
    "@supports (display: grid) and (not (display: inline-grid)) { .a { } }",
    "@font-face { font-family: 'A'; src: local('A'), url(a.woff2) format('woff2') }",
    "@keyframes a { from { top: 0 } 50.5% { top: 1px } to { top: 2px } } @-webkit-keyframes b { 0%, 9% { } }",
    "@page :first { margin: 1in } @layer a, b; @layer a { .a { } } @container (width > 1px) { .a { } }",
    "@namespace svg url(http://www.w3.org/2000/svg);",
    "@unknown thing { .a { } }",
    "<!-- .a { } -->",
    ".a { grid-area: 1 / 2 / 3 / 4; grid-template-areas: 'a b' 'c d' }",
    ".a{}\r\n.b{}\r.c{}\f.d{}",
    "\ufeff.a{}",
)

MISTAKES = (
    (".a {\n  color: red;\n", ["unclosed 1:4 {"]),
    (".a {\n  color: red;\n.b { }\n.c { }\n", ["unclosed 1:4 {"]),
    ("@media print {\n .a { }\n", ["unclosed 1:14 {"]),
    (".a { color: red }}\n.b { }", ["extra-bracket 1:18 }"]),
    (".a { color: rgba(0, 0, 0; }\n.b { }", ["unclosed 1:17 ("]),
    (".a { color: red); }", ["extra-bracket 1:16 )"]),
    (".a[b { }", ["unclosed 1:3 ["]),
    (".a { content: 'x; }\n.b { }", ["unclosed 1:15 '"]),
    ('.a { content: "x\n"; }', ['unclosed 1:15 "', 'unclosed 2:1 "']),
    ("/* a\n.b { }", ["unclosed 1:1 /*"]),
    (".a { background: url(a.png; }", ["unclosed 1:21 ("]),
    ("// note\n.a { color: red }", ["line-comment 1:1 // note"]),
    (".a {\n  // it's { off\n  color: red;\n}", ["line-comment 2:3 // it's { off"]),
    (".a { color: red; // note\n }", ["line-comment 1:18 // note"]),
    (", .a { }", ["selector 1:1 ,"]),
    (".a, { }", ["selector 1:5 {"]),
    (".a,, .b { }", ["selector 1:4 ,"]),
    ("{ color: red }", ["selector 1:1 {"]),
    (".1a { }", ["selector 1:1 ."]),
    ("#1a { }", ["selector 1:1 #"]),
    (". a { }", ["selector 1:1 ."]),
    (".a: { }", ["selector 1:3 :"]),
    ("> .a { }", ["selector 1:1 >"]),
    (".a > { }", ["selector 1:4 >"]),
    (".a / .b { }", ["selector 1:4 /"]),
    (".a { };\n.b { }", ["selector 1:7 ;"]),
    ("$a: 1px;\n.b { }", ["no-block 1:1 $a: 1px"]),
    ("color: red;\n.a { }", ["no-block 1:1 color: red"]),
    (".a { } color: red;", ["no-block 1:8 color: red"]),
    (".a { } .b", ["no-block 1:8 .b"]),
    (".a { color }", ["declaration 1:6 color"]),
    (".a { color red; top: 0 }", ["declaration 1:6 color red"]),
    (".a { color: ; top: 0 }", ["declaration 1:6 color:"]),
    (".a { : red }", ["declaration 1:6 : red"]),
    (".a {\n  color red\n  top: 0;\n}", ["declaration 2:3 color red"]),
    (".a { 1px: red; }", ["declaration 1:6 1px: red"]),
    (".a { color = red; }", ["declaration 1:6 color = red"]),
    (".a { @media print { color } }", ["declaration 1:21 color"]),
    (".a { .b { color } }", ["declaration 1:11 color"]),
    (".a {\n  color: red\n  top: 0;\n}", ["semicolon 2:12 d"]),
    (".a {\n  color: red\n  .b { }\n}", ["semicolon 2:12 d"]),
    (".a {\n  color: red\n.b { top: 0 }\n", ["unclosed 1:4 {"]),
    (".a { color: red top: 0; left: 0 right : 0 }", ["semicolon 1:15 d", "semicolon 1:31 0"]),
    (".a { background: url(a'b.png) }", ["address 1:18 url"]),
    (".a { background: url(a b.png) }", ["address 1:18 url"]),
    # places: each kind of line end, a byte order mark, and what is no ASCII
    ("\ufeff.a { color }", ["declaration 1:6 color"]),
    ("/* ё😀 */ .a { color }", ["declaration 1:15 color"]),
    (".ё😀 { color }", ["declaration 1:7 color"]),
    (".a{}\r\n.b{ color }\r\n", ["declaration 2:5 color"]),
    (".a{}\r.b{ color }", ["declaration 2:5 color"]),
    (".a{}\n\n\r\n\r.b{ color }", ["declaration 5:5 color"]),
    (".a{}\f.b{ color }", ["declaration 1:10 color"]),  # an editor takes a form feed for no line end
    ("\ufeff.a{}\r\n\f.b{ color }", ["declaration 2:6 color"]),
    (b".a{} /* \xff */ .b { color }", ["declaration 1:19 color"]),
    (".a { \0 color }", ["declaration 1:6 \0 color"]),
)


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine_stays_silent(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=[repr(text) for text, _ in MISTAKES])
def test_a_mistake_is_told_at_its_place(text: str | bytes, expected: list[str]) -> None:
    assert told(text) == expected


SHEET = """\
@import url("reset.css");
:root { --own-color: red; }
/* note */
.own /* in between */ .b, #own > input[title="a, b"]:not(.c) {
  background: url(a.png), image-set(url('b.png') 1x, "c.png" 2x);
  --palette-x: 1;
  .inner { color: red }
}
@media print { .printed { color: red } }
@keyframes spin { from { background: url(d.png) } }
@scope (.own) { input { color: red } }
@IMPORT 'late.css';
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f", "\n\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "/* ё😀 */"])
def test_what_a_style_sheet_holds(start: str, end: str) -> None:
    style = read(start + SHEET.replace("\n", end))
    assert style.problems == ()
    assert [(selector.text, selector.is_nested, selector.sets_only_variables) for selector in style.selectors] == [
        (":root", False, True),
        (".inner", True, False),
        (".own  .b", False, False),
        ('#own > input[title="a, b"]:not(.c)', False, False),
        (".printed", False, False),
        ("input", True, False),
    ]
    assert [selector.names for selector in style.selectors][2:4] == [(".own", ".b"), ("#own",)]
    told = [(address.text, address.is_import) for address in style.addresses]
    assert told == [("reset.css", True), ("a.png", False), ("b.png", False), ("d.png", False), ("late.css", True)]
    assert [(rule.name, rule.is_late) for rule in style.at_rules] == [
        ("import", False),
        ("media", False),
        ("keyframes", False),
        ("scope", False),
        ("IMPORT", True),
    ]
    assert [variable.name for variable in style.variables] == ["--own-color", "--palette-x"]
    assert there(style, style.comments[-1]) == "/* in between */"
    for address in style.addresses:
        assert there(style, address.span).strip("'\"") == address.text
    for rule in style.at_rules:
        assert there(style, rule.span) == f"@{rule.name}"
    for variable in style.variables:
        assert there(style, variable.span) == variable.name
    for selector in style.selectors:
        assert re.sub(r"/\*.*?\*/", "", there(style, selector.span)) == selector.text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (".a", (".a",)),
        ("div", ()),
        ("a.b#c:hover > d", (".b", "#c")),
        ('[href=".x"] [a=#b]', ()),
        (":not(.a):not(:is(.b, .c)) d", ()),
        (":is(.a, .b)", (".a", ".b")),
        (".sm\\:flex .ё-1", (".sm\\:flex", ".ё-1")),
        (".a::before", (".a",)),
    ],
)
def test_the_names_of_a_selector(text: str, names: tuple[str, ...]) -> None:
    assert read(f"{text}{{}}").selectors[0].names == names
    assert Selector(text, Span(0, 0)).names == names


SIGNS = "{}()[]'\";:,.#>*/\\@&-ё😀 \n\r\f\t\0"
WORDS = ("/*", "*/", "//", "url(", "a", "b:", ".c", "#d", "--e", "1px", "@media", "\r\n", "<!--", "-->", "\ufeff")
PHRASES = ("!important", "@import", ".a{b:c}", "color red", ":not(", "top: 0", "\n.b {")
PARTS = st.sampled_from((*SIGNS, *WORDS, *PHRASES))


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(), st.binary(), st.lists(PARTS, max_size=30).map("".join)))
def test_any_text_is_read_and_places_lie_in_it(text: str | bytes) -> None:
    style = read(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
    length = len(style.source.text)
    spans = [problem.span for problem in style.problems] + [selector.span for selector in style.selectors]
    spans += [address.span for address in style.addresses] + [variable.span for variable in style.variables]
    for span in (*spans, *style.comments):
        assert 0 <= span.start <= span.end <= length
    for rule in style.at_rules:
        assert there(style, rule.span)[:1] == "@"
    for comment in style.comments:
        assert there(style, comment).startswith("/*")


SELECTORS = (
    ".a",
    "a > #b:hover",
    "a>b",
    "u+b",
    ".a, .b",
    ".a,,b",
    "> a",
    ". a",
    ":root",
    "@media x",
    "@import 'a';",
    "*",
)
CONTENTS = (
    *(
        "color: red",
        "margin: 0 4px;",
        "--v: 1;",
        "*top: 0;",
        "a: b:c;",
        "a b: c",
        "a: ;",
        "a: url(x);",
        "a: url(})",
        ";;",
    ),
    *(
        "a: xurl({);",
        "a: \\75rl({)",
        "a: '}';",
        "a: b !important;",
        "b { c: d }",
        "/* } */",
        "a: u+0-7F;",
        "// }",
        "\\}",
    ),
)


@given(st.lists(st.tuples(st.sampled_from(SELECTORS), st.lists(st.sampled_from(CONTENTS), max_size=3)), max_size=5))
@settings(max_examples=300, deadline=None)
def test_a_plain_rule_is_read_as_its_tokens_are(rules: list[tuple[str, list[str]]]) -> None:
    text = "\r\n".join(f"{selector} {{ {' '.join(contents)} }}" for selector, contents in rules)
    style = read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(css_text, "plain_rules", lambda text: None)
        patch.setattr(css_text, "plain_among_others", lambda text, ends: Plain((), text))
        by_tokens = read(text)
    assert sorted(style.selectors) == sorted(by_tokens.selectors)
    assert style._replace(selectors=()) == by_tokens._replace(selectors=())


HOSTILE = {
    "braces": "{" * 100_000,
    "closing braces": "}" * 100_000,
    "parentheses": ".a{b:" + "(" * 100_000,
    "nested parentheses": "(" * 30_000 + ")" * 30_000 + "{}",
    "nested functions": ".a{b:" + "c(" * 30_000 + ")" * 30_000 + "}",
    "nested selectors": "a:not(" * 20_000,
    "nested rules": "a{" * 30_000 + "}" * 30_000,
    "nested groups": "@media x{" * 20_000 + "}" * 20_000,
    "quotes": "'\n" * 50_000,
    "comments": "/*" * 50_000,
    "line comments": "//\n" * 50_000,
    "lines and words": "// a\nb " * 20_000,
    "addresses": "url(" * 40_000,
    "commas": "," * 100_000 + "{}",
    "colons": ".a{b:" + " c:" * 30_000 + "}",
    "stars": "/*" + "*" * 100_000,
    "backslashes": "\\" * 100_000,
    "attributes": '[a="' * 30_000,
    "imports": "@import 'x';" * 10_000,
    "plain rules": ".a > .b, #c:hover{d: e; f: g}\n" * 10_000,
    "plain names": ".a{}" + "a " * 50_000 + "{b: c}",
    "plain values": ".a{}" + "a{b: " + "c " * 50_000 + "}",
    "one address": ".a{b: url(" + "url(" * 40_000 + ")}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_style_sheets_take_no_long_time(text: str) -> None:
    started = time.process_time()
    style = read(text)
    assert all(len(selector.names) < 100_000 for selector in style.selectors)
    assert time.process_time() - started < 3, "a quadratic reader takes minutes here; a linear one 0.5 s at most"
