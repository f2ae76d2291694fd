"""The table of translations: which locales a widget declares, which files it has, and what each says under a key."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.json_nodes import Document, Kind, Node, ProblemKind
from amowidget.widget.source import Source

KeyPath: TypeAlias = tuple[str, ...]

# Documented; the two vendors have no list in common.
LOCALES: Mapping[str, tuple[str, ...]] = {"amocrm": ("ru", "en", "es", "pt"), "kommo": ("en", "es", "pt", "tr", "id")}

_CHARACTER = compiled(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
_MARK = compiled(r"\s*\[TRANSLATE(?: [\w-]*)?\]")
# After one of these nobody knows which key belongs where.
_DAMAGING = frozenset(
    {
        *(ProblemKind.EMPTY, ProblemKind.UNCLOSED_STRING, ProblemKind.UNCLOSED_BRACKET, ProblemKind.WRONG_BRACKET),
        *(ProblemKind.TEXT_AFTER_END, ProblemKind.UNEXPECTED, ProblemKind.MISSING_KEY, ProblemKind.MISSING_COLON),
        ProblemKind.TOO_DEEP,
    }
)


class Entry(NamedTuple):
    """One key of a file of translations at any depth: its path, its place, and its text or section."""

    path: KeyPath
    key_span: Span
    value: Node

    @property
    def key(self) -> str:
        """The path as widgets write it: `settings.token`."""
        return ".".join(self.path)


class LocaleText(NamedTuple):
    """What one language says under a key: the file, the locale, the key as widgets write it, and the node."""

    source: Source
    locale: str
    key: str
    node: Node

    @property
    def text(self) -> str:
        """The text itself."""
        return self.node.text or ""

    def place(self, start: int, end: int) -> Span:
        """Return where a part of the text stands in the file."""
        return within(self.source, self.node, start, end)


@dataclass(frozen=True)
class Translations:
    """`declared`: the strings of `widget.locale` with their places; `files`: each `i18n/<locale>.json` by locale."""

    declared: tuple[Node, ...]
    files: Mapping[str, Document]

    @property
    def locales(self) -> tuple[str, ...]:
        """The declared locale codes, each once, in the manifest's order."""
        return tuple(dict.fromkeys(node.text or "" for node in self.declared))

    @cached_property
    def readable(self) -> Mapping[str, Node]:
        """The object in the file of each declared locale, where no mistake hides which key is where."""
        # Of a file that holds no object it is told once that it is broken, and not for every key.
        return {
            locale: root
            for locale in self.locales
            if (document := self.files.get(locale)) and (root := document.root) and root.kind is Kind.OBJECT
            if not any(problem.kind in _DAMAGING for problem in document.problems)
        }

    @cached_property
    def tables(self) -> Mapping[str, Mapping[KeyPath, Entry]]:
        """Every key of each readable locale by its path, sections before what they hold."""
        return {locale: {entry.path: entry for entry in entries(root)} for locale, root in self.readable.items()}

    def at(self, locale: str, key: str) -> Node | None:
        """Return what a locale's file holds under a dotted key such as `widget.name`, or None."""
        document = self.files.get(locale)
        return document.root.find(*key.split(".")) if document and document.root else None

    def missing(self, key: str, is_blank_enough: bool = True) -> tuple[str, ...]:
        """Return the readable locales in which a dotted key leads to no text, or to one without a character.

        A blank alone is a text: widgets hide the caption of a field with it. Where it is not enough, it is none.
        """
        found = {locale: (node.text if (node := self.at(locale, key)) else None) or "" for locale in self.readable}
        return tuple(locale for locale, text in found.items() if not (text if is_blank_enough else text.strip()))


def translations(manifest: Node | None, documents: Mapping[str, Document]) -> Translations:
    """Build the table from a manifest's root and the JSON files below `i18n/`, by path."""
    node = manifest.find("widget", "locale") if manifest else None
    items = node.items if node and node.kind is Kind.ARRAY else ()
    files = {
        path.removeprefix("i18n/").removesuffix(".json"): document
        for path, document in documents.items()
        if path.endswith(".json") and "/" not in path.removeprefix("i18n/")
    }
    return Translations(tuple(item for item in items if item.text), files)


def entries(root: Node, path: KeyPath = ()) -> Iterator[Entry]:
    """Yield every key below an object, each section before what it holds; of a key that stands twice, the last."""
    for member in {member.key: member for member in root.members}.values():
        entry = Entry((*path, member.key), member.key_span, member.value)
        yield entry
        yield from entries(member.value, entry.path)


def marked(text: str, locale: str) -> str:
    """Return a text of a locale with the mark that it waits for its translation; a marked one stays as it is."""
    return text if is_marked(text) else f"[TRANSLATE {locale}] {text}"


def is_marked(text: str) -> bool:
    """Return whether a text carries the mark that it waits for its translation."""
    return bool(_MARK.match(text))


def within(source: Source, node: Node, start: int, end: int) -> Span:
    """Return where a part of a string's value stands in the file; the whole string where that cannot be told."""
    first, last = node.span.start + 1, node.span.end - 1
    written = source.text[first:last]
    if "\\" not in written:
        return Span(first + start, first + end) if written == node.text else node.span
    ends = [match.end() for match in _CHARACTER.finditer(written)]
    if len(ends) != len(node.text or "") or not start < end:
        return node.span
    return Span(first + (ends[start - 1] if start else 0), first + ends[end - 1])
