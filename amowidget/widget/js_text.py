"""Reads a script: its syntax tree, what stands in it, its functions, scopes and problems. Never raises."""

from amowidget.widget import js_grammar
from amowidget.widget.byte_offsets import BoundedOffsets, ByteOffsets
from amowidget.widget.js_large import read_any
from amowidget.widget.js_mending import mended
from amowidget.widget.js_mistakes import mistakes
from amowidget.widget.js_nodes import Script, in_order
from amowidget.widget.js_problems import SOURCES, JsProblem
from amowidget.widget.js_reading import captured, is_too_deep
from amowidget.widget.js_rereading import read
from amowidget.widget.js_scopes import Names, Survey
from amowidget.widget.js_seen import Seen
from amowidget.widget.source import Source


def parse(source: Source, is_module: bool = False) -> Script:
    """Read a script, whatever its bytes are; `is_module` allows import and export."""
    offsets = ByteOffsets(source)
    reading = read_any(source.data)
    root = reading.root
    is_unread = reading.is_given_up or is_too_deep(root)
    if is_unread:
        # No browser and no person reads this, and every look at such a tree costs the square of its depth.
        root = read(b"").root
    found = captured(root, source.data)
    problems = list(mistakes(offsets, reading, found.get("string", ())))
    whole = mended(offsets, reading, problems[0]) if problems and not is_unread else None
    if whole is not None:
        root, found, offsets = whole.root, captured(whole.root, source.data), BoundedOffsets(source)
        problems += whole.problems
    survey, names = Survey(source, root, is_module), Names(source, is_module)
    names.is_whole = not root.has_error
    names.alone = frozenset(node.id for node in found.get("branch", ()))
    ground = survey.run(found, names)
    for node in in_order(found.get("this", ())):
        scope = ground.at(node)
        (scope.owner() or survey.top).this.append(node)
    if not problems:
        # After a mistake the rest is guessed: what the grammar would tell about it could be wrong.
        seen = Seen(source.data, root, found, ground, is_module)
        problems = [*names.problems(offsets), *js_grammar.problems(seen, offsets)]
    is_whole = not (root.has_error or is_unread or any(problem.kind in SOURCES for problem in problems))
    return Script(
        *(source, root, survey.top, found, ground, survey.functions, _in_order(problems), offsets),
        is_unread=is_unread,
        is_given_up=reading.is_given_up,
        is_whole=is_whole,
    )


def _in_order(problems: list[JsProblem]) -> tuple[JsProblem, ...]:
    """Return the problems in the order of the text, one for each place."""
    first = {problem.span.start: problem for problem in reversed(problems)}
    return tuple(first[start] for start in sorted(first))
