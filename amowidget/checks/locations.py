"""LOC: where the widget runs, and the sections, files and values that each place needs."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Fix, Hit, in_manifest, root_of, texts_at
from amowidget.checks.location_rules import RULES
from amowidget.checks.schema_errors import is_cut_short, near_word
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.edit import Edit
from amowidget.widget.json_nodes import Kind, Member, Node
from amowidget.widget.widget import MANIFEST, Widget

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
_MENU_PLACES = ("dashboard", "leads", "customers", "tasks", "catalogs", "mail", "stats", "settings")
# What may be told of a system entry of the left menu.
_MENU_CHANGES = dict.fromkeys(_MENU_PLACES, ("is_hidden",)) | {
    "stats": ("submenu", "is_hidden"),
    "settings": ("submenu",),
}
_BOT = "salesbot_designer"
_BOT_LOGO = compiled(r"/widgets/[^/]+/images/[^/]+")


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
            near = near_word(code, _KNOWN, 0.6)
            hint = f'Did you mean "{near}"?' if near else f"Known: {', '.join((*_AREAS, *_PLAIN))}."
            yield in_manifest(node, code=code, remedy=hint)


def location_suffix_misplaced(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find suffixes where none is taken."""
    codes = [node.text or "" for node in _locations(widget)]
    for node in _locations(widget):
        code = node.text or ""
        if code != _area(code) and _area(code) in _PLAIN:
            is_only_one = [_area(other) for other in codes].count(_area(code)) == 1
            fixes = (Fix(MANIFEST, Edit(node.span, f'"{_area(code)}"')),) if is_only_one else ()
            yield Hit(MANIFEST, node.span, {"code": code, "area": _area(code)}, fixes=fixes)


def location_duplicate(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations that are listed twice; an area without a suffix is the one with -1."""
    locations = root.get("locations") if (root := root_of(widget)) else None
    items = locations.items if locations else ()
    seen: dict[str, str] = {}
    for number, node in enumerate(items):
        if node.text is None:
            continue
        place = f"{node.text}-1" if node.text in _AREAS else node.text
        if place in seen:
            fix = Fix(MANIFEST, Edit(Span(items[number - 1].span.end, node.span.end), ""))
            yield Hit(MANIFEST, node.span, {"code": node.text, "other": seen[place]}, fixes=(fix,))
        seen.setdefault(place, node.text)


def location_both_suffixes(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find one place with and without the right column."""
    seen: dict[str, str] = {}
    for node in _locations(widget):
        code = node.text or ""
        other = seen.setdefault(_area(code), code)
        if other.endswith("-0") != code.endswith("-0"):
            yield in_manifest(node, code=code, other=other)


def location_of_other_platform(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations that the platform does not have."""
    for node in _locations(widget):
        for owner, codes in _ONLY.items():
            if _area(node.text or "") in codes and any(platform != owner for platform in context.platforms):
                yield in_manifest(node, code=node.text, owner={"amocrm": "amoCRM", "kommo": "Kommo"}[owner])


def settings_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget that is installed and has no settings."""
    root = root_of(widget)
    if root is None or is_cut_short(widget):
        return
    settings = root.get("settings")
    if settings and (settings.members or settings.kind is not Kind.OBJECT):
        return
    installation = root.find("widget", "installation")
    place = next((node for node in _locations(widget) if node.text == "settings"), None)
    if place or not (installation and installation.value is False):
        yield in_manifest(settings or place or installation or Span(root.span.start, root.span.start + 1))


def section_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations without the section that they need; of the Salesbot designer a milder rule tells."""
    root = root_of(widget)
    for node in _locations(widget):
        path = _NEEDS.get(node.text or "")
        if root and path and node.text != _BOT and not _is_filled(root.find(*path)) and not is_cut_short(widget):
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
    member = _dp(widget)
    if member and not (member.value.get("action_multiple") or member.value.find("settings", "action_multiple")):
        yield in_manifest(member.key_span)


def dp_settings_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a Digital Pipeline section without fields."""
    member = _dp(widget)
    if member and member.value.get("settings") is None:
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
            is_meant = section is not None and section.get("title") is None and near_word(member.key, ("title",))
            remedy = 'Did you mean "title"?' if is_meant else "Take it out."
            yield in_manifest(member.key_span, key=member.key, remedy=remedy)


def advanced_title_unusual(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find another key than the usual one for the title of the page of the advanced settings."""
    title = root.find("advanced", "title") if (root := root_of(widget)) else None
    if title and title.text and title.text != "advanced.title":
        yield in_manifest(title, title=title.text)


def action_multiple_in_settings(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the flag of a Digital Pipeline section among its fields."""
    member = _dp(widget)
    settings = member.value.get("settings") if member else None
    flag = settings.member("action_multiple") if settings else None
    if flag and flag.value.kind is not Kind.OBJECT:
        yield in_manifest(flag.key_span)


def dp_without_hook(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a Digital Pipeline section that names nobody who gets the event."""
    member = _dp(widget)
    hook = member.value.get("webhook_url") if member else None
    if member and not (hook and hook.text != ""):
        yield in_manifest(member.key_span)


def mobile_color_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a block of the mobile app without its colour."""
    member = root.member("mobile") if (root := root_of(widget)) else None
    if member and member.value.kind is Kind.OBJECT and member.value.get("color") is None:
        yield in_manifest(member.key_span)


def public_without_settings(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a public integration without settings, where nothing is installed."""
    root = root_of(widget)
    if root is None or not context.is_public or is_cut_short(widget) or any(settings_missing(widget, context)):
        return
    settings = root.get("settings")
    if settings is None or (settings.kind is Kind.OBJECT and not settings.members):
        yield in_manifest(settings or Span(root.span.start, root.span.start + 1))


def bot_block_without_fields(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find blocks of the Salesbot designer that ask for nothing."""
    for block in _bot_blocks(widget):
        settings = block.value.get("settings")
        if settings is None or (settings.kind is Kind.OBJECT and not settings.members):
            yield in_manifest(block.key_span, block=block.key)


def bot_field_locked(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find fields of the Salesbot designer that Kommo was seen to lock."""
    for block in _bot_blocks(widget):
        settings = block.value.get("settings")
        for field in settings.members if settings and "kommo" in context.platforms else ():
            has_option = field.value.get("manual") or field.value.get("required")
            if has_option and not field.value.get("default_value"):
                yield in_manifest(field.key_span, field=field.key)


def bot_logo_form(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a logo of the Salesbot designer in another form than the documented one."""
    logo = root.find(_BOT, "logo") if (root := root_of(widget)) else None
    if logo and logo.text and logo.text.strip() and not _BOT_LOGO.fullmatch(logo.text):
        yield in_manifest(logo, path=logo.text)


def menu_entry_without_title(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find own entries of the left menu without a title."""
    for entry in _menu(widget):
        if entry.key not in _MENU_PLACES and entry.value.get("title") is None:
            near = near_word(entry.key, _MENU_PLACES)
            hint = f'Did you mean the system entry "{near}"?' if near else 'Add "title" with the key of a translation.'
            yield in_manifest(entry.key_span, entry=entry.key, remedy=hint)


def menu_system_entry_changed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what no documentation allows to be told of a system entry, and hiding told of an own one."""
    for entry in _menu(widget):
        allowed = _MENU_CHANGES.get(entry.key)
        for member in entry.value.members:
            if allowed and member.key not in allowed:
                fact = f'The system entry "{entry.key}" takes {" and ".join(allowed)} alone; here is "{member.key}".'
                yield in_manifest(member.key_span, fact=fact)
            elif allowed is None and member.key == "is_hidden" and entry.value.get("title"):  # else LOC023 tells
                yield in_manifest(member.key_span, fact=f'Only system entries are hidden; "{entry.key}" is none.')


def menu_place_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find places in the left menu that amoCRM does not know."""
    for entry in _menu(widget) if "amocrm" in context.platforms else ():
        after = entry.value.find("sort", "after")
        if after and after.text is not None and after.text not in _MENU_PLACES:
            near = near_word(after.text, _MENU_PLACES)
            hint = f'Did you mean "{near}"?' if near else f"Known: {', '.join(_MENU_PLACES)}."
            yield in_manifest(after, place=after.text, remedy=hint)


def menu_icon_form(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find icons of the left menu in the form of the other platform alone."""
    for entry in _menu(widget):
        icon, icons = entry.value.member("icon"), entry.value.member("icons")
        if icon and not icons and "kommo" in context.platforms:
            remedy = 'Add "icons" with "light" and "dark".'
            yield in_manifest(icon.key_span, fact='Kommo keeps "icon" for old widgets only.', remedy=remedy)
        if icons and not icon and "amocrm" in context.platforms:
            yield in_manifest(icons.key_span, fact='amoCRM documents "icon" alone.', remedy='Add "icon" as well.')


def bot_section_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the location of the Salesbot designer without a block for it."""
    section = root.get(_BOT) if (root := root_of(widget)) else None
    is_object = section is None or section.kind is Kind.OBJECT  # what is none is told by its type
    if is_object and not any(_bot_blocks(widget)) and not is_cut_short(widget):
        for node in _locations(widget):
            if node.text == _BOT:
                yield in_manifest(node)


def _dp(widget: Widget) -> Member | None:
    member = root.member("dp") if (root := root_of(widget)) else None
    return member if member and member.value.kind is Kind.OBJECT else None


def _bot_blocks(widget: Widget) -> Iterator[Member]:
    """Yield the blocks of the Salesbot designer; the keys of its logo and its conditions are reserved."""
    section = root.get(_BOT) if (root := root_of(widget)) else None
    for member in section.members if section else ():
        if member.key not in ("logo", "conditions") and member.value.kind is Kind.OBJECT:
            yield member


def _menu(widget: Widget) -> Iterator[Member]:
    menu = root.get("left_menu") if (root := root_of(widget)) else None
    for member in menu.members if menu else ():
        if member.value.kind is Kind.OBJECT:
            yield member


def _is_filled(node: Node | None) -> bool:
    if node is None:
        return False
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
    advanced_title_unusual,
    action_multiple_in_settings,
    dp_without_hook,
    mobile_color_missing,
    public_without_settings,
    bot_block_without_fields,
    bot_field_locked,
    bot_logo_form,
    menu_entry_without_title,
    menu_system_entry_changed,
    menu_place_unknown,
    menu_icon_form,
    bot_section_missing,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
