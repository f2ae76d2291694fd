"""MAN: the manifest's keys, types and values by the documentation. Locations and what they need: locations."""

import difflib
from collections.abc import Iterator
from typing import Any

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.checks.manifest_rules import RULES
from amowidget.checks.schema_errors import SchemaError, schema_errors
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.manifest_schema import schema
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
_VALUES = ("const", "enum", "oneOf", "anyOf", "pattern", "minLength", "format")
# Told by rules of their own: places in LOC, the tour's flag, the version of the interface, what depends on locations.
_OWN_RULES = (("tour", "is_tour"), ("widget", "interface_version"))
_OTHER_ADDRESSES = (("sms", "endpoint"), ("mobile", "frame_url"), ("widget", "support", "link"))


def manifest_not_object(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a manifest that is no object."""
    root = widget.manifest.root if widget.manifest else None
    if root and root.kind is not Kind.OBJECT:
        yield in_manifest(root, found=_FOUND[root.kind])


def field_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find mandatory keys that are missing, where no location or other rule tells more."""
    for error in schema_errors(widget, context):
        if error.keyword == "required" and error.path not in (("dp",), ("tour",)):
            yield in_manifest(_opening(error.node), key=str(error.expected), parent=_dotted(error.path))


def field_wrong_type(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find values of another type than the documented one."""
    for error in schema_errors(widget, context):
        if error.keyword == "type":
            expected = _TYPES.get(str(error.expected), str(error.expected))
            key = _dotted(error.path)
            yield in_manifest(_opening(error.node), key=key, expected=expected, found=_FOUND[error.node.kind])


def field_value_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find values that the documentation does not know."""
    for error in schema_errors(widget, context):
        if error.keyword in _VALUES and error.path[:1] != ("locations",) and error.path not in _OWN_RULES:
            yield in_manifest(_opening(error.node), key=_dotted(error.path), expectation=_expectation(error))


def unknown_key(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys that no documentation names."""
    root = root_of(widget)
    if root:
        yield from _unknown_keys(root, schema(), ())


def locale_empty(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find an empty list of languages."""
    node = root.find("widget", "locale") if (root := root_of(widget)) else None
    if node and node.kind is Kind.ARRAY and not node.items:
        yield in_manifest(node)


def version_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a manifest without a version."""
    node = root.get("widget") if (root := root_of(widget)) else None
    if node and node.kind is Kind.OBJECT and node.get("version") is None:
        yield in_manifest(_opening(node))


def version_not_dotted(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a version that cannot be raised."""
    node = root.find("widget", "version") if (root := root_of(widget)) else None
    if node and node.text and not all(part.isdecimal() for part in node.text.split(".")):
        yield in_manifest(node, version=node.text)


def interface_version_not_2(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find another version of the interface than 2, or none."""
    node = root.get("widget") if (root := root_of(widget)) else None
    if node and node.kind is Kind.OBJECT:
        version = node.get("interface_version")
        if version is None or version.value != 2:
            yield in_manifest(version or _opening(node))


def installation_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a manifest that does not say whether the widget is installed."""
    node = root.get("widget") if (root := root_of(widget)) else None
    if node and node.kind is Kind.OBJECT and node.get("installation") is None:
        yield in_manifest(_opening(node))


def support_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a manifest that tells nobody where to ask."""
    node = root.get("widget") if (root := root_of(widget)) else None
    if node and node.kind is Kind.OBJECT:
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
    yield from _not_https(root_of(widget), (("dp", "webhook_url"),))


def address_not_https(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find other addresses that are not https."""
    yield from _not_https(root_of(widget), _OTHER_ADDRESSES)


def tour_switched_off(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a tour whose flag is anything but true."""
    tour = root.get("tour") if (root := root_of(widget)) else None
    if tour:
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
    if root and context.is_public and root.get("tour") is None:
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


def _unknown_keys(node: Node, rules: dict[str, Any], path: tuple[str, ...]) -> Iterator[Hit]:
    rules = _resolved(rules)
    known: dict[str, Any] = rules.get("properties", {})
    others = rules.get("additionalProperties")
    for member in node.members:
        inner = known.get(member.key)
        if inner is None and not others and known:
            near = difflib.get_close_matches(member.key, known, 1)
            hint = f'Did you mean "{near[0]}"?' if near else "Take it out, unless you know that the account needs it."
            yield Hit(MANIFEST, member.key_span, {"key": ".".join((*path, member.key)), "remedy": hint})
        elif member.value.kind is Kind.OBJECT and (below := inner or others):
            yield from _unknown_keys(member.value, below, (*path, member.key))


def _resolved(rules: dict[str, Any]) -> dict[str, Any]:
    reference = rules.get("$ref")
    if not isinstance(reference, str):
        return rules
    found: dict[str, Any] = schema()["$defs"][reference.rpartition("/")[2]]
    return found


def _not_https(root: Node | None, paths: tuple[tuple[str, ...], ...]) -> Iterator[Hit]:
    for path in paths:
        node = root.find(*path) if root else None
        if node and node.text and node.text.lower().startswith("http://"):
            yield in_manifest(node, key=".".join(path))


def _expectation(error: SchemaError) -> str:
    if error.keyword == "minLength":
        return "It is empty."
    if error.keyword in ("pattern", "format"):
        is_color = "#" in str(error.expected)
        return "A colour is written as #rrggbb." if is_color else "An address starts with https://."
    choices = error.expected if isinstance(error.expected, list) else [error.expected]
    words = [choice.get("const") if isinstance(choice, dict) and "const" in choice else choice for choice in choices]
    shown = [str(word).lower() if isinstance(word, bool) else str(word) for word in words if not isinstance(word, dict)]
    return f"Documented: {', '.join(shown)}."


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
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
