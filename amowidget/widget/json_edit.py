"""Edits of a JSON text that keep its style: one more member or item, one less. Whether they are wanted: checks/."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.edit import Edit
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.source import BOM, Source

_INDENTED = compiled(r"(?:\r\n|\r|\n)([ \t]+)[^\s}\]]")
_LINE_BREAK = compiled(r"\r\n|\r|\n")
_COLON = compiled(r"(\s*):(\s*)")
_SURROGATE = compiled("[\ud800-\udfff]")


def inserted(source: Source, parent: Node, key: str, value: object) -> Edit:
    """Return the edit that puts one more member at the end of an object."""
    return inserted_all(source, parent, {key: value})


def inserted_all(source: Source, parent: Node, members: Mapping[str, object]) -> Edit:
    """Return the one edit that puts some more members at the end of an object.

    Such edits of one object go together as long as it is not empty: each brings the comma before it.
    """
    style = _style(source, parent)
    texts = [f"{_written(source, key)}{style.colon}{_value(source, value, style)}" for key, value in members.items()]
    return _added(source, parent, texts, style)


def appended(source: Source, array: Node, *values: object) -> Edit:
    """Return the one edit that puts some more items at the end of an array."""
    style = _style(source, array)
    return _added(source, array, [_value(source, value, style) for value in values], style)


def replaced(source: Source, node: Node, value: object) -> Edit:
    """Return the edit that puts another value in the place of one, on one line."""
    return Edit(node.span, _written(source, value))


def removed(source: Source, parent: Node, index: int) -> Edit:
    """Return the edit that takes a member or an item out, with exactly one comma and the line that it leaves empty.

    Such edits of one parent go together, except that of the first part with that of the second.
    """
    parts = _parts(parent)
    start, end = parts[index]
    text = source.text
    if index:
        before = parts[index - 1].end
        between = text[before:start]
        # A comment is no JSON, yet somebody wrote it: it stays.
        return Edit(Span(before, end), "" if _is_comma(between) else between.replace(",", "", 1).rstrip())
    if len(parts) > 1:
        after = parts[1].start
        between = text[end:after]
        return Edit(Span(start, after if _is_comma(between) else end + between.find(",") + 1), "")
    opening, closing = _inner(source, parent)
    rest = (text[opening:start] + text[end:closing]).strip()
    return Edit(Span(opening, closing), "") if rest in ("", ",") else Edit(Span(start, end), "")


class _Style(NamedTuple):
    """How the neighbours are written: what stands before each, before the first, around a colon, before the end."""

    before: str
    first: str
    colon: str
    closing: str
    unit: str

    @property
    def is_one_line(self) -> bool:
        return not _LINE_BREAK.search(self.before)

    @property
    def comma(self) -> str:
        return "," + self.before


def _parts(parent: Node) -> tuple[Span, ...]:
    if parent.kind is Kind.OBJECT:
        return tuple(Span(member.key_span.start, member.value.span.end) for member in parent.members)
    return tuple(item.span for item in parent.items)


def _inner(source: Source, parent: Node) -> Span:
    start, end = parent.span
    return Span(start + 1, max(start + 1, end - (source.text[end - 1] in "}]")))


def _is_comma(between: str) -> bool:
    return between.strip() == ","


def _added(source: Source, parent: Node, texts: list[str], style: _Style) -> Edit:
    parts = _parts(parent)
    if parts:
        end = parts[-1].end
        return Edit(Span(end, end), "".join(style.comma + text for text in texts))
    opening, closing = _inner(source, parent)
    content = style.first + style.comma.join(texts)
    if source.text[opening:closing].strip():
        return Edit(Span(opening, opening), content)
    return Edit(Span(opening, closing), content + style.closing)


def _style(source: Source, parent: Node) -> _Style:
    unit, colon = _unit(source), _colon(source, parent)
    parts = _parts(parent)
    if parts:
        return _Style(_before(source, parent, parts, colon), "", colon, "", unit)
    whole = source.text.removeprefix(BOM).strip()
    is_whole = whole == source.text[parent.span.start : parent.span.end]
    if parent.kind is Kind.ARRAY or not (is_whole or _LINE_BREAK.search(whole)):
        return _Style(" " if colon.endswith(" ") else "", "", colon, "", unit)
    closing = (source.line_ends[0] if source.line_ends else "\n") + _indent_of_line(source.text, parent.span.start)
    return _Style(closing + unit, closing + unit, colon, closing, unit)


def _before(source: Source, parent: Node, parts: tuple[Span, ...], colon: str) -> str:
    """Return the blanks that stand before a member or an item."""
    text, start = source.text, parts[-1].start
    blanks = text[len(text[:start].rstrip(" \t\r\n")) : start]
    breaks = _LINE_BREAK.findall(blanks)
    if breaks:
        # Blank lines between groups are not repeated.
        return str(breaks[-1]) + _LINE_BREAK.split(blanks)[-1]
    if len(parts) > 1 and text[: start - len(blanks)].endswith(","):
        return blanks
    return " " if parent.kind is Kind.ARRAY or colon.endswith(" ") else ""


def _colon(source: Source, parent: Node) -> str:
    """Return a colon with the blanks around it, as the object writes it, or else the file."""
    text = source.text
    if parent.members:
        last = parent.members[-1]
        match = _COLON.fullmatch(text, last.key_span.end, last.value.span.start)
    else:
        match = re.search(r'(?<=")([ \t]*):([ \t]*)(?=["{\[\dtfn])', text)
    if match is None or _LINE_BREAK.search(match.group()):
        return ": "
    return f"{match.group(1)[:1]}:{match.group(2)[:1]}"


def _unit(source: Source) -> str:
    match = _INDENTED.search(source.text)
    return match.group(1) if match else "  "


def _indent_of_line(text: str, offset: int) -> str:
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    line = text[start:offset].removeprefix(BOM)
    return line[: len(line) - len(line.lstrip(" \t"))]


def _value(source: Source, value: object, style: _Style) -> str:
    if not isinstance(value, dict | list) or style.is_one_line:
        return _written(source, value, colon=style.colon)
    lines = _written(source, value, colon=style.colon, unit=style.unit).split("\n")
    return style.before.join(lines)


def _written(source: Source, value: object, colon: str = ": ", unit: str | None = None) -> str:
    # Who escapes every letter beyond ASCII gets it so; a lone surrogate cannot be written otherwise.
    is_ascii = source.text.isascii() and "\\u" in source.text
    comma = "," if unit is not None or not colon.endswith(" ") else ", "
    text = json.dumps(value, ensure_ascii=is_ascii, indent=unit, separators=(comma, colon))
    return json.dumps(value, indent=unit, separators=(comma, colon)) if _SURROGATE.search(text) else text
