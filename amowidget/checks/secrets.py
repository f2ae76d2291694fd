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
from amowidget.checks.secret_rules import RULES
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.source import Source
from amowidget.widget.widget import MANIFEST, Widget

_OVERLAP_BYTES = 4096
_MOST_OF_A_KIND = 50  # in one file; whoever has that many has understood
_BINARY_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2", ".ttf", ".eot", ".mp3", ".mp4")


class _Form(NamedTuple):
    """A secret that is known by its form: the pattern is tried where the needle stands in the lowered bytes."""

    kind: str
    needle: bytes
    pattern: re.Pattern[bytes]


_BOT = b":aa"
_DIGITS = compiled(rb"[0-9]+")
# Each form starts with a mark that nothing else carries. Most files hold none, and searching is all they cost.
# No form starts inside of a word: so that a long word is read once, and not again from each of its parts.
_WORDS = tuple(
    _Form(kind, needle, compiled(rb"(?<![A-Za-z0-9_-])" + pattern))
    for kind, needle, pattern in (
        ("token", b"eyj", rb"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}"),
        # Authorization codes and refresh tokens of amoCRM and Kommo.
        ("token", b"def502", rb"def502[0-9a-f]{100,}"),
        ("access-key", b"akia", rb"AKIA[0-9A-Z]{16}\b"),
        ("access-key", b"asia", rb"ASIA[0-9A-Z]{16}\b"),
        *(("access-key", b"gh%c_" % mark, rb"gh%c_[A-Za-z0-9]{36,}\b" % mark) for mark in b"pousr"),
        ("access-key", b"github_pat_", rb"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
        ("access-key", b"glpat-", rb"glpat-[A-Za-z0-9_-]{20,}"),
        ("access-key", b"xox", rb"xox[abeoprs]-[0-9]{6,}-[A-Za-z0-9-]{10,}"),
        ("access-key", b"hooks.slack.com", rb"hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}"),
        ("access-key", b"discord", rb"discord(?:app)?\.com/api/webhooks/[0-9]{15,20}/[A-Za-z0-9_-]{50,}"),
        ("access-key", b"sk_live_", rb"sk_live_[A-Za-z0-9]{16,}"),
        ("access-key", b"rk_live_", rb"rk_live_[A-Za-z0-9]{16,}"),
        ("access-key", b"sk-", rb"sk-(?:[A-Za-z0-9]{48}\b|(?:proj|svcacct|admin|ant)-[A-Za-z0-9_-]{40,})"),
        ("access-key", b"sg.", rb"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
        ("access-key", b"gocspx-", rb"GOCSPX-[A-Za-z0-9_-]{28}"),
        ("access-key", b"npm_", rb"npm_[A-Za-z0-9]{36}\b"),
        ("access-key", b"dop_v1_", rb"dop_v1_[0-9a-f]{64}\b"),
        ("access-key", b"bitrix24.", rb"bitrix24\.[a-z]{2,6}/rest/[0-9]{1,7}/[a-z0-9]{16}\b"),
        ("access-key", b"y0_", rb"y0_[A-Za-z0-9_-]{50,}"),
        ("access-key", b"aqvn", rb"AQVN[A-Za-z0-9_-]{35,38}\b"),
        ("browser-key", b"aiza", rb"AIza[A-Za-z0-9_-]{35}\b"),
    )
)
_FORMS = (
    *_WORDS,
    _Form("private-key", b"-----begin ", compiled(rb"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----")),
    # The number of a Telegram bot stands before the colon, the scheme of an address before the slashes.
    _Form("access-key", _BOT, compiled(rb"(?<=[0-9]{8}):AA[A-Za-z0-9_-]{33}\b")),
    _Form("address", b"://", compiled(rb"(?<=http|ttps)://[^\s/:@\"'`?#<>]{1,64}:(?P<value>[^\s/:@\"'`?#<>]{4,64})@")),
)

_VALUE = rb"""["']?\s*[=:]\s*(?P<quote>["'])(?P<value>[^"'\s]{6,200})(?P=quote)"""
# Names of what is secret, as they end; on the lowered bytes.
_ASSIGNED = tuple(
    (needle, compiled(rb"(?P<key>" + name + rb")" + _VALUE))
    for needle, name in (
        (b"passw", rb"passw(?:or)?d"),
        (b"pwd", rb"pwd"),
        (b"secret", rb"secret[_-]?key|(?:(?<=client)|(?<=client[_-])|(?<=api)|(?<=api[_-]))secret"),
        (b"api_key", rb"api_key"),
        (b"api-key", rb"api-key"),
        (b"apikey", rb"apikey"),
        (b"user_hash", rb"user_hash"),
        (b"token", rb"token"),
    )
)
_AUTHORIZATION = compiled(
    rb"""authorization["']?\]?\s*[=:,]\s*["'](?P<scheme>basic|bearer)\s+(?P<value>[a-z0-9+/=_.~-]{16,})"""
)
_LOOKS_MADE = compiled(r"(?=.*[0-9])(?=.*[A-Za-z])|[A-Za-z0-9]*[!@#$^&*+=?]+|[a-z]+[A-Z]+[a-z]+[A-Z]")
_LOOKS_RANDOM = compiled(r"(?=(?:.*?[0-9]){3})(?=.*?[A-Za-z])[\w+/=.-]{20,}")
_PLACEHOLDER = compiled(
    r"(?i)[{}<>%]|\$\{|x{4,}|\*{3,}|\.{3}|example|sample|placeholder|your|change|dummy|test|demo|todo|secret|passw"
    r"|^[\w-]+(\.[\w-]+)+$|^https?:|^[a-z]+(-[a-z0-9]+)*$|^#|^__\w+__$|^/|^\+|\+$|0123456789|123456789"
)

_PERSONAL = tuple(
    (needle, compiled(needle + rb"""(?:_?number)?["']?\s*:\s*["'](?P<value>[^"'\n]{6,60})["']"""))
    for needle in (b"mail", b"phone", b"mobile")
)
_QUOTED = compiled(rb"""(?<=["'])[^"'\n<>]{6,60}(?=["'])""")
_DATA_ENDINGS = (".js", ".mjs", ".ts", ".jsx", ".tsx", ".vue", ".json", ".html")
_MOCKS = compiled(
    r"(?i)(?:^|[/._-])_*(?:mocks?|fixtures?|fakes?|stubs?|dummy|samples?|seeds?|test-?data|tests?|specs?|demo)_*(?:[/._-]|$)"
)
_EMAIL = compiled(r"(?P<name>[\w.+-]+)@(?P<host>[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12})", re.IGNORECASE | re.ASCII)
_PHONE = compiled(r"\+?[0-9][0-9 ()-]{8,18}[0-9]")
# Nobody's addresses: of roles, of samples, and of hosts that are reserved or stand for any.
_NOBODY = compiled(
    r"(?i)(?:support|info|help|hello|sales|no-?reply|admin|office|team|contact|contato|mail|email|e-mail|user(?:name)?"
    r"|name|test|tester|demo|sample|example|client|customer|manager|login|foo|bar|baz|abc|qwerty|someone|anybody|you"
    r"|ivan(?:ov)?|petr(?:ov)?|john|jane|doe|johndoe|janedoe|john\.doe|jane\.doe|ivan\.ivanov|i\.ivanov|ivanov\.i|me)\d*"
)
_NO_HOST = compiled(
    r"(?i)(?:.*\.)?(?:example|test|invalid|localhost|local)|(?:.*\.)?(?:example|test|domain|yourdomain|email|company|site"
    r"|yoursite|host|server|somewhere|mysite|acme)\.[a-z]+"
)
_SUPPORT = compiled(rb"support|contact|help|feedback|vendor|author|company", re.IGNORECASE)


_SCHEMES = b"authorization"
# Rare characters of several needles: where such a pattern finds nothing, none of its needles stands. Each starts with
# one plain character, which is looked for faster than any word.
_RARE = tuple(
    (compiled(pattern), needles)
    for pattern, needles in (
        (
            rb"_(?:(?<=gh[pousr]_)|(?<=npm_)|(?<=y0_)|live_(?<=[sr]k_live_)|v1_(?<=dop_v1_)|pat_(?<=github_pat_)"
            rb"|key(?<=api_key)|hash(?<=user_hash))",
            (
                *(b"gh%c_" % mark for mark in b"pousr"),
                *(b"npm_", b"y0_", b"sk_live_", b"rk_live_", b"dop_v1_", b"github_pat_", b"api_key", b"user_hash"),
            ),
        ),
        (
            rb"-(?:(?<=sk-)|(?<=glpat-)|(?<=gocspx-)|key(?<=api-key)|----begin )",
            (b"sk-", b"glpat-", b"gocspx-", b"api-key", b"-----begin "),
        ),
        (
            rb"k(?:(?<=tok)en|(?<=apik)ey|(?<=hook)s\.slack\.com)",
            (b"token", b"apikey", b"hooks.slack.com"),
        ),
        (rb"w(?:(?<=passw)|d(?<=pwd))", (b"passw", b"pwd")),
        (rb"b(?:(?<=mob)ile|itrix24\.)", (b"mobile", b"bitrix24.")),
        (rb"5(?<=def5)02", (b"def502",)),
        (rb"z(?<=authoriz)ation", (_SCHEMES,)),
        (rb"x(?:ox)", (b"xox",)),
    )
)
# The same by capital letters, in the text as it is written.
_CAPITAL = (
    (compiled(rb"A(?:KIA|SIA|Iza|QVN|A(?<=:AA))"), (b"akia", b"asia", b"aiza", b"aqvn", _BOT)),
    (compiled(rb"J(?<=eyJ)"), (b"eyj",)),
    (compiled(rb"G\.(?<=SG\.)"), (b"sg.",)),
)
# Whatever a pattern fits holds one of these.
_NEEDLES = frozenset({_SCHEMES, *(form.needle for form in _FORMS), *(needle for needle, _ in (*_ASSIGNED, *_PERSONAL))})


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
    absent = {needle for pattern, needles in _RARE if not pattern.search(lowered) for needle in needles}
    absent |= {needle for pattern, needles in _CAPITAL if not pattern.search(written) for needle in needles}
    return frozenset(needle for needle in _NEEDLES - absent if needle in lowered)


@cache
def _forms(needles: frozenset[bytes]) -> tuple[_Form, ...]:
    return tuple(form for form in _FORMS if form.needle in needles)


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
        for kind, start, _, name in _found(piece, path, _NEEDLES):
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
    if path.lower().endswith(_DATA_ENDINGS) and path != MANIFEST and not path.startswith("i18n/"):
        for start, end, what in _personal(data, lowered, path):
            yield "personal", start, end, what


def _places(form: _Form, data: bytes, lowered: _Lowered) -> Iterator[tuple[int, int]]:
    """Yield what is secret where a form stands: all of it, or its value where the form names one."""
    for match in _at(form.needle, form.pattern, data, lowered):
        value = match.groupdict().get("value")
        if form.needle == _BOT:
            yield match.start() - len(_DIGITS.findall(data, max(0, match.start() - 10), match.start())[-1]), match.end()
        elif value is None:
            yield match.span()
        elif not _PLACEHOLDER.search(value.decode("utf-8", "replace")):
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
    for needle, pattern in _ASSIGNED:
        for match in _at(needle, pattern, lowered.data, lowered):
            start, end = match.span("value")
            name = _word(data, match.start(), match.end("key"))
            value = data[start:end].decode("utf-8", "replace")
            kind, looks = ("named-token", _LOOKS_RANDOM) if needle == b"token" else ("password", _LOOKS_MADE)
            is_old_key = path == MANIFEST and name == "secret_key"  # MAN012 tells it
            if looks.match(value) and not _PLACEHOLDER.search(value) and not is_old_key:
                yield kind, start, end, name
    for match in _at(_SCHEMES, _AUTHORIZATION, lowered.data, lowered):
        start, end = match.span("value")
        value = data[start:end].decode("ascii", "replace")
        is_secret = _is_pair(value) if match["scheme"] == b"basic" else bool(_LOOKS_RANDOM.match(value))
        if is_secret and not _PLACEHOLDER.search(value):
            yield "password", start, end, "Authorization"


def _word(data: bytes, start: int, end: int) -> str:
    """Return a name whose end is known, with what belongs to the word before it."""
    before = re.search(rb"[\w-]*\Z", data[max(0, start - 80) : start])
    return ((before.group() if before else b"") + data[start:end]).decode("utf-8", "replace")


def _is_pair(value: str) -> bool:
    """Tell whether a text is the name and password of the scheme Basic."""
    try:
        name, _, password = base64.b64decode(value, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return False
    return bool(name) and len(password) > 3 and password.isascii() and not _PLACEHOLDER.search(password.decode("ascii"))


def _personal(data: bytes, lowered: _Lowered, path: str) -> Iterator[tuple[int, int, str]]:
    """Yield e-mail addresses and phone numbers: all in files of test data, elsewhere those of a key that says so."""
    if _MOCKS.search(path):
        spans = [match.span() for match in _QUOTED.finditer(data)]
    else:
        keyed = (match for needle, pattern in _PERSONAL for match in _at(needle, pattern, lowered.data, lowered))
        spans = [
            match.span("value") for match in keyed if not _SUPPORT.search(data, match.start() - 120, match.start())
        ]
    for start, end in spans:
        value = data[start:end].decode("utf-8", "replace").strip()
        if _is_email(value):
            yield start, end, "an e-mail address"
        elif _is_phone(value):
            yield start, end, "a phone number"


def _is_email(value: str) -> bool:
    match = _EMAIL.fullmatch(value)
    return match is not None and not _NOBODY.fullmatch(match["name"]) and not _NO_HOST.fullmatch(match["host"])


def _is_phone(value: str) -> bool:
    """Tell whether a text is a phone number that could be somebody's: samples repeat or count digits."""
    digits = re.sub(r"\D", "", value)
    if not _PHONE.fullmatch(value) or not 10 <= len(digits) <= 14 or not value.startswith(("+", "8", "7")):
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
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
