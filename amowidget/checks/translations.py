"""I18: every declared language has its file, and every key that the manifest names leads to a text in each of them."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Fix, Hit, in_manifest, root_of, texts_at
from amowidget.checks.translation_rules import LANGUAGE_RULES
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.json_edit import appended, removed
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.source import Source
from amowidget.widget.translations import LOCALES
from amowidget.widget.widget import MANIFEST, Widget

_LOCALE = compiled(r"[a-z]{2,3}(?:[-_]\w{2,8})?")
_REFERENCE = compiled(r"[\w-]+(?:\.[\w-]+)+")


_NAMES = (("widget", "name"), ("advanced", "title"), ("dp", "title"), ("amoforms_settings", "title"))
_DESCRIPTIONS = (("widget", "description"), ("widget", "short_description"), ("tour", "tour_description"))


def _names(root: Node | None) -> Iterator[Node]:
    """Yield the values of the manifest whose text names something that users look for."""
    if root is None:
        return
    for path in _NAMES:
        yield from _present(root.find(*path))
    for entry in _members(root.get("left_menu")):
        yield from _present(entry.get("title"))
        yield from _under(entry.get("submenu"), "title")


def _descriptions(root: Node | None) -> Iterator[Node]:
    """Yield the values of the manifest whose text describes the widget; private ones leave it blank, and are taken."""
    for path in _DESCRIPTIONS if root else ():
        yield from _present(root.find(*path) if root else None)


def _captions(root: Node | None) -> Iterator[Node]:
    """Yield the values of the manifest whose text may be left blank."""
    if root is not None:
        yield from _present(root.find("amoforms_settings", "error_text"))
        for fields in (root.get("settings"), root.find("dp", "settings")):
            yield from _under(fields, "name")


def _named(root: Node | None) -> Iterator[Node]:
    """Yield every value of the manifest that has to be the key of a translation."""
    yield from _names(root)
    yield from _descriptions(root)
    yield from _captions(root)


def _named_by_designer(root: Node | None) -> Iterator[Node]:
    """Yield every value of a Salesbot handler that has to be the key of a translation."""
    for handler in _members(root.get("salesbot_designer") if root else None):
        if handler.kind is Kind.OBJECT:
            yield from _present(handler.get("name"))
            yield from _under(handler.get("settings"), "name")


def _literals_or_keys(root: Node | None) -> Iterator[Node]:
    """Yield the values that may be the key of a translation, or a text."""
    fields = [root.get("settings"), root.find("dp", "settings")] if root else []
    fields += [handler.get("settings") for handler in _members(root.get("salesbot_designer") if root else None)]
    for part in fields:
        for key in ("default_value", "hint", "placeholder"):
            yield from _under(part, key)


def _present(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield node


def _members(node: Node | None) -> Iterator[Node]:
    yield from (member.value for member in node.members) if node else ()


def _under(node: Node | None, key: str) -> Iterator[Node]:
    for value in _members(node):
        yield from _present(value.get(key))


def _unresolved(widget: Widget, nodes: Iterator[Node], is_blank_enough: bool = True) -> Iterator[Hit]:
    for node in nodes:
        if node.text and _REFERENCE.fullmatch(node.text):
            for locale in widget.translations.missing(node.text, is_blank_enough):
                yield in_manifest(node, key=node.text, locale=locale)


def _locale_list(widget: Widget) -> tuple[Source, Node] | None:
    """Return the manifest with the list of languages in it, when there is one to edit."""
    root, source = root_of(widget), widget.source(MANIFEST)
    node = root.find("widget", "locale") if root else None
    return (source, node) if source and node and node.kind is Kind.ARRAY else None


def locale_file_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find declared languages without a file."""
    for node in widget.translations.declared:
        if node.text not in widget.translations.files:
            yield in_manifest(node, locale=node.text)


def locale_not_declared(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files of languages that the manifest does not declare."""
    root = root_of(widget)
    told = root.find("widget", "locale") if root else None
    if root is None or (told and told.kind is not Kind.ARRAY):
        return  # what is no list is told by another rule
    known = {code for name in context.platforms for code in LOCALES[name]}
    declared = widget.translations.locales
    found = [locale for locale in widget.translations.files if locale not in declared and _LOCALE.fullmatch(locale)]
    place = _locale_list(widget)
    for locale in found:
        fixes = (Fix(MANIFEST, appended(*place, locale)),) if place and locale in known else ()
        yield Hit(f"i18n/{locale}.json", None, {"locale": locale}, fixes=fixes)


def locale_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find languages that the platform does not have."""
    for node in widget.translations.declared:
        lacking = [name for name in context.platforms if node.text not in LOCALES[name]]
        if len(lacking) == len(context.platforms):
            known = ", ".join(dict.fromkeys(code for name in context.platforms for code in LOCALES[name]))
            yield in_manifest(node, locale=node.text, known=known)


def translation_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys in the manifest that lead to no text in a declared language."""
    root = root_of(widget)
    yield from _unresolved(widget, _names(root), is_blank_enough=False)
    yield from _unresolved(widget, _descriptions(root), is_blank_enough=not context.is_public)
    yield from _unresolved(widget, _captions(root))


def reference_too_deep(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys of more than two parts."""
    root = root_of(widget)
    for node in (*_named(root), *_named_by_designer(root)):
        if node.text and _REFERENCE.fullmatch(node.text) and node.text.count(".") > 1:
            yield in_manifest(node, key=node.text)


def reference_expected(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts where a key is expected."""
    root = root_of(widget)
    for node in (*_named(root), *_named_by_designer(root)):
        # That a text is empty is told by a rule about the manifest.
        if node.kind is Kind.STRING and node.text and not _REFERENCE.fullmatch(node.text):
            yield in_manifest(node, text=(node.text or "")[:60])


def translations_not_object(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files of translations whose value is no object."""
    for locale, document in widget.translations.files.items():
        if document.root and document.root.kind is not Kind.OBJECT:
            yield Hit(f"i18n/{locale}.json", document.root.span)


def ai_agent_description_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find languages without the description that the AI agent location needs."""
    for node in texts_at(root_of(widget), "locations"):
        if node.text == "ai_agent":
            for locale in widget.translations.missing("widget.ai_agent_description", is_blank_enough=False):
                yield in_manifest(node, locale=locale)


def locale_duplicate(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find languages that are declared twice."""
    place = _locale_list(widget)
    seen: set[str] = set()
    for index, node in enumerate(place[1].items) if place else ():
        if place and node.text and node.text in seen:
            fix = Fix(MANIFEST, removed(*place, index))
            yield Hit(MANIFEST, node.span, {"locale": node.text}, fixes=(fix,))
        seen.add(node.text or "")


def widget_section_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find languages without the section that the loader writes the integration's name into."""
    for locale, root in widget.translations.readable.items():
        section = root.get("widget")
        if section is None or section.kind is not Kind.OBJECT:
            opening = Span(root.span.start, root.span.start + 1)
            yield Hit(f"i18n/{locale}.json", section.span if section else opening, {"locale": locale})


def designer_translation_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys of Salesbot handlers, and keys that may be texts, that lead to no text in a declared language."""
    root = root_of(widget)
    yield from _unresolved(widget, _named_by_designer(root))
    sections = {path[0] for table in widget.translations.tables.values() for path in table}
    keys = (node for node in _literals_or_keys(root) if (node.text or "").partition(".")[0] in sections)
    yield from _unresolved(widget, keys)


_FUNCTIONS = (
    locale_file_missing,
    locale_not_declared,
    locale_unknown,
    translation_missing,
    reference_too_deep,
    reference_expected,
    translations_not_object,
    ai_agent_description_missing,
    locale_duplicate,
    widget_section_missing,
    designer_translation_missing,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(LANGUAGE_RULES, _FUNCTIONS, strict=True))
