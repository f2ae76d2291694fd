"""What a script holds, as the rules ask for it: places, paths, texts, calls, functions and scopes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amowidget.widget.js_nodes import FUNCTIONS, Scope, Script, Syntax
from amowidget.widget.js_returns import returns_of
from amowidget.widget.js_text import parse
from amowidget.widget.source import Source
from tests.widget.acorn_oracle import verdicts


def read(text: str) -> Script:
    return parse(Source("script.js", text.encode("utf-8", "surrogatepass")))


def named(script: Script, text: str, number: int = 0) -> Syntax:
    """Return the node of the smallest piece of code that is exactly a text."""
    place = -1
    for _ in range(number + 1):
        place = script.source.data.index(text.encode(), place + 1)
    node = script.root.descendant_for_byte_range(place, place + len(text.encode()))
    assert node is not None
    assert script.text(node) == text
    return node


def seen_from(script: Script, text: str, name: str) -> str:
    """Return the code that declares a name as it is seen where a text stands, empty when nothing does."""
    node = script.ground.at(named(script, text)).find(name)
    return script.text(node) if node is not None else ""


# Texts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("''", ""),
        ("'a'", "a"),
        ('"it\'s"', "it's"),
        (r"'\x41\u0042\u{43}\u{1F600}'", "ABC\U0001f600"),
        (r"'\ud83d\ude00'", "\U0001f600"),
        (r"'\ud83d'", "\ud83d"),
        (r"'\n\t\r\b\f\v\0\\\'\"'", "\n\t\r\b\f\v\0\\'\""),
        (r"'\a\д\`'", "aд`"),
        (r"'\101\7\477'", "A\a'7"),
        ("'a\\\nb\\\r\nc\\\rd\\\u2028e'", "abcde"),
        ("'ёлка // /* <!--'", "ёлка // /* <!--"),
        ("'  a  '", "  a  "),
        ("`a`", "a"),
        ("`a\nb \\` \\${c} $d`", "a\nb ` ${c} $d"),
        ("``", ""),
    ],
)
def test_the_value_of_a_text(text: str, value: str) -> None:
    script = read(f"x = {text};")
    assert [script.string(node) for node, _ in script.strings] == [value]


@pytest.mark.parametrize("text", ["`a${b}`", "a", "1", "'a' + 'b'", "/a/", "f`${a}`"])
def test_what_is_no_plain_text_has_no_value(text: str) -> None:
    script = read(f"x = {text};")
    value = script.nodes["assignment_expression"][0].child_by_field_name("right")
    assert value is not None
    assert script.string(value) is None


_CHARACTERS = st.sampled_from(
    [
        "a",
        " ",
        "ж",
        "\U0001f600",
        "\\n",
        "\\x41",
        "\\u0416",
        "\\u{1F600}",
        "\\\n",
        "\\0",
        "\\'",
        '\\"',
        "\\\\",
        "//",
        "/*",
        "$",
        "{",
        "}",
    ]
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("'\"`"), st.lists(_CHARACTERS, max_size=8)), min_size=1, max_size=60))
def test_the_values_of_texts_are_those_of_acorn(texts: list[tuple[str, list[str]]]) -> None:
    source = "f(" + ",\n".join(quote + "".join(parts).replace("${", "$ {") + quote for quote, parts in texts) + ");"
    acorn = verdicts([source], strings=True)[0]
    script = read(source)
    assert acorn.ok
    assert script.problems == ()
    assert [script.string(node) for node, _ in script.strings] == list(acorn.strings)


@pytest.mark.parametrize(
    ("code", "pieces"),
    [
        ("'a'", ("a",)),
        ("''", ()),
        ("'a\\nb'", ("a\nb",)),
        ("'a' + b + 'c'", ("a", None, "c")),
        ("'a' + 'b'", ("a", "b")),
        ("a + b", (None, None)),
        ("('a' + b)", ("a", None)),
        ("('a') + ('b' + (c))", ("a", "b", None)),
        ("'a' /* d */ + // e\n 'b'", ("a", "b")),
        ("`a${b}c`", ("a", None, "c")),
        ("`${a}${b}`", (None, None)),
        ("`a\\u{41}${b}` + 'c'", ("aA", None, "c")),
        ("'\\ud83d\\ude00' + a", ("\U0001f600", None)),
        ("a - 'b'", (None,)),
        ("f('a')", (None,)),
        ("1", (None,)),
    ],
)
def test_the_pieces_of_a_text_put_together(code: str, pieces: tuple[str | None, ...]) -> None:
    script = read(f"x = {code};")
    value = script.nodes["assignment_expression"][0].child_by_field_name("right")
    assert value is not None
    assert script.pieces(value) == pieces


def test_texts_stand_in_the_order_of_the_text() -> None:
    script = read("f('a', g(`b`, {c: 'd', e: ['f']}), function () { return 'g' + \"h\" });")
    assert [script.string(node) for node, _ in script.strings] == ["a", "b", "d", "f", "g", "h"]


# Paths and calls


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("f()", "f"),
        ("a.b.c()", "a.b.c"),
        ("self.langs['title']()", "self.langs.title"),
        ("a[`b`]()", "a.b"),
        ("a[b]()", "a.?"),
        ("a[0]()", "a.?"),
        ("$('.x').on()", "$().on"),
        ("$(a).b(c).d()", "$().b().d"),
        ("(a.b)()", "a.b"),
        ("(function () {})()", "?"),
        ("this.a()", "this.a"),
        ("new Foo.Bar(1)", "Foo.Bar"),
        ("new Foo().a()", "Foo().a"),
        ("a?.b?.()", "a.b"),
        ("a?.[`b`].c()", "a.b.c"),
        ("[1].map()", "?.map"),
        ("'a'.trim()", "?.trim"),
        ("переменная.поле()", "переменная.поле"),
        ("a /* b */ . c ()", "a.c"),
        ("import('a')", "?"),
        ("(/* a */ b)()", "b"),
    ],
)
def test_the_path_of_what_is_called(code: str, path: str) -> None:
    call = next(call for call in read(code).calls if call.node.start_byte == 0)
    assert call.path == path


def test_a_path_is_never_endless() -> None:
    script = read("a" + ".b" * 500 + "()")
    assert len(script.calls[0].path) < 200


def test_calls_stand_in_the_order_of_the_text_with_their_arguments() -> None:
    script = read("a(b(1), /* x */ 'c', ...d); new E; new F(g => h(g));")
    assert [call.path for call in script.calls] == ["a", "b", "E", "F", "h"]
    assert [[script.text(one) for one in call.arguments] for call in script.calls] == [
        ["b(1)", "'c'", "...d"],
        ["1"],
        [],
        ["g => h(g)"],
        ["g"],
    ]
    assert [script.text(call.callee) for call in script.calls] == ["a", "b", "E", "F", "h"]


def test_a_tagged_template_is_a_call_without_arguments() -> None:
    assert [(call.path, call.arguments) for call in read("a.b`c${d}`").calls] == [("a.b", ())]


# Places


def test_places_count_characters() -> None:
    script = read("\ufeffvar ключ = 'ж\U0001f600'; // ё\nпуть(ключ, 1);\n")
    call = script.calls[0]
    span = script.span(call.node)
    assert script.source.text[span.start : span.end] == "путь(ключ, 1)"
    assert script.source.place(span.start) == (2, 1)
    assert script.source.place(script.span(call.arguments[1]).start) == (2, 12)
    assert script.source.place(script.span(script.strings[0].node).start) == (1, 12)


def test_places_count_bytes_that_are_no_letters() -> None:
    script = parse(Source("script.js", "// \xff\xfe ж\nf('\xe9');\n".encode("latin-1", "ignore") + b"g();"))
    assert [script.source.place(script.span(call.node).start) for call in script.calls] == [(2, 1), (3, 1)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_every_line_end_is_one(end: str) -> None:
    script = read(f"var a = 1{end}// b{end}var c = 2{end}f(a){end}")
    assert script.problems == ()
    assert [call.path for call in script.calls] == ["f"]


def test_what_stands_around_a_node() -> None:
    script = read("if (a) { f(1, [b]); }")
    around = script.around(named(script, "b"))
    assert [node.type for node in around] == [
        "array",
        "arguments",
        "call_expression",
        "expression_statement",
        "statement_block",
        "if_statement",
        "program",
    ]
    assert script.around(script.root) == ()


def test_what_stands_around_is_what_the_parser_says() -> None:
    script = read("define(['a'], function (a) { return { b: function () { for (;;) { c.d(e => e + `f${g}`) } } } })")
    for call in script.calls:
        expected, node = [], call.node.parent
        while node is not None:
            expected.append(node.id)
            node = node.parent
        assert [one.id for one in script.around(call.node)] == expected


def test_nodes_of_a_kind_stand_in_the_order_of_the_text() -> None:
    script = read("".join(f"a{number} = function () {{ b{number} = c(d = {number}) }};\n" for number in range(200)))
    starts = [node.start_byte for node, _ in script.of_kind("assignment_expression")]
    assert starts == sorted(starts)
    assert len(starts) == 600
    assert [node.type for node, _ in script.of_kind("call_expression", "string")] == ["call_expression"] * 200


# Scopes


def test_a_name_is_found_from_the_inside_out() -> None:
    script = read("var a = 1; function f(a) { use1; { let a = 2; use2; } use3; } use4;")
    assert seen_from(script, "use1", "a") == "a"
    assert seen_from(script, "use2", "a") == "a = 2"
    assert seen_from(script, "use3", "a") == "a"
    assert seen_from(script, "use4", "a") == "a = 1"
    assert seen_from(script, "use4", "f").startswith("function f(a)")
    assert seen_from(script, "use4", "b") == ""


def test_a_variable_is_known_in_its_whole_function() -> None:
    script = read("function f() { use1; if (x) { var a = 1; for (;;) { var b = 2 } } use2 } use3")
    assert seen_from(script, "use1", "a") == "a = 1"
    assert seen_from(script, "use2", "b") == "b = 2"
    assert seen_from(script, "use3", "a") == ""


def test_a_block_keeps_its_names() -> None:
    script = read("{ let a = 1; const b = 2; class C {} use1 } use2")
    assert [seen_from(script, "use1", name) != "" for name in "abC"] == [True] * 3
    assert [seen_from(script, "use2", name) for name in "abC"] == [""] * 3


def test_the_declaration_with_a_value_is_the_one_that_is_found() -> None:
    assert seen_from(read("var a; var a = 1; var a; use"), "use", "a") == "a = 1"


def test_closures_see_what_is_around_them() -> None:
    script = read("define(['x'], function (x) { var self = 1; return function () { this.a = () => { use } } })")
    assert seen_from(script, "use", "self") == "self = 1"
    assert seen_from(script, "use", "x") == "x"


@pytest.mark.parametrize(
    ("code", "name", "declared"),
    [
        ("function f({a, b: c}, [d = 1], ...e) { use }", "a", "a"),
        ("function f({a, b: c}, [d = 1], ...e) { use }", "c", "c"),
        ("function f({a, b: c}, [d = 1], ...e) { use }", "b", ""),
        ("function f({a, b: c}, [d = 1], ...e) { use }", "d", "d"),
        ("function f({a, b: c}, [d = 1], ...e) { use }", "e", "e"),
        ("a => use", "a", "a"),
        ("async a => use", "a", "a"),
        ("(a, b = 1) => use", "b", "b"),
        ("try {} catch (e) { use }", "e", "e"),
        ("try {} catch ({message: m}) { use }", "m", "m"),
        ("for (let i = 0;;) { use }", "i", "i = 0"),
        ("for (const [k, v] of a) { use }", "v", "for (const [k, v] of a) { use }"),
        ("for (var k in a) {} use", "k", "for (var k in a) {}"),
        ("var {a, b: [c]} = d; use", "c", "{a, b: [c]} = d"),
        ("switch (a) { case 1: let b = 2; default: use }", "b", "b = 2"),
        ("var f = function g() { use }", "g", "function g() { use }"),
        ("var f = function g(g) { use }", "g", "g"),
        ("var f = function g() { var g = 1; use }", "g", "g = 1"),
        ("var A = class B { c() { use } }", "B", "class B { c() { use } }"),
        ("class A { static { var b = 1; use } }", "b", "b = 1"),
        ("class A { b() { use } }", "A", "class A { b() { use } }"),
        ("function f(undefined) { use }", "undefined", "undefined"),
        ("l\\u0065t_ = 1; var \\u0061b = 2; use", "ab", "\\u0061b = 2"),
        ("if (a) function f() {} use", "f", "function f() {}"),
        ("a: function f() {} use", "f", "function f() {}"),
    ],
)
def test_where_a_name_is_declared(code: str, name: str, declared: str) -> None:
    assert seen_from(read(code), "use", name) == declared


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("var f = function g() {}; use", "g"),
        ("var A = class B {}; use", "B"),
        ("try {} catch (e) {} use", "e"),
        ("for (let i = 0;;) {} use", "i"),
        ("for (const k of a) {} use", "k"),
        ("(a) => 1; use", "a"),
        ("class A { static { var b } } use", "b"),
    ],
)
def test_where_a_name_is_not_known(code: str, name: str) -> None:
    assert seen_from(read(code), "use", name) == ""


def test_functions_know_their_returns_and_their_this() -> None:
    script = read(
        "function f() { this.a = 1; if (x) { return 1 } g(() => { this.b; return 2 }); function h() { this.c; return 3 } return 4 }"
    )
    outer = scope_of(script, "function f")
    assert [script.text(node) for node in returns_of(script, outer)] == ["return 1", "return 4"]
    assert [node.start_byte for node in outer.this] == [
        script.source.data.index(text) for text in (b"this.a", b"this.b")
    ]
    assert [script.text(node) for node in returns_of(script, scope_of(script, "() =>"))] == ["return 2"]
    assert scope_of(script, "() =>").this == []
    assert len(scope_of(script, "function h").this) == 1


def scope_of(script: Script, start: str) -> Scope:
    return next(scope for scope in script.functions.values() if script.text(scope.node).startswith(start))


def test_this_at_the_top_and_in_classes() -> None:
    script = read("this.a; var f = () => this.b; class C { d = this.e; static { this.f } g() { this.h } }")
    assert [node.start_byte for node in script.top.this] == [0, script.source.data.index(b"this.b")]
    assert len(scope_of(script, "g()").this) == 1
    owner = script.ground.at(named(script, "this", 2)).owner()
    assert owner is not None
    assert owner.kind == "field_definition"


@pytest.mark.parametrize(
    ("code", "is_async", "is_generator", "is_arrow"),
    [
        ("(function () {})", False, False, False),
        ("(async function () {})", True, False, False),
        ("(function* () {})", False, True, False),
        ("(async function* () {})", True, True, False),
        ("() => 1", False, False, True),
        ("async () => 1", True, False, True),
        ("async => 1", False, False, True),
        ("async async => 1", True, False, True),
        ("({a() {}})", False, False, False),
        ("({async a() {}})", True, False, False),
        ("({*a() {}})", False, True, False),
        ("({async *a() {}})", True, True, False),
        ("({async() {}})", False, False, False),
        ("class A { static async *a() {} }", True, True, False),
        ("class A { get a() {} }", False, False, False),
    ],
)
def test_the_kind_of_a_function(code: str, is_async: bool, is_generator: bool, is_arrow: bool) -> None:
    (scope,) = read(code).functions.values()
    assert (scope.is_async, scope.is_generator, scope.is_arrow) == (is_async, is_generator, is_arrow)
    assert scope.is_function
    assert scope.kind in FUNCTIONS
    assert scope.body is not None


@pytest.mark.parametrize(
    ("code", "is_strict"),
    [
        ("here", False),
        ("'use strict'; here", True),
        ("/* a */ 'b'; \"use strict\"; here", True),
        ("a; 'use strict'; here", False),
        ("('use strict'); here", False),
        ("'use strict ' ; here", False),
        ("'use strict' + a; here", False),
        ("'use\\x20strict'; here", False),
        ("function f() { 'use strict'; here }", True),
        ("function f() { 'use strict' } here", False),
        ("function f() { 'use strict'; () => { here } }", True),
        ("class A { b() { here } }", True),
        ("class A { b = here }", True),
        ("class A {} here", False),
        ("(class B { c = () => here })", True),
        ("function f() { // a\n 'use strict'\n here }", True),
    ],
)
def test_where_code_is_strict(code: str, is_strict: bool) -> None:
    script = read(code)
    assert script.ground.at(named(script, "here")).is_strict is is_strict


def test_a_node_that_opens_a_scope_stands_outside_of_it() -> None:
    script = read("(function f() { g() })(); a => b;")
    function = named(script, "function f() { g() }")
    assert script.ground.at(function) is script.top
    assert script.ground.at(named(script, "g()")).function is script.functions[function.id]
    arrow = named(script, "a => b")
    assert script.ground.at(arrow) is script.top
    assert script.ground.at(named(script, "b")) is script.functions[arrow.id]
    iife = read("!function () { h() }()")
    assert [scope is iife.top for _, scope in iife.of_kind("call_expression")] == [True, False]


def test_scopes_know_their_way_out() -> None:
    script = read("function f() { a: for (;;) { switch (b) { case 1: use } } }")
    kinds = [scope.kind for scope in script.ground.at(named(script, "use")).outwards()]
    assert kinds == [
        "switch_statement",
        "statement_block",
        "for_statement",
        "labeled_statement",
        "function_declaration",
        "program",
    ]


def test_a_script_of_another_kind_gives_what_there_is() -> None:
    script = read("var a = 'b'; f(1); function g( { return 2 }")
    assert script.problems
    assert "f" in [call.path for call in script.calls]
    assert [script.string(node) for node, _ in script.strings] == ["b"]


def test_problems_stand_in_the_order_of_the_text_once_for_each_place() -> None:
    script = read("return 1; let a; let a; x = 010 + 08n; break; with (a) { eval = 1 }; let a;")
    places = [problem.span.start for problem in script.problems]
    assert places == sorted(set(places))
    assert [str(problem.kind) for problem in script.problems] == [
        "misplaced",
        "redeclared",
        "bad-literal",
        "misplaced",
        "redeclared",
    ]
    again = script.problems[1]
    assert again.text == "a"
    assert again.other == script.source.text.index("a;")
