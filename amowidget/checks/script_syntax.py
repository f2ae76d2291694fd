"""SCR, first part: the scripts are JavaScript that a browser reads. The reader itself: widget/js_text."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.scripts import ENTRIES, Own, all_scripts
from amowidget.finding import Evidence, Rule, Severity
from amowidget.widget.js_problems import SOURCES, JsProblem
from amowidget.widget.js_problems import JsProblemKind as Kind
from amowidget.widget.widget import SCRIPT, Widget

_SAYS = {
    Kind.UNEXPECTED: '"{text}" is not expected here.',
    Kind.MISSING: "Something is missing here.",
    Kind.UNCLOSED: '"{text}" is opened here and never closed.',
    Kind.WRONG_BRACKET: '"{text}" is closed here, but "{opened}" of line {line} is the one that is open.',
    Kind.EXTRA_BRACKET: '"{text}" closes a bracket that is not open.',
    Kind.RESERVED: '"{text}" is a word of the language and can be no name.',
    Kind.REDECLARED: '"{text}" is declared for the second time; the first one stands in line {line}.',
    Kind.JSX: "This is JSX, which no browser reads.",
    Kind.MISPLACED: '"{text}" cannot stand here.',
    Kind.BAD_TARGET: '"{text}" is nothing that a value can be given to.',
    Kind.BAD_DELETE: '"{text}" cannot be deleted: delete takes members of objects alone, and no private ones.',
    Kind.BAD_LITERAL: '"{text}" is no valid number, text or regular expression.',
    Kind.MODULE_SYNTAX: '"{text}" belongs to ES modules, and the host loads scripts with RequireJS.',
}
_DECLARED_TWICE = '"{text}" stands here for the second time.'
_MEND = "Mend it: behind this place a browser reads nothing more of the file."
_BUILD = "Let a build translate it, and name the folder with the result: output below [build] in amowidget.toml."
_GRAMMAR = "ECMA-262"


def script_syntax(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what is no JavaScript in the scripts that the host asks for."""
    for own in all_scripts(widget, context):
        if own.path in ENTRIES:
            yield from (_hit(own, problem) for problem in own.script.problems)


def module_syntax(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what is no JavaScript in the other scripts; sources that a build translates are none of ours."""
    entry = widget.source(SCRIPT)
    for own in all_scripts(widget, context):
        if own.path in ENTRIES:
            continue
        name = own.path.rpartition("/")[2].encode("utf-8", "surrogateescape")
        is_named = entry is not None and name in entry.data
        is_source = any(problem.kind in SOURCES for problem in own.script.problems)
        if is_named or not is_source:
            yield from (_hit(own, problem) for problem in own.script.problems)


def script_too_deep(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find scripts that are not judged, because they nest deeper than anything that is written."""
    for own in all_scripts(widget, context):
        if own.script.is_unread and not own.script.is_given_up:
            yield Hit(own.path)


def script_given_up(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find large scripts that are not judged, because the reader understands too little of them."""
    for own in all_scripts(widget, context):
        if own.script.is_given_up:
            yield Hit(own.path, None, {"size": f"{len(own.script.source.data) / 1_000_000:.1f} MB"})


def _hit(own: Own, problem: JsProblem) -> Hit:
    source = own.script.source
    text, _, opened = problem.text.partition(" ") if problem.kind is Kind.WRONG_BRACKET else (problem.text, "", "")
    says = _SAYS[problem.kind]
    if problem.kind is Kind.REDECLARED and problem.other is None:
        says = _DECLARED_TWICE
    line = source.place(problem.other)[0] if problem.other is not None else 0
    what = says.format(text=text, opened=opened, line=line)
    return Hit(own.path, problem.span, {"what": what, "remedy": _BUILD if problem.kind in SOURCES else _MEND})


CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="SCR001",
            slug="script-syntax",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="{what}",
            hint="{remedy}",
            why="A script with a mistake in its grammar is not run at all, and the host does not say so: its loader turns a script that fails into an empty module.",
            bad="render: function () { return true },\ninit: function ( { return true }",
            good="render: function () { return true },\ninit: function () { return true }",
        ),
        script_syntax,
    ),
    Check(
        Rule(
            code="SCR002",
            slug="module-syntax",
            severity=Severity.WARNING,
            evidence=Evidence.POLICY,
            source=_GRAMMAR,
            message="{what}",
            hint="{remedy}",
            why="Whoever asks for this script gets nothing of it; a widget that depends on it does not start.",
            bad="define([], function () { return { sum: 1, }; ",
            good="define([], function () { return { sum: 1 }; });",
        ),
        module_syntax,
    ),
    Check(
        Rule(
            code="SCR003",
            slug="script-too-deep",
            severity=Severity.WARNING,
            evidence=Evidence.POLICY,
            source="policy: scripts are read down to a depth of 1,000",
            message="The script nests so deep that it is not judged.",
            hint="Put a long chain or sum into a list, or into steps of its own.",
            why="What nobody would write by hand is not read, so that reading any file stays fast.",
            bad="var text = 'a' + 'a' + ...   // two thousand times",
            good="var text = parts.join('');",
        ),
        script_too_deep,
    ),
    Check(
        Rule(
            code="SCR004",
            slug="script-given-up",
            severity=Severity.WARNING,
            evidence=Evidence.POLICY,
            source="policy: of scripts over 512 KiB those are read to their end that are JavaScript for the most part",
            message="This script of {size} is not judged: whole parts of it are not understood as JavaScript.",
            hint="Split it, and see which part is told as a mistake; what is no code does not belong into a script.",
            why="What is no code takes seconds for each megabyte, and nothing that would be told of it could be relied on.",
            bad="a script.js of 1 MB whose second half is base64 without quotes around it",
            good="a script.js of 1 MB",
        ),
        script_given_up,
    ),
)
