"""SEC: nothing in the widget is a secret. Every visitor of an account can download the whole archive."""

import base64
import binascii
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.secret_forms import (
    ASSIGNED,
    AUTHORIZATION,
    BESIDE,
    BOT,
    CAPITAL,
    DATA_ENDINGS,
    DIGITS,
    EMAIL,
    FOR_BROWSERS,
    FORMS,
    LISTS,
    LOOKS_MADE,
    LOOKS_RANDOM,
    MOCKS,
    NEEDLES,
    NO_HOST,
    NOBODY,
    PERSONAL,
    PHONE,
    PLACEHOLDER,
    QUOTED,
    RARE,
    SCHEMES,
    SUPPORT,
    UNLIKE,
    Form,
)
from amowidget.checks.secret_rules import RULES
from amowidget.finding import Span
from amowidget.widget.source import Source
from amowidget.widget.widget import MANIFEST, Widget

_OVERLAP_BYTES = 4096
_MOST_OF_A_KIND = 50  # in one file; whoever has that many has understood
_SCREEN_BYTES = 4000
_BINARY_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2", ".ttf", ".eot", ".mp3", ".mp4")


class _Lowered(NamedTuple):
    """The bytes of a text in lower case, and the needles that may stand in them."""

    data: bytes
    needles: frozenset[bytes]


class _Match(NamedTuple):
    path: str
    kind: str
    span: Span | None
    line: int
    column: int
    name: str


def private_key(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find private keys."""
    yield from _hits(widget, context, "private-key")


def token_in_code(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find JSON Web Tokens, which the platform's long-lived tokens are, and its codes and refresh tokens."""
    yield from _hits(widget, context, "token")


def access_key_in_code(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys of well-known services by their form."""
    yield from _hits(widget, context, "access-key")


def password_in_code(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find passwords and secrets that are written into the code."""
    yield from _hits(widget, context, "password")


def browser_key_in_code(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys that are made for browsers."""
    yield from _hits(widget, context, "browser-key")


def password_in_address(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses that carry a password."""
    yield from _hits(widget, context, "address")


def personal_data(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find e-mail addresses and phone numbers in data that was made for tests."""
    yield from _hits(widget, context, "personal")


def named_token_in_code(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find values that are called a token and look like one."""
    yield from _hits(widget, context, "named-token")


def key_in_address(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses with what looks like a key or a token in their query."""
    yield from _hits(widget, context, "query")


def _hits(widget: Widget, context: Context, kind: str) -> Iterator[Hit]:
    if "secrets" not in context.memo:
        context.memo["secrets"] = tuple(_matches(widget))
    matches: tuple[_Match, ...] = context.memo["secrets"]
    for match in matches:
        if match.kind == kind:
            yield Hit(match.path, match.span, {"name": match.name}, match.line, match.column)


def _matches(widget: Widget) -> Iterator[_Match]:
    held = [file.source.data for file in widget.files.values() if file.source is not None]
    # Looking for each needle once in all texts is many times quicker than in each of a thousand files.
    needles = _found_needles(b"\n".join(held))
    for path, file in widget.files.items():
        if file.source is not None:
            yield from _held(file.source, needles)
        elif not path.lower().endswith(_BINARY_ENDINGS):
            yield from _streamed(widget, path)


def _found_needles(written: bytes) -> frozenset[bytes]:
    lowered = written.lower()
    absent = {needle for pattern, needles in RARE if not pattern.search(lowered) for needle in needles}
    absent |= {needle for pattern, needles in CAPITAL if not pattern.search(written) for needle in needles}
    return frozenset(needle for needle in NEEDLES - absent if needle in lowered)


@cache
def _forms(needles: frozenset[bytes]) -> tuple[Form, ...]:
    return tuple(form for form in FORMS if form.needle in needles)


def _held(source: Source, needles: frozenset[bytes]) -> Iterator[_Match]:
    """Search a text that is held; what stands between two matches is decoded once, to count its characters."""
    counts: Counter[str] = Counter()
    byte = character = 0
    for kind, start, end, name in sorted(_found(source.data, source.path, needles), key=lambda found: found[1:]):
        character += len(source.data[byte:start].decode("utf-8", "surrogateescape"))
        byte = start
        counts[kind] += 1
        if counts[kind] <= _MOST_OF_A_KIND:
            length = len(source.data[start:end].decode("utf-8", "surrogateescape"))
            yield _Match(source.path, kind, Span(character, character + length), 0, 0, name)


def _streamed(widget: Widget, path: str) -> Iterator[_Match]:
    """Search a large file piece by piece; the pieces overlap, so that nothing is cut in two."""
    kept = b""
    line, column = 1, 1
    seen: set[tuple[str, int, int]] = set()
    for chunk in widget.stream(path):
        piece = kept + chunk
        if b"\0" in piece[:8192]:
            return
        for kind, start, _, name in _found(piece, path, NEEDLES):
            before = piece[:start]
            breaks = before.count(b"\n")
            place = (line + breaks, start - before.rfind(b"\n") if breaks else column + start)
            if (kind, *place) not in seen and len(seen) < _MOST_OF_A_KIND:
                seen.add((kind, *place))
                yield _Match(path, kind, None, *place, name)
        kept = piece[-_OVERLAP_BYTES:]
        gone = piece[: len(piece) - len(kept)]
        breaks = gone.count(b"\n")
        column = len(gone) - gone.rfind(b"\n") if breaks else column + len(gone)
        line += breaks


def _found(data: bytes, path: str, needles: frozenset[bytes]) -> Iterator[tuple[str, int, int, str]]:
    """Yield the kind, the place and a name of each secret; a place is told once, by the first form that fits."""
    lowered = _Lowered(data.lower() if needles else b"", needles)
    told: list[int] = []
    for form in _forms(needles):
        for start, end in _places(form, data, lowered):
            told.append(start)
            yield form.kind, start, end, ""
    told.sort()
    for kind, start, end, name in _assigned(data, lowered, path):
        if bisect_left(told, start) == bisect_left(told, end):
            yield kind, start, end, name
    if path.lower().endswith(DATA_ENDINGS) and path != MANIFEST and not path.startswith("i18n/"):
        for start, end, what in _personal(data, lowered, path):
            yield "personal", start, end, what


def _places(form: Form, data: bytes, lowered: _Lowered) -> Iterator[tuple[int, int]]:
    """Yield what is secret where a form stands: all of it, or its value where the form names one."""
    for match in _at(form.needle, form.pattern, data, lowered):
        value = match.groupdict().get("value")
        if form.needle == BOT:
            yield match.start() - len(DIGITS.findall(data, max(0, match.start() - 10), match.start())[-1]), match.end()
        elif value is None:
            yield match.span()
        elif not PLACEHOLDER.search(value.decode("utf-8", "replace")):
            yield match.span("value")


def _at(needle: bytes, pattern: re.Pattern[bytes], data: bytes, lowered: _Lowered) -> Iterator[re.Match[bytes]]:
    """Yield where a pattern fits in the data, of all places where the needle stands in the lowered bytes."""
    place = lowered.data.find(needle) if needle in lowered.needles else -1
    while place >= 0:
        match = pattern.match(data, place)
        if match:
            yield match
        place = lowered.data.find(needle, match.end() if match else place + 1)


def _assigned(data: bytes, lowered: _Lowered, path: str) -> Iterator[tuple[str, int, int, str]]:
    for needle, pattern in ASSIGNED:
        for match in _at(needle, pattern, lowered.data, lowered):
            form = str(match.lastgroup)
            start, end = match.span(form)
            first = _word(data, match.start())
            name = data[first : match.end("key")].decode("utf-8", "replace")
            value = data[start:end].decode("utf-8", "replace")
            kind = _kind(needle, form, data[first - 1 : first])
            looks = LOOKS_RANDOM if needle == b"token" or form != "value" else LOOKS_MADE
            is_old_key = path == MANIFEST and name == "secret_key"  # MAN012 tells it
            if not kind or not looks.match(value) or PLACEHOLDER.search(value) or is_old_key:
                continue
            around = lowered.data[max(0, match.start() - 120) : end + 120]
            if needle == b"pass" and not (UNLIKE.match(value) or BESIDE.search(around)):
                continue
            if form != "queried" or not FOR_BROWSERS.search(lowered.data, max(0, match.start() - 120), match.start()):
                yield kind, start, end, name
    for match in _at(SCHEMES, AUTHORIZATION, lowered.data, lowered):
        start, end = match.span("value")
        value = data[start:end].decode("ascii", "replace")
        is_secret = _is_pair(value) if match["scheme"] == b"basic" else bool(LOOKS_RANDOM.match(value))
        if is_secret and not PLACEHOLDER.search(value):
            yield "password", start, end, "Authorization"


def _word(data: bytes, start: int) -> int:
    """Return where a word starts whose end alone was looked for."""
    before = re.search(rb"[\w-]*\Z", data[max(0, start - 80) : start])
    return start - (len(before.group()) if before else 0)


def _kind(needle: bytes, form: str, before: bytes) -> str:
    """Return what a name with a value is, by the byte before the name; empty where that says that it is none."""
    if form == "queried":
        return "query" if before in (b"?", b"&") else ""
    if form != "value" and before not in (b"'", b'"', b"`"):
        return ""
    return "named-token" if needle == b"token" else "password"


def _is_pair(value: str) -> bool:
    """Tell whether a text is the name and password of the scheme Basic."""
    try:
        name, _, password = base64.b64decode(value, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return False
    if not name or len(password) <= 3 or not password.isascii():
        return False
    # A longer one with digits is somebody's even where it holds the word.
    is_made = len(password) >= 10 and any(48 <= byte <= 57 for byte in password)
    is_sample = PLACEHOLDER.search(
        password.decode("ascii").lower().replace("secret", "") if is_made else password.decode()
    )
    return not is_sample


def _personal(data: bytes, lowered: _Lowered, path: str) -> Iterator[tuple[int, int, str]]:
    """Yield e-mail addresses and phone numbers: all in files of test data, elsewhere those of a key that says so."""
    spans = list(_listed(data, lowered))
    if MOCKS.search(path):
        spans = [match.span() for match in QUOTED.finditer(data)]
    else:
        keyed = (match for needle, pattern in PERSONAL for match in _at(needle, pattern, lowered.data, lowered))
        spans += [
            match.span("value") for match in keyed if not SUPPORT.search(data, match.start() - 120, match.start())
        ]
    for start, end in dict.fromkeys(spans):
        value = data[start:end].decode("utf-8", "replace").strip()
        if _is_email(value):
            yield start, end, "an e-mail address"
        elif _is_phone(value):
            yield start, end, "a phone number"


def _listed(data: bytes, lowered: _Lowered) -> Iterator[tuple[int, int]]:
    """Yield the texts in lists of made-up records: as far as the list goes, or a screen of it."""
    reached = 0
    for needle, pattern in LISTS:
        for match in _at(needle, pattern, lowered.data, lowered):
            last = match.end() + _SCREEN_BYTES
            end = lowered.data.find(b"]", match.end(), last)
            last = end if end >= 0 else last
            yield from (text.span() for text in QUOTED.finditer(data, max(reached, match.end()), last))
            reached = max(reached, last)


def _is_email(value: str) -> bool:
    match = EMAIL.fullmatch(value)
    return match is not None and not NOBODY.fullmatch(match["name"]) and not NO_HOST.fullmatch(match["host"])


def _is_phone(value: str) -> bool:
    """Tell whether a text is a phone number that could be somebody's: samples repeat or count digits."""
    digits = re.sub(r"\D", "", value)
    if not PHONE.fullmatch(value) or not 10 <= len(digits) <= 14 or not value.startswith(("+", "8", "7")):
        return False
    is_formatted = not value.isdecimal() or (len(digits) == 11 and digits[:2] in ("79", "89"))
    counts = any(run in digits for run in ("12345", "23456", "34567", "45678", "56789", "98765", "87654", "76543"))
    repeats = re.search(r"(\d)\1{3}|(\d\d)\2\2|(\d)\3\3(\d)\4\4", digits)
    return is_formatted and not counts and not repeats and len(set(digits)) > 4 and digits[1:4] not in ("999", "555")


_FUNCTIONS = (
    private_key,
    token_in_code,
    access_key_in_code,
    password_in_code,
    browser_key_in_code,
    password_in_address,
    personal_data,
    named_token_in_code,
    key_in_address,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
