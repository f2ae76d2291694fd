"""What an ES module exports: each name once, and only what it has."""

from collections.abc import Iterator

from tree_sitter import Node as Syntax

from amowidget.widget.js_problems import JsProblemKind
from amowidget.widget.js_scopes import bound
from amowidget.widget.js_seen import Mistake, Seen, at


def mistakes(seen: Seen) -> Iterator[Mistake]:
    """Yield names that are exported twice, or that the module does not have."""
    known: set[str] = set()
    for name, node in sorted(_exported(seen), key=lambda pair: pair[1].start_byte):
        if name in known:
            yield at(JsProblemKind.REDECLARED, node)
        known.add(name)
    top = seen.ground.scopes[0]
    for statement in seen.found.get("export_statement", ()):
        clause = next((child for child in statement.named_children if child.type == "export_clause"), None)
        if clause is None or statement.child_by_field_name("source") is not None:
            continue
        for specifier in clause.named_children:
            name_node = specifier.child_by_field_name("name")
            if name_node is not None and seen.name(name_node) not in top.declared:
                yield at(JsProblemKind.UNEXPECTED, name_node)


def _exported(seen: Seen) -> Iterator[tuple[str, Syntax]]:
    for statement in seen.found.get("export_statement", ()):
        default = next((child for child in statement.children if child.type == "default"), None)
        declaration = statement.child_by_field_name("declaration")
        if default is not None:
            yield "default", default
        elif declaration is not None:
            yield from _declared(seen, declaration)
        for child in statement.named_children:
            names = child.named_children if child.type == "export_clause" else ()
            for name in [specifier.children[-1] for specifier in names if specifier.type == "export_specifier"]:
                yield seen.name(name).strip("'\""), name
            if child.type == "namespace_export":
                yield seen.name(child.children[-1]).strip("'\""), child.children[-1]


def _declared(seen: Seen, declaration: Syntax) -> Iterator[tuple[str, Syntax]]:
    named = declaration.child_by_field_name("name")
    declarators = [child.child_by_field_name("name") for child in declaration.named_children]
    for pattern in [named] if named is not None else declarators:
        for name in bound(pattern) if pattern is not None else ():
            yield seen.name(name), name
