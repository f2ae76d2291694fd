"""Where a manifest breaks its JSON Schema, as places in the text; computed once for all rules that tell about it."""

import difflib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from amowidget.checks.check import Context, root_of
from amowidget.widget.json_nodes import Kind, Member, Node, ProblemKind
from amowidget.widget.manifest_fit import fits
from amowidget.widget.manifest_schema import schema
from amowidget.widget.widget import Widget

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError  # only for the types

# Locations that have a section of another name.
_SECTIONS = {
    "digital_pipeline": "dp",
    "advanced_settings": "advanced",
    "mobile_card": "mobile",
    "amoforms": "amoforms_settings",
    "widget_page": "left_menu",
}
# Keys that occur in many places: where such a key is meant to stand cannot be told from its name.
_COMMON_KEYS = frozenset(
    {"title", "type", "required", "id", "settings", "color", "logo", "conditions", "email", "link"}
)
_LIKENESS = 0.75
# Where a value is no JSON, its kind is made up.
_GUESSED = (ProblemKind.BAD_WORD, ProblemKind.BAD_NUMBER)


# After one of these nobody knows which key belongs to which object, ...
_SHIFTING = frozenset(
    {ProblemKind.UNCLOSED_BRACKET, ProblemKind.WRONG_BRACKET, ProblemKind.UNCLOSED_STRING, ProblemKind.TOO_DEEP}
)
# ... and after one of these keys of the root object may be missing that stand in the text.
_LOSING = _SHIFTING | {ProblemKind.TEXT_AFTER_END, ProblemKind.MISSING_KEY, ProblemKind.UNEXPECTED}


class SchemaError(NamedTuple):
    """One breach: the schema's keyword, the path of keys, the node (or the nearest one above), and the expectation.

    `is_minor` tells that nothing is known to depend on the value's type (`x-minor` in the schema).
    """

    keyword: str
    path: tuple[str | int, ...]
    node: Node
    expected: object
    is_minor: bool = False


class UnknownKey(NamedTuple):
    """A key that the schema does not know: where it stands, and in a sentence what to do about it."""

    member: Member
    path: tuple[str, ...]
    remedy: str


def schema_errors(widget: Widget, context: Context) -> tuple[SchemaError, ...]:
    """Return the breaches in the order of their places; none where the manifest holds no object."""
    if "schema" not in context.memo:
        context.memo["schema"] = tuple(_readable(widget, _errors(root_of(widget))))
    errors: tuple[SchemaError, ...] = context.memo["schema"]
    return errors


def _readable(widget: Widget, errors: Iterator[SchemaError]) -> Iterator[SchemaError]:
    """Yield the breaches but those of values that are no JSON: what stands there is told, what was meant is unknown."""
    problems = widget.manifest.problems if widget.manifest else ()
    guessed = {problem.span for problem in problems if problem.kind in _GUESSED}
    yield from (error for error in errors if error.node.span not in guessed)


def is_shifted(widget: Widget) -> bool:
    """Tell whether a mistake in the manifest's text hides which key belongs to which object."""
    return bool(widget.manifest and any(problem.kind in _SHIFTING for problem in widget.manifest.problems))


def is_cut_short(widget: Widget) -> bool:
    """Tell whether a mistake in the manifest's text may hide keys of its root object."""
    return bool(widget.manifest and any(problem.kind in _LOSING for problem in widget.manifest.problems))


def unknown_keys(root: Node) -> Iterator[UnknownKey]:
    """Yield the keys that no documentation names, in their order; below an unknown key nothing is judged."""
    yield from _unknown_keys(root, root, schema(), ())


def near_word(word: str, known: Iterable[str], likeness: float = _LIKENESS) -> str | None:
    """Return the known word that is most probably meant, whatever the case, hyphens or underscores, or None."""
    plain = {_plain(name): name for name in known}
    near = difflib.get_close_matches(_plain(word), plain, 1, likeness)
    return plain[near[0]] if near else None


def _errors(root: Node | None) -> Iterator[SchemaError]:
    if root is None or fits(root.plain, schema(), schema()):
        return
    from jsonschema import Draft202012Validator  # 30 ms, and most manifests fit

    validator = Draft202012Validator(schema())
    found = [_error(root, error) for error in validator.iter_errors(root.plain)]
    yield from sorted(found, key=lambda error: (error.node.span, error.keyword, str(error.expected)))


def _error(root: Node, error: "ValidationError") -> SchemaError:
    path = tuple(error.absolute_path)
    keyword = str(error.validator)
    expected: object = error.validator_value
    if keyword == "required" and isinstance(error.instance, dict):
        # One error comes for each missing key; the key is told at the end of jsonschema's message alone.
        expected = next(key for key in cast("list[str]", error.validator_value) if error.message.startswith(repr(key)))
    return SchemaError(keyword, path, _node_at(root, path), expected, _is_minor(error))


def _is_minor(error: "ValidationError") -> bool:
    rules: Any = schema()  # a JSON Schema is as free in its shape as JSON
    for step in error.absolute_schema_path:  # references are followed without a step of their own
        if isinstance(rules, dict):
            if rules.get("x-minor"):
                return True
            rules = rules if step in rules else _resolved(rules)
        rules = rules[step]
    return False


def _node_at(root: Node, path: tuple[str | int, ...]) -> Node:
    node = root
    for step in path:
        if node.kind is Kind.ARRAY and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        elif (child := node.get(str(step))) is not None:
            node = child
    return node


def _unknown_keys(root: Node, node: Node, rules: dict[str, Any], path: tuple[str, ...]) -> Iterator[UnknownKey]:
    rules = _resolved(rules)
    known: dict[str, Any] = rules.get("properties", {})
    others = rules.get("additionalProperties")
    for member in node.members:
        below = known.get(member.key) or others
        if not below and known:
            absent = [key for key in known if node.member(key) is None and not known[key].get("deprecated")]
            yield UnknownKey(member, (*path, member.key), _remedy(root, member.key, ".".join(path), absent))
        elif below and member.value.kind is Kind.OBJECT:
            yield from _unknown_keys(root, member.value, below, (*path, member.key))


def _remedy(root: Node, key: str, parent: str, absent: list[str]) -> str:
    places = _places()
    homes = places.homes.get(key, ()) if parent in places.fixed else ()
    if "" in homes:
        homes = ("",)
    if len(homes) == 1 and (not parent or key not in _COMMON_KEYS or homes == ("",)):
        return _moved(root, key, homes[0])
    near = near_word(key, absent)
    if near:
        return f'Did you mean "{near}"?'
    codes = () if parent else (code for code in _locations() if code not in schema()["properties"])
    location = near_word(key, codes)
    if location in _SECTIONS:
        return f'The section of the location {location} is called "{_SECTIONS[location]}".'
    if location:
        return f'"{location}" is a location without a section of its own: list it in locations.'
    return "Take it out, unless you know that the account needs it."


def _moved(root: Node, key: str, home: str) -> str:
    if root.find(*home.split("."), key) if home else root.get(key):
        return "Take it out: the manifest has it where it belongs."
    return f'Move it into "{home}".' if home else "Move it to the top of the manifest, beside widget."


def _locations() -> tuple[str, ...]:
    codes: list[str] = [choice["const"] for choice in schema()["$defs"]["location"]["oneOf"]]
    return tuple(code for code in codes if code[-2:] not in ("-0", "-1"))


class _Places(NamedTuple):
    """For each documented key the objects that hold it, and all objects whose place is fixed; dotted paths."""

    homes: dict[str, tuple[str, ...]]
    fixed: tuple[str, ...]


@cache
def _places() -> _Places:
    homes: dict[str, tuple[str, ...]] = {}
    fixed: list[str] = []
    pending: list[tuple[str, dict[str, Any]]] = [("", schema())]
    while pending:
        parent, rules = pending.pop()
        fixed.append(parent)
        for key, inner in rules.get("properties", {}).items():
            if not inner.get("deprecated"):
                homes[key] = (*homes.get(key, ()), parent)
            if (below := _resolved(inner)).get("properties"):
                pending.append((f"{parent}.{key}".lstrip("."), below))
    return _Places(homes, tuple(fixed))


def _resolved(rules: dict[str, Any]) -> dict[str, Any]:
    reference = rules.get("$ref")
    if not isinstance(reference, str):
        return rules
    found: dict[str, Any] = schema()["$defs"][reference.rpartition("/")[2]]
    return found


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "").replace(" ", "")
