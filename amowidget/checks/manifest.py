"""MAN: the manifest's keys, types and values by the documentation. Locations and what they need: locations."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from amowidget.checks.check import Check, Context, Fix, Hit, in_manifest, root_of, texts_at
from amowidget.checks.manifest_rules import RULES
from amowidget.checks.schema_errors import SchemaError, is_cut_short, is_shifted, schema_errors, unknown_keys
from amowidget.widget.edit import Edit
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.widget import MANIFEST, Widget

_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a text in quotes",
    "boolean": "true or false",
    "integer": "a whole number",
}
_FOUND = {
    Kind.OBJECT: "an object",
    Kind.ARRAY: "a list",
    Kind.STRING: "a text",
    Kind.BOOLEAN: "true or false",
    Kind.NUMBER: "a number",
    Kind.NULL: "null",
}
_VALUES = ("const", "enum", "oneOf", "pattern")
_HOOK = ("dp", "webhook_url")
_OTHER_ADDRESSES = (("sms", "endpoint"), ("mobile", "frame_url"), ("widget", "support", "link"))
# Told by rules of their own: the tour's flag, the version of the interface, the hook, and what stands in the wrong place.
_INIT_ONCE = ("widget", "init_once")
_OWN_RULES = (("tour", "is_tour"), ("widget", "interface_version"), _INIT_ONCE, _HOOK)
_MISPLACED = ("dp", "settings", "action_multiple")
_PRIVATE_ENDINGS = (".local", ".localhost", ".internal", ".lan", ".test", ".invalid")
_OWNERS = {("widget", "is_showcase"): "amocrm", ("dp", "title"): "amocrm", ("amoforms_settings",): "amocrm"}
_PLATFORM_NAMES = {"amocrm": "amoCRM", "kommo": "Kommo"}
_MEANT = {"true": ("y", "yes", "true", "1"), "false": ("n", "no", "false", "0")}
_KOMMO_SLIDES = 5


def manifest_not_object(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a manifest that is no object."""
    root = widget.manifest.root if widget.manifest else None
    if root and root.kind is not Kind.OBJECT:
        yield in_manifest(root, found=_FOUND[root.kind])


def field_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys that are missing at the top and in widget, where no location or other rule tells more."""
    for error in schema_errors(widget, context):
        if error.keyword != "required" or (is_shifted(widget) if error.path else is_cut_short(widget)):
            continue
        if error.path in ((), ("widget",)):
            yield in_manifest(_opening(error.node), key=str(error.expected), parent=_dotted(error.path))


def field_wrong_type(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find values of another type than the documented one, where the widget depends on them."""
    yield from _wrong_types(schema_errors(widget, context), is_minor=False)


def field_value_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find values that the documentation does not know."""
    errors = schema_errors(widget, context)
    told = {error.path for error in errors if error.keyword == "type"} | set(_OWN_RULES)
    for error in errors:
        is_blank_support = error.path[:2] == ("widget", "support") and not (error.node.text or "").strip()
        if error.keyword not in _VALUES or error.path[:1] == ("locations",) or is_blank_support:
            continue
        if error.path not in told:
            yield in_manifest(_opening(error.node), key=_dotted(error.path), expectation=_expectation(error))


def field_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts that are empty where something has to be named."""
    for error in schema_errors(widget, context):
        if error.keyword == "minLength" and not error.is_minor:
            yield in_manifest(error.node, key=_dotted(error.path))


def unknown_key(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys that no documentation names."""
    root = root_of(widget)
    for unknown in unknown_keys(root) if root and not is_shifted(widget) else ():
        if unknown.path[0] == "advanced":  # LOC014 tells it
            continue
        yield in_manifest(unknown.member.key_span, key=".".join(unknown.path), remedy=unknown.remedy)


def locale_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find an empty list of languages."""
    node = root.find("widget", "locale") if (root := root_of(widget)) else None
    if node and node.kind is Kind.ARRAY and not node.items:
        yield in_manifest(node)


def version_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a manifest without a version."""
    node = _whole_section(widget)
    if node and node.get("version") is None:
        yield in_manifest(_opening(node))


def version_not_dotted(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a version that cannot be raised."""
    node = root.find("widget", "version") if (root := root_of(widget)) else None
    if node and node.text and not all(part.isdecimal() for part in node.text.split(".")):
        yield in_manifest(node, version=node.text)


def interface_version_not_2(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find another version of the interface than 2, or none."""
    node = _whole_section(widget)
    if node:
        version = node.get("interface_version")
        if version is None or (version.kind is Kind.NUMBER and version.value != 2):
            yield in_manifest(version or _opening(node))


def installation_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a manifest that does not say whether the widget is installed."""
    node = _whole_section(widget)
    if node and node.get("installation") is None:
        yield in_manifest(_opening(node))


def support_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a manifest that tells nobody where to ask."""
    node = _whole_section(widget)
    if node:
        support = node.get("support")
        ways = [support.find(way) for way in ("link", "email")] if support else []
        if not any(way and (way.text or "").strip() for way in ways):
            yield in_manifest(_opening(support or node))


def legacy_code_or_key(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the code and the secret key of the time before integrations."""
    node = root.get("widget") if (root := root_of(widget)) else None
    for key in ("code", "secret_key"):
        member = node.member(key) if node else None
        if member:
            yield in_manifest(member.key_span, key=key)


def showcase_with_installation(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a showcase that can be installed."""
    root = root_of(widget)
    showcase = root.find("widget", "is_showcase") if root else None
    installation = root.find("widget", "installation") if root else None
    if showcase and showcase.value is True and not (installation and installation.value is False):
        yield in_manifest(showcase)


def hook_not_https(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a Digital Pipeline hook that is not https."""
    node = root.find(*_HOOK) if (root := root_of(widget)) else None
    if node and node.text is not None and not node.text.lower().startswith("https://"):
        yield in_manifest(node, key=".".join(_HOOK))


def address_not_https(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find other addresses that are http."""
    for path in _OTHER_ADDRESSES:
        node = root.find(*path) if (root := root_of(widget)) else None
        if node and node.text and node.text.lower().startswith("http://"):
            yield in_manifest(node, key=".".join(path))


def tour_switched_off(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a tour whose flag is anything but true."""
    tour = root.get("tour") if (root := root_of(widget)) else None
    if tour and tour.kind is Kind.OBJECT:
        flag = tour.get("is_tour")
        if flag is None or flag.value is not True:
            yield in_manifest(flag or _opening(tour))


def tour_incomplete(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find languages without slides, and a tour without its description."""
    tour = root.get("tour") if (root := root_of(widget)) else None
    if not tour or tour.kind is not Kind.OBJECT:
        return
    for locale in widget.translations.locales:
        slides = tour.find("tour_images", locale)
        if not slides or not slides.items:
            yield in_manifest(_opening(tour.get("tour_images") or tour), what=f'slides for the language "{locale}"')
    if not tour.get("tour_description"):
        yield in_manifest(_opening(tour), what="the key tour_description")


def tour_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a public integration without a tour."""
    root = root_of(widget)
    if root and context.is_public and root.get("tour") is None and not is_cut_short(widget):
        yield in_manifest(_opening(root))


def custom_setting_misplaced(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find more than one setting of the type custom, and one without its location."""
    root = root_of(widget)
    settings = root.get("settings") if root else None
    types = [member.value.get("type") for member in settings.members] if settings else []
    customs = [node for node in types if node and node.text == "custom"]
    if customs and not any(node.text == "settings" for node in texts_at(root, "locations")):
        yield in_manifest(customs[0], fact="A setting of the type custom needs the location settings.")
    for node in customs[1:]:
        yield in_manifest(node, fact="A widget has at most one setting of the type custom.")


def init_once_text(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find init_once as a text."""
    node = root.find(*_INIT_ONCE) if (root := root_of(widget)) else None
    if node and node.text is not None:
        meant = next((word for word, texts in _MEANT.items() if node.text.strip().lower() in texts), None)
        fixes = (Fix(MANIFEST, Edit(node.span, meant)),) if meant else ()
        yield Hit(MANIFEST, node.span, {"text": node.text}, fixes=fixes)


def not_installable(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a private widget that nobody can activate."""
    node = root.get("widget") if (root := root_of(widget)) else None
    installation = node.get("installation") if node else None
    showcase = node.get("is_showcase") if node else None
    is_showcase = showcase is not None and showcase.value is True
    if installation and installation.value is False and not is_showcase and not context.is_public:
        yield in_manifest(installation)


def key_of_other_platform(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys that only the other platform documents."""
    root = root_of(widget)
    for path, owner in _OWNERS.items():
        parent = root.find(*path[:-1]) if root else None
        member = parent.member(path[-1]) if parent else None
        if member and any(platform != owner for platform in context.platforms):
            yield in_manifest(member.key_span, key=".".join(path), owner=_PLATFORM_NAMES[owner])


def field_incomplete(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find fields, blocks and entries that lack a key of theirs."""
    for error in schema_errors(widget, context):
        if error.keyword == "required" and len(error.path) > 1:
            yield in_manifest(_opening(error.node), key=str(error.expected), parent=_dotted(error.path))


def option_wrong_type(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find values of another type than the documented one, where nothing is known to depend on them."""
    yield from _wrong_types(schema_errors(widget, context), is_minor=True)


def address_not_public(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses of hosts that only this machine or its network knows."""
    for path in (_HOOK, *_OTHER_ADDRESSES):
        node = root.find(*path) if (root := root_of(widget)) else None
        host = _host(node.text) if node and node.text else None
        if host and _is_private(host):
            yield in_manifest(node, key=".".join(path), host=host)


def tour_language_undeclared(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find slides of languages that the widget does not declare."""
    images = root.find("tour", "tour_images") if (root := root_of(widget)) else None
    for member in images.members if images else ():
        if widget.translations.locales and member.key not in widget.translations.locales:
            yield in_manifest(member.key_span, locale=member.key)


def tour_slide_count(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find languages with more slides than Kommo shows in its marketplace."""
    images = root.find("tour", "tour_images") if (root := root_of(widget)) else None
    if images and context.is_public and "kommo" in context.platforms:
        for member in images.members:
            if len(member.value.items) > _KOMMO_SLIDES:
                yield in_manifest(member.key_span, count=len(member.value.items), limit=_KOMMO_SLIDES)


def _whole_section(widget: Widget) -> Node | None:
    """Return the section widget, where it can be told what is missing in it."""
    node = root.get("widget") if (root := root_of(widget)) else None
    return node if node and node.kind is Kind.OBJECT and not is_shifted(widget) else None


def _wrong_types(errors: tuple[SchemaError, ...], is_minor: bool) -> Iterator[Hit]:
    for error in errors:
        is_told = error.path == _MISPLACED or (error.path == _INIT_ONCE and error.node.text is not None)
        if error.keyword == "type" and error.is_minor is is_minor and not is_told:
            expected = _TYPES.get(str(error.expected), str(error.expected))
            key = _dotted(error.path)
            yield in_manifest(_opening(error.node), key=key, expected=expected, found=_FOUND[error.node.kind])


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_ENDINGS)


def _expectation(error: SchemaError) -> str:
    if error.keyword == "pattern":
        return next(told for mark, told in _PATTERNS if mark in str(error.expected))
    choices = error.expected if isinstance(error.expected, list) else [error.expected]
    words = [choice["const"] if isinstance(choice, dict) else choice for choice in choices]
    return f"Documented: {', '.join(map(str, words))}."


_PATTERNS = (
    ("#[", "A colour is written as #rrggbb."),
    ("@", "An e-mail address looks like name@example.com."),
    ("://", "An address starts with https://."),
)


def _opening(node: Node) -> Node:
    """Return what to underline of a node: an object's or list's opening bracket, not the whole of it."""
    if node.kind in (Kind.OBJECT, Kind.ARRAY):
        return Node(node.kind, type(node.span)(node.span.start, node.span.start + 1))
    return node


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path)) or "the manifest"


_FUNCTIONS = (
    manifest_not_object,
    field_missing,
    field_wrong_type,
    field_value_unknown,
    unknown_key,
    locale_empty,
    version_missing,
    version_not_dotted,
    interface_version_not_2,
    installation_missing,
    support_missing,
    legacy_code_or_key,
    showcase_with_installation,
    hook_not_https,
    address_not_https,
    tour_switched_off,
    tour_incomplete,
    tour_missing,
    custom_setting_misplaced,
    init_once_text,
    not_installable,
    key_of_other_platform,
    field_incomplete,
    option_wrong_type,
    address_not_public,
    tour_language_undeclared,
    tour_slide_count,
    field_empty,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
