"""I18: the files of translations against each other: the same keys, forms, placeholders and tags, and texts in each."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from amowidget.checks.check import Check, Context, Fix, Hit
from amowidget.checks.translation_rules import STRUCTURE_RULES
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.edit import Edit
from amowidget.widget.json_edit import inserted_all, replaced
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.source import Source
from amowidget.widget.translations import Entry, KeyPath, is_marked, marked
from amowidget.widget.widget import Widget

# The well-known forms alone: {name}, {{ name }}, ${name}, %{name}, %s, %1$s, %name%, #HOST#, and :name after a blank.
_PLACEHOLDER = compiled(
    r"""\{\{\s*[\w.]+\s*\}\} | [$%]?\{[A-Za-z_]\w*\} | \{\d\}
    | (?<!\w)%(?:\d\$)?[sdif](?!\w) | (?<!\w)%[A-Za-z_]{2,}%(?!\w)
    | \#[A-Z][A-Z_]+\# | (?<![^\s("'>]):[a-z]\w+(?![\w:])""",
    re.VERBOSE,
)
_BLANKS = compiled(r"\s+")
_TAG = compiled(r"</?([A-Za-z][A-Za-z0-9]*)\b[^<>]*>")
_LETTER = compiled(r"[^\W\d_]")
_TECHNICAL = compiled(r"[a-z0-9]+(?:[_.-][A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+")
_FORMS = {Kind.OBJECT: "a section", Kind.ARRAY: "a list"}
_SHOWN_KEYS = 6

_Tables = Mapping[str, Mapping[KeyPath, Entry]]


def _file(locale: str) -> str:
    return f"i18n/{locale}.json"


def _rows(widget: Widget) -> Iterator[tuple[str, dict[str, Entry]]]:
    """Yield each key of any language with what every language that has it says under it."""
    tables = widget.translations.tables
    for path in dict.fromkeys(path for table in tables.values() for path in table):
        row = {locale: table[path] for locale, table in tables.items() if path in table}
        yield next(iter(row.values())).key, row


def _texts(widget: Widget) -> Iterator[tuple[str, dict[str, Entry]]]:
    """Yield each key with the texts, blank ones too, that languages have under it."""
    for key, row in _rows(widget):
        texts = {locale: entry for locale, entry in row.items() if entry.value.text is not None}
        if texts:
            yield key, texts


def _is_blank(entry: Entry) -> bool:
    return not (entry.value.text or "").strip()


def _deviating(row: Mapping[str, Entry], of: Callable[[Node], str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the languages in which something is another than in most; of two, the first declared is right."""
    found = {locale: of(entry.value) for locale, entry in row.items()}
    usual = Counter(found.values()).most_common(1)[0][0] if found else ""
    other = next((locale for locale, value in found.items() if value == usual), "")
    for locale, value in found.items():
        if value != usual:
            yield locale, {"here": value, "there": usual, "other": other}


def translation_incomplete(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what one language has and another lacks, once for each section in which something is missing."""
    tables = widget.translations.tables
    for locale, root in widget.translations.readable.items():
        source = widget.source(_file(locale))
        for parent, lacking in _lacking(tables, locale).items():
            node = tables[locale][parent].value if parent else root
            span = tables[locale][parent].key_span if parent else Span(root.span.start, root.span.start + 1)
            keys = [".".join(path) for path in lacking]
            shown = ", ".join((*keys[:_SHOWN_KEYS], *("…" for _ in keys[_SHOWN_KEYS : _SHOWN_KEYS + 1])))
            others = ", ".join(_file(other) for other in dict.fromkeys(lacking.values()))
            fixes = (Fix(_file(locale), _completed(source, node, tables, lacking)),) if source else ()
            yield Hit(_file(locale), span, {"keys": shown, "other": others}, fixes=fixes)


def _lacking(tables: _Tables, locale: str) -> dict[KeyPath, dict[KeyPath, str]]:
    """Return by section the keys that a language lacks, each with the first language that has it."""
    own = tables[locale]
    found: dict[KeyPath, dict[KeyPath, str]] = {}
    for other, table in tables.items():
        for path, entry in table.items():
            parent = path[:-1]
            has_parent = not parent or (parent in own and own[parent].value.kind is Kind.OBJECT)
            is_told = entry.value.kind is not Kind.OBJECT or bool(entry.value.members)
            if path not in own and has_parent and is_told:
                found.setdefault(parent, {}).setdefault(path, other)
    return found


def _completed(source: Source, parent: Node, tables: _Tables, lacking: Mapping[KeyPath, str]) -> Edit:
    return inserted_all(source, parent, {path[-1]: _borrowed(tables, path) for path in lacking})


def _borrowed(tables: _Tables, path: KeyPath) -> object:
    """Return what languages have under a key, each text marked as to be translated."""
    having = {locale: table[path].value for locale, table in tables.items() if path in table}
    first, node = next(iter(having.items()))
    if node.kind is not Kind.OBJECT:
        return _marked(node, first)
    sections = [locale for locale, node in having.items() if node.kind is Kind.OBJECT]
    keys = dict.fromkeys(member.key for locale in sections for member in having[locale].members)
    return {key: _borrowed(tables, (*path, key)) for key in keys}


def _marked(node: Node, locale: str) -> object:
    if node.kind is Kind.ARRAY:
        return [_marked(item, locale) for item in node.items]
    if node.text is None or not _LETTER.search(node.text):
        return node.plain
    return marked(node.text, locale)


def translation_kind_differs(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys that are a text in one language and a section or a list in another."""
    for key, row in _rows(widget):
        for locale, facts in _deviating(row, lambda node: _FORMS.get(node.kind, "a text")):
            yield Hit(_file(locale), row[locale].key_span, {"key": key, **facts})


def placeholders_differ(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts whose placeholders are not those of the other languages."""
    yield from _differing(widget, _placeholders)


def tags_differ(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts whose tags are not those of the other languages."""
    yield from _differing(widget, _tags)


def _differing(widget: Widget, of: Callable[[Node], str]) -> Iterator[Hit]:
    for key, row in _texts(widget):
        written = {locale: entry for locale, entry in row.items() if not _is_blank(entry)}
        for locale, facts in _deviating(written, of):
            yield Hit(_file(locale), row[locale].value.span, {"key": key, **facts})


def _placeholders(node: Node) -> str:
    found = {_BLANKS.sub("", match.group()) for match in _PLACEHOLDER.finditer(node.text or "")}
    return ", ".join(sorted(found)) or "none"


def _tags(node: Node) -> str:
    found = {f"<{match.group(1).lower()}>" for match in _TAG.finditer(node.text or "")}
    return ", ".join(sorted(found)) or "none"


def translation_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts that are empty in one language alone."""
    for key, row in _texts(widget):
        other = next((locale for locale, entry in row.items() if not _is_blank(entry)), None)
        for locale, entry in row.items():
            source = widget.source(_file(locale))
            if other and source and _is_blank(entry):
                fix = Fix(_file(locale), replaced(source, entry.value, _marked(row[other].value, other)))
                yield Hit(_file(locale), entry.value.span, {"key": key, "other": other}, fixes=(fix,))


def text_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts that are empty in every language; a blank is written on purpose."""
    for key, row in _texts(widget):
        locale, entry = next(iter(row.items()))
        if all(entry.value.text == "" for entry in row.values()):
            yield Hit(_file(locale), entry.value.span, {"key": key})


def text_is_key(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts that repeat their technical key."""
    for key, row in _texts(widget):
        for locale, entry in row.items():
            text = entry.value.text or ""
            if text in (key, entry.path[-1]) and _TECHNICAL.fullmatch(text):
                yield Hit(_file(locale), entry.value.span, {"key": key})


def text_to_translate(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts with the mark that they wait for their translation."""
    for locale, table in widget.translations.tables.items():
        texts = ((entry, node) for entry in table.values() for node in (entry.value, *entry.value.items))
        for entry, node in texts:
            if is_marked(node.text or ""):
                yield Hit(_file(locale), node.span, {"key": entry.key})


_FUNCTIONS = (
    translation_incomplete,
    translation_kind_differs,
    placeholders_differ,
    tags_differ,
    translation_empty,
    text_empty,
    text_is_key,
    text_to_translate,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(STRUCTURE_RULES, _FUNCTIONS, strict=True))
