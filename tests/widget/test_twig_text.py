"""The Twig reader: it refuses what the host's twig.js 0.8.9 refuses, and names the exact place.

The verdicts are compared with twig.js itself (npm), which is the oracle. There is no list of snippets on which the two
differ: none is known.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amowidget.widget import twig_tags
from amowidget.widget.source import Source
from amowidget.widget.twig_nodes import Template
from amowidget.widget.twig_text import parse
from tests.widget.twig_oracle import Oracle, running

CORPUS = os.environ.get("AMOWIDGET_CORPUS_REAL", "")


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with running() as asked:
        yield asked


def read(text: str | bytes) -> Template:
    """Return a template that is read."""
    return parse(Source("x.twig", text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")))


def is_refused(text: str) -> bool:
    """Return whether our reader says that twig.js does not compile a template."""
    return any(problem.is_refused for problem in read(text).problems)


def told(text: str) -> list[str]:
    """Return the problems as `kind line:column what-stands-there (what it is about)`; `~` where it only draws wrongly."""
    template = read(text)
    lines = []
    for problem in template.problems:
        line, column = template.source.place(problem.span.start)
        there = text[problem.span.start : problem.span.end]
        about = f" ({problem.text})" if problem.text not in ("", there) else ""
        lines.append(f"{'' if problem.is_refused else '~'}{problem.kind} {line}:{column} {there}{about}")
    return lines


FINE = (
    # text, output, comments
    "",
    "text",
    "{ { } } % #",
    "{{ a }}",
    "{{a}}",
    "{{ }}",
    "{{}}",
    "{{- a -}}",
    "{{- a }} {{ b -}}",
    "a {#- b -#} c",
    "{# {{ #}",
    "{# {% if #}",
    "{# it's \" #}",
    "}} %} #}",
    "{{ '}}' }}",
    '{{ "{{ %}" }}',
    "{{'a'}}",
    '{{ "it\'s" }}',
    '{{ "a\\"b" }}',
    "{{ 'a\\'b' }}",
    '{{ "#{a}" }}',
    '{{ "" }}',
    "{{ 'несколько слов 🙂' }}",
    "{{\n  a\n  |upper\n}}",
    "{{\u00a0a\u00a0}}",
    # values
    "{{ 1 }}",
    "{{ 1.5 }}",
    "{{ true }}{{ TRUE }}{{ false }}{{ FALSE }}{{ null }}{{ NULL }}{{ none }}",
    "{{ nullable }}{{ trueish }}{{ _context }}{{ _context.a }}{{ _a1 }}",
    "{{ a.b.c }}{{ a.0 }}{{ a.0.b }}{{ a .b }}",
    "{{ a['b'] }}{{ a[0] }}{{ a[b] }}{{ a[ b ] }}{{ a[b.c].d }}{{ a['b']['c'] }}{{ a[f(1)] }}",
    "{{ a[b|length] }}{{ a[b ~ 'c'] }}",
    "{{ [] }}{{ [1] }}{{ [1, 2] }}{{ [1, 2,] }}{{ [[1], [2]] }}{{ [a, b][0] }}{{ [-1] }}",
    "{{ {} }}{{ {a: 1} }}{{ {'a': 1} }}{{ {1: 2} }}{{ {(a): 1} }}{{ {a: 1,} }}{{ {a: {b: c} } }}{{ {a: 1}.a }}",
    "{{ {a: b ? 1 : 2, c: 3} }}",
    "{{ {a: not b} }}",
    "{{ (a) }}{{ ((a)) }}{{ (a).b }}{{ (-1) }}",
    "{{ f() }}{{ f(1) }}{{ f(a, b) }}{{ f (1) }}{{ f(g(1)) }}{{ a.f(1) }}{{ a.f(1).g(2) }}{{ f(1).a }}{{ f(1)[0] }}",
    # operators
    "{{ a + b }}{{ a - b }}{{ a-b }}{{ a -1 }}{{ 3-1 }}{{ a * b }}{{ a / b }}{{ a // b }}{{ a % b }}{{ a ** b }}",
    "{{ a ~ b }}{{ a~b }}{{ 0 + -1 }}{{ a ~ -1 }}",
    "{{ a == b }}{{ a != b }}{{ a < b }}{{ a <= b }}{{ a > b }}{{ a >= b }}{{ a==b }}",
    "{{ a and b }}{{ a or b }}{{ not a }}{{ a and not b }}{{ not (a and b) }}{{ a and (b or c) }}",
    "{{ a and\nb }}",
    "{{ a in b }}{{ a not in b }}{{ 'a' in 'abc' }}{{ 1 in [1, 2] }}{{ (a in b) and c }}{{ not a in b }}",
    "{{ 1..3 }}{{ a..b }}{{ 1..n - 1 }}",
    "{{ a ? b : c }}{{ a ? 'b' : '' }}{{ a?b:c }}{{ a ? b : c ? d : e }}{{ a ? (b ? 1 : 2) : 3 }}{{ a == 1 ? b : c }}",
    "{{ a is defined }}{{ a is not defined }}{{ a is\n empty }}{{ a is divisibleby(3) }}{{ a is sameas(b) }}",
    "{{ a is odd and b is even }}{{ a is null or b is none }}{{ a.b is iterable }}{{ not a is empty }}",
    "{{ a is whatever }}",
    # filters
    "{{ a|upper }}{{ a | upper }}{{ a|upper|lower }}{{ a|default('b') }}{{ a|default('b')|upper }}{{ a.b|length }}",
    "{{ 'a'|upper }}{{ [1]|join(', ') }}{{ (a ~ b)|upper }}{{ f(1)|upper }}{{ 1|round(1, 'floor') }}",
    "{{ a|replace({'b': 'c'}) }}{{ a|slice(0, 2) }}{{ a|unknown }}{{ a|length - 1 }}{{ a|length > 1 }}",
    "{{ a|json_encode|raw }}{{ a|first.b }}{{ a|last[0] }}",
    # if
    "{% if a %}b{% endif %}",
    "{%if a%}b{%endif%}",
    "{%- if a -%} b {%- endif -%}",
    "{% if a %}b{% else %}c{% endif %}",
    "{% if a %}b{% elseif c == 1 %}d{% endif %}",
    "{% if a %}b{% elseif c == 1 %}d{% elseif e == 1 %}f{% else %}g{% endif %}",
    "{% if a\n and b %}c{% endif %}",
    "{% if not a %}b{% endif %}",
    "{% if (a or b) and c %}d{% endif %}",
    "{% if a %}{% if b %}{% endif %}{% endif %}",
    "{% if '%}' == a %}{% endif %}",
    "{% if a %}\n{% endif %}\n",
    # for
    "{% for a in b %}{{ a }}{% endfor %}",
    "{% for a in b %}{{ a }}{% else %}c{% endfor %}",
    "{% for k, v in b %}{{ k }}{% endfor %}",
    "{% for k,v in b %}{{ k }}{% endfor %}",
    "{% for a in b if a.c %}{{ a }}{% endfor %}",
    "{% for a in 1..3 %}{{ loop.index }}{% endfor %}",
    "{% for a in [1, 2] %}{{ a }}{% endfor %}",
    "{% for a in b|sort %}{% if loop.first %}x{% endif %}{% endfor %}",
    "{% for a in b.c\n if a %}{{ a }}{% endfor %}",
    "{% for a in b %}{% else %}{% endif %}",  # twig.js lets `else` be ended by either
    # set
    "{% set a = 1 %}",
    "{% set a=1 %}",
    "{% set a = b ? 1 : 2 %}",
    "{% set a = {\n 'b': 1,\n 'c': 2\n} %}",
    "{% set a = [] %}{% set a = a|merge([1]) %}",
    "{% set a %}b{% endset %}",
    "{% set a %}{% if b %}c{% endif %}{% endset %}",
    # the other tags
    "{% filter upper %}a{% endfilter %}",
    "{% filter upper|lower %}a{% endfilter %}",
    "{% filter replace({'a': 'b'}) %}a{% endfilter %}",
    "{% block a %}b{% endblock %}",
    "{% block a %}b{% endblock a %}",
    "{% block a 'b' %}",
    "{% block a b|upper %}",
    "{% spaceless %}<b> </b>{% endspaceless %}",
    "{% macro a() %}{% endmacro %}",
    "{% macro a(b, c) %}{{ b }}{% endmacro %}{% import _self as d %}{{ d.a(1, 2) }}",
    "{% macro a(b) %}{{ b }}{% endmacro %}{% from _self import a %}{{ a(1) }}",
    "{% import 'a.twig' as b %}",
    "{% from 'a.twig' import b, c %}",
    "{% include 'a.twig' %}",
    "{% include a %}",
    "{% include a ? 'b' : 'c' %}",
    "{% include 'a.twig' only %}",
    "{% include 'a.twig' with {'b': c} %}",
    "{% include 'a.twig' with {\n'b': c\n} only %}",
    "{% include 'a.twig' with b only %}",
    "{% include '/tmpl/controls/button.twig' with {text: 'OK'} %}",
    "{% extends 'a.twig' %}",
    "{% use 'a.twig' %}",
    "{% embed 'a.twig' %}{% block b %}{% endblock %}{% endembed %}",
    "{% embed 'a.twig' with {'b': c} only %}{% endembed %}",
    "{% raw %}{{ a }} {% b {% endraw %}",
    "{% verbatim %}{{ a }} {% if %}{% endverbatim %}",
    "{% raw %}it's{% endraw %}",
    "{{ include_control('button', {text: 'OK'}) }}",
    "{{ block('a') }}{{ parent() }}{{ cycle(['a', 'b'], 1) }}{{ max(1, 2) }}{{ range(1, 3)|join }}{{ random([1]) }}",
)

REFUSED = (
    # marks and texts without an end
    ("a {{ b", ["unclosed-mark 1:3 {{"]),
    ("{{ a }", ["unclosed-mark 1:1 {{"]),
    ("a\n{% if a", ["unclosed-mark 2:1 {%"]),
    ("{# a", ["unclosed-mark 1:1 {#"]),
    ("{# a }}", ["unclosed-mark 1:1 {#"]),
    ("{{ 'a }}", ["unclosed-string 1:4 '"]),
    ('{{ "a }} b', ['unclosed-string 1:4 "']),
    ("{{ 'a }} b {{ 'c' }}", ["unclosed-string 1:4 '"]),
    ("{{ a('b }}\n{{ c }} it's {{ d }}", ["unclosed-string 1:6 '"]),
    ('{{"it\'s"}}', ["unclosed-string 1:6 '"]),  # a quote right behind the mark is not seen by twig.js
    ("{% if a == 'b %}{% endif %}", ["unclosed-string 1:12 '"]),
    ("{{ 'a\\' }}", ["unclosed-string 1:4 '"]),
    ("{% raw %}a", ["unclosed-tag 1:4 raw"]),
    ("{% verbatim %}{{ a }}", ["unclosed-tag 1:4 verbatim"]),
    # blocks
    ("{% if a %}b", ["unclosed-tag 1:4 if"]),
    ("{% if a %}{% for b in c %}{% endif %}", ["unclosed-tag 1:14 for"]),
    ("{% for b in c %}{% else %}", ["unclosed-tag 1:4 for"]),
    ("{% set a %}b", ["unclosed-tag 1:4 set"]),
    ("{% block a %}b", ["unclosed-tag 1:4 block"]),
    ("{% macro a() %}b", ["unclosed-tag 1:4 macro"]),
    ("{% embed 'a' %}b", ["unclosed-tag 1:4 embed"]),
    ("{% filter upper %}b", ["unclosed-tag 1:4 filter"]),
    ("{% spaceless %}b", ["unclosed-tag 1:4 spaceless"]),
    ("{% endif %}", ["unexpected-tag 1:4 endif"]),
    ("{% if a %}{% endif %}{% endif %}", ["unexpected-tag 1:25 endif"]),
    ("{% if a %}{% endfor %}{% endif %}", ["unexpected-tag 1:14 endfor"]),
    ("{% else %}", ["unexpected-tag 1:4 else"]),
    ("{% elseif a == 1 %}", ["unexpected-tag 1:4 elseif"]),
    ("{% if a %}{% else %}{% else %}{% endif %}", ["unexpected-tag 1:24 else"]),
    ("{% if a %}{% else %}{% elseif b == 1 %}{% endif %}", ["unexpected-tag 1:24 elseif"]),
    ("{% for a in b %}{% elseif c == 1 %}{% endfor %}", ["unexpected-tag 1:20 elseif"]),
    ("{% set a = 1 %}b{% endset %}", ["unexpected-tag 1:20 endset"]),
    ("{% block a 'b' %}{% endblock %}", ["unexpected-tag 1:21 endblock"]),
    ("a{% endraw %}", ["unexpected-tag 1:5 endraw"]),
    # tags
    ("{% %}", ["unknown-tag 1:1 {% %}"]),
    ("{% 'a' %}", ["unknown-tag 1:1 {% 'a' %} ('a')"]),
    ("{% autoescape %}{% endautoescape %}", ["unknown-tag 1:4 autoescape", "unknown-tag 1:20 endautoescape"]),
    ("{% elif a %}", ["unknown-tag 1:4 elif"]),
    ("{% do a %}", ["unknown-tag 1:4 do"]),
    ("{% trans %}", ["unknown-tag 1:4 trans"]),
    ("{% static 'a.css' %}", ["unknown-tag 1:4 static"]),
    ("{% apply upper %}{% endapply %}", ["unknown-tag 1:4 apply", "unknown-tag 1:21 endapply"]),
    ("{% with {a: 1} %}{% endwith %}", ["unknown-tag 1:4 with", "unknown-tag 1:21 endwith"]),
    ("{% If a %}", ["unknown-tag 1:4 If"]),
    ("{%raw%}{{ a }}{%endraw%}", ["unsupported 1:3 raw", "unsupported 1:17 endraw (raw)"]),
    ("{%- verbatim -%}a{% endverbatim %}", ["unsupported 1:5 verbatim", "unexpected-tag 1:21 endverbatim"]),
    ("{% if %}{% endif %}", ["bad-tag 1:4 if"]),
    ("{% if(a) %}{% endif %}", ["bad-tag 1:4 if"]),
    ("{% if a %}{% else if b %}{% endif %}", ["bad-tag 1:14 else"]),
    ("{% if a %}{% elseif %}{% endif %}", ["bad-tag 1:14 elseif"]),
    ("{% if a %}{% endif a %}", ["bad-tag 1:14 endif"]),
    ("{% for %}{% endfor %}", ["bad-tag 1:4 for"]),
    ("{% for a of b %}{% endfor %}", ["bad-tag 1:4 for"]),
    ("{% for a in %}{% endfor %}", ["bad-tag 1:4 for"]),
    ("{% for a, b, c in d %}{% endfor %}", ["bad-tag 1:4 for"]),
    ("{% for (a) in d %}{% endfor %}", ["bad-tag 1:4 for"]),
    ("{% set %}", ["bad-tag 1:4 set"]),
    ("{% set a = %}", ["bad-tag 1:4 set"]),
    ("{% set a.b = 1 %}", ["bad-tag 1:4 set"]),
    ("{% block %}{% endblock %}", ["bad-tag 1:4 block"]),
    ("{% block a-b %}{% endblock %}", ["bad-tag 1:4 block"]),
    ("{% macro a %}{% endmacro %}", ["bad-tag 1:4 macro"]),
    ("{% macro a(b = 1) %}{% endmacro %}", ["bad-tag 1:4 macro"]),
    ("{% macro a(b, b) %}{% endmacro %}", ["bad-tag 1:4 macro"]),
    ("{% import 'a' %}", ["bad-tag 1:4 import"]),
    ("{% from 'a' %}", ["bad-tag 1:4 from"]),
    ("{% include %}", ["bad-tag 1:4 include"]),
    ("{% include('a') %}", ["bad-tag 1:4 include"]),
    ("{% spaceless a %}{% endspaceless %}", ["bad-tag 1:4 spaceless"]),
    ("{% filter %}{% endfilter %}", ["bad-tag 1:4 filter"]),
    ("{% filter |upper %}{% endfilter %}", ["bad-expression 1:11 |"]),
    ("{% if a %}{% elseif b ==\n1 %}{% endif %}", ["unsupported 1:25 \n (elseif on lines)"]),
    ("{% for a in [\n1] %}{% endfor %}", ["unsupported 1:14 \n (for on lines)"]),
    ("{% include 'a' ~\n b %}", ["unsupported 1:17 \n (include on lines)"]),
    ("{% include 'a' ignore missing %}", ["unsupported 1:16 ignore missing"]),
    ("{% include 'a' with %}", ["bad-expression 1:16 with"]),
    # expressions: what newer versions of Twig know
    ("{{ a ?? b }}", ["unsupported 1:6 ??"]),
    ("{{ a ?: b }}", ["unsupported 1:6 ?:"]),
    ("{{ a ? : b }}", ["unsupported 1:6 ? : (?:)"]),
    ("{{ a?.b }}", ["unsupported 1:5 ?."]),
    ("{{ a === b }}", ["unsupported 1:6 ==="]),
    ("{{ a !== b }}", ["unsupported 1:6 !=="]),
    ("{{ a && b }}", ["unsupported 1:6 &&"]),
    ("{{ a || b }}", ["unsupported 1:6 ||"]),
    ("{{ !a }}", ["unsupported 1:4 !"]),
    ("{{ a and !b }}", ["unsupported 1:10 !"]),
    ("{{ a <=> b }}", ["unsupported 1:6 <=>"]),
    ("{{ a|map(v => v.b) }}", ["unsupported 1:12 =>"]),
    ("{{ a->b }}", ["unsupported 1:5 ->"]),
    ("{{ f(a = 1) }}", ["unsupported 1:8 ="]),
    ("{% if a = 1 %}{% endif %}", ["unsupported 1:9 ="]),
    ("{{ a starts with 'b' }}", ["unsupported 1:6 starts with"]),
    ("{{ a ends with 'b' }}", ["unsupported 1:6 ends with"]),
    ("{{ a matches '/b/' }}", ["unsupported 1:6 matches"]),
    ("{{ a has some b }}", ["unsupported 1:6 has some"]),
    ("{{ a b-and b }}", ["unsupported 1:6 b-and"]),
    ("{{ a xor b }}", ["unsupported 1:6 xor"]),
    ("{{ a is same as(b) }}", ["unsupported 1:9 same as"]),
    ("{{ a is not divisible by(2) }}", ["unsupported 1:13 divisible by"]),
    ("{{ a and(b) }}", ["unsupported 1:6 and("]),
    ("{{ (not a) and b }}", ["unsupported 1:5 not ((not)"]),
    ("{{ [not a] }}", ["unsupported 1:5 not ((not)"]),
    ("{{ f(a, not b) }}", ["unsupported 1:9 not ((not)"]),
    ("{{ a not  in b }}", ["unsupported 1:6 not  in"]),
    ("{{ a|  upper }}", ["unsupported 1:5 |  u (|  )"]),
    ("{{ a . b }}", ["unsupported 1:6 . b (. )"]),
    ("{{ a[b[0]] }}", ["unsupported 1:5 [b[0] ([[]])"]),
    ("{{ a[']'] }}", ["unsupported 1:5 ['] ([[]])"]),
    ("{{ a[:2] }}", ["unsupported 1:6 : ([:])"]),
    ("{{ {a.b: 1} }}", ["unsupported 1:8 : (key)"]),
    ("{{ {'a' ~ b: 1} }}", ["unsupported 1:12 : (key)"]),
    # expressions: what is wrong in every version
    ("{{ a b }}", ["bad-expression 1:6 b"]),
    ("{{ a 'b' }}", ["bad-expression 1:6 '"]),
    ("{{ 'a' 'b' }}", ["bad-expression 1:8 '"]),
    ("{{ a.b c.d }}", ["bad-expression 1:8 c"]),
    ("{{ a + }}{{ * }}{{ + * }}", ["~missing-value 1:6 +", "~missing-value 1:13 *", "bad-expression 1:22 *"]),
    ("{{ a == == b }}", ["bad-expression 1:9 =="]),
    ("{{ a or or b }}", ["bad-expression 1:9 or"]),
    ("{{ a in in b }}", ["bad-expression 1:9 in"]),
    ("{{ not not a }}", ["unsupported 1:8 not ((not)"]),
    ("{{ a| }}", ["bad-expression 1:5 |"]),
    ("{{ a|'b' }}", ["bad-expression 1:5 |"]),
    ("{{ a|1 }}", ["bad-expression 1:5 |"]),
    ("{{ a is }}", ["bad-expression 1:6 is"]),
    ("{{ a. }}", ["bad-expression 1:5 ."]),
    ("{{ a..  }}", ["~missing-value 1:5 .."]),
    ("{{ a... }}", ["bad-expression 1:7 ."]),
    ("{{ a) }}", ["bracket 1:5 )"]),
    ("{{ a[0 }}", ["bad-expression 1:5 ["]),
    ("{{ 'a'[0] }}", ["bad-expression 1:7 ["]),
    ("{{ f(1)(2) }}", ["bad-expression 1:8 ("]),
    ("{{ f(a,) }}", ["bad-expression 1:8 )"]),
    ("{{ [,] }}", ["bad-expression 1:5 ,"]),
    ("{{ a[ ] }}", ["bad-expression 1:5 [ ]"]),
    ("{{ #a }}", ["bad-expression 1:4 #"]),
    ("{{ $a }}", ["bad-expression 1:4 $"]),
    ("{{ имя }}", ["bad-expression 1:4 имя"]),
    ("{{ a @ b }}", ["bad-expression 1:6 @"]),
    ("{{ a; }}", ["bad-expression 1:5 ;"]),
    ("{{ `a` }}", ["bad-expression 1:4 `"]),
    ("{{ 1a }}", ["bad-expression 1:5 a"]),
    ("{{ a { b }}", ["bad-expression 1:6 {"]),
    ("{{ {a: 1 b: 2} }}", ["bad-expression 1:10 b"]),
    ("🙂 {{ a b }}", ["bad-expression 1:8 b"]),
)
REFUSED_HERE = [case for case in REFUSED if any(not line.startswith("~") for line in case[1])]

# Snippet, what we say, what twig.js draws of it with the values of the oracle.
MISREAD = (
    ("{{ -1 }}", ["~leading-minus 1:4 -"], "NaN"),
    ("{% set x = -one %}{{ x }}", ["~leading-minus 1:12 -"], "NaN"),
    ("{{ user.age + (one) }}", ["~taken-parentheses 1:15 ( (age)"], "NaN"),
    ("{% if user.age and (one or zero) %}yes{% endif %}", ["~taken-parentheses 1:20 ( (age)"], ""),
    ("{{ list|length * (one + one) }}", ["~taken-parentheses 1:18 ( (length)"], "NaN"),
    ("{{ double(one) + (one) }}", ["~taken-parentheses 1:18 ( (double)"], "NaN"),
    ("{{ list[0] ~ (name) }}", ["~taken-parentheses 1:14 ( ([0])"], "a"),
    ("{{ zero is defined and (zero) }}", ["~taken-parentheses 1:24 ( (defined)"], ""),
    ("{{ name in list ? 'yes' : 'no' }}", ["~weak-in 1:9 in"], "false"),
    ("{% if name in list and yes %}yes{% endif %}", ["~weak-in 1:12 in"], ""),
    ("{% if 'z' not in list or no %}yes{% else %}no{% endif %}", ["~weak-in 1:11 not in"], "yes"),
    ("{{ yes ? name in list : 2 }}", ["~weak-in 1:15 in"], "false"),
    ("{{ name in list == yes }}", ["~weak-in 1:9 in"], "false"),
    ("{{ yes ? no ? 1 : 2 : 3 }}", ["~unsupported 1:13 ? (? in ?)"], "false"),
    ("{{ no ? 'a' }}", ["~unsupported 1:7 ? (? without :)"], "a"),
    ("{{ not(yes) }}", ["~unsupported 1:4 not (not()"], None),
    ("{{ double(not [1]) }}", ["~unsupported 1:11 not ((not)"], "NaN"),
    ("{{ user.tags[0:1] }}", ["~unsupported 1:15 : ([:])"], "y"),
    ("{% if no %}{% elseif list|length %}yes{% endif %}", ["~never-true 1:22 list|length"], ""),
    ("{% if no %}{% elseif 1 %}yes{% endif %}", ["~never-true 1:22 1"], ""),
    ("{% if no %}{% elseif yes and 'a' %}yes{% endif %}", ["~never-true 1:22 yes and 'a'"], ""),
    ("{% set a, b = 1, 2 %}{{ a }}", ["~unsupported 1:8 a, b (set a, b)", "~bad-expression 1:16 ,"], ""),
    (
        "{% for a in list if a in list %}{{ a }}{% endfor %}",
        ["~unsupported 1:8 a in list if a in (for if in)"],
        "",
    ),
    ("{% for a b in list %}{{ b }}{% endfor %}", ["~bad-tag 1:8 a b in (for)"], ""),
    (
        "{% macro a() %}x{% endmacro %}{% from _self import a as b %}{{ b() }}",
        ["~unsupported 1:52 a as b (import as)"],
        None,
    ),
    ("{% include ignore missing 'no' %}", ["~unsupported 1:12 ignore missing"], None),
    ("{{ one + }}", ["~missing-value 1:8 +"], "NaN"),
    ("{{ * one }}", ["~missing-value 1:4 *"], "NaN"),
    ("{{ .5 }}", ["~missing-value 1:4 .5"], ""),
    ("{{ |upper }}", ["~missing-value 1:4 |upper"], ""),
    ("{{ is defined }}", ["~missing-value 1:4 is defined"], "false"),
    ("{{ (one, 2) }}", ["~bad-expression 1:8 ,"], "2"),
    ("{{ one, 2 }}", ["~bad-expression 1:7 ,"], "2"),
    ("{{ one : 2 }}", ["~bad-expression 1:8 :"], "2"),
    ("{{ one not 2 }}", ["~bad-expression 1:8 not"], "false"),
    ("{{ {one}|json_encode }}", ["~bad-expression 1:4 {"], "{}"),
    ("{{ (one }}", ["~bracket 1:4 ("], "[object Object]"),
    ("{{ [one }}", ["~bracket 1:4 ["], "[object Object]"),
    ("{{ [one) }}", ["bracket 1:8 )"], None),
    ("{{ [one} }}", ["~bracket 1:8 }"], None),
    ("{{ one] }}", ["~bracket 1:7 ]"], None),
    ("{{ {a: {one: 1}} }}", ["~bracket 1:8 {"], "[object Object] }}"),  # the first }} ends the output
    ("{{ () }}", ["~missing-value 1:4 ("], ""),
    ("{{ list[] }}", ["~bad-expression 1:8 []"], ""),
)


def test_the_tables_are_those_of_the_engine(oracle: Oracle) -> None:
    assert oracle.tables["version"] == "0.8.9"


def test_there_are_enough_snippets() -> None:
    assert len(FINE) + len(REFUSED) + len(MISREAD) >= 250


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine_stays_silent_and_compiles(oracle: Oracle, text: str) -> None:
    assert told(text) == []
    assert oracle.verdict(text)["compiles"]


@pytest.mark.parametrize(("text", "expected"), REFUSED, ids=[text for text, _ in REFUSED])
def test_what_twig_refuses_is_told_at_its_place(oracle: Oracle, text: str, expected: list[str]) -> None:
    assert told(text) == expected
    assert oracle.verdict(text)["compiles"] == all(line.startswith("~") for line in expected)


@pytest.mark.parametrize(("text", "expected", "drawn"), MISREAD, ids=[text for text, _, _ in MISREAD])
def test_what_twig_draws_wrongly_is_told_at_its_place(
    oracle: Oracle, text: str, expected: list[str], drawn: str | None
) -> None:
    assert told(text) == expected
    verdict = oracle.verdict(text)
    assert verdict["compiles"] == all(line.startswith("~") for line in expected)
    assert verdict.get("drawn") == drawn


FRAGMENTS = (
    *("{{ ", " }}", "{% ", " %}", "{#", "#}", "{{-", "-}}", "{%-", "-%}", "{% raw %}", "{% endraw %}", "\n", " ", "  "),
    *(f"{name} " for name in twig_tags.TAGS),
    *(
        "x",
        "a.b",
        "a",
        " in ",
        " and ",
        " or ",
        " not ",
        " not in ",
        " is ",
        "defined",
        "only",
        " with ",
        " as ",
        "if(",
    ),
    *("'", '"', "'s'", '"t"', "\\", "'}}'", "|", "|upper", "|default('x')", "(", ")", "[", "]", "{", "}", ",", ":"),
    *(
        "?",
        "=",
        "==",
        "!=",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "**",
        "//",
        "%",
        "~",
        ".",
        "..",
        "1",
        "-1",
        "2.5",
        "true",
        "null",
    ),
    *("=>", "??", "!", "f(", "m(a, b)", "_self", "{% if a %}", "{% endif %}", "{% else %}", "\u00a0", "\ufeff", "ё"),
)
FORMS = ("{}", "{{{{ {} }}}}", "{{% {} %}}", "{{% if {} %}}{{% endif %}}", "{{% set a = {} %}}", "{{% for a in {} %}}")
TEMPLATES = st.builds(
    lambda form, parts: form.format("".join(parts)),
    st.sampled_from(FORMS),
    st.lists(st.sampled_from(FRAGMENTS), max_size=9),
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEMPLATES)
def test_any_template_gets_the_verdict_of_the_engine(oracle: Oracle, text: str) -> None:
    assert is_refused(text) != oracle.verdict(text)["compiles"], told(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.binary(), TEMPLATES))
def test_any_text_is_read_and_places_lie_in_it(text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    template = read(data)
    whole = template.source.text
    spans = [problem.span for problem in template.problems] + list(template.texts) + list(template.comments)
    words = (*template.filters, *template.tests, *(call.name for call in template.calls))
    assert all(0 <= span.start <= span.end <= len(whole) for span in spans)
    assert all(whole[word.span.start : word.span.end] == word.text for word in words)


def test_what_a_template_holds() -> None:
    text = (
        "\ufeff{# note #}<b>{{ langs.widget.name|default('x')|e }}</b>{% if a.b[c.d] is not empty and f(1) %}\r\n"
        "{{ include_control('button', {text: langs.ok, 'id': key}) }}{% endif %}{% include 'x.twig' with {y: z} %}"
        "{% from 'm.twig' import one, two %}{% for k, v in rows if v.ok %}{{ one.two(k) }}{% endfor %}"
    )
    template = read(text)
    assert told(text) == []
    assert [word.text for word in template.filters] == ["default", "e"]
    assert [word.text for word in template.tests] == ["empty"]
    assert sorted(word.text for word in template.names) == sorted(
        [
            "langs.widget.name",
            "a.b",
            "c.d",
            "f()",
            "include_control()",
            "langs.ok",
            "key",
            "z",
            "rows",
            "v.ok",
            "one.two()",
            "k",
        ]
    )
    first = [(call.name.text, call.first.text if call.first else None) for call in template.calls]
    assert first == [("f", None), ("include_control", "button")]
    assert [word.text for word in template.included] == ["x.twig", "m.twig"]
    assert template.imported == {"one", "two"}
    assert [text[span.start : span.end] for span in template.comments] == ["{# note #}"]
    assert [text[span.start : span.end] for span in template.texts] == ["\ufeff", "<b>", "</b>", "\r\n"]
    for word in (*template.names, *template.included):
        there = text[word.span.start : word.span.end]
        assert there == word.text.removesuffix("()") or there == f"'{word.text}'"


HOSTILE = {
    "open output": "{{" * 50_000,
    "open tag": "{%" * 50_000,
    "open comment": "{#" * 50_000,
    "quotes": "{{ '" * 30_000,
    "quotes over marks": "{{ a '}}{{ a' " * 10_000,
    "escaped quotes": "{{ '" + "\\'" * 50_000,
    "spaces": "{% set " + " " * 100_000 + "%}{% for " + " " * 100_000 + "x %}{{ is" + " " * 100_000 + "5 }}",
    "brackets": "{{ " + "(" * 30_000 + "a" + ")" * 30_000 + " }}{{ " + "[" * 30_000,
    "indexes": "{{ " + "a[" * 30_000 + "]" * 30_000 + " }}",
    "operators": "{{ " + "a ? b : not c or " * 6_000 + "a }}",
    "filters": "{{ a" + "|upper" * 20_000 + " }}",
    "parameters": "{% macro m(" + "a," * 50_000 + "b c) %}",
    "words of tags": "{% include " + "with " * 20_000 + "%}{% from " + " import a" * 20_000 + "%}",
    "open blocks": "{% if a %}" * 10_000 + "{% endfor %}" * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_templates_take_no_long_time(text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 2, "a quadratic reader takes minutes here; a linear one 0.3 s at most"


@pytest.mark.parametrize(
    "space", "\t\n\v\f\r \xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\x1c\x85\u200b\u180e"
)
@pytest.mark.parametrize(
    "form", ["{{{{{0}a{0}}}}}", "{{{{ a{0}|upper }}}}", "{{% if{0}a %}}{{% elseif{0}b{0}== 1 %}}{{% endif %}}"]
)
def test_spaces_are_those_of_javascript(oracle: Oracle, space: str, form: str) -> None:
    text = form.format(space)
    assert is_refused(text) != oracle.verdict(text)["compiles"]


@pytest.mark.skipif(not CORPUS, reason="AMOWIDGET_CORPUS_REAL names no folder of whole widgets")
def test_real_templates_get_the_verdict_of_the_engine(oracle: Oracle) -> None:
    paths = sorted(Path(CORPUS).rglob("*.twig"))
    assert paths
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in paths}
    assert [path for path, text in texts.items() if is_refused(text) == oracle.verdict(text)["compiles"]] == []
