"""I18: what stands under a key: values that are no texts, texts that stand in for one, keys that lead nowhere."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of
from amowidget.finding import Evidence, Rule, Severity
from amowidget.pattern import compiled
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.translations import Entry, LocaleText
from amowidget.widget.widget import Widget

_NO_TEXTS = {Kind.NUMBER: "a number", Kind.BOOLEAN: "true or false", Kind.NULL: "null"}
_LOREM = compiled(r"(?i)\blorem\s+ipsum\b")
# What users read first; elsewhere "Test" is the caption of a button.
_PRESENTED = frozenset(
    {
        *("widget.name", "widget.description", "widget.short_description", "widget.tour_description"),
        "advanced.title",
    }
)
_STANDS_IN = compiled(
    r"(?i)(?:test|тест|todo|tbd|fixme|xxx+|asdf\w*|qwerty|text|текст|placeholder|widget name|widget description"
    r"|description|test widget|test description|тестовый виджет|тестовое описание"
    r"|(?:название|имя|описание) виджета|(?:краткое )?описание)[.!]?"
)
_SAMPLE = ("widget.tour_description", "Описание виджета")  # I18029 tells it
_REFERENCE = compiled(r"(?P<section>[a-z_]+)\.[a-z][\w.]*")
# The sections that nearly every widget has (package reference, 6); another word before a dot may be a host or a field.
_SECTIONS = ("widget", "settings", "advanced", "salesbot", "dp", "left_menu")


def text_no_text(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find numbers, flags and nulls among the translations; lists of texts are read by widgets of their own accord."""
    for locale, entry in _entries(widget):
        for node in (entry.value, *entry.value.items):
            if node.kind in _NO_TEXTS:
                yield Hit(f"i18n/{locale}.json", node.span, {"key": entry.key, "found": _NO_TEXTS[node.kind]})


def text_placeholder(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts that stand in for one that is still to be written, for those who publish."""
    for locale, entry in _entries(widget) if context.is_public else ():
        source, text = widget.source(f"i18n/{locale}.json"), entry.value.text or ""
        match = _LOREM.search(text)
        if source and match:
            place = LocaleText(source, locale, entry.key, entry.value).place(*match.span())
            yield Hit(source.path, place, {"text": match.group()})
        elif source and (entry.key, text) != _SAMPLE and _stands_in(entry.key, text.strip()):
            yield Hit(source.path, entry.value.span, {"text": text.strip()})


def _stands_in(key: str, text: str) -> bool:
    return key in _PRESENTED and _STANDS_IN.fullmatch(text) is not None


def _entries(widget: Widget) -> Iterator[tuple[str, Entry]]:
    for locale, table in widget.translations.tables.items():
        yield from ((locale, entry) for entry in table.values())


def default_value_unresolved(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find defaults in the form of a key of a usual section that the translations do not have at all."""
    sections = {path[0] for table in widget.translations.tables.values() for path in table}
    for node in _defaults(root_of(widget)) if sections else ():
        match = _REFERENCE.fullmatch(node.text or "")
        if match and match["section"] in _SECTIONS and match["section"] not in sections:
            yield in_manifest(node, key=node.text)


def _defaults(root: Node | None) -> Iterator[Node]:
    """Yield the defaults and hints of the fields of Salesbot blocks."""
    section = root.get("salesbot_designer") if root else None
    blocks = (block.value.get("settings") for block in section.members) if section else ()
    for field in (member.value for fields in blocks if fields for member in fields.members):
        yield from (node for key in ("default_value", "hint") if (node := field.get(key)))


_RULES: tuple[Rule, ...] = (
    Rule(
        code="I18050",
        slug="text-no-text",
        severity=Severity.INFO,
        evidence=Evidence.DOCUMENTED,
        source="https://www.amocrm.ru/developers/content/integrations/structure; https://developers.kommo.com/docs/i18n",
        message='Under "{key}" stands {found}, no text.',
        hint="Put it into quotes, or into the script when it is none of the texts.",
        why="A section maps keys to texts; what the platform makes of other values stands in no documentation.",
        bad='"limit": 10',
        good='"limit": "10"',
    ),
    Rule(
        code="I18051",
        slug="text-placeholder",
        severity=Severity.WARNING,
        evidence=Evidence.POLICY,
        source="policy: what users read first says something about the widget",
        message='"{text}" stands in for a text that is still to be written.',
        hint="Write what this widget is.",
        why="Moderators of public integrations want no test data (PUB-13); asked of public integrations only.",
        bad='"description": "Lorem ipsum dolor sit amet"',
        good='"description": "Shows the orders of a lead"',
    ),
    Rule(
        code="I18052",
        slug="default-value-unresolved",
        severity=Severity.INFO,
        evidence=Evidence.ASSUMED,
        source="package reference 4.7: of 58 defaults 44 are keys",
        message='"{key}" looks like the key of a translation, and no language has its section.',
        hint="Write the text into every file of i18n/, or the text itself here.",
        why="A default may be a text or the key of one; a key that leads nowhere would be shown as it stands.",
        bad='"default_value": "salesbot.greeting" without the section salesbot',
        good='"default_value": "salesbot.greeting" with {"salesbot": {"greeting": "Hello"}}',
    ),
)
_FUNCTIONS = (text_no_text, text_placeholder, default_value_unresolved)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(_RULES, _FUNCTIONS, strict=True))
