"""Which translations a script reads: `self.i18n('a').b`, `self.langs.a.b`, and names that stand for a part of them.

What cannot be told without running the script ends as a read of the whole part that could be meant.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.js_nodes import Scope, Script, Syntax
from amowidget.widget.js_returns import returns
from amowidget.widget.translations import KeyPath

_WORDS = (b"i18n", b"langs")
_START = compiled(rb"(?<![\w$])(?:i18n|langs)(?![\w$])")
_REDEFINED = compiled(rb"\bset_lang\b")
_SELVES = frozenset({"this", "self", "_self", "_this", "that", "me", "widget", "_widget", "w", "ctx"})
# What texts have of themselves: to call it reads the text before the dot.
_OF_TEXTS = frozenset(
    {
        *("length", "replace", "replaceAll", "split", "trim", "toLowerCase", "toUpperCase", "toString", "concat"),
        *("slice", "substring", "substr", "indexOf", "match", "search", "charAt", "format", "startsWith", "endsWith"),
    }
)
_CONDITIONS = ("binary_expression", "unary_expression", "parenthesized_expression", "ternary_expression")
_LONGEST_LINE = 3000
_MOST_PLACES = 2000


class Read(NamedTuple):
    """One read of a text or a section; `is_sure` says that its absence would be a mistake."""

    path: KeyPath
    span: Span
    is_sure: bool


@dataclass
class TranslationReads:
    """Everything that a script reads of the translations.

    `passed` maps the names that templates are rendered with to what they stand for, None for anything else than a part
    of the translations. `is_open` says that a template is rendered with names that are not written there; `is_own`
    says that the script makes translations itself.
    """

    reads: list[Read] = field(default_factory=list)
    passed: dict[str, set[KeyPath | None]] = field(default_factory=dict)
    is_open: bool = False
    is_own: bool = False


class _Handle(NamedTuple):
    """An expression that stands for a part of the translations."""

    node: Syntax
    path: KeyPath
    is_sure: bool


def translation_reads(script: Script) -> TranslationReads:
    """Return what a script reads of the translations."""
    found = TranslationReads()
    data = script.source.data
    places = [match.start() for match in _START.finditer(data)] if any(word in data for word in _WORDS) else []
    if not places:
        return found
    if _is_packed(script) or len(places) > _MOST_PLACES:
        found.reads.append(Read((), Span(0, 0), False))
        return found
    found.is_own = bool(_REDEFINED.search(script.source.data))
    reader = _Reader(script, found)
    reader.read(places)
    _take_others(script, found, reader.pairs)
    return found


def _take_others(script: Script, found: TranslationReads, pairs: set[int]) -> None:
    """Take the names that templates are rendered with and that stand for something else."""
    given = [node for call in script.calls_of("render") if "." in call.path for node in call.arguments]
    found.is_open = any(node.type not in ("object", "string", "template_string") for node in given)
    for member in (member for node in given if node.type == "object" for member in node.named_children):
        key = member.child_by_field_name("key")
        found.is_open = found.is_open or member.type == "spread_element"
        if member.type == "pair" and key is not None and member.id not in pairs:
            found.passed.setdefault(script.string(key) or script.text(key), set()).add(None)


def _is_packed(script: Script) -> bool:
    return any(len(line) > _LONGEST_LINE for line in script.source.data.splitlines())


class _Reader:
    """Follows each expression that stands for translations to where it is used."""

    def __init__(self, script: Script, found: TranslationReads) -> None:
        self._script = script
        self._found = found
        self._waiting: list[_Handle] = []
        self._seen: set[tuple[int, KeyPath]] = set()
        self._scopes = _scopes(script)
        self.pairs: set[int] = set()

    def read(self, places: list[int]) -> None:
        for place in places:
            self._start(self._node(place))
        while self._waiting:
            handle = self._waiting.pop()
            if (handle.node.id, handle.path) not in self._seen:
                self._seen.add((handle.node.id, handle.path))
                self._follow(handle)

    def _node(self, place: int) -> Syntax:
        node = self._script.root.descendant_for_byte_range(place, place + 1)
        return node if node is not None else self._script.root

    def _start(self, word: Syntax) -> None:
        """Take one place where the script writes i18n or langs."""
        parent, name = word.parent, self._script.text(word)
        if parent is None or word.type in ("comment", "regex_pattern", "identifier"):
            return
        if word.type in ("string_fragment", "string"):
            if name in ("i18n", "langs"):
                self._take_all(word)
        elif word.type == "property_identifier" and parent.type == "member_expression":
            self._member(parent, name)
        elif word.type == "shorthand_property_identifier_pattern" or parent.type == "pair_pattern":
            self._take_all(word)
        elif parent.type in ("method_definition", "field_definition"):
            self._found.is_own = True

    def _member(self, member: Syntax, name: str) -> None:
        parent = member.parent
        is_target = parent is not None and parent.type == "assignment_expression" and _is(parent, "left", member)
        is_ours = self._script.path(member).split(".")[-2] in _SELVES
        if is_target and parent is not None:
            value = parent.child_by_field_name("right")
            self._found.is_own = self._found.is_own or value is None or not self._script.text(value).endswith("langs")
        elif name == "langs":
            self._waiting.append(_Handle(member, (), is_ours))
        elif parent is not None and parent.type == "call_expression" and _is(parent, "function", member):
            self._called(parent, is_ours)
        elif parent is None or parent.type not in _CONDITIONS:
            self._take_all(member)

    def _called(self, call: Syntax, is_ours: bool) -> None:
        given = call.child_by_field_name("arguments")
        arguments = [node for node in given.named_children if node.type != "comment"] if given is not None else []
        text = self._script.string(arguments[0]) if arguments else None
        if text:
            self._waiting.append(_Handle(call, tuple(text.split(".")), is_ours and len(arguments) == 1))
            return
        first = (self._script.pieces(arguments[0]) or (None,))[0] if arguments else None
        self._take(call, tuple((first or "").split(".")[:-1]), False)

    def _take(self, node: Syntax, path: KeyPath, is_sure: bool) -> None:
        self._found.reads.append(Read(path, self._script.span(node), is_sure))

    def _take_all(self, node: Syntax) -> None:
        self._take(node, (), False)

    def _follow(self, handle: _Handle) -> None:
        """Go from an expression outwards, as far as it still stands for translations."""
        node, path, is_sure = handle.node, handle.path, handle.is_sure
        while (parent := node.parent) is not None:
            kind = parent.type
            if kind == "member_expression" and _is(parent, "object", node):
                name = self._script.text(parent.child_by_field_name("property") or parent)
                is_sure = is_sure and not any(child.type == "optional_chain" for child in parent.children)
                above = parent.parent
                is_called = above is not None and above.type == "call_expression" and _is(above, "function", parent)
                if is_called or name in _OF_TEXTS:
                    is_sure = is_sure and name in _OF_TEXTS and bool(path)
                    break
                node, path = parent, (*path, name)
            elif kind == "subscript_expression" and _is(parent, "object", node):
                index = parent.child_by_field_name("index")
                text = self._script.string(index) if index is not None else None
                if text is None:
                    is_sure = False
                    break
                node, path = parent, (*path, text)
            elif kind == "parenthesized_expression":
                node = parent
            elif kind in ("binary_expression", "ternary_expression"):
                goes_on, is_guarded = self._condition(parent, node, (self._script.text(handle.node), *path[-1:]))
                is_sure = is_sure and not is_guarded
                if not goes_on:
                    break
                node = parent
            else:
                is_sure = is_sure and kind not in ("unary_expression", "if_statement", "while_statement")
                if self._is_bound(parent, node, path, is_sure):
                    return
                break
        self._take(node, path, is_sure)

    def _condition(self, parent: Syntax, node: Syntax, words: tuple[str, ...]) -> tuple[bool, bool]:
        """Return whether `a || b`, `a && b` or `c ? a : b` can be the value, and whether its absence is provided for."""
        operator = parent.child_by_field_name("operator")
        sign = self._script.text(operator) if operator is not None else "?"
        condition = parent.child_by_field_name("condition" if sign == "?" else "left")
        if sign in ("||", "??"):
            return True, True
        if sign not in ("&&", "?") or condition is None:
            return False, False
        text = self._script.text(condition)
        return condition != node, condition == node or any(word in text for word in words)

    def _is_bound(self, parent: Syntax, node: Syntax, path: KeyPath, is_sure: bool) -> bool:
        """Go on from a name that takes the value; return whether everything that is read is known by that."""
        target = None
        if parent.type == "variable_declarator" and _is(parent, "value", node):
            target = parent.child_by_field_name("name")
        elif parent.type == "assignment_expression" and _is(parent, "right", node):
            target = parent.child_by_field_name("left")
        elif parent.type == "pair" and _is(parent, "value", node):
            key = parent.child_by_field_name("key") or parent
            self.pairs.add(parent.id)
            self._found.passed.setdefault(self._script.string(key) or self._script.text(key), set()).add(path)
        elif node.type == "shorthand_property_identifier":
            self._found.passed.setdefault(self._script.text(node), set()).add(path)
        if target is None:
            return False
        if target.type == "identifier":
            return self._is_named(target, path, is_sure)
        return target.type == "member_expression" and self._script.path(target).endswith(".langs") and not path

    def _is_named(self, target: Syntax, path: KeyPath, is_sure: bool) -> bool:
        """Go on from every use of a variable; return False when there are too many to look at."""
        name = self._script.source.data[target.start_byte : target.end_byte]
        declared, area = self._declared(target)
        pattern = compiled(rb"(?<![\w$])" + re.escape(name) + rb"(?![\w$])")
        places = [match.start() for match in pattern.finditer(self._script.source.data, area[0], area[1])]
        if len(places) > _MOST_PLACES:
            return False
        nodes = [node for place in places if (node := self._node(place)).type in _USES]
        nodes = [node for node in nodes if self._declared(node)[0] == declared]
        targets = [node for node in nodes if _is_target(node)]
        is_single = len(targets) <= (2 if any(_is_empty_declaration(node) for node in targets) else 1)
        for node in nodes:
            if node not in targets:
                self._waiting.append(_Handle(node, path, is_sure and is_single))
        return True

    def _declared(self, node: Syntax) -> tuple[int | None, tuple[int, int]]:
        """Return what declares a name, None for a global one, and the bytes in which it is seen."""
        name = self._script.text(node)
        around: Syntax | None = node
        while around is not None:
            scope = self._scopes.get(around.id)
            declared = scope.find(name) if scope is not None else None
            if scope is not None and declared is not None:
                # A var is seen in the blocks around it too.
                names = [outer.declared.get(name) or outer.parameters.get(name) for outer in scope.outwards()]
                seen = [outer for outer, other in zip(scope.outwards(), names, strict=True) if other == declared]
                return declared.id, (seen[-1].node.start_byte, seen[-1].node.end_byte)
            around = around.parent if scope is None else None
        return None, (0, len(self._script.source.data))


_USES = frozenset({"identifier", "shorthand_property_identifier"})


def _scopes(script: Script) -> dict[int, Scope]:
    """Return the scopes that declare something, by their nodes."""
    data = script.source.data
    placed = [scope for _, scope in script.of_kind("variable_declarator", "assignment_expression", "call_expression")]
    placed += [script.ground.at(node) for node in returns(script.root, data, 0, len(data))]
    found = dict(script.functions)
    found[script.top.node.id] = script.top
    for scope in placed:
        for outer in scope.outwards():
            if outer.node.id in found and outer is not scope:
                break
            found[outer.node.id] = outer
    return found


def _is(parent: Syntax, name: str, node: Syntax) -> bool:
    return parent.child_by_field_name(name) == node


def _is_target(node: Syntax) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "variable_declarator":
        return _is(parent, "name", node)
    is_assigned = parent.type in ("assignment_expression", "augmented_assignment_expression", "for_in_statement")
    return is_assigned and _is(parent, "left", node)


def _is_empty_declaration(node: Syntax) -> bool:
    parent = node.parent
    is_declared = parent is not None and parent.type == "variable_declarator"
    return is_declared and parent is not None and parent.child_by_field_name("value") is None
