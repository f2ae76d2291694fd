"""Whatever the bytes of a script, it is read: places inside of it, a problem for each broken tree, and no exception."""

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amowidget.widget.js_nodes import Script
from amowidget.widget.js_text import parse
from amowidget.widget.source import Source
from tests.fuzz.mutate import changed_file
from tests.widget.js_snippets import INVALID, VALID

SIZE = 30_000
HOSTILE: dict[str, bytes] = {
    "round": b"(" * 200_000,
    "square": b"[" * SIZE,
    "curly": b"{" * SIZE,
    "closing": b")]}" * (SIZE // 3),
    "backquotes": b"`" * SIZE,
    "substitutions": b"`${" * (SIZE // 3),
    "quotes": b"\"'" * SIZE,
    "comments": b"/*" * SIZE,
    "slashes": b"/" * SIZE,
    "deep parentheses": b"(" * 50_000 + b"1" + b")" * 50_000,
    "deep arrays": b"[" * 50_000 + b"]" * 50_000,
    "deep blocks": b"{" * 50_000 + b"}" * 50_000,
    "deep objects": b"({a:" * 15_000 + b"1" + b"})" * 15_000,
    "deep functions": b"function f(){" * 5_000 + b"return 1}" * 5_000,
    "deep arrows": b"a=>" * 20_000 + b"1",
    "deep signs": b"!" * 50_000 + b"a",
    "deep sums": b"+".join([b"'a'"] * 20_000),
    "deep members": b"a" + b".b" * 50_000,
    "deep conditions": b"a?b:" * 20_000 + b"c",
    "deep branches": b"if(a){}else " * 5_000 + b";",
    "deep elements": b"x=" + b"<a>" * 5_000 + b"</a>" * 5_000,
    "deep templates": b"`${`" * 10_000 + b"`}`" * 10_000,
    "deep loops": b"for(;;)" * 5_000 + b"break;",
    "labels": b"".join(b"l%d:" % number for number in range(5_000)) + b"for(;;)continue l1;",
    "a long line": b"a=1;" * SIZE,
    "empty lines": b"\n" * SIZE,
    "returns alone": b"\r" * SIZE,
    "both line ends": b"a\r\n" * SIZE,
    "zeros": b"\0" * SIZE,
    "zeros in texts": b"'\0'+`\0`;/*\0*/" * 2_000,
    "no letters": b"\xff" * SIZE,
    "half letters": b"\xd0" * SIZE,
    "lone surrogates": "\ud800".encode("utf-8", "surrogatepass") * 5_000,
    "byte order marks": b"\xef\xbb\xbf" * 5_000,
    "line separators": "\u2028".encode() * 5_000,
    "no-break spaces": "\u00a0".encode() * 5_000,
    "zero width": "\u200b".encode() * 5_000,
    "curly quotes": "“”".encode() * 5_000,
    "escapes": b"\\u" * 10_000,
    "escaped names": b"\\u0061" * 10_000,
    "bad escapes": b'"' + b"\\x" * 10_000 + b'"',
    "numbers": b"0_" * 10_000 + b"1e" * 10_000,
    "groups": b"/" + b"(" * 19_000 + b")" * 100 + b"/",
    "named groups": b"/" + b"(?<a>b)|" * 2_000 + b"/",
    "names in groups": b"/" + b"(?<a>" * 3_000 + b"/",
    "declared": b"let a;" * 5_000,
    "parameters": b"function f(" + b"a," * 10_000 + b"a){'use strict'}",
    "private names": b"class A{" + b"#a;" * 10_000 + b"}",
    "defaults": b"x={" + b"a=1," * 10_000 + b"}",
    "commas": b"f(" + b"," * SIZE + b")",
    "cases": b"switch(a){" + b"default:" * 5_000 + b"}",
    "words": b"'use strict';" + b"static;" * 5_000,
    "using": b"using=1;" * 5_000,
    "yield": b"yield " * 5_000,
    "await": b"await " * 5_000,
    "chains": b"a?.b=" * 5_000 + b"1",
    "prototypes": b"x={" + b"__proto__:1," * 5_000 + b"}",
    "html": b"<!--\n-->\n" * 3_000,
    "utf-16": "var a = 'ж';".encode("utf-16"),
    "an archive": b"PK\x03\x04" + bytes(range(256)) * 40,
}


def read(data: bytes, is_module: bool = False) -> Script:
    """Read a script as a rule would, and look at everything that it tells."""
    script = parse(Source("script.js", data), is_module)
    size = len(script.source.text)
    for problem in script.problems:
        assert 0 <= problem.span.start <= problem.span.end <= size
        assert problem.other is None or 0 <= problem.other <= size
        assert problem.text or problem.kind in ("missing", "unexpected")
        line, column = script.source.place(problem.span.start)
        assert 1 <= line <= len(script.source.line_starts)
        assert column >= 1
    assert script.problems or not script.root.has_error
    for call in script.calls[:50]:
        span = script.span(call.node)
        assert 0 <= span.start <= span.end <= size
        assert script.ground.at(call.node) is call.scope
        call.scope.find("a")
    for node, _ in script.strings[:50]:
        script.string(node)
        script.pieces(node)
        assert script.around(node)
    return script


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_scripts_are_read(name: str) -> None:
    read(HOSTILE[name])


@pytest.mark.parametrize("name", ["deep parentheses", "deep arrays", "deep blocks", "deep signs", "deep sums"])
def test_what_nests_deeper_than_anybody_writes_is_no_mistake_and_holds_nothing(name: str) -> None:
    script = read(HOSTILE[name])
    assert script.problems == ()
    assert script.functions == {}
    assert script.calls == ()


def test_what_people_nest_is_read() -> None:
    script = read(b"f(" * 200 + b"1" + b")" * 200 + b";" + b"+".join([b"g()"] * 700))
    assert script.problems == ()
    assert len(script.calls) == 900


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes(data: bytes, is_module: bool) -> None:
    read(data, is_module)


_PIECES = st.sampled_from(
    [
        *(
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "`",
            "${",
            "'",
            '"',
            "/",
            "//",
            "/*",
            "*/",
            "\\",
            "=>",
            "=",
            "==",
            ",",
            ";",
            ":",
            ".",
            "?.",
            "...",
            "#a",
            "@",
            "<",
            ">",
        ),
        *(
            "a",
            "ж",
            "1",
            "0x",
            "1n",
            " ",
            "\n",
            "\r",
            "\u2028",
            "\0",
            "\ufeff",
            "\ud800",
            "async ",
            "await ",
            "yield ",
            "let ",
            "const ",
            "var ",
            "function ",
            "function* ",
        ),
        *(
            "class ",
            "extends ",
            "static ",
            "get ",
            "super",
            "this",
            "new ",
            "new.target",
            "import ",
            "export ",
            "default ",
            "return ",
            "break ",
            "continue ",
            "throw ",
        ),
        *(
            "if",
            "else ",
            "for",
            "of ",
            "in ",
            "while",
            "do ",
            "switch",
            "case ",
            "try",
            "catch",
            "finally",
            "with",
            "delete ",
            "typeof ",
            "using ",
            "'use strict';",
            "<!--",
            "-->",
            "++",
            "**",
            "??",
            "||",
        ),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=40), st.booleans())
def test_any_words(pieces: list[str], is_module: bool) -> None:
    read("".join(pieces).encode("utf-8", "surrogatepass"), is_module)


def test_changed_snippets() -> None:
    chance = random.Random(7)
    snippets = [one.encode("utf-8", "surrogatepass") for one in (*VALID, *INVALID)]
    for _ in range(1500):
        read(changed_file("script.js", b"\n".join(chance.choices(snippets, k=3)), chance))


def test_an_empty_script_and_a_mark_alone_are_scripts() -> None:
    assert read(b"").problems == ()
    assert read(b"\xef\xbb\xbf").problems == ()
    assert read(b"\xef\xbb\xbf#!/bin/node\nf();").problems == ()


@pytest.mark.parametrize("unit", [b"a:{", b"{", b"(a,[", b"({a:"])
def test_the_deepest_scripts_end_no_process(unit: bytes) -> None:
    """The parser calls itself for each level: a megabyte of them is more than the stack of a process holds."""
    code = (
        "import sys; from amowidget.widget.js_parser import tree; "
        f"print(tree(({unit!r} * 1048576)[:1048576]).has_error)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "True\n")
