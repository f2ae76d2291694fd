"""What the members of classes and objects may be called, and which private names a class has."""

from collections.abc import Iterator, Mapping

from tree_sitter import Node as Syntax

from amowidget.widget.js_problems import JsProblemKind
from amowidget.widget.js_seen import Mistake, Rule, Seen, at

_TIGHT = frozenset({">>", ">>>", "<<", "+", "-", "*", "/", "%", "**", "<", ">", "<=", ">=", "in", "instanceof"})
_ACCESSORS = ("get", "set")
_UNEXPECTED, _REDECLARED = JsProblemKind.UNEXPECTED, JsProblemKind.REDECLARED


def _members(body: Syntax) -> Iterator[tuple[Syntax, Syntax, tuple[str, ...]]]:
    """Yield the members of a class that have a name, with the name's node and the words before it."""
    for member in body.named_children:
        name = member.child_by_field_name("name") or member.child_by_field_name("property")
        if name is not None and member.type in ("method_definition", "field_definition"):
            words = tuple(child.type for child in member.children if child.end_byte <= name.start_byte)
            yield member, name, words


def _called(seen: Seen, name: Syntax) -> str:
    """Return what a member is called, or nothing when that is computed or a number."""
    if name.type == "string":
        return seen.name(name)[1:-1]
    return seen.name(name) if name.type in ("property_identifier", "private_property_identifier") else ""


def _class(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    has_constructor = False
    private: dict[str, set[str]] = {}
    for member, name, words in _members(node):
        called = _called(seen, name)
        is_field = member.type == "field_definition"
        is_constructor = called == "constructor" and "static" not in words and not is_field
        if is_constructor:
            if has_constructor or {*words} & {*_ACCESSORS, "async", "*"}:
                yield at(_REDECLARED, name)
            has_constructor = True
        elif (
            called == "#constructor"
            or (called == "constructor" and is_field)
            or (called == "prototype" and "static" in words)
        ):
            yield at(JsProblemKind.RESERVED, name)
        if called.startswith("#") and name.type != "string" and not _is_new(private, called, words):
            yield at(_REDECLARED, name)


def _is_new(private: dict[str, set[str]], called: str, words: tuple[str, ...]) -> bool:
    """Take a private name; return whether the class has it for the first time, a getter and a setter being one."""
    place = "static" if "static" in words else "own"
    kind = next((f"{word} {place}" for word in words if word in _ACCESSORS), "")
    known = private.setdefault(called, set())
    other = {"get": "set", "set": "get"}.get(kind[:3], "")
    is_new = not known or (known == {f"{other} {place}"} and bool(kind))
    known.add(kind)
    return is_new


def undeclared(seen: Seen) -> Iterator[Mistake]:
    """Yield the private names that no class around them has."""
    declared: dict[int, set[str]] = {}
    for node in seen.found.get("private_property_identifier", ()):
        name = seen.name(node)
        bodies = [around.node for around in seen.ground.at(node).outwards() if around.kind == "class_body"]
        for body in bodies:
            if body.id not in declared:
                declared[body.id] = {_called(seen, named) for _, named, _ in _members(body)}
        if not any(name in declared[body.id] for body in bodies) or _is_misplaced(node):
            yield at(_UNEXPECTED, node)


def _is_misplaced(node: Syntax) -> bool:
    """Return whether a private name is a key of an object, a member of `super`, or an operand of what binds tighter."""
    parent = node.parent
    around = parent.parent if parent is not None else None
    if parent is None or around is None:
        return False
    if parent.type == "member_expression":
        return parent.children[0].type == "super"
    if parent.type == "binary_expression":
        operator = around.child_by_field_name("operator") if around.type == "binary_expression" else None
        return operator is not None and operator.type in _TIGHT and parent.start_byte > around.start_byte
    return around.type in ("object", "object_pattern")


def _accessor(_seen: Seen, node: Syntax) -> Iterator[Mistake]:
    kinds = [child.type for child in node.children[:4] if child.type in (*_ACCESSORS, "async", "*")]
    given = node.child_by_field_name("parameters")
    if given is None or not {*kinds} & {*_ACCESSORS}:
        return
    parameters = [child for child in given.named_children if child.type != "comment"]
    is_set = "set" in kinds
    is_rest = bool(parameters) and parameters[0].type == "rest_pattern"
    if len(kinds) > 1 or len(parameters) != is_set or (is_set and is_rest):
        yield at(_UNEXPECTED, given)


def _object(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield a second prototype."""
    if seen.data.find(b"__proto__", node.start_byte, node.end_byte) < 0:
        return
    keys = [key for child in node.named_children if child.type == "pair" and (key := child.child_by_field_name("key"))]
    for key in [key for key in keys if _called(seen, key) == "__proto__"][1:]:
        yield at(_REDECLARED, key)


RULES: Mapping[str, Rule] = {
    "class_body": _class,
    "method_definition": _accessor,
    "object": _object,
}
