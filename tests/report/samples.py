"""Findings, a rule and texts that the tests of every form use."""

from amowidget.finding import Evidence, Finding, Rule, Severity, SourceLine
from amowidget.report import Subject

RULE = Rule(
    code="MAN001",
    slug="a-rule",
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    source="https://example.com/docs/a_page",
    message="The key {key} is missing.",
    hint="Add {key}.",
    why="The upload looks for it.",
    bad='{ "a": 1 }',
    good='{ "b": 1 }',
    severities={"public": Severity.WARNING},
)

# What a hostile widget can put into its names and texts; each must leave every form whole.
HOSTILE = (
    "",
    " ",
    "\"double\" and 'single' `back` \\ slash",
    "line\nfeed\r\nreturn\rtab\tend",
    "\x00\x01\x08\x0b\x0c\x0e\x1b[31m\x1f\x7f\x80\x9f",
    "\udc80\udcff byte",
    "\ud800 \udbff \udc00 \udfff half",
    "\ud83d\ude00",
    "😀 👩‍👩‍👧 🇷🇺",
    "]]> <![CDATA[ <!-- --> <?xml?> &amp; &#0; </testcase>",
    "\ufffe\uffff\ufdd0 \U0001fffe",
    "\u202e\u2066\u200b\ufeff\u2028\u2029\xa0",
    "%0A%25 100% :: , = ::error file=x::y",
    "{0} {{ }} {name} [a](1) [b](javascript:alert) \\[c\\](2) [d\\](3) ]( ](",
    "Привет, 名",
    "../../etc/passwd",
    "/etc/passwd",
    "C:/Windows/x.ini",
    "c:\\a?b#c d+e&f;g=h@i!j$k'l(m)*n",
    "x" * 5000,
)


def finding(**changes: object) -> Finding:
    """Return a finding at a place of manifest.json, with changes."""
    values: dict[str, object] = {
        "code": "MAN001",
        "rule": "a-rule",
        "severity": Severity.ERROR,
        "message": "The fact.",
        "hint": "The remedy.",
        "path": "manifest.json",
        "line": 2,
        "column": 3,
        "end_line": 2,
        "end_column": 8,
        "lines": (SourceLine(1, "{"), SourceLine(2, '  "abc": 1,'), SourceLine(3, "}")),
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]  # built from a table


def whole_file(**changes: object) -> Finding:
    """Return a finding about a whole file, with changes."""
    values: dict[str, object] = {"line": 0, "column": 0, "end_line": 0, "end_column": 0, "lines": ()}
    return finding(**{**values, "path": "images/logo.png", **changes})


def hostile(text: str) -> Finding:
    """Return a finding that has a text wherever a widget can put one."""
    return finding(message=f"The fact {text}.", hint=text, path=f"a/{text}", lines=(SourceLine(2, text),))


def subject(**changes: object) -> Subject:
    """Return what the forms are told of a widget in the folder `widgets/orders`, with changes."""
    values: dict[str, object] = {
        "version": "1.2.3",
        "rules": (RULE,),
        "files": ("i18n/ru.json", "manifest.json"),
        "prefix": "widgets/orders",
    }
    return Subject(**{**values, **changes})  # type: ignore[arg-type]  # built from a table


SEVERAL = (
    whole_file(severity=Severity.INFO),
    finding(),
    finding(line=5, end_line=7, column=1, end_column=2, code="MAN002", rule="other-rule", severity=Severity.WARNING),
    finding(line=9, end_line=9, column=4, end_column=4, hint="", severity=Severity.INFO),
    finding(line=11, end_line=11, column=0, end_column=0, lines=()),
    hostile("тест"),
)
