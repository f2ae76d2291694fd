"""Where a manifest breaks its JSON Schema, as places in the text; computed once for all rules that tell about it."""

from collections.abc import Iterator
from typing import NamedTuple, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from amowidget.checks.check import Context, root_of
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.manifest_schema import schema
from amowidget.widget.widget import Widget


class SchemaError(NamedTuple):
    """One breach: the schema's keyword, the path of keys, the node (or the nearest one above), and the expectation."""

    keyword: str
    path: tuple[str | int, ...]
    node: Node
    expected: object


def schema_errors(widget: Widget, context: Context) -> tuple[SchemaError, ...]:
    """Return the breaches in the order of their places; none where the manifest holds no object."""
    if "schema" not in context.memo:
        context.memo["schema"] = tuple(_errors(root_of(widget)))
    errors: tuple[SchemaError, ...] = context.memo["schema"]
    return errors


def _errors(root: Node | None) -> Iterator[SchemaError]:
    if root is None:
        return
    validator = Draft202012Validator(schema())
    found = [_error(root, error) for error in validator.iter_errors(root.plain)]
    yield from sorted(found, key=lambda error: (error.node.span, error.keyword, str(error.expected)))


def _error(root: Node, error: ValidationError) -> SchemaError:
    path = tuple(error.absolute_path)
    keyword = str(error.validator)
    expected: object = error.validator_value
    if keyword == "required" and isinstance(error.instance, dict):
        # One error comes for each missing key; the key is told at the end of jsonschema's message alone.
        expected = next(key for key in cast("list[str]", error.validator_value) if error.message.startswith(repr(key)))
    return SchemaError(keyword, path, _node_at(root, path), expected)


def _node_at(root: Node, path: tuple[str | int, ...]) -> Node:
    node = root
    for step in path:
        if node.kind is Kind.ARRAY and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        elif (child := node.get(str(step))) is not None:
            node = child
    return node
