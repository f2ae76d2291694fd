"""Numbers, texts, templates, regular expressions and letters: what the parser takes and JavaScript does not."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from tree_sitter import Node as Syntax

from amowidget.pattern import compiled
from amowidget.widget.js_problems import JsProblemKind
from amowidget.widget.js_regex import is_pattern
from amowidget.widget.js_scopes import RESERVED_WORDS, decoded
from amowidget.widget.js_seen import Mistake, Rule, Seen, at

_FLAGS = compiled(rb"[dgimsuvy]*\Z")
_ESCAPE = compiled(rb"\\(.)", re.DOTALL)
_BAD_ESCAPE = compiled(rb"x(?![0-9a-fA-F]{2})|u(?!\{[0-9a-fA-F]+\}|[0-9a-fA-F]{4})")
_BRACED = compiled(rb"u\{0*([0-9a-fA-F]+)\}")
_OCTAL = compiled(rb"[1-9]|0[0-9]")
_PAIR = compiled(rb"\\(?:\r\n|.)", re.DOTALL)
_LINE_END = compiled(rb"[\r\n]")
# Numbers that something follows at once, and those that start with a zero and a digit.
_ODD_NUMBER = compiled(
    rb"[0-9](?<![\w$.#\x80-\xff\\{][0-9])(?:(?<=0)[0-9_][\w.]*|(?>(?<=0)[xX][\da-fA-F_]+n?|(?<=0)[bBoO][\d_]+n?"
    rb"|[\d_]*+(?:n|(?:\.[\d_]*+)?(?:[eE][-+]?\d[\d_]*+)?))([\w$\\\x80-\xff]))"
)
_SPACED = compiled(rb"\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xc2\xa0|\xef\xbb\xbf|\xe3\x80\x80|\xe1\x9a\x80|\xe2\x81\x9f")
_OLD_NUMBER = compiled(rb"(0[0-7]+)(?!\d)(\.\d|[eE])?|0\d+(?:\.\d*)?(?:[eE][-+]?\d+)?(?![\w$])")
_NAME = compiled(rb"[\w$\\\x80-\xff]")
_FOREIGN = compiled(rb"[\x80-\xff]+")
_ESCAPED_NAME = compiled(rb"(?:\\u(?:\{[0-9a-fA-F]+\}|[0-9a-fA-F]{4})|[\w$\x80-\xff])+")
_NAME_BEFORE = compiled(rb"[\w$\x80-\xff]*\Z")
_LONGEST_NAME = 100
# What Unicode adds to its classes of letters for names, and the spaces of JavaScript.
_ALSO_START = frozenset("\u1885\u1886\u2118\u212e\u309b\u309c")
_ALSO_PART = frozenset(
    "\u00b7\u0387\u1369\u136a\u136b\u136c\u136d\u136e\u136f\u1370\u1371\u19da\u200c\u200d\u30fb\uff65"
)
_SPACES = frozenset("\u00a0\ufeff\u2028\u2029")
# Letters that this Python does not know yet may be known to the browser.
_START = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Cn"})
_PART = _START | {"Mn", "Mc", "Nd", "Pc"}
_BAD_LITERAL, _UNEXPECTED = JsProblemKind.BAD_LITERAL, JsProblemKind.UNEXPECTED


def _strings(seen: Seen) -> Iterator[Mistake]:
    data = seen.data
    has_escapes, has_returns = b"\\" in data, b"\r" in data
    for node in seen.found.get("string", ()):
        text = data[node.start_byte : node.end_byte]
        if has_escapes and b"\\" in text:
            is_strict = _OCTAL.search(text) is not None and seen.ground.at(node).is_strict
            yield from _escapes(text, node.start_byte, is_strict)
        if (b"\n" in text or (has_returns and b"\r" in text)) and _LINE_END.search(_PAIR.sub(b"", text)):
            yield JsProblemKind.UNCLOSED, node.start_byte, node.start_byte + 1, ""


def _template(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    if b"\\" not in seen.text(node):
        return
    mistakes = [
        mistake
        for child in node.named_children
        if child.type != "template_substitution"
        for mistake in _escapes(seen.text(child), child.start_byte, is_strict=True)
    ]
    parent = node.parent if mistakes else None
    # A function that gets a template raw may be given any escape.
    if parent is not None and parent.type != "call_expression":
        yield from mistakes


def _escapes(text: bytes, start: int, is_strict: bool) -> Iterator[Mistake]:
    """Yield the escapes of a text that mean nothing; in strict code the old octal ones mean nothing either."""
    for match in _ESCAPE.finditer(text):
        braced = _BRACED.match(text, match.start(1))
        is_high = braced is not None and (len(braced[1]) > 6 or int(braced[1], 16) > 0x10FFFF)
        is_octal = is_strict and _OCTAL.match(text, match.start(1))
        if is_high or is_octal or _BAD_ESCAPE.match(text, match.start(1)):
            yield _BAD_LITERAL, start + match.start(), start + match.end(), ""


def _regex(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    flags, pattern = node.child_by_field_name("flags"), node.child_by_field_name("pattern")
    given = seen.text(flags) if flags is not None else b""
    is_good = _FLAGS.match(given) and len(set(given)) == len(given) and not {*b"uv"} <= {*given}
    follows = _follows(seen.data, node.end_byte)
    if pattern is None or not is_good or follows or not is_pattern(seen.name(pattern), given.decode()):
        yield at(_BAD_LITERAL, node)


def _follows(data: bytes, place: int) -> bool:
    """Return whether a letter or a digit follows at once."""
    return _NAME.match(data, place) is not None and _SPACED.match(data, place) is None


def _hashbang(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    if node.start_byte not in (0, 3 if seen.data.startswith(b"\xef\xbb\xbf") else 0):
        yield _UNEXPECTED, node.start_byte, node.start_byte + 1, ""


def _html_comment(seen: Seen, node: Syntax) -> Iterator[Mistake]:
    """Yield comments of HTML in a module, and their ends that do not start a line."""
    start = node.start_byte
    line = seen.data[max(seen.data.rfind(b"\n", 0, start), seen.data.rfind(b"\r", 0, start)) + 1 : start]
    before = re.sub(rb"/\*.*?\*/", b"", line).rpartition(b"*/")[2].strip()
    if seen.is_module or (before and seen.data.startswith(b"-->", start)):
        yield at(_UNEXPECTED, node)


def _numbers(seen: Seen) -> Iterator[Mistake]:
    for match in _ODD_NUMBER.finditer(seen.data):
        start = match.start()
        if seen.is_in_text(start):
            continue
        is_old = match[1] is None
        if _is_bad_old(seen, start) if is_old else not _SPACED.match(seen.data, match.start(1)):
            yield _BAD_LITERAL, start, match.end() if is_old else match.start(1), ""


def _is_bad_old(seen: Seen, start: int) -> bool:
    """Return whether a number that starts with a zero and a digit is none; in strict code no such number is one."""
    match = _OLD_NUMBER.match(seen.data, start)
    if match is None or match[2]:
        return True
    is_followed = match[1] is not None and _follows(seen.data, match.end())
    return is_followed or seen.ground.at_byte(start).is_strict


def _letters(seen: Seen) -> Iterator[Mistake]:
    """Yield letters that no name can hold; the parser takes nearly everything for a letter."""
    for match in _FOREIGN.finditer(seen.data) if not seen.data.isascii() else ():
        if not seen.is_in_text(match.start()):
            yield from _foreign(seen, match)


def _foreign(seen: Seen, match: re.Match[bytes]) -> Iterator[Mistake]:
    start = match.start()
    is_first = not re.match(rb"[\w$}]", seen.data[max(0, start - 1) : start])
    for char in match.group().decode("utf-8", "surrogateescape"):
        end = start + len(char.encode("utf-8", "surrogateescape"))
        is_space = char in _SPACES or unicodedata.category(char) == "Zs"
        if not is_space and not _is_letter(char, is_first):
            yield _UNEXPECTED, start, end, char if char.isprintable() else f"U+{ord(char):04X}"
        is_first = is_space
        start = end


def _is_letter(char: str, is_first: bool) -> bool:
    if char.isascii():
        return char in "$_" or char.isalpha() or (char.isdigit() and not is_first)
    category = unicodedata.category(char)
    if char in _ALSO_START or (category in _START and char != "\u2e2f"):
        return True
    return not is_first and (category in _PART or char in _ALSO_PART)


def _names(seen: Seen) -> Iterator[Mistake]:
    """Yield names with escapes of what is no letter, and words of the language with escapes."""
    place = 0
    while (place := seen.data.find(b"\\u", place)) >= 0:
        before = _NAME_BEFORE.search(seen.data, max(0, place - _LONGEST_NAME), place)
        start = before.start() if before else place
        match = _ESCAPED_NAME.match(seen.data, start)
        if match and not seen.is_in_text(start):
            yield from _name(seen, match)
        place = max(match.end() if match else 0, place + 2)


def _name(seen: Seen, match: re.Match[bytes]) -> Iterator[Mistake]:
    name = decoded(match.group().decode("utf-8", "surrogateescape"))
    if not all(_is_letter(char, not number) for number, char in enumerate(name)):
        yield _UNEXPECTED, match.start(), match.end(), ""
    elif name in RESERVED_WORDS:
        named = seen.root.descendant_for_byte_range(match.start(), match.end())
        if named is not None and named.type != "property_identifier":
            yield JsProblemKind.RESERVED, match.start(), match.end(), ""


RULES: Mapping[str, Rule] = {
    "template_string": _template,
    "regex": _regex,
    "hashbang": _hashbang,
    "html_comment": _html_comment,
}


def _old_comments(seen: Seen) -> Iterator[Mistake]:
    """Yield comments of HTML that were read as others; see js_rereading."""
    for node in seen.found.get("comment", ()) if seen.is_module else ():
        if seen.data.startswith(b"<!--", node.start_byte):
            yield at(_UNEXPECTED, node)


EVERYWHERE: tuple[Callable[[Seen], Iterator[Mistake]], ...] = (_strings, _numbers, _letters, _names, _old_comments)
