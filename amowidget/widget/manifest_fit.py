"""Whether a manifest surely fits its schema, told without loading a library: most manifests do, and need no more.

Knows the keywords that manifest.schema.json uses. Where anything else comes up the answer is no, and jsonschema tells.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
}
# They say something to readers and editors; `format` is not checked by jsonschema either, unless it is told to.
_SILENT = frozenset(
    {"$schema", "$id", "$defs", "$comment", "title", "description", "default", "examples", "format", "x-minor"}
)


def fits(value: Any, rules: Any, schema: dict[str, Any]) -> bool:
    """Return whether a plain JSON value surely fits the rules of a schema; False says nothing."""
    if isinstance(rules, bool):
        return rules
    return all(
        keyword in _SILENT or (keyword in _KEYWORDS and _KEYWORDS[keyword](value, told, rules, schema))
        for keyword, told in rules.items()
    )


_Check = Callable[[Any, Any, dict[str, Any], dict[str, Any]], bool]


def _type(value: Any, told: Any, rules: Any, schema: Any) -> bool:
    allowed = _TYPES.get(told, ()) if isinstance(told, str) else ()
    return type(value) in allowed


def _reference(value: Any, told: Any, rules: Any, schema: Any) -> bool:
    return told.startswith("#/$defs/") and fits(value, schema["$defs"][told.removeprefix("#/$defs/")], schema)


def _required(value: Any, told: Any, rules: Any, schema: Any) -> bool:
    return not isinstance(value, dict) or all(key in value for key in told)


def _properties(value: Any, told: Any, rules: Any, schema: Any) -> bool:
    return not isinstance(value, dict) or all(fits(value[key], told[key], schema) for key in value if key in told)


def _additional(value: Any, told: Any, rules: Any, schema: Any) -> bool:
    known = rules.get("properties", {})
    return not isinstance(value, dict) or all(fits(value[key], told, schema) for key in value if key not in known)


def _items(value: Any, told: Any, rules: Any, schema: Any) -> bool:
    return not isinstance(value, list) or all(fits(item, told, schema) for item in value)


def _unique(value: Any, told: Any, rules: Any, schema: Any) -> bool:
    return not isinstance(value, list) or len({json.dumps(item, sort_keys=True) for item in value}) == len(value)


def _same(value: Any, told: Any) -> bool:
    return type(value) is type(told) and isinstance(value, str | bool | int) and bool(value == told)


_KEYWORDS: dict[str, _Check] = {
    "type": _type,
    "$ref": _reference,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "uniqueItems": _unique,
    "minItems": lambda value, told, _, __: not isinstance(value, list) or len(value) >= told,
    "minLength": lambda value, told, _, __: not isinstance(value, str) or len(value) >= told,
    "pattern": lambda value, told, _, __: not isinstance(value, str) or re.search(told, value) is not None,
    "const": lambda value, told, _, __: _same(value, told),
    "enum": lambda value, told, _, __: any(_same(value, choice) for choice in told),
    "oneOf": lambda value, told, _, schema: [fits(value, choice, schema) for choice in told].count(True) == 1,
}
