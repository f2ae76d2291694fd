"""JSN: the text of the manifest and of the translations is strict JSON, read by every parser in the same way."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Fix, Hit
from amowidget.finding import Evidence, Rule, Severity, Span
from amowidget.widget.edit import Edit
from amowidget.widget.json_nodes import Problem
from amowidget.widget.json_nodes import ProblemKind as Kind
from amowidget.widget.widget import MANIFEST, Widget

_R1 = "https://www.amocrm.ru/developers/content/integrations/structure"
_GRAMMAR = "RFC 8259"


def _problems(widget: Widget, *kinds: Kind) -> Iterator[Hit]:
    for path in widget.files:
        is_read = path == MANIFEST or (path.startswith("i18n/") and path.endswith(".json"))
        document = widget.json(path) if is_read else None
        if document:
            told = (problem for problem in document.problems if problem.kind in kinds)
            yield from (_hit(path, problem, document.source.text) for problem in told)


def _hit(path: str, problem: Problem, text: str) -> Hit:
    edit = _edit(problem, text)
    fixes = (Fix(path, edit),) if edit else ()
    return Hit(path, problem.span, {"text": problem.text, "what": _MEANINGS.get(problem.kind, "")}, fixes=fixes)


def _edit(problem: Problem, text: str) -> Edit | None:
    """Return the edit that mends a problem where only one answer is right."""
    found = text[problem.span.start : problem.span.end]
    if problem.kind in (Kind.BOM, Kind.TRAILING_COMMA):
        return Edit(problem.span, "")
    if problem.kind is Kind.COMMENT:
        return Edit(_with_blanks(problem.span, text), "")
    if problem.kind is Kind.UNQUOTED_KEY:
        return Edit(problem.span, f'"{found}"') if found.isidentifier() else None
    if problem.kind is Kind.WRONG_QUOTES and len(found) > 1:
        # A quote or an escape inside would have to be understood first.
        return None if set(found[1:-1]) & {'"', "\\"} else Edit(problem.span, f'"{found[1:-1]}"')
    return None


def _with_blanks(span: Span, text: str) -> Span:
    """Return a comment's place with what would be left over of its line: the line itself, or the blanks before."""
    start, end = span
    before = text[text.rfind("\n", 0, start) + 1 : start]
    following = text.find("\n", end)
    after = text[end : len(text) if following < 0 else following]
    if after.strip():
        return Span(start, end + len(after) - len(after.lstrip()))
    if before.strip():
        return Span(start - len(before) + len(before.rstrip()), end)
    return Span(start - len(before), len(text) if following < 0 else following + 1)


_MEANINGS = {
    Kind.UNCLOSED_STRING: "This text has no closing quote.",
    Kind.UNCLOSED_BRACKET: "This bracket is never closed.",
    Kind.WRONG_BRACKET: "This bracket closes another kind than the one that is open.",
    Kind.MISSING_COMMA: "A comma is missing here.",
    Kind.EXTRA_COMMA: "There is a comma too many here.",
    Kind.MISSING_COLON: "A colon is missing here.",
    Kind.MISSING_KEY: "A key is missing here.",
    Kind.MISSING_VALUE: "A value is missing here.",
    Kind.BAD_WORD: "This word is no JSON value.",
    Kind.BAD_NUMBER: "This is no JSON number.",
    Kind.BAD_ESCAPE: "JSON knows no such escape.",
    Kind.CONTROL_CHARACTER: "A line break, tab or other control character stands inside a text.",
    Kind.UNEXPECTED: "This character does not belong here.",
    Kind.TOO_DEEP: "The nesting is too deep.",
}


def json_byte_order_mark(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a byte order mark."""
    yield from _problems(widget, Kind.BOM)


def json_not_utf8(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find bytes that are not UTF-8."""
    yield from _problems(widget, Kind.NOT_UTF8)


def json_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a file with nothing in it."""
    yield from _problems(widget, Kind.EMPTY)


def json_comment(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find comments."""
    yield from _problems(widget, Kind.COMMENT)


def json_trailing_comma(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a comma before a closing bracket."""
    yield from _problems(widget, Kind.TRAILING_COMMA)


def json_duplicate_key(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a key that stands twice in one object."""
    yield from _problems(widget, Kind.DUPLICATE_KEY)


def json_text_after_end(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find text behind the end of the JSON value."""
    yield from _problems(widget, Kind.TEXT_AFTER_END)


def json_wrong_quotes(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find quotes other than the straight double ones, and keys without quotes."""
    yield from _problems(widget, Kind.WRONG_QUOTES, Kind.UNQUOTED_KEY)


def json_unclosed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts and brackets that are not closed, or closed by the wrong mark."""
    yield from _problems(widget, Kind.UNCLOSED_STRING, Kind.UNCLOSED_BRACKET, Kind.WRONG_BRACKET)


def json_missing_mark(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find commas, colons, keys and values that are missing or too many."""
    marks = (Kind.MISSING_COMMA, Kind.EXTRA_COMMA, Kind.MISSING_COLON, Kind.MISSING_KEY, Kind.MISSING_VALUE)
    yield from _problems(widget, *marks)


def json_bad_value(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find words, numbers, escapes and characters that JSON does not know."""
    values = (Kind.BAD_WORD, Kind.BAD_NUMBER, Kind.BAD_ESCAPE, Kind.CONTROL_CHARACTER, Kind.UNEXPECTED, Kind.TOO_DEEP)
    yield from _problems(widget, *values)


CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="JSN001",
            slug="json-byte-order-mark",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="The file starts with a byte order mark.",
            hint="Save it as UTF-8 without BOM; editors call it UTF-8, as opposed to UTF-8 with BOM.",
            why="The documentation demands UTF-8 without a byte order mark; JSON parsers stop at it.",
            bad="EF BB BF 7B ...",
            good="7B ...",
            fixable=True,
        ),
        json_byte_order_mark,
    ),
    Check(
        Rule(
            code="JSN002",
            slug="json-not-utf8",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="The file is not UTF-8: this byte has no meaning there.",
            hint="Save it as UTF-8; Windows-1251 and UTF-16 are not read.",
            why="The documentation demands UTF-8.",
            bad="a file saved as Windows-1251",
            good="the same file saved as UTF-8",
        ),
        json_not_utf8,
    ),
    Check(
        Rule(
            code="JSN003",
            slug="json-empty",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="The file is empty.",
            hint="Write at least {{}} into it, or delete it.",
            why="An empty file is no JSON; the account's parser refuses it.",
            bad="",
            good="{}",
        ),
        json_empty,
    ),
    Check(
        Rule(
            code="JSN004",
            slug="json-comment",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="JSON has no comments.",
            hint="Delete it. The samples in the documentation show comments, but the account does not read them.",
            why="All 166 surveyed manifests of public widgets are strict JSON.",
            bad='{ "version": "1.0.0" // raise me\n}',
            good='{ "version": "1.0.0" }',
            fixable=True,
        ),
        json_comment,
    ),
    Check(
        Rule(
            code="JSN005",
            slug="json-trailing-comma",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="There is a comma with nothing behind it.",
            hint="Delete the comma.",
            why="JavaScript takes a comma before a closing bracket, JSON does not.",
            bad='["ru", "en",]',
            good='["ru", "en"]',
            fixable=True,
        ),
        json_trailing_comma,
    ),
    Check(
        Rule(
            code="JSN006",
            slug="json-duplicate-key",
            severity=Severity.WARNING,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message='The key "{text}" stands in this object twice; only the last one counts.',
            hint="Delete one of them.",
            why="Parsers keep the last value in silence, so the other one misleads whoever reads the file.",
            bad='{ "version": "1.0.0", "version": "1.0.1" }',
            good='{ "version": "1.0.1" }',
        ),
        json_duplicate_key,
    ),
    Check(
        Rule(
            code="JSN007",
            slug="json-text-after-end",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="There is more text behind the end of the JSON value.",
            hint="Delete it, or look for a bracket that closes too early.",
            why="A file holds one JSON value; a second one is mostly left over from a merge.",
            bad='{ "widget": {} }\n{ "widget": {} }',
            good='{ "widget": {} }',
        ),
        json_text_after_end,
    ),
    Check(
        Rule(
            code="JSN008",
            slug="json-wrong-quotes",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="Keys and texts stand in straight double quotes.",
            hint='Write "..." here.',
            why="JavaScript takes single quotes and bare keys, JSON does not; text programs put in curly quotes.",
            bad="{ widget: { 'name': “widget.name” } }",
            good='{ "widget": { "name": "widget.name" } }',
            fixable=True,
        ),
        json_wrong_quotes,
    ),
    Check(
        Rule(
            code="JSN009",
            slug="json-unclosed",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="{what}",
            hint="Put in the mark that is missing, or take out the one that is too many.",
            why="Without it the end of the value cannot be told.",
            bad='{ "locations": ["settings" }',
            good='{ "locations": ["settings"] }',
        ),
        json_unclosed,
    ),
    Check(
        Rule(
            code="JSN010",
            slug="json-missing-mark",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="{what}",
            hint='An object is written as "key": value, "key": value; an array as value, value.',
            why="No parser guesses what is meant.",
            bad='{ "name": "widget.name" "version": "1.0.0" }',
            good='{ "name": "widget.name", "version": "1.0.0" }',
        ),
        json_missing_mark,
    ),
    Check(
        Rule(
            code="JSN011",
            slug="json-bad-value",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="{what}",
            hint="Values are texts in double quotes, numbers such as 1 or -0.5, true, false, null, objects and arrays.",
            why="What JavaScript, Python or PHP would take is no JSON.",
            bad='{ "init_once": False, "version": 01 }',
            good='{ "init_once": false, "version": "01" }',
        ),
        json_bad_value,
    ),
)
