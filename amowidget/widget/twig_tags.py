"""Reads the arguments of one tag as twig.js 0.8.9 does: which expressions they hold, and whether it takes them."""

import re
from collections.abc import Callable
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.twig_marks import trimmed
from amowidget.widget.twig_nodes import TwigProblem
from amowidget.widget.twig_nodes import TwigProblemKind as Kind
from amowidget.widget.twig_tokens import SPACE, SPACES

# What opens a block, with what may stand in between; twig.js 0.8.9 knows no other tags.
BLOCKS: dict[str, tuple[str, ...]] = {
    "if": ("elseif", "else"),
    "for": ("else",),
    "filter": (),
    "block": (),
    "macro": (),
    "spaceless": (),
    "embed": (),
    "set": (),
    "verbatim": (),
    "raw": (),
}
MIDDLE = ("else", "elseif")
TAGS = (*BLOCKS, "include", "extends", "use", "import", "from", *MIDDLE, *(f"end{name}" for name in BLOCKS))
_LINE_END = compiled("[\n\r]")
_LIST = compiled(rf"[A-Za-z0-9_,{SPACES}]+")
_IN = compiled(rf"(?<={SPACE})in(?={SPACE})")
_IF = compiled(rf"{SPACE}+if{SPACE}+(?!{SPACE})")
_BLOCK = compiled(rf"([A-Za-z0-9_]+)(?:{SPACE}++(.+))?\Z", re.DOTALL)
_PARAMETERS = compiled(
    rf"([A-Za-z0-9_]+){SPACE}*+\({SPACE}*+((?:[A-Za-z0-9_]+(?:,{SPACE}*+[A-Za-z0-9_]+)*+(?:,{SPACE}*+)?+)?+){SPACE}*+\)\Z"
)
_AS = compiled(rf"{SPACE}as{SPACE}+([A-Za-z0-9_]+)\Z")
_IMPORT = compiled(rf"{SPACE}import{SPACE}+([A-Za-z0-9_, ]+)\Z")
_WITH = compiled(rf"with{SPACE}")
_IGNORE = compiled(rf"ignore missing{SPACE}")
_MISSING = compiled(rf"{SPACE}ignore{SPACE}+missing\b")
_ONLY = "only"
_NAMELESS = {
    "set": compiled(rf"{SPACE}{{2,}}=(?={SPACE}*[^{SPACES}])"),
    "for": compiled(rf"{SPACE}{{3,}}in{SPACE}+(?=[^{SPACES}\n\r]+\Z)"),
}


class Tag(NamedTuple):
    """What one tag holds. `file` is the expression that names a template; `opens` tells whether an end tag is due.

    `imported` are the names that it makes callable.
    """

    name: str
    expressions: tuple[Span, ...] = ()
    file: Span | None = None
    opens: bool = False
    problem: TwigProblem | None = None
    imported: tuple[str, ...] = ()


def read(text: str, name: str, place: Span, rest: Span) -> Tag:
    """Return what a tag of a known name holds; `rest` is what stands behind the name."""
    is_apart = rest.start == rest.end or text[rest.start] in SPACES
    arguments = trimmed(text, rest)
    tag = Tag(name, opens=name in BLOCKS)
    bad = TwigProblem(Kind.BAD_TAG, place, name)
    if name in ("else", "spaceless", "raw", "verbatim") or name.startswith("end"):
        is_named = name == "endblock" and re.fullmatch(r"[A-Za-z0-9_]+", text[arguments.start : arguments.end])
        return tag if arguments.start == arguments.end or (is_apart and is_named) else tag._replace(problem=bad)
    if not is_apart or arguments.start == arguments.end:
        return tag._replace(problem=bad, opens=tag.opens and name != "set")
    if name == "if":
        return tag._replace(expressions=(arguments,))
    found = _READERS[name](text, tag, arguments) or _nameless(text, tag, bad, Span(rest.start, arguments.end))
    has_value = name == "set" and "=" in text[arguments.start : arguments.end]
    return found if found else tag._replace(problem=bad, opens=tag.opens and not has_value)


def _nameless(text: str, tag: Tag, bad: TwigProblem, rest: Span) -> Tag | None:
    """Read a `for` or `set` without a name: twig.js takes spaces for one, where there are enough of them."""
    pattern = _NAMELESS.get(tag.name)
    match = pattern.match(text, rest.start, rest.end) if pattern else None
    if match is None:
        return None
    value = trimmed(text, Span(match.end(), rest.end))
    return tag._replace(expressions=(value,), opens=tag.name == "for", problem=bad._replace(is_refused=False))


def _line(text: str, tag: Tag, span: Span) -> Tag | None:
    """Read what has to stand on one line."""
    found = _LINE_END.search(text, span.start, span.end)
    if found:
        return tag._replace(problem=TwigProblem(Kind.UNSUPPORTED, Span(*found.span()), f"{tag.name} on lines"))
    return tag._replace(expressions=(span,))


def _file(text: str, tag: Tag, span: Span) -> Tag | None:
    found = _line(text, tag, span)
    return found._replace(file=span) if found and not found.problem else found


def _for(text: str, tag: Tag, span: Span) -> Tag | None:
    names = _LIST.match(text, span.start, span.end)
    if names is None:
        return None
    # twig.js takes the last `in` that has nothing but names before it.
    found = [match for match in _IN.finditer(text, span.start, names.end() + 1) if match.start() > span.start + 1]
    if not found:
        return None
    listed = text[span.start : found[-1].start()]
    of = trimmed(text, Span(found[-1].end(), span.end))
    condition = _IF.search(text, of.start + 1, of.end) if of.start < of.end else None
    parts = [Span(of.start, condition.start()), Span(condition.end(), of.end)] if condition else [of]
    if of.start == of.end or listed.count(",") > 1:
        return None
    broken = next((match for part in parts if (match := _LINE_END.search(text, part.start, part.end))), None)
    if broken:
        return tag._replace(problem=TwigProblem(Kind.UNSUPPORTED, Span(*broken.span()), "for on lines"))
    if len(found) > 1 or any(len(name.split()) != 1 for name in listed.split(",")):
        place = Span(span.start, found[-1].end())
        kind, text_ = (Kind.UNSUPPORTED, "for if in") if len(found) > 1 else (Kind.BAD_TAG, "for")
        return tag._replace(problem=TwigProblem(kind, place, text_, is_refused=False), expressions=tuple(parts))
    return tag._replace(expressions=tuple(parts))


def _set(text: str, tag: Tag, span: Span) -> Tag | None:
    names = _LIST.match(text, span.start, span.end)
    if names is None:
        return None
    is_one = len(names.group().replace(",", " , ").split()) == 1 and "," not in names.group()
    several = (
        None if is_one else TwigProblem(Kind.UNSUPPORTED, Span(*trimmed(text, Span(*names.span()))), "set a, b", False)
    )
    if names.end() == span.end:
        return tag._replace(problem=several)
    value = trimmed(text, Span(names.end() + 1, span.end))
    if text[names.end()] != "=" or value.start == value.end:
        return None
    return tag._replace(expressions=(value,), opens=False, problem=several)


def _block(text: str, tag: Tag, span: Span) -> Tag | None:
    match = _BLOCK.match(text[span.start : span.end])
    if match is None:
        return None
    if match.group(2) is None:
        return tag
    value = Span(span.start + match.start(2), span.end)
    return (_line(text, tag, value) or tag)._replace(opens=False)


def _macro(text: str, tag: Tag, span: Span) -> Tag | None:
    match = _PARAMETERS.match(text[span.start : span.end])
    if match is None:
        return None
    names = re.split(rf"[{SPACES},]+", match.group(2))
    return tag if len(set(names)) == len(names) else None


def _import(text: str, tag: Tag, span: Span) -> Tag | None:
    found = _AS.search(text, span.start, span.end)
    if found is None or found.start() == span.start:
        return None
    read = _file(text, tag, trimmed(text, Span(span.start, found.start())))
    return read._replace(imported=(found.group(1),)) if read else None


def _from(text: str, tag: Tag, span: Span) -> Tag | None:
    found = _IMPORT.search(text, span.start, span.end)
    if found is None or found.start() == span.start:
        return None
    read = _file(text, tag, trimmed(text, Span(span.start, found.start())))
    names = tuple(re.split("[ ,]+", found.group(1).strip()))
    if read and "as" in names and not read.problem:
        place = Span(*trimmed(text, Span(*found.span(1))))
        return read._replace(problem=TwigProblem(Kind.UNSUPPORTED, place, "import as", False), imported=names)
    return read._replace(imported=names) if read else None


def _include(text: str, tag: Tag, span: Span) -> Tag | None:
    ignored = _IGNORE.match(text, span.start, span.end)
    start = trimmed(text, Span(ignored.end(), span.end)).start if ignored else span.start
    given = _WITH.search(text, start + 1, span.end)
    file_end = given.start() if given else _before_only(text, start, span.end)
    file = trimmed(text, Span(start, file_end))
    broken = _LINE_END.search(text, file.start, file.end)
    parts = [file]
    if given:
        values = trimmed(text, Span(given.end(), span.end))
        values = trimmed(text, Span(values.start, _before_only(text, values.start, values.end)))
        parts.append(values)
        broken = broken or (_LINE_END.search(text, values.start, values.end) if tag.name == "embed" else None)
    if broken:
        return tag._replace(problem=TwigProblem(Kind.UNSUPPORTED, Span(*broken.span()), f"{tag.name} on lines"))
    problem = (
        TwigProblem(Kind.UNSUPPORTED, trimmed(text, Span(*ignored.span())), "ignore missing", False)
        if ignored
        else None
    )
    late = _MISSING.search(text, file.start, file.end)
    if late:
        problem = TwigProblem(Kind.UNSUPPORTED, Span(late.start() + 1, late.end()), "ignore missing")
        return tag._replace(problem=problem)
    return tag._replace(expressions=tuple(parts), file=file, problem=problem)


def _before_only(text: str, start: int, end: int) -> int:
    return end - len(_ONLY) if text.endswith(_ONLY, start + 1, end) else end


_READERS: dict[str, Callable[[str, Tag, Span], Tag | None]] = {
    "elseif": _line,
    "for": _for,
    "filter": _line,
    "block": _block,
    "macro": _macro,
    "embed": _include,
    "set": _set,
    "include": _include,
    "extends": _file,
    "use": _file,
    "import": _import,
    "from": _from,
}
