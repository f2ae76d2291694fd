"""I18: the keys that scripts and templates read, against those that the files of translations have."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Hit, root_of, texts_at
from amowidget.checks.translation_rules import KEY_RULES
from amowidget.config.toml_table import near
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_translations import TranslationReads, translation_reads
from amowidget.widget.json_nodes import Kind
from amowidget.widget.translations import Entry, KeyPath
from amowidget.widget.widget import MANIFEST, SCRIPT, Widget

# What the platform reads by itself (documented), and what it writes when the widget starts.
_OF_PLATFORM = frozenset(
    {
        *("widget.name", "widget.description", "widget.short_description", "widget.tour_description"),
        *("widget.ai_agent_description", "widget.call_action", "advanced.title"),
    }
)
_OF_HOST = frozenset({("widget",), ("widget", "name"), ("widget", "description")})
_SCRIPTS = (".js", ".mjs")
_FOREIGN = compiled(
    r"(?:^|/)(?:tests?|spec|specs|__tests__|node_modules|vendor|dist|build)/|\.(?:test|spec|min)\.m?js$"
)
_TRANSLATED = compiled(rb"\b(?:i18n|langs?)\b")
# Code that comes from elsewhere may read any text.
_LOADED = compiled(r"\beval\b|\bFunction\(|\bgetScript\b|createElement\(\s*['\"]script|<script\b|\bimport\(")
_LOADED_SIGNS = ("eval", "Function(", "getScript", "createElement", "<script", "import(")
_LOADERS = ("define", "require", "requirejs", "window.define", "window.require", "window.requirejs")
# Callbacks copied from the documentation read their texts in places where the widget never stands.
_LOCATIONS = {"advanced": "advanced_settings", "salesbot": "salesbot_designer", "dp": "digital_pipeline"}
_ASSIGNED = r"{%-?\s*(?:set|for)\s+(?:\w+\s*,\s*)?@NAME@\b"


class _Place(NamedTuple):
    """One read of a path in one file."""

    file: str
    path: KeyPath
    span: Span
    is_sure: bool


def _reads(widget: Widget, context: Context) -> Mapping[str, TranslationReads]:
    """Return what each script reads of the translations; a script that is not read, or is wrong, is left out."""
    if "translation-reads" not in context.memo:
        context.memo["translation-reads"] = {
            path: translation_reads(script)
            for path in widget.files
            if path.endswith(_SCRIPTS) and (script := widget.script(path)) and not script.problems
        }
    found: Mapping[str, TranslationReads] = context.memo["translation-reads"]
    return found


def translation_key_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys in scripts and templates that no language has."""
    translations, reads = widget.translations, _reads(widget, context)
    is_whole = bool(translations.tables) and set(translations.files) >= set(translations.locales) == set(
        translations.tables
    )
    if not is_whole or any(found.is_own for found in reads.values()) or _has_broken(widget):
        return
    places = [
        _Place(file, read.path, read.span, read.is_sure)
        for file, found in sorted(reads.items(), key=lambda entry: (entry[0] != SCRIPT, entry[0]))
        if not _FOREIGN.search(file)
        for read in found.reads
    ]
    guarded = {place.path for place in places if not place.is_sure and place.path}
    places += _in_templates(widget, reads)
    known = sorted({entry.key for table in translations.tables.values() for entry in table.values()})
    locations = {node.text for node in texts_at(root_of(widget), "locations")}
    idle = {section for section, location in _LOCATIONS.items() if location not in locations}
    told: set[KeyPath] = set()
    for place in places:
        lacking = _lacking(place.path, translations.tables.values())
        is_guarded = any(place.path[: length + 1] in guarded for length in range(len(place.path)))
        if place.is_sure and lacking and not is_guarded and lacking not in told | _OF_HOST and lacking[0] not in idle:
            told.add(lacking)
            key = ".".join(lacking)
            remedy = f"{near(key, tuple(known))}Write the text into every file of i18n/."
            yield Hit(place.file, place.span, {"key": key, "remedy": remedy})


def _has_broken(widget: Widget) -> bool:
    """Return whether a script that is no JavaScript has to do with translations: it may make some, or guard some."""
    return any(
        script.problems and _TRANSLATED.search(script.source.data)
        for path in widget.files
        if path.endswith(_SCRIPTS) and (script := widget.script(path))
    )


def _lacking(path: KeyPath, tables: Iterable[Mapping[KeyPath, Entry]]) -> KeyPath | None:
    """Return the path as far as no language has it, or None when one has it, or has a text on the way there."""
    if not path:
        return None
    for table in tables:
        for length in range(1, len(path) + 1):
            entry = table.get(path[:length])
            if entry is None:
                break
            if length == len(path) or entry.value.kind is not Kind.OBJECT:
                return None
    return path


def _in_templates(widget: Widget, reads: Mapping[str, TranslationReads]) -> Iterator[_Place]:
    """Yield what templates read under names that are given nothing but parts of the translations."""
    if any(found.is_open for found in reads.values()):
        return
    passed: dict[str, set[KeyPath | None]] = {}
    for found in reads.values():
        for name, paths in found.passed.items():
            passed.setdefault(name, set()).update(paths)
    for file in widget.files:
        template = widget.template(file) if file.endswith(".twig") else None
        for word in template.names if template and not template.problems else ():
            name, *members = word.text.split(".")
            paths = passed.get(name, set())
            # Every template has a lang of the host.
            is_known = len(paths) == 1 and None not in paths and name not in ("lang", "langs_host") and members
            if template and is_known and not re.search(_ASSIGNED.replace("@NAME@", name), template.source.text):
                path = next(path for path in paths if path is not None)
                yield _Place(file, (*path, *members), word.span, True)


def translation_unused(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts that nothing reads; silent when a text may be read in a way that cannot be seen."""
    entries: dict[KeyPath, tuple[str, Entry]] = {}
    for locale, table in widget.translations.tables.items():
        for path, entry in table.items():
            entries.setdefault(path, (locale, entry))
    read = _read_paths(widget, context)
    if read is None or not entries or not root_of(widget):
        return
    leaves = [path for path, (_, entry) in entries.items() if entry.value.kind is not Kind.OBJECT]
    unread = [path for path in leaves if not any(path[:length] in read for length in range(1, len(path) + 1))]
    named = _named(widget, {name for path in unread for name in (path[-1], ".".join(path))})
    unused = {path for path in unread if path[-1] not in named and ".".join(path) not in named}
    below: dict[KeyPath, list[KeyPath]] = {}
    for leaf in leaves:
        for length in range(1, len(leaf) + 1):
            below.setdefault(leaf[:length], []).append(leaf)
    folded: set[KeyPath] = set()
    for path, (locale, entry) in entries.items():
        is_inside = any(path[:length] in folded for length in range(1, len(path)))
        if path in below and not is_inside and unused.issuperset(below[path]):
            # A section in which nothing is read is told once.
            folded.add(path)
            yield Hit(f"i18n/{locale}.json", entry.key_span, {"key": entry.key})


def _read_paths(widget: Widget, context: Context) -> set[KeyPath] | None:
    """Return the paths that scripts read, or None when any text may be read."""
    scripts = [path for path in widget.files if path.endswith(_SCRIPTS)]
    reads = _reads(widget, context)
    if SCRIPT not in reads or any(path not in reads or _loads_code(widget, path) for path in scripts):
        return None
    paths = {read.path for found in reads.values() for read in found.reads}
    return None if () in paths else paths


def _loads_code(widget: Widget, path: str) -> bool:
    """Return whether a script loads code that is not in the widget and not the host's."""
    script = widget.script(path)
    if script is None:
        return True
    text = script.source.text
    if any(sign in text for sign in _LOADED_SIGNS) and _LOADED.search(text):
        return True
    asked = (call for call in script.calls_of("define", "require", "requirejs") if call.path in _LOADERS)
    loaded = [node for call in asked for node in call.arguments[:2]]
    for node in (item for listed in loaded if listed.type == "array" for item in listed.named_children):
        name = (script.pieces(node) or ("",))[0] if node.type != "comment" else ""
        if name is None or "//" in name:
            return True
        file = posixpath.normpath(posixpath.join(posixpath.dirname(path), re.split("[?#]", name)[0]))
        if name.startswith(("./", "../")) and not {file, f"{file}.js"} & widget.files.keys():
            return True
    return False


def _named(widget: Widget, names: set[str]) -> set[str]:
    """Return which of some names stand as words in texts outside of the translations, or as texts of the manifest."""
    root = root_of(widget)
    found = names & (_OF_PLATFORM | {node.text or "" for _, node in root.walk()} if root else _OF_PLATFORM)
    for path, file in widget.files.items():
        if file.source and path != MANIFEST and not (path.startswith("i18n/") and path.endswith(".json")):
            # Most names stand nowhere, and looking for a text is far quicker than for a word.
            text = file.source.text
            near = (name for name in names - found if name in text)
            found.update(name for name in near if re.search(rf"(?<![\w$-]){re.escape(name)}(?![\w$-])", text))
    return found


CHECKS: tuple[Check, ...] = tuple(
    Check(rule, find) for rule, find in zip(KEY_RULES, (translation_key_unknown, translation_unused), strict=True)
)
