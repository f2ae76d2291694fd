"""I18: the name and the descriptions of a widget: lengths, links, markup, and the brand of the platform."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Fix, Hit, root_of, texts_at
from amowidget.checks.translation_rules import DESCRIPTION_RULES
from amowidget.config.toml_table import near
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.edit import Edit
from amowidget.widget.translations import LOCALES, LocaleText
from amowidget.widget.widget import Widget

_NAME = ("widget", "name")
_SHORT = ("widget", "short_description")
_TOUR = ("tour", "tour_description")
_DESCRIPTIONS = (("widget", "description"), _SHORT, _TOUR)
_TAG = compiled(r"</?[A-Za-z][^<>]*>")
_LINK = compiled(r"<a\s[^<>]*>", re.IGNORECASE)
_WHOLE_LINK = compiled(r"<a\s.*?</a\s*>|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_WEB_PAGE = compiled(r"\bhref\s*=\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE)
_ATTRIBUTES = {"target": "_blank", "referrerpolicy": "no-referrer"}
_ADDRESS = compiled(r"(?:https?://|www\.)[^\s<>\"']*[\w/]", re.IGNORECASE)
_CODE = compiled(r"<script\b|\bjavascript:|(?<=\s)on[a-z]{3,}(?==)(?=[^<>]*>)", re.IGNORECASE)
_MAKER = compiled(r"\s(?:via|vía|by|por|oleh)\s+\S", re.IGNORECASE)
# The maker is asked for in the example of another company's service; names of one's own go without in the vendor's sample.
_SERVICE = compiled(
    r"\b(?:WhatsApp|Telegram|Viber|Instagram|Facebook|Messenger|TikTok|LinkedIn|YouTube|Twitter|Slack|Discord|Skype|Zoom"
    r"|Google|Gmail|Outlook|Microsoft|Office 365|OneDrive|Dropbox|Notion|Trello|Asana|Jira|Airtable|Calendly|Typeform"
    r"|Zapier|n8n|Twilio|Zadarma|Asterisk|Mailchimp|SendPulse|Unisender|HubSpot|Salesforce|Shopify|WooCommerce"
    r"|WordPress|Tilda|Wix|Stripe|PayPal|MercadoPago|Mercado Pago|Mercado Livre|Mercado Libre|OpenAI|ChatGPT|Gemini)\b"
)
_NAME_LIMIT, _WORD_LIMIT, _SHORT_LIMIT, _TOUR_LIMIT, _AGENT_LIMIT = 30, 19, 50, 400, 100
_SPELT = {"amocrm": "amoCRM", "kommo": "Kommo"}
_SPELLINGS = {
    "amocrm": compiled(r"amo[ _-]?crm|амо[ _-]?(?:crm|срм|црм)", re.IGNORECASE),
    "kommo": compiled(r"(?:[Kk]ommo|KOMMO)(?![a-z])"),
}
# The stylised half of the brand, as a word or as the start of one: amoOrders, Amo Orders, but no amount.
_STYLISED = compiled(r"(?<![^\W\d_])(?:[Aa]mo(?![^\W\d_A-ZА-ЯЁ])|AMO(?![^\W\d_]))")
_IN_ADDRESS = compiled(r"[\w.+-]*@[\w.-]+|(?:[\w-]+\.)+[a-z]{2,}(?:/[^\s<]*)?|https?://\S+|#\w+#", re.IGNORECASE)
_SHORT_TAG = compiled(r"#/?[A-Z][A-Z_]{2,}#")
_SHORT_TAGS = ("#HOST#", "#SUBDOMAIN#", "#LOGIN#", "#ACCOUNT_ID#", "#USER_ID#", "#TOP_LEVEL_DOMAIN#")
_OLD_TAGS = ("#LINK#", "#/LINK#")


def _hit(text: LocaleText, match: re.Match[str], **facts: object) -> Hit:
    """Return a breach at a part of a text."""
    return Hit(text.source.path, text.place(*match.span()), facts)


def _named(widget: Widget, *places: tuple[str, str]) -> Iterator[LocaleText]:
    """Yield the texts under the keys that stand at some places of the manifest, in every declared language."""
    root = root_of(widget)
    keys = dict.fromkeys(node.text for place in places if root and (node := root.find(*place)) and node.text)
    for locale, table in widget.translations.tables.items():
        source = widget.source(f"i18n/{locale}.json")
        for key in keys:
            entry = table.get(tuple(key.split(".")))
            if source and entry and entry.value.text:
                yield LocaleText(source, locale, key, entry.value)


def _every(widget: Widget) -> Iterator[LocaleText]:
    for locale, table in widget.translations.tables.items():
        source = widget.source(f"i18n/{locale}.json")
        for entry in table.values():
            if source and entry.value.text:
                yield LocaleText(source, locale, entry.key, entry.value)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _visible(text: str) -> str:
    return " ".join(_TAG.sub(" ", text).split())


def _kommo_names(widget: Widget, context: Context) -> Iterator[tuple[LocaleText, str]]:
    """Yield the names of a public integration of Kommo, each also without its maker."""
    for text in _of_kommo(widget, context, _NAME):
        maker = _MAKER.search(text.text)
        yield text, text.text[: maker.start()] if maker else text.text


def _of_kommo(widget: Widget, context: Context, place: tuple[str, str]) -> Iterator[LocaleText]:
    """Yield the texts at a place of the manifest that Kommo's moderators see."""
    if context.is_public and "kommo" in context.platforms:
        yield from (text for text in _named(widget, place) if text.locale in LOCALES["kommo"])


def kommo_name_too_long(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names that are too long for Kommo."""
    for text, name in _kommo_names(widget, context):
        if len(name) > _NAME_LIMIT:
            facts = {"name": name, "count": len(name), "limit": _NAME_LIMIT}
            yield Hit(text.source.path, text.node.span, facts)


def kommo_name_word_too_long(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find words of names that are too long for Kommo."""
    for text, _ in _kommo_names(widget, context):
        for match in re.finditer(r"\S+", text.text):
            if len(match.group()) > _WORD_LIMIT:
                yield _hit(text, match, word=match.group(), count=len(match.group()), limit=_WORD_LIMIT)


def kommo_name_without_maker(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names of another company's service without the maker of the integration."""
    for text, name in _kommo_names(widget, context):
        match = _SERVICE.search(name)
        if match and name == text.text:
            yield _hit(text, match, service=match.group())


def kommo_description_too_long(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find descriptions that are too long for Kommo's marketplace."""
    for place, limit in ((_SHORT, _SHORT_LIMIT), (_TOUR, _TOUR_LIMIT)):
        for text in _of_kommo(widget, context, place):
            count = len(_visible(text.text))
            if count > limit:
                yield Hit(text.source.path, text.node.span, {"key": text.key, "count": count, "limit": limit})


def link_attributes_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find links that do not open as moderators want, for those who publish."""
    for text in _every(widget) if context.is_public else ():
        for match in _LINK.finditer(text.text):
            tag = match.group()
            lacking = {name: value for name, value in _ATTRIBUTES.items() if not _has(tag, name, value)}
            if _WEB_PAGE.search(tag) and lacking:
                attributes = ", ".join(f'{name}="{value}"' for name, value in lacking.items())
                yield Hit(
                    text.source.path, text.place(*match.span()), {"attributes": attributes}, fixes=_added(text, match)
                )


def _has(tag: str, name: str, value: str) -> bool:
    return bool(re.search(rf"\b{name}\s*=\s*[\"']?\s*{value}\b", tag, re.IGNORECASE))


def _added(text: LocaleText, match: re.Match[str]) -> tuple[Fix, ...]:
    """Return the fix that adds the lacking attributes; none where one stands there with another value."""
    tag, place = match.group(), text.place(*match.span())
    names = [name for name in _ATTRIBUTES if not re.search(rf"\b{name}\b", tag, re.IGNORECASE)]
    is_told = all(name in names or _has(tag, name, value) for name, value in _ATTRIBUTES.items())
    if place == text.node.span or not is_told or tag.endswith("/>"):
        return ()
    quote = "'" if "='" in tag else '\\"'
    added = "".join(f" {name}={quote}{_ATTRIBUTES[name]}{quote}" for name in names)
    return (Fix(text.source.path, Edit(Span(place.end - 1, place.end - 1), added)),)


def link_not_tagged(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses in descriptions that are no links, for those who publish."""
    for text in _named(widget, *_DESCRIPTIONS) if context.is_public else ():
        for match in _ADDRESS.finditer(_blanked(_WHOLE_LINK, text.text)):
            yield _hit(text, match, address=match.group())


def script_in_text(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find code in texts."""
    for text in _every(widget):
        for match in _CODE.finditer(text.text):
            yield _hit(text, match, code=match.group())


def _platforms(text: LocaleText, context: Context) -> Iterator[str]:
    """Yield the platforms that show a language; of a language that none has, all."""
    having = [platform for platform in context.platforms if text.locale in LOCALES[platform]]
    yield from having or context.platforms


def _brands(platform: str, text: str) -> Iterator[re.Match[str]]:
    return _SPELLINGS[platform].finditer(text)


def brand_in_name(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names with the brand of the platform, for those who publish."""
    for text in _named(widget, _NAME) if context.is_public else ():
        found = [match for platform in _SPELLINGS for match in _brands(platform, text.text)]
        for match in found or _STYLISED.finditer(text.text):
            yield _hit(text, match, brand=match.group())


def brand_misspelt(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find brands in descriptions that are not spelt exactly, for those who publish."""
    for text in _named(widget, *_DESCRIPTIONS) if context.is_public else ():
        prose = _blanked(_IN_ADDRESS, _blanked(_TAG, text.text))
        for brand, match in (
            (_SPELT[name], match) for name in _platforms(text, context) for match in _brands(name, prose)
        ):
            if match.group() != brand:
                place = text.place(*match.span())
                fixes = (Fix(text.source.path, Edit(place, brand)),) if place != text.node.span else ()
                yield Hit(text.source.path, place, {"word": match.group(), "brand": brand}, fixes=fixes)


def ai_agent_description_too_long(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find descriptions of an AI agent that will be cut."""
    if not any(node.text == "ai_agent" for node in texts_at(root_of(widget), "locations")):
        return
    for text in _every(widget):
        if text.key == "widget.ai_agent_description" and len(text.text) > _AGENT_LIMIT:
            yield Hit(text.source.path, text.node.span, {"count": len(text.text), "limit": _AGENT_LIMIT})


def tags_in_name(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find markup in names."""
    for text in _named(widget, _NAME):
        match = _TAG.search(text.text)
        if match:
            yield _hit(text, match, tag=match.group())


def short_tag_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find short tags in descriptions that the platform does not know."""
    known = (*_SHORT_TAGS, *(("#API_HASH#",) if "amocrm" in context.platforms else ()))
    for text in _named(widget, *_DESCRIPTIONS):
        for match in _SHORT_TAG.finditer(text.text):
            if match.group() not in (*known, *_OLD_TAGS):
                remedy = f"{near(match.group(), known)}The platform knows {', '.join(known)}."
                yield _hit(text, match, tag=match.group(), remedy=remedy)


_FUNCTIONS = (
    kommo_name_too_long,
    kommo_name_word_too_long,
    kommo_name_without_maker,
    kommo_description_too_long,
    link_attributes_missing,
    link_not_tagged,
    script_in_text,
    brand_in_name,
    brand_misspelt,
    ai_agent_description_too_long,
    tags_in_name,
    short_tag_unknown,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(DESCRIPTION_RULES, _FUNCTIONS, strict=True))
