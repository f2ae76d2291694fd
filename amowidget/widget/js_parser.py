"""The parser of scripts, and what a script is to it: bytes move nowhere on the way. Where one fails: js_failing."""

import threading
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import tree_sitter_javascript
from tree_sitter import Language, Parser, Tree
from tree_sitter import Node as Syntax

from amowidget.pattern import compiled

# The parser calls itself for each level of what could be a block and an object. 72 to 96 bytes were measured for one; a
# script of nothing else than `a:{` has one for every three bytes, and no stack of a process holds that many.
_LEVEL_BYTES = 256
_SHALLOW = 2000
_STACK_BYTES, _PAGE_BYTES = 1024 * 1024, 4096
_LARGEST_STACK_BYTES = 512 * 1024 * 1024
_Made = TypeVar("_Made")
# Spaces of the language that the parser takes for such on some machines alone, or not everywhere in a script.
_SPACES = compiled(rb"\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf")
_LONE_RETURN = compiled(rb"\r(?!\n)")
_BAD_BYTE = compiled("[\udc80-\udcff]")


@cache
def language() -> Language:
    """Return the grammar of the parser."""
    return Language(tree_sitter_javascript.language())


def normal(data: bytes) -> bytes:
    """Return a script with what the parser stumbles over replaced: spaces, line ends, zero bytes, bytes of no letter."""
    # The parser ends texts at a zero byte; outside of a text the replacement is as wrong as the zero.
    data = data.replace(b"\0", b"\1")
    if b"\r" in data:
        data = _LONE_RETURN.sub(b"\n", data)
    if data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        data = _BAD_BYTE.sub("_", data.decode("utf-8", "surrogateescape")).encode()
    return _SPACES.sub(lambda match: b" " * len(match.group()), data)


def tree(data: bytes) -> Syntax:
    """Return the root of the tree of a script."""
    return parsed(data).root_node


def parsed(data: bytes) -> Tree:
    """Return the tree of a script."""
    return with_stack(data, lambda: Parser(language()).parse(data))


def with_stack(data: bytes, make: Callable[[], _Made]) -> _Made:
    """Return what the parser makes of a script, with room for its deepest reading."""
    levels = data.count(b"{") + data.count(b"(") + data.count(b"[")
    if levels <= _SHALLOW:
        return make()
    made: list[_Made] = []
    size_bytes = min(_STACK_BYTES + levels * _LEVEL_BYTES, _LARGEST_STACK_BYTES)
    before = threading.stack_size(size_bytes // _PAGE_BYTES * _PAGE_BYTES)
    try:
        thread = threading.Thread(target=lambda: made.append(make()))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return made[0]
