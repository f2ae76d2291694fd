"""Words that mean something only in some code: await, yield, super, new.target, arguments, and the strict ones."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from tree_sitter import Node as Syntax

from amowidget.pattern import compiled
from amowidget.widget.js_nodes import CLASS_CODE, Scope
from amowidget.widget.js_problems import JsProblemKind
from amowidget.widget.js_scopes import STRICT_WORDS
from amowidget.widget.js_seen import Mistake, Rule, Seen, at, code_of, is_parameter, owner_of

_GAP = rb"[ \t]*(?:/\*[^*\n]*\*/)*[ \t]*"
# What follows a word on its line when the word is an operator, not a name.
_OPERAND = compiled(_GAP + rb"(?!in\b|instanceof\b)[\w$\"'{!~#@\\\x80-\xff]")
_ENDS = compiled(_GAP + rb"(?:[)\]},;:\r\n]|//|$|in\b|\xe2\x80[\xa8\xa9])")
_NO_OPERAND = compiled(rb"\s*(?:[)\]},;:=?*%&|^<>]|!=|\.(?!\d)|$|(?:in|instanceof|of)\b|(?:\+\+|--)\s*(?:[)\]},;:]|$))")
_USES = ("call_expression", "member_expression", "subscript_expression")
_CALLED = compiled(rb"\s*\(")
# Words that are names in some code and none in other. An expression that starts with plain letters is found fast.
_WORDS = tuple(
    compiled(
        rb"%b(?![\w$])(?<![\w$#]%b)(?<![^.]\.%b)%b"
        % (word, word, word, rb"(?!\s+(?!in\b|of\b)[\w$\[{])" * (word == b"let"))
    )
    for word in sorted(word.encode() for word in (STRICT_WORDS | {"await", "enum", "export"}))
)
# Behind a brace the parser takes any word for a name; it could be a key.
_BEHIND_BRACE = compiled(
    rb"\{\s*+(?:/\*(?:[^*]|\*(?!/))*+\*/\s*+)*+(case|catch|default|else|enum|export|extends|finally|import|in|instanceof)(?![\w$])"
)
_GIVEN = tuple(
    compiled(rb"%b(?=\s*=(?![=>]))(?<![\w$#]%b)(?<![^.]\.%b)" % (word, word, word)) for word in (b"eval", b"arguments")
)
_NAMES = ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")
_ARGUMENTS = compiled(rb"(?<![\w$.#])arguments(?![\w$])")
_MISPLACED, _RESERVED = JsProblemKind.MISPLACED, JsProblemKind.RESERVED


def _await(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    code = code_of(node, scope)
    start, end = node.start_byte, node.start_byte + 5
    if code is None and seen.is_module:
        return
    if code is None or not code.is_async:
        # In other code it is a name, and what follows it goes on from there.
        is_static = code is not None and code.kind == "class_static_block"
        if seen.is_module or is_static or _OPERAND.match(seen.data, end):
            yield _MISPLACED, start, end, "await"
    elif is_parameter(node, code):
        yield _MISPLACED, start, end, "await"


def _yield(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    code = code_of(node, scope)
    start, end = node.start_byte, node.start_byte + 5
    second = node.children[1] if node.child_count > 1 else None
    is_among = code is not None and is_parameter(node, code)
    around = code_of(node, code.parent) if code is not None and code.is_arrow and is_among else code
    if around is not None and around.is_generator:
        if is_among or (second is None and not _ENDS.match(seen.data, end)):
            yield _MISPLACED, start, end, "yield"
        elif second is not None and second.type == "*" and seen.has_break(end, second.start_byte):
            yield at(JsProblemKind.UNEXPECTED, second)
    elif scope.is_strict:
        yield _RESERVED, start, end, "yield"
    elif second is not None and _OPERAND.match(seen.data, end):
        yield _MISPLACED, start, end, "yield"


def _words(seen: Seen) -> Iterator[Mistake]:
    for word in _WORDS:
        for match in word.finditer(seen.data):
            if (named := _named(seen, *match.span())) is not None:
                yield from _word(seen, named)


def _behind_braces(seen: Seen) -> Iterator[Mistake]:
    for match in _BEHIND_BRACE.finditer(seen.data):
        if _named(seen, match.start(1), match.end(1)) is not None:
            yield _RESERVED, match.start(1), match.end(1), ""


def _named(seen: Seen, start: int, end: int) -> Syntax | None:
    """Return the name that stands between two bytes, or None when it is something else."""
    if seen.is_in_text(start):
        return None
    node = seen.root.descendant_for_byte_range(start, end)
    return node if node is not None and node.type in _NAMES and node.end_byte == end else None


def _strict_targets(seen: Seen) -> Iterator[Mistake]:
    for match in chain.from_iterable(word.finditer(seen.data) for word in _GIVEN):
        named = _named(seen, *match.span())
        if named is not None and seen.ground.at(named).is_strict:
            yield at(JsProblemKind.BAD_TARGET, named)


def _word(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    word = seen.name(node)
    named = scope.node.child_by_field_name("name") if scope.is_function else None
    is_own = named is not None and named.id == node.id
    if is_own and scope.parent and "declaration" in scope.kind:
        scope = scope.parent
    code = code_of(node, scope)
    is_refused = word in ("enum", "export") or (scope.is_strict and word in STRICT_WORDS)
    if word == "await":
        is_static = code is not None and code.kind == "class_static_block"
        # The parser takes `await (x)` for a call.
        is_name = is_own or _NO_OPERAND.match(seen.data, node.end_byte) is not None
        can_await = code.is_async if code is not None else seen.is_module
        is_refused = is_name if can_await else seen.is_module or is_static
    elif word == "yield":
        is_refused = is_refused or (code is not None and code.is_generator)
    if is_refused:
        yield at(_RESERVED, node)


def _reserved(_seen: Seen, node: Syntax) -> Iterator[Mistake]:
    yield at(_RESERVED, node)


def _field(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield `arguments` in the code of a class that no call runs."""
    value = node.child_by_field_name("value") or node.child_by_field_name("body")
    for match in _ARGUMENTS.finditer(seen.data, value.start_byte, value.end_byte) if value is not None else ():
        named = node.descendant_for_byte_range(match.start(), match.end())
        if named is None or named.type not in _NAMES:
            continue
        owner = seen.ground.at(named).owner()
        if owner is not None and owner.kind in CLASS_CODE:
            yield at(_MISPLACED, named)


def _super(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    owner = owner_of(node, scope)
    is_method = owner is not None and (owner.kind == "method_definition" or owner.kind in CLASS_CODE)
    parent = node.parent
    is_optional = parent is None or (parent.child_count > 1 and parent.children[1].type == "optional_chain")
    is_used = parent is not None and parent.type in _USES and parent.children[0].id == node.id and not is_optional
    is_call = parent is not None and parent.type == "call_expression"
    is_used = is_used and (not is_call or _CALLED.match(seen.data, node.end_byte) is not None)
    if not is_method or not is_used or (is_call and not _is_subclass_constructor(seen, owner)):
        yield at(_MISPLACED, node, "super")


def _is_subclass_constructor(seen: Seen, owner: Scope | None) -> bool:
    name = owner.node.child_by_field_name("name") if owner else None
    body = owner.parent.node if owner and owner.parent else None
    around = body.parent if body is not None and body.type == "class_body" else None
    is_extended = around is not None and any(child.type == "class_heritage" for child in around.children)
    is_static = owner is not None and owner.node.children[0].type == "static"
    return name is not None and seen.text(name).strip(b"'\"") == b"constructor" and is_extended and not is_static


def _meta(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    is_import = seen.text(node).startswith(b"import")
    if (is_import and not seen.is_module) or (not is_import and owner_of(node, scope) is None):
        yield at(_MISPLACED, node)


RULES: Mapping[str, Rule] = {
    "await_expression": _await,
    "yield_expression": _yield,
    "reserved": _reserved,
    "field_definition": _field,
    "class_static_block": _field,
    "super": _super,
    "meta_property": _meta,
}
EVERYWHERE: tuple[Callable[[Seen], Iterator[Mistake]], ...] = (_words, _behind_braces, _strict_targets)
