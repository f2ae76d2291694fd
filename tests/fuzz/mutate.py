"""Makes broken widgets out of good ones, the same ones for the same seed: bytes, tokens and JSON values are changed."""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests import corpus

ROOT = Path(__file__).parent.parent.parent
Files = dict[str, bytes]

_TOKEN = re.compile(
    rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*|\d[\w.]*|\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*'|//[^\r\n]*|/\*.*?\*/|\s+|.",
    re.DOTALL,
)
# What hurts readers: ends of texts and files, half characters, deep nesting, words and signs at a wrong place.
_FRAGMENTS = (
    *(
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\r",
        b"\r\n",
        b"\xe2\x80\xa8",
        b"\xc2\xa0",
        b"\xe2\x80\x8b",
        b"\x1a",
    ),
    *(b"(" * 300, b"[" * 300, b"{" * 300, b"}" * 40, b'{"a":' * 200, b"`${" * 50, b"<a>", b"<!--", b"-->", b"]]>"),
    *(b"/*", b"*/", b"//", b"\\", b"\\u", b"\\u{110000}", b"'", b'"', b"`", b"${", b"{{", b"}}", b"{%", b"%}", b"{#"),
    *(
        b"async ",
        b"await ",
        b"yield ",
        b"let ",
        b"class ",
        b"super",
        b"this",
        b"=>",
        b"?.",
        b"??",
        b"#a",
        b"...",
        b"@a",
    ),
    *(
        b"return",
        b"define(",
        b"function(){",
        b"true",
        b"null",
        b"NaN",
        b"-0",
        b"1e999",
        b"9" * 400,
        b"0x",
        b"1_0",
        b"08",
    ),
    *(
        "“".encode(),
        "\U0001f600".encode(),
        "ж".encode() * 30,
        b"amowidget-ignore",
        b"// amowidget-ignore",
        b"constructor",
    ),
    *(
        b"__proto__",
        b"%s",
        b"{0}",
        b"{name}",
        b"../" * 20,
        b"C:\\",
        b"http://",
        b"a@b.ru",
        b"+7 999 123-45-67",
        b"\t",
        b" " * 300,
    ),
)
_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        10**30,
        "",
        " ",
        "a",
        "widget.name",
        "a.b.c",
        "..",
        "/",
        "1.0.0",
        "ru",
        "{a}",
        "\0",
        "\ud800",
    ),
    *(
        [],
        {},
        [[]],
        [None],
        {"": ""},
        {"a": {"b": {"c": []}}},
        "x" * 5000,
        ["lcard-1"] * 50,
        "lcard-1",
        "digital_pipeline",
    ),
)


def seeds() -> tuple[Files, ...]:
    """Return the files of good widgets: the project's own, and the recorded ones where AMOWIDGET_CORPUS names them."""
    own = [_files(ROOT / "tests" / "widgets" / "base"), _files(ROOT / "widget_src")]
    own += [_files(manifest.parent) for manifest in sorted((ROOT / "templates").rglob("manifest.json"))]
    recorded = [_files(folder) | {"script.js": own[0]["script.js"]} for folder in corpus.widgets()]
    return tuple(files for files in own + recorded if files)


def _files(folder: Path) -> Files:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if path.stat().st_size < 100_000 and path.name != "files.json"
    }


def mutated(files: Files, chance: random.Random) -> Files:
    """Return the files of a widget with one to three of them changed."""
    changed = dict(files)
    # The manifest and the script are what most rules look at.
    favoured = [path for path in ("manifest.json", "script.js") if path in files]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        path = chance.choice(favoured) if favoured and chance.random() < 0.7 else chance.choice(sorted(files))
        changed[path] = changed_file(path, changed.get(path, b""), chance)
    if chance.random() < 0.03:
        changed.pop(chance.choice(sorted(changed)))
    return changed


def changed_file(path: str, data: bytes, chance: random.Random) -> bytes:
    """Return the content of a file with one to four changes."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        choices = [*_BYTES, *_TOKENS]
        if path.endswith(".json"):
            choices += [_value] * 6
        data = chance.choice(choices)(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + bytes((chance.randrange(256),)) + data[place + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 3, 20, 400, len(data))) :]


def _twice(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    end = start + chance.choice((1, 10, 200, 2000))
    return data[:end] + data[start:end] + data[end:]


def _fragment(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(_FRAGMENTS) + data[place:]


def tokens(data: bytes) -> list[bytes]:
    """Return the tokens of a text, blanks and comments among them."""
    return _TOKEN.findall(data)


def without_token(data: bytes, chance: random.Random) -> bytes:
    """Return a text without one of its tokens."""
    found = tokens(data)
    if found:
        del found[chance.randrange(len(found))]
    return b"".join(found)


def with_token_twice(data: bytes, chance: random.Random) -> bytes:
    """Return a text with one of its tokens twice."""
    found = tokens(data)
    if found:
        place = chance.randrange(len(found))
        found.insert(place, found[place])
    return b"".join(found)


def with_other_token(data: bytes, chance: random.Random) -> bytes:
    """Return a text with another of its tokens in the place of one."""
    found = tokens(data)
    if found:
        found[chance.randrange(len(found))] = chance.choice(found)
    return b"".join(found)


def with_tokens_swapped(data: bytes, chance: random.Random) -> bytes:
    """Return a text with two of its tokens in each other's place."""
    found = tokens(data)
    if found:
        first, second = chance.randrange(len(found)), chance.randrange(len(found))
        found[first], found[second] = found[second], found[first]
    return b"".join(found)


def _value(data: bytes, chance: random.Random) -> bytes:
    """Return a JSON document with one value replaced, removed, moved or repeated; any other text as it is."""
    try:
        document = json.loads(data)
    except ValueError:
        return data
    places = list(_places(document))
    if not places:
        return json.dumps(chance.choice(_VALUES)).encode()
    holder, key = chance.choice(places)
    kind = chance.randrange(4)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = chance.choice(_VALUES)
    elif kind == 2:
        other, place = chance.choice(places)
        # A copy, or the document could hold itself.
        holder[key] = json.loads(json.dumps(other[place]))
    elif isinstance(holder, dict):
        holder[chance.choice(("", "widget", "settings", "a.b", str(key).upper(), "x" * 200))] = holder.pop(key)
    return json.dumps(document, ensure_ascii=chance.random() < 0.5, indent=2).encode("utf-8", "surrogatepass")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


Change = Callable[[bytes, random.Random], bytes]
_BYTES: tuple[Change, ...] = (_flip, _cut, _twice, _fragment, _fragment)
_TOKENS: tuple[Change, ...] = (without_token, with_token_twice, with_other_token, with_tokens_swapped)
