"""I18: every declared language has its file, and every key that the manifest names leads to a text in each of them."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.finding import Evidence, Rule, Severity
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.widget import Widget

_R1 = "https://www.amocrm.ru/developers/content/integrations/structure"
_LOCALES = {"amocrm": ("ru", "en", "es", "pt"), "kommo": ("en", "es", "pt", "tr", "id")}
_REFERENCE = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_WIDGET_KEYS = ("name", "description", "short_description")


def _named(root: Node | None) -> Iterator[Node]:
    """Yield every value of the manifest that has to be the key of a translation."""
    if root is None:
        return
    yield from (node for key in _WIDGET_KEYS if (node := root.find("widget", key)))
    for path in (("tour", "tour_description"), ("advanced", "title"), ("dp", "title")):
        yield from _present(root.find(*path))
    for path in (("amoforms_settings", "title"), ("amoforms_settings", "error_text")):
        yield from _present(root.find(*path))
    for fields in (root.get("settings"), root.find("dp", "settings")):
        yield from _under(fields, "name")
    for handler in _members(root.get("salesbot_designer")):
        if handler.kind is Kind.OBJECT:
            yield from _present(handler.get("name"))
            yield from _under(handler.get("settings"), "name")
    for entry in _members(root.get("left_menu")):
        yield from _present(entry.get("title"))
        yield from _under(entry.get("submenu"), "title")


def _present(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield node


def _members(node: Node | None) -> Iterator[Node]:
    yield from (member.value for member in node.members) if node else ()


def _under(node: Node | None, key: str) -> Iterator[Node]:
    for value in _members(node):
        yield from _present(value.get(key))


def locale_file_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find declared languages without a file."""
    for node in widget.translations.declared:
        if node.text not in widget.translations.files:
            yield in_manifest(node, locale=node.text)


def locale_not_declared(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files of languages that the manifest does not declare."""
    if root_of(widget):
        for locale in widget.translations.files:
            if locale not in widget.translations.locales:
                yield Hit(f"i18n/{locale}.json", None, {"locale": locale})


def locale_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find languages that the platform does not have."""
    for node in widget.translations.declared:
        lacking = [name for name in context.platforms if node.text not in _LOCALES[name]]
        if len(lacking) == len(context.platforms):
            known = ", ".join(dict.fromkeys(code for name in context.platforms for code in _LOCALES[name]))
            yield in_manifest(node, locale=node.text, known=known)


def translation_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys in the manifest that lead to no text in a declared language."""
    for node in _named(root_of(widget)):
        if node.text and _REFERENCE.fullmatch(node.text):
            for locale in widget.translations.missing(node.text):
                yield in_manifest(node, key=node.text, locale=locale)


def reference_too_deep(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys of more than two parts."""
    for node in _named(root_of(widget)):
        if node.text and _REFERENCE.fullmatch(node.text) and node.text.count(".") > 1:
            yield in_manifest(node, key=node.text)


def reference_expected(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts where a key is expected."""
    for node in _named(root_of(widget)):
        if node.kind is Kind.STRING and not _REFERENCE.fullmatch(node.text or ""):
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
            for locale in widget.translations.missing("widget.ai_agent_description"):
                yield in_manifest(node, locale=locale)


CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="I18001",
            slug="locale-file-missing",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message='The language "{locale}" is declared, but there is no i18n/{locale}.json.',
            hint="Add the file, or take the language out of widget.locale.",
            why="The upload asks for one file for each declared language.",
            bad='"locale": ["ru", "en"] with i18n/ru.json alone',
            good='"locale": ["ru", "en"] with both files',
        ),
        locale_file_missing,
    ),
    Check(
        Rule(
            code="I18002",
            slug="locale-not-declared",
            severity=Severity.WARNING,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message='The language "{locale}" has a file and is not declared.',
            hint='Add "{locale}" to widget.locale, or delete the file.',
            why="Nobody sees the texts of a language that the manifest does not declare.",
            bad='"locale": ["ru"] with i18n/en.json',
            good='"locale": ["ru", "en"] with i18n/en.json',
        ),
        locale_not_declared,
    ),
    Check(
        Rule(
            code="I18003",
            slug="locale-unknown",
            severity=Severity.WARNING,
            evidence=Evidence.DOCUMENTED,
            source="https://developers.kommo.com/docs/i18n",
            message='The platform has no language "{locale}".',
            hint="It has: {known}.",
            why="Codes of regions such as pt-BR stand in no documentation; each platform has a list of its own.",
            bad='"locale": ["pt-BR"]',
            good='"locale": ["pt"]',
        ),
        locale_unknown,
    ),
    Check(
        Rule(
            code="I18004",
            slug="translation-missing",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message='The key "{key}" leads to no text in i18n/{locale}.json.',
            hint="Write the text there, in every declared language.",
            why="All files have to have the same structure, and every key of the manifest a text in each.",
            bad='"name": "widget.name" with {} in i18n/en.json',
            good='"name": "widget.name" with {"widget": {"name": "My widget"}}',
        ),
        translation_missing,
    ),
    Check(
        Rule(
            code="I18005",
            slug="reference-too-deep",
            severity=Severity.WARNING,
            evidence=Evidence.OBSERVED,
            source="package reference 3.3 and 6: one refused archive, 1,190 of 1,191 references have two parts",
            message='The key "{key}" has more than two parts.',
            hint="Move the text up, so that section.key leads to it.",
            why="An archive with such a key for advanced.title was refused, for this or another reason.",
            bad='"title": "widget.advanced.title"',
            good='"title": "advanced.title"',
        ),
        reference_too_deep,
    ),
    Check(
        Rule(
            code="I18006",
            slug="reference-expected",
            severity=Severity.WARNING,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message='Here the key of a translation is expected, not the text "{text}".',
            hint='Write the text into i18n/ and its key here, for instance "settings.token".',
            why="The documentation takes keys only; a text would be shown in one language, or not at all.",
            bad='"name": "API token"',
            good='"name": "settings.token"',
        ),
        reference_expected,
    ),
    Check(
        Rule(
            code="I18007",
            slug="translations-not-object",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="A file of translations is an object of sections.",
            hint='Write {{"widget": {{"name": "..."}}}}.',
            why="The host reads sections by their names.",
            bad='["My widget"]',
            good='{"widget": {"name": "My widget"}}',
        ),
        translations_not_object,
    ),
    Check(
        Rule(
            code="I18008",
            slug="ai-agent-description-missing",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source="https://developers.kommo.com/docs/widget-locations",
            message='The location "ai_agent" needs widget.ai_agent_description in i18n/{locale}.json.',
            hint="Describe in about a hundred characters what the agent can do.",
            why="The description is mandatory in every language.",
            bad='"locations": ["ai_agent"] without the key',
            good='"widget": {"ai_agent_description": "Books visits and answers questions"}',
        ),
        ai_agent_description_missing,
    ),
)
