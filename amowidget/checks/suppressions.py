"""Comments that allow a rule at their place: where they stand, what they name, and which of them allow nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Hit
from amowidget.config.toml_table import near
from amowidget.finding import Evidence, Rule, Severity, Span
from amowidget.pattern import compiled
from amowidget.widget.source import Source
from amowidget.widget.widget import Widget

_SIGN = b"amowidget:"
_ALLOW = compiled(r"amowidget:\s*allow\s+([A-Za-z0-9-]+(?:\s*,\s*[A-Za-z0-9-]+)*)")
_NAME = compiled(r"[A-Za-z0-9-]+")
_NAMELESS = compiled(r"amowidget:\s*allow(?![\w-])(?!\s+[A-Za-z0-9-])")
_COMMENTED = (".js", ".mjs", ".twig", ".css")
_MEMO = "suppressions"


class Allowance(NamedTuple):
    """One rule that a comment allows: its code or slug as written, the name's place, and the lines it holds for.

    A comment that allows without saying what has an empty name.
    """

    name: str
    span: Span
    first_line: int
    last_line: int


@dataclass
class Allowances:
    """What the comments of a widget allow, by path; `used` remembers what was needed, `judged` which rules ran."""

    by_path: dict[str, tuple[Allowance, ...]]
    used: set[tuple[str, Span]] = field(default_factory=set)
    judged: set[str] = field(default_factory=set)

    def allows(self, rule: Rule, path: str, line: int) -> bool:
        """Return whether a comment allows a rule on a line of a file; line 0, the whole file, is that of the first."""
        names = (rule.slug, rule.code)
        for allowance in self.by_path.get(path, ()):
            if allowance.name in names and allowance.first_line <= max(line, 1) <= allowance.last_line:
                self.used.add((path, allowance.span))
                return True
        return False


def allowances(widget: Widget, context: Context, is_unmuted: bool = False) -> Allowances:
    """Return what the comments in scripts, templates and style sheets allow; in other texts any line counts."""
    if _MEMO not in context.memo:
        found: dict[str, tuple[Allowance, ...]] = {}
        for path, file in () if is_unmuted else widget.files.items():
            if file.source is not None and _SIGN in file.source.data:
                found[path] = tuple(_of_file(widget, path, file.source))
        context.memo[_MEMO] = Allowances(found)
    known: Allowances = context.memo[_MEMO]
    return known


def suppression_unused(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find comments that allow a rule which finds nothing there, or which does not exist; run after all others."""
    known = allowances(widget, context)
    rules = {name: check.rule for check in context.checks for name in (check.rule.slug, check.rule.code)}
    for path, listed in known.by_path.items():
        for allowance in listed:
            rule = rules.get(allowance.name)
            if not allowance.name:
                remedy = 'Write which: "amowidget: allow console-call".'
                yield Hit(path, allowance.span, {"fact": "The comment names no rule to allow.", "remedy": remedy})
            elif rule is None:
                remedy = near(allowance.name, tuple(rules)) or "`amowidget rules` lists them all."
                yield Hit(path, allowance.span, {"fact": f'There is no rule "{allowance.name}".', "remedy": remedy})
            elif (
                rule.slug in known.judged and (path, allowance.span) not in known.used and not _is_broken(widget, path)
            ):
                fact = f'The rule "{allowance.name}" finds nothing here that would have to be allowed.'
                yield Hit(path, allowance.span, {"fact": fact, "remedy": "Delete the comment."})


def _is_broken(widget: Widget, path: str) -> bool:
    """Return whether a file is a script with mistakes, which many rules leave out."""
    script = widget.script(path) if path.lower().endswith((".js", ".mjs")) else None
    return script is not None and (script.is_unread or bool(script.problems))


def _of_file(widget: Widget, path: str, source: Source) -> Iterator[Allowance]:
    spans = _comments(widget, path, source)
    alone = {source.place(span.start)[0]: source.place(span.end)[0] for span in spans if _is_alone(source, span)}
    for span in spans:
        text = source.text[span.start : span.end]
        if "amowidget:" not in text:
            continue
        first, last = source.place(span.start)[0], source.place(span.end)[0]
        if first in alone:
            # Alone on its lines a comment is about what follows, and so are those that follow it at once.
            last += 1
            while last in alone:
                last = alone[last] + 1
        for match in _ALLOW.finditer(text):
            for name in _NAME.finditer(match.group(1)):
                start = span.start + match.start(1) + name.start()
                yield Allowance(name.group(), Span(start, start + len(name.group())), first, last)
        # In other texts a line may be prose about such comments.
        for match in _NAMELESS.finditer(text) if path.lower().endswith(_COMMENTED) else ():
            yield Allowance("", Span(span.start + match.start(), span.start + match.end()), first, last)


def _is_alone(source: Source, span: Span) -> bool:
    """Return whether only blanks stand before a comment; behind code a comment is about that code."""
    line, column = source.place(span.start)
    return not source.line_text(line)[: column - 1].strip()


def _comments(widget: Widget, path: str, source: Source) -> tuple[Span, ...]:
    lowered = path.lower()
    if lowered.endswith((".js", ".mjs")):
        script = widget.script(path)
        return tuple(script.span(placed.node) for placed in script.of_kind("comment")) if script else ()
    if lowered.endswith(".twig"):
        template = widget.template(path)
        return template.comments if template else ()
    if lowered.endswith(".css"):
        style = widget.style(path)
        return style.comments if style else ()
    if lowered.endswith(".json"):
        return ()  # JSON has no comments
    starts = (*source.line_starts, len(source.text))
    return tuple(
        Span(start, max(start, end - 1)) for start, end in pairwise(starts) if "amowidget:" in source.text[start:end]
    )


CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="PKG021",
            slug="suppression-unused",
            severity=Severity.WARNING,
            evidence=Evidence.POLICY,
            source="policy: an exception that excepts nothing misleads",
            message="{fact}",
            hint="{remedy}",
            why="A comment that allows nothing today would hide a real finding tomorrow.",
            bad="// amowidget: allow console-call\nself.ask();",
            good="// amowidget: allow console-call\nconsole.log(self.ask());",
        ),
        suppression_unused,
    ),
)
