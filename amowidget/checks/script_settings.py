"""SCR: the settings that scripts read against those that the manifest asks for. What is told of texts: translation_keys."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Hit, root_of
from amowidget.checks.schema_errors import is_cut_short
from amowidget.checks.scripts import Own, all_scripts, written_scripts
from amowidget.config.toml_table import near
from amowidget.finding import Evidence, Rule, Severity
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Call, Syntax
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.source import encoded
from amowidget.widget.widget import MANIFEST, Widget

_SIGN = b"get_settings"
# What the host puts beside the user's values (runtime reference, 2.2, 2.3 and 5.2).
_OF_HOST = frozenset(
    {
        *("active", "category_code", "category_id", "id", "images_path", "oauth_client_uuid", "path", "status", "lang"),
        *("support", "version", "widget_active", "widget_code", "cdn_path", "cdn_images_path", "templates_path", "src"),
        *("name", "description", "init_once", "installed_version", "code", "secret_key"),
    }
)
_OF_OBJECTS = frozenset({"hasOwnProperty", "toString", "valueOf", "constructor", "length"})
# Settings that come from elsewhere than the manifest, or a method of the same name that is the widget's own.
_ELSEWHERE = compiled(rb"set_settings|/ajax/widgets|api/v4/widgets|get_settings[\"']?\s*[:=]|function\s+get_settings\b")
_GUARDS = ("binary_expression", "ternary_expression", "unary_expression", "if_statement", "while_statement")
_JOINED = ("+",)
_MERGING = frozenset({"extend", "assign", "defaults", "merge", "defaultsDeep"})
_MOST_USES = 200


class _Read(NamedTuple):
    """One read of a setting: its key, the script, the node of the key, and whether its absence is provided for."""

    key: str
    own: Own
    node: Syntax
    is_guarded: bool


def setting_key_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find settings that a script reads and the manifest does not ask for."""
    known = _known(widget)
    if known is None or not any(_SIGN in own.script.source.data for own in all_scripts(widget, context)):
        return
    reads: list[_Read] = []
    for own in written_scripts(widget, context):
        for call in own.script.calls_of(_SIGN.decode()) if _SIGN in own.script.source.data else ():
            found = _reads(own, call)
            if found is None:
                return  # any setting may be read
            reads += found
    guarded = {read.key for read in reads if read.is_guarded} | _OF_HOST | _OF_OBJECTS | set(known)
    counts = Counter(read.key for read in reads if read.key not in guarded)
    if not counts or any(_is_open(own) for own in all_scripts(widget, context)):
        return
    for key, count in counts.items():
        # A word that stands elsewhere as well may be a setting that the widget keeps itself.
        if _count(widget, key) == count:
            read = next(read for read in reads if read.key == key)
            remedy = near(key, known) or "Ask for it in the settings of the manifest."
            yield read.own.hit(read.node, key=key, remedy=remedy)


def _is_open(own: Own) -> bool:
    """Return whether a script may put more into the settings, or could not be read whole."""
    return bool(own.script.problems) or _ELSEWHERE.search(own.script.source.data) is not None


def _known(widget: Widget) -> tuple[str, ...] | None:
    """Return the codes of the settings, or None where others may come in: with a custom field, or in a trigger."""
    root = root_of(widget)
    settings = root.get("settings") if root else None
    if root is None or settings is None or settings.kind is not Kind.OBJECT or is_cut_short(widget) or root.get("dp"):
        return None
    if any(_type(member.value) == "custom" for member in settings.members):
        return None
    return tuple(member.key for member in settings.members)


def _type(field: Node) -> str | None:
    told = field.get("type")
    return told.text if told else None


def _reads(own: Own, call: Call) -> list[_Read] | None:
    """Return what is read of the settings that a call gives; None where the name of it is computed."""
    parent = call.node.parent
    if call.arguments or "." not in call.path or parent is None:
        return []
    if parent.type == "variable_declarator" and parent.child_by_field_name("value") == call.node:
        return _of_variable(own, parent)
    return _member(own, call.node)


def _of_variable(own: Own, declared: Syntax) -> list[_Read] | None:
    name = declared.child_by_field_name("name")
    if name is None or name.type != "identifier":
        return []
    script = own.script
    word = script.text(name)
    pattern = compiled(rb"(?<![\w$.])" + re.escape(encoded(word)) + rb"(?![\w$])")
    places = [match.start() for match in pattern.finditer(script.source.data)]
    found: list[_Read] = []
    for place in places if len(places) <= _MOST_USES else ():
        node = script.root.descendant_for_byte_range(place, place + 1)
        if node is None or node.type != "identifier" or node == name or script.ground.at(node).find(word) != declared:
            continue
        if _is_changed(own, node):
            return []
        read = _member(own, node)
        if read is None:
            return None
        found += read
    return found


def _is_changed(own: Own, node: Syntax) -> bool:
    """Return whether a variable takes another value, or is handed to what puts more into it."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ("assignment_expression", "augmented_assignment_expression", "variable_declarator"):
        return parent.child_by_field_name("left") == node or parent.child_by_field_name("name") == node
    around = parent.parent if parent.type == "arguments" else None
    return around is not None and around.type == "call_expression" and own.script.last_name(around) in _MERGING


def _member(own: Own, node: Syntax) -> list[_Read] | None:
    """Return the read of a member of the settings, none where they are handed on; None for a computed name."""
    parent = node.parent
    if parent is None or parent.child_by_field_name("object") != node:
        return []
    key = parent.child_by_field_name("property" if parent.type == "member_expression" else "index")
    name = None
    if key is not None:
        name = own.script.text(key) if parent.type == "member_expression" else own.script.string(key)
    if key is None or name is None:
        return None
    return [_Read(name, own, key, _is_guarded(own, parent))]


def _is_guarded(own: Own, node: Syntax) -> bool:
    """Return whether the absence of a value is provided for, or the value is called or written."""
    if any(child.type == "optional_chain" for child in node.children):
        return True
    parent = node.parent
    while parent is not None and parent.type == "parenthesized_expression":
        parent = parent.parent
    if parent is None:
        return False
    if parent.type == "binary_expression":
        operator = parent.child_by_field_name("operator")
        return operator is None or own.script.text(operator) not in _JOINED
    is_target = parent.type.endswith("assignment_expression") and parent.child_by_field_name("left") == node
    is_called = parent.type == "call_expression" and parent.child_by_field_name("function") == node
    return is_target or is_called or parent.type in _GUARDS


def _count(widget: Widget, word: str) -> int:
    """Return how often a word stands in the texts of the widget, without those of the languages and the manifest."""
    pattern = compiled(r"(?<![\w$])" + re.escape(word) + r"(?![\w$])")
    texts = (
        file.source.text
        for path, file in widget.files.items()
        if file.source and path != MANIFEST and not path.startswith("i18n/") and word in file.source.text
    )
    return sum(len(pattern.findall(text)) for text in texts)


CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="SCR141",
            slug="setting-key-unknown",
            severity=Severity.WARNING,
            evidence=Evidence.DOCUMENTED,
            source="https://www.amocrm.ru/developers/content/web_sdk/mechanics",
            message='The code reads the setting "{key}", which the manifest does not ask for.',
            hint="{remedy}",
            why="get_settings gives the settings of the manifest by their codes, and what the host adds; this is undefined.",
            bad='self.get_settings().api_key with "settings": { "token": { ... } }',
            good='self.get_settings().token with "settings": { "token": { ... } }',
        ),
        setting_key_unknown,
    ),
)
