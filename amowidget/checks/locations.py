"""LOC: where the widget runs, and the sections, files and values that each place needs."""

import difflib
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.checks.location_rules import RULES
from amowidget.finding import Span
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.widget import Widget

_AREAS = ("lcard", "ccard", "comcard", "cucard", "llist", "clist", "tlist", "culist", "tline", "tcalendar")
_PLAIN = (
    "settings",
    "advanced_settings",
    "card_sdk",
    "catalogs",
    "digital_pipeline",
    "salesbot_designer",
    "lead_sources",
    "whatsapp_modal",
    "everywhere",
    "widget_page",
    "sms",
    "mobile_card",
    "amoforms",
    "personal_page",
    "website_chat_button",
    "ai_agent",
)
_KNOWN = (*_AREAS, *(f"{area}-{suffix}" for area in _AREAS for suffix in "01"), *_PLAIN)
_ONLY = {
    "amocrm": ("cucard", "culist", "tline", "tcalendar", "whatsapp_modal", "amoforms", "personal_page"),
    "kommo": ("website_chat_button", "ai_agent"),
}
# What a location needs in the manifest: the path of keys, as the documentation names it.
_NEEDS: dict[str, tuple[str, ...]] = {
    "digital_pipeline": ("dp",),
    "salesbot_designer": ("salesbot_designer",),
    "advanced_settings": ("advanced", "title"),
    "widget_page": ("left_menu",),
    "sms": ("sms", "endpoint"),
    "mobile_card": ("mobile", "frame_url"),
    "amoforms": ("amoforms_settings", "title"),
}
_BOT_RESERVED = frozenset({"logo", "conditions"})


def _locations(widget: Widget) -> tuple[Node, ...]:
    return texts_at(root_of(widget), "locations")


def _codes(widget: Widget) -> frozenset[str]:
    return frozenset((node.text or "").removesuffix("-0").removesuffix("-1") for node in _locations(widget))


def _area(code: str) -> str:
    return code[:-2] if code[-2:] in ("-0", "-1") else code


def locations_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find an empty list of locations."""
    node = root.get("locations") if (root := root_of(widget)) else None
    if node and node.kind is Kind.ARRAY and not node.items:
        yield in_manifest(node)


def location_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations that no documentation knows."""
    for node in _locations(widget):
        code = node.text or ""
        if code not in _KNOWN and _area(code) not in _PLAIN:
            near = difflib.get_close_matches(code, _KNOWN, 1, 0.5)
            hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join((*_AREAS, *_PLAIN))}."
            yield in_manifest(node, code=code, remedy=hint)


def location_suffix_misplaced(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find suffixes where none is taken."""
    for node in _locations(widget):
        code = node.text or ""
        if code != _area(code) and _area(code) in _PLAIN:
            yield in_manifest(node, code=code, area=_area(code))


def location_duplicate(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations that are listed twice."""
    seen: set[str] = set()
    for node in _locations(widget):
        if node.text in seen:
            yield in_manifest(node, code=node.text)
        seen.add(node.text or "")


def location_both_suffixes(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find one place with and without the right column."""
    seen: dict[str, str] = {}
    for node in _locations(widget):
        code = node.text or ""
        other = seen.setdefault(_area(code), code)
        if other != code:
            yield in_manifest(node, code=code, other=other)


def location_of_other_platform(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations that the platform does not have."""
    for node in _locations(widget):
        for owner, codes in _ONLY.items():
            if _area(node.text or "") in codes and owner not in context.platforms:
                yield in_manifest(node, code=node.text, owner={"amocrm": "amoCRM", "kommo": "Kommo"}[owner])


def settings_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget that is installed and has no settings."""
    root = root_of(widget)
    if root is None:
        return
    settings = root.get("settings")
    if settings and (settings.members or settings.kind is not Kind.OBJECT):
        return
    installation = root.find("widget", "installation")
    place = next((node for node in _locations(widget) if node.text == "settings"), None)
    if place or not (installation and installation.value is False):
        yield in_manifest(settings or place or installation or Span(root.span.start, root.span.start + 1))


def section_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations without the section that they need."""
    root = root_of(widget)
    for node in _locations(widget):
        path = _NEEDS.get(node.text or "")
        if root and path and not _is_filled(root.find(*path), node.text or ""):
            yield in_manifest(node, code=node.text, section=".".join(path))


def section_without_location(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find sections whose location is not listed."""
    root = root_of(widget)
    codes = _codes(widget)
    for code, (section, *_) in _NEEDS.items():
        member = root.member(section) if root else None
        if member and code not in codes:
            yield in_manifest(member.key_span, code=code, section=section)


def action_multiple_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a Digital Pipeline section that does not say whether the action spans stages."""
    member = root.member("dp") if (root := root_of(widget)) else None
    if member and member.value.kind is Kind.OBJECT and member.value.get("action_multiple") is None:
        yield in_manifest(member.key_span)


def dp_settings_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a Digital Pipeline section without fields."""
    member = root.member("dp") if (root := root_of(widget)) else None
    if member and member.value.kind is Kind.OBJECT and member.value.get("settings") is None:
        yield in_manifest(member.key_span)


def card_sdk_without_card(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a card tab without a card."""
    if not _codes(widget) & {"lcard", "ccard", "comcard", "cucard"}:
        for node in _locations(widget):
            if node.text == "card_sdk":
                yield in_manifest(node)


def widget_page_private(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a left menu page in a private widget."""
    if not context.is_public:
        for node in _locations(widget):
            if node.text == "widget_page":
                yield in_manifest(node)


def advanced_title_form(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find anything beside the title in the section of the advanced settings."""
    section = root.get("advanced") if (root := root_of(widget)) else None
    for member in section.members if section else ():
        if member.key != "title":
            yield in_manifest(member.key_span, key=member.key)


def _is_filled(node: Node | None, code: str) -> bool:
    if node is None:
        return False
    if code == "salesbot_designer":
        return any(member.key not in _BOT_RESERVED for member in node.members)
    if node.kind is Kind.STRING:
        return bool((node.text or "").strip())
    return node.kind is not Kind.OBJECT or bool(node.members)


_FUNCTIONS = (
    locations_empty,
    location_unknown,
    location_suffix_misplaced,
    location_duplicate,
    location_both_suffixes,
    location_of_other_platform,
    settings_missing,
    section_missing,
    section_without_location,
    action_multiple_missing,
    dp_settings_missing,
    card_sdk_without_card,
    widget_page_private,
    advanced_title_form,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
