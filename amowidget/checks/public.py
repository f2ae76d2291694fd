"""PUB: what the moderators of public integrations ask of the files. What they ask of texts, code and styles: siblings."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Fix, Hit, in_manifest, root_of
from amowidget.checks.public_rules import RULES
from amowidget.checks.scripts import ENTRIES, all_scripts, is_dense, joined
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.edit import Edit
from amowidget.widget.js_nodes import Script, Syntax, in_order
from amowidget.widget.json_nodes import Node
from amowidget.widget.source import Source, encoded
from amowidget.widget.widget import MANIFEST, Widget

_TEXTS = (".js", ".mjs", ".css", ".twig", ".html", ".htm", ".json", ".svg", ".txt", ".xml")
_CODE = (".js", ".mjs", ".css")
_LINE_END = compiled(r"\r\n?")
_WORD = compiled(rb"[\w.@-]+")
_LOGO = compiled(r"images/logo(?:_main|_small|_medium|_min|_dp)?\.(?:png|jpe?g|gif)")
# How programs that obfuscate rename whatever they find.
_OBFUSCATED = b"_0x"
_MOST_OBFUSCATED = 20
_HOST = compiled(r"^(?:https?://|mailto:)?(?:[^/@\s]*@)?([\w.-]+)(?=[:/?#]|$)", re.IGNORECASE)
# Reserved, and what people write who will fill it in later.
_NOBODYS_HOST = compiled(
    r"(?i)(?:[\w-]+\.)*(?:example\.(?:com|org|net)|(?:your|my)[-_]?(?:domain|site|company|host)\.\w+|[\w-]+\.(?:example|test|invalid))"
)
_MARKUP = (".twig", ".html", ".htm")
_MEMO = "name-patterns"
_COMPUTED, _MOST_COMPUTED, _LONGEST_PATH = "\0", 4, 200
_MOST_INSIDE = 20
_SUMS = ("binary_expression", "parenthesized_expression")
_PRINTED = compiled(r"\{\{[^{}]*\}\}")
# Where a path ends in a text or in markup.
_TOKEN_END = compiled(r"[\"'`\s<>()?#,;&=]+")
# What stands before the folders of the widget: what its address is kept in, and steps from here.
_BASE = compiled(r"\A(?:\0*/|\.{1,2}/)+")
# A name of which neither a folder nor the ending is known could be any text.
_FOLDER_OR_ENDING = compiled(r"(?=.*\0)(?:[\w-]+/|\.\w+\Z)")
_MINIFIED_NAME = compiled(r"[.-]min\.(?:m?js|css)$", re.IGNORECASE)


def file_unused(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files that nothing in the widget names."""
    if not context.is_public or root_of(widget) is None or _has_unread(widget, context):
        return
    words: dict[str, frozenset[bytes]] = {
        path: frozenset(_WORD.findall(file.source.data)) for path, file in widget.files.items() if file.source
    }
    for path in widget.files:
        if path == MANIFEST or path in ENTRIES or _LOGO.fullmatch(path) or path.startswith("i18n/"):
            continue
        name = path.rpartition("/")[2]
        named = {encoded(name), encoded(name.partition(".")[0])}
        if any(named & found for other, found in words.items() if other != path) or _is_sought(widget, name):
            continue
        if not any(pattern.search(path) for pattern in _name_patterns(widget, context)):
            yield Hit(path)


def _has_unread(widget: Widget, context: Context) -> bool:
    """Return whether a text is too large to be read, or a script too deep: it may name any file."""
    if any(own.script.is_unread for own in all_scripts(widget, context)):
        return True
    return any(file.source is None and path.lower().endswith(_TEXTS) for path, file in widget.files.items())


def _name_patterns(widget: Widget, context: Context) -> tuple[re.Pattern[str], ...]:
    """Return the paths that scripts and templates put together, with whatever in the places of what is computed."""
    if _MEMO not in context.memo:
        tokens = {token for text in _put_together(widget, context) for token in _TOKEN_END.split(text)}
        paths = {_BASE.sub("", token) for token in tokens if 1 <= token.count(_COMPUTED) <= _MOST_COMPUTED}
        context.memo[_MEMO] = tuple(
            re.compile("(?:^|/)" + ".*".join(map(re.escape, path.split(_COMPUTED))) + r"\Z")
            for path in sorted(paths)
            if len(path) <= _LONGEST_PATH and _FOLDER_OR_ENDING.search(path)
        )
    found: tuple[re.Pattern[str], ...] = context.memo[_MEMO]
    return found


def _put_together(widget: Widget, context: Context) -> Iterator[str]:
    """Yield the texts that have something computed in them, which a zero character stands for."""
    for own in all_scripts(widget, context):
        for whole in _sums(own.script):
            parts = (part if isinstance(part, str) else _COMPUTED for part in joined(own.script, whole))
            yield _PRINTED.sub(_COMPUTED, "".join(parts))
    for path, file in widget.files.items():
        if file.source is not None and path.lower().endswith(_MARKUP):
            yield _PRINTED.sub(_COMPUTED, file.source.text)


def _sums(script: Script) -> Iterator[Syntax]:
    """Yield the sums with a text in them, and templates; of those within one sum only some, for each costs its depth."""
    texts = [placed.node for placed in (*script.of_kind("string"), *script.of_kind("template_string"))]
    end, inside = 0, 0
    for node in in_order(texts):
        around = node.parent
        is_part = around is not None and around.type in _SUMS
        left = around.child_by_field_name("left") if around is not None and is_part else None
        # Of a long sum its first text stands for all.
        is_later = left is not None and left != node and left.type in _SUMS
        if is_later or not (is_part or node.type == "template_string"):
            continue
        inside = inside + 1 if node.start_byte < end else 0
        if inside < _MOST_INSIDE:
            while around is not None and around.type in _SUMS:
                node, around = around, around.parent
            end = max(end, node.end_byte)
            yield node


def file_minified(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find scripts and styles that nobody can read."""
    if context.is_public:
        for path, file in widget.files.items():
            is_code = path.lower().endswith(_CODE) and file.source is not None
            if is_code and file.source and (_MINIFIED_NAME.search(path) or _is_unreadable(file.source)):
                yield Hit(path)


def text_byte_order_mark(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a byte order mark in scripts, templates and styles; that of JSON files has a rule of its own."""
    for path, source in _texts(widget):
        if source.has_bom and not _is_read_as_json(path):
            yield Hit(path, Span(0, 1), fixes=(Fix(path, Edit(Span(0, 1), "")),))


def text_not_utf8(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find bytes that are not UTF-8 in scripts, templates and styles; those of JSON files have a rule of their own."""
    for path, source in _texts(widget):
        if source.bad_byte is not None and not _is_read_as_json(path):
            yield Hit(path, Span(source.bad_byte, source.bad_byte + 1))


def line_ends_not_unix(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find text files whose lines end as on Windows or on old Macs; asked of public integrations only."""
    for path, source in _texts(widget) if context.is_public else ():
        ends = [Span(*match.span()) for match in _LINE_END.finditer(source.text)]
        if ends:
            fixes = tuple(Fix(path, Edit(end, "\n")) for end in ends)
            yield Hit(path, ends[0], {"count": len(ends)}, fixes=fixes)


def support_placeholder(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses of support that are nobody's, for those who publish."""
    support = root.find("widget", "support") if (root := root_of(widget)) and context.is_public else None
    for key in ("link", "email"):
        node = support.get(key) if support else None
        host = _HOST.search((node.text or "").strip()) if node else None
        if node and host and _NOBODYS_HOST.fullmatch(host[1]):
            yield in_manifest(node, key=key, host=host[1])


def _is_unreadable(source: Source) -> bool:
    return is_dense(source) or source.data.count(_OBFUSCATED) >= _MOST_OBFUSCATED


def _texts(widget: Widget) -> Iterator[tuple[str, Source]]:
    for path, file in widget.files.items():
        if file.source is not None and path.lower().endswith(_TEXTS):
            yield path, file.source


def _is_read_as_json(path: str) -> bool:
    return path == MANIFEST or (path.startswith("i18n/") and path.endswith(".json"))


def _is_sought(widget: Widget, name: str) -> bool:
    """Return whether the manifest names a file whose name is no plain word."""
    root = root_of(widget)
    return root is not None and any(name in text for text in _strings(root))


def _strings(node: Node) -> Iterator[str]:
    if node.text is not None:
        yield node.text
    for inner in (*node.items, *(member.value for member in node.members)):
        yield from _strings(inner)


_FUNCTIONS = (file_unused, file_minified, text_byte_order_mark, text_not_utf8, line_ends_not_unix, support_placeholder)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
