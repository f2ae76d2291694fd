"""Where a script returns: found by the word. Scripts are full of it and few rules ask, so that no list of it is kept."""

from collections.abc import Iterator

from tree_sitter import Node as Syntax

from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Scope, Script

_RETURN = compiled(rb"return(?![\w$])")


def returns_of(script: Script, function: Scope) -> list[Syntax]:
    """Return the return statements of a function in the order of the text; those of functions inside are not its own."""
    data, ground = script.source.data, script.ground
    found = returns(script.root, data, function.node.start_byte, function.node.end_byte)
    return [node for node in found if ground.at_byte(node.start_byte).function is function]


def returns(root: Syntax, data: bytes, start: int, end: int) -> Iterator[Syntax]:
    """Yield the return statements that start between two bytes."""
    for match in _RETURN.finditer(data, start, end):
        word = root.descendant_for_byte_range(*match.span())
        statement = word.parent if word is not None and word.type == "return" else None
        if statement is not None and statement.type == "return_statement":
            yield statement
