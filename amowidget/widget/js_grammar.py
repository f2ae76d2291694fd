"""What the parser lets pass and JavaScript refuses: statements at a wrong place, and every other rule of the language."""

from collections.abc import Iterator, Mapping
from itertools import islice

from tree_sitter import Node as Syntax

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget import js_classes, js_exports, js_literals, js_targets, js_words
from amowidget.widget.byte_offsets import ByteOffsets
from amowidget.widget.js_nodes import CLASS_CODE, LOOPS
from amowidget.widget.js_problems import JsProblem, JsProblemKind
from amowidget.widget.js_returns import returns
from amowidget.widget.js_scopes import RESERVED_WORDS, STRICT_WORDS
from amowidget.widget.js_seen import Mistake, Rule, Seen, at, code_of

# A script in another encoding would have one for each letter.
_MOST_TOLD = 200
_LONGEST_TEXT = 40
_LONGEST_WORD = 16
# What stands before an expression that starts no statement.
_NO_START = (*(bytes([sign]) for sign in b"=(,:!?&|+["), b"return", b"=>")
_BLANK = compiled(rb"\s*")
_UNEXPECTED, _MISPLACED = JsProblemKind.UNEXPECTED, JsProblemKind.MISPLACED


def problems(seen: Seen, offsets: ByteOffsets) -> Iterator[JsProblem]:
    """Yield what the language refuses in a script whose tree has no errors, in no order."""
    for kind, start, end, text in islice(_mistakes(seen), _MOST_TOLD):
        shown = text or seen.data[start:end].decode("utf-8", "surrogateescape")[:_LONGEST_TEXT]
        yield JsProblem(kind, Span(offsets.character(start), offsets.character(end)), shown)


def _mistakes(seen: Seen) -> Iterator[Mistake]:
    for node in seen.found.get("unexpected", ()):
        yield at(_UNEXPECTED, node)
    for rules in (RULES, js_words.RULES, js_targets.RULES, js_classes.RULES, js_literals.RULES):
        for name, find in rules.items():
            for node in seen.found.get(name, ()):
                yield from find(seen, node)
    for find_all in (
        _returns,
        _first_words,
        js_targets.optional,
        js_classes.undeclared,
        *js_words.EVERYWHERE,
        *js_literals.EVERYWHERE,
    ):
        yield from find_all(seen)
    if seen.is_module:
        yield from js_exports.mistakes(seen)


def _returns(seen: Seen) -> Iterator[Mistake]:
    # Only where classes have blocks can a `return` be misplaced in a function.
    has_blocks = "class_static_block" in seen.found
    starts, scopes = seen.ground.starts, seen.ground.scopes
    ends = (*starts[1:], len(seen.data))
    looked_at = [part for part in zip(starts, ends, scopes, strict=True) if part[2].function is None or has_blocks]
    for start, end, scope in looked_at:
        for node in returns(seen.root, seen.data, start, end):
            code = code_of(node, scope) if has_blocks else None
            if code is None or code.kind in CLASS_CODE:
                yield at(_MISPLACED, node.children[0], "return")


def _jump(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    label = node.child_by_field_name("label")
    word = "break" if node.type == "break_statement" else "continue"
    # The parser reads past the end of a line that the language would end the statement at.
    is_named = label is not None and not seen.has_break(node.start_byte, label.start_byte)
    name = seen.name(label) if label is not None and is_named else ""
    for around in scope.outwards():
        if around.is_function or around.kind in CLASS_CODE:
            break
        if name and around.label == name and (word == "break" or _labels_loop(around.node)):
            return
        if not name and (around.kind in LOOPS or (word == "break" and around.kind == "switch_statement")):
            return
    yield _MISPLACED, node.start_byte, node.start_byte + len(word), f"{word} {name}".strip()


def _labels_loop(node: Syntax) -> bool:
    body = node.child_by_field_name("body")
    while body is not None and body.type == "labeled_statement":
        body = body.child_by_field_name("body")
    return body is not None and body.type in LOOPS


def _label(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    label = node.child_by_field_name("label")
    if label is None:
        return
    name = seen.name(label)
    for around in scope.outwards():
        if around.is_function or around.kind in CLASS_CODE:
            break
        if around.label == name:
            yield at(JsProblemKind.REDECLARED, label)
    code = code_of(node, scope)
    is_async = code.is_async if code is not None else seen.is_module
    if (scope.is_strict and name in STRICT_WORDS) or (name == "await" and is_async) or name == "export":
        yield at(JsProblemKind.RESERVED, label)


def _module(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    if not seen.is_module or scope.parent is not None:
        yield at(JsProblemKind.MODULE_SYNTAX, node.children[0])


def _jsx(_seen: Seen, node: Syntax) -> Iterator[Mistake]:
    yield at(JsProblemKind.JSX, node.child_by_field_name("open_tag") or node)


def _alone(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield a declaration that stands alone where a statement is asked for."""
    first = node.children[0]
    if first.type == "let" and seen.has_break(first.end_byte, node.children[1].start_byte):
        return  # there it is a name
    yield at(_UNEXPECTED, first)


def _branch(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    if scope.is_strict or node.children[0].type == "async":
        yield at(_UNEXPECTED, node.children[0])


def _throw(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    if node.child_count > 1 and seen.has_break(node.start_byte, _first(node).start_byte):
        yield at(_UNEXPECTED, node.children[0])


def _first(node: Syntax) -> Syntax:
    return next((child for child in node.named_children if child.type != "comment"), node)


def _with(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    if scope.is_strict:
        yield at(_MISPLACED, node.children[0], "with")


def _switch(_seen: Seen, node: Syntax) -> Iterator[Mistake]:
    for extra in [child for child in node.named_children if child.type == "switch_default"][1:]:
        yield at(_UNEXPECTED, extra.children[0])


def _try(_seen: Seen, node: Syntax) -> Iterator[Mistake]:
    if node.child_by_field_name("handler") is None and node.child_by_field_name("finalizer") is None:
        yield at(JsProblemKind.MISSING, node.children[0])


def _is_name(seen: Seen, node: Syntax) -> bool:
    """Return whether `using` stands alone on its line, where it is a name and the next line a statement of its own."""
    first, second = node.children[0], node.children[1]
    return first.type == "using" and seen.has_break(first.end_byte, second.start_byte)


def _declaration(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield constants and patterns without a value."""
    if _is_name(seen, node):
        return
    needs_value = node.children[0].type in ("const", "using", "await")
    for declarator in node.named_children:
        name = declarator.child_by_field_name("name")
        if name is None or declarator.child_by_field_name("value") is not None:
            continue
        # `await using [x]` is an expression after all.
        is_index = name.type == "array_pattern" and node.type == "using_declaration"
        if (needs_value or name.type != "identifier") and not is_index:
            yield at(_UNEXPECTED, name)


def _using(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    scope = seen.ground.at(node)
    if _is_name(seen, node):
        return
    yield from _declaration(seen, node)
    code = code_of(node, scope)
    is_async = code.is_async if code is not None else seen.is_module
    is_top = scope.parent is None and not seen.is_module
    is_awaited = node.children[0].type == "await"
    if is_top or scope.kind == "switch_statement" or (is_awaited and not is_async):
        yield at(_MISPLACED, node.children[0])
    for declarator in node.named_children:
        name = declarator.child_by_field_name("name")
        # Without `await`, `using [` starts an expression.
        if name is not None and (
            name.type == "object_pattern"
            or (name.type == "array_pattern" and is_awaited and declarator.child_by_field_name("value") is not None)
        ):
            yield at(_UNEXPECTED, name)


def _header(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield what follows a line break in the header of a loop, where only a semicolon ends the first part."""
    first = node.child_by_field_name("initializer")
    if (
        first is None
        or not first.type.endswith("declaration")
        or seen.data[first.end_byte - 1 : first.end_byte] == b";"
    ):
        return
    place = _BLANK.match(seen.data, first.end_byte).end()  # type: ignore[union-attr]  # matches nothing too
    yield _UNEXPECTED, place, place + 1, ""


def _async(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield what follows an `async` that stands on the line before, where it is a name."""
    following = node.next_sibling
    if following is not None and seen.has_break(node.end_byte, following.start_byte):
        yield at(_UNEXPECTED, following.children[0] if following.child_count else following)


def _first_words(seen: Seen) -> Iterator[Mistake]:
    """Yield functions, classes and objects that start a statement: there the language reads a declaration or a block."""
    for kind in ("function_expression", "generator_function", "class", "object"):
        for node in seen.found.get(kind, ()):
            start = node.start_byte
            if not seen.data[max(0, start - _LONGEST_WORD) : start].rstrip(b" \t").endswith(_NO_START):
                yield from _first_word(seen, kind, node)


def _first_word(seen: Seen, kind: str, node: Syntax) -> Iterator[Mistake]:
    whole = node.parent
    while whole is not None and whole.start_byte == node.start_byte and whole.type != "expression_statement":
        whole = whole.parent
    if whole is not None and whole.start_byte == node.start_byte and whole.type == "expression_statement":
        yield from _object(seen, node, whole) if kind == "object" else _unnamed(seen, node)


def _unnamed(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    name = node.child_by_field_name("name")
    if name is None:
        first = next(
            child for child in node.children if child.type in ("formal_parameters", "class_body", "class_heritage")
        )
        yield _UNEXPECTED, first.start_byte, first.start_byte + 1, ""
    else:
        following = _BLANK.match(seen.data, node.end_byte).end()  # type: ignore[union-attr]  # matches nothing too
        yield _UNEXPECTED, following, following + 1, ""


def _object(seen: Seen, node: Syntax, statement: Syntax) -> Iterator[Mistake]:
    members = [child for child in node.named_children if child.type != "comment"]
    for number, member in enumerate(members):
        key = member.child_by_field_name("key") or member.child_by_field_name("name")
        is_named = key is not None and key.type == "property_identifier" and seen.name(key) not in RESERVED_WORDS
        is_label = number == 0 and member.type == "pair" and is_named
        if not is_label and member.type != "shorthand_property_identifier":
            sign = next((child for child in member.children if child.type in (":", "formal_parameters")), member)
            yield _UNEXPECTED, sign.start_byte, sign.start_byte + 1, ""
            return
    rest = seen.data[node.end_byte : statement.end_byte].lstrip()
    if rest.strip(b";"):
        following = statement.end_byte - len(rest)
        yield _UNEXPECTED, following, following + 1, ""


def _body(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield what would make an object of the block of an arrow function, which it never is."""
    body = node.child_by_field_name("body")
    if body is not None and body.type == "object":
        yield from _object(seen, body, body)


RULES: Mapping[str, Rule] = {
    "arrow_function": _body,
    "break_statement": _jump,
    "continue_statement": _jump,
    "labeled_statement": _label,
    "import_statement": _module,
    "export_statement": _module,
    "jsx-element": _jsx,
    "alone": _alone,
    "branch": _branch,
    "throw_statement": _throw,
    "with_statement": _with,
    "switch_body": _switch,
    "try_statement": _try,
    "lexical_declaration": _declaration,
    "variable_declaration": _declaration,
    "using_declaration": _using,
    "async-start": _async,
    "for_statement": _header,
}
