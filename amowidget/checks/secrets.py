"""SEC: nothing in the widget is a secret. Every visitor of an account can download the whole archive."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Hit
from amowidget.finding import Evidence, Rule, Severity, Span
from amowidget.widget.widget import MANIFEST, Widget

# Looked for in the lowered bytes of every text first: most files hold none of them, and searching is all they cost.
_NEEDLES = (b"private key-----", b"eyj", b"passw", b"pwd", b"secret", b"api_key", b"apikey", b"akia", b"ghp_", b":aa")
_OVERLAP_BYTES = 4096
_BINARY_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2", ".ttf", ".eot", ".mp3", ".mp4")

_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----")
_TOKEN = re.compile(rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}")
_ACCESS_KEY = re.compile(rb"\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b")
_ASSIGNED = re.compile(
    rb"""(?ix) \b(?P<name> [\w-]* (?: passw(?:or)?d | pwd | client[_-]?secret | secret[_-]?key | api[_-]?secret
        | api[_-]?key ) ) ["']? \s* (?: = | : ) \s* (?P<quote> ["']) (?P<value> [^"'\s]{6,200} ) (?P=quote)"""
)
_LOOKS_MADE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])|[A-Za-z0-9]*[!@#$^&*+=?]+|[a-z]+[A-Z]+[a-z]+[A-Z]")
_PLACEHOLDER = re.compile(
    r"(?i)[{}<>%]|\$\{|x{4,}|\*{3,}|\.{3}|example|sample|placeholder|your|change|dummy|test|demo|todo|secret|passw"
    r"|^[\w-]+(\.[\w-]+)+$|^https?:|^[a-z]+(-[a-z0-9]+)*$|^#|^__\w+__$|^/"
)


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
    """Find JSON Web Tokens, which the platform's long-lived tokens are."""
    yield from _hits(widget, context, "token")


def access_key_in_code(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find keys of well-known services by their form."""
    yield from _hits(widget, context, "access-key")


def password_in_code(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find passwords and secrets that are written into the code."""
    yield from _hits(widget, context, "password")


def _hits(widget: Widget, context: Context, kind: str) -> Iterator[Hit]:
    if "secrets" not in context.memo:
        context.memo["secrets"] = tuple(_matches(widget))
    matches: tuple[_Match, ...] = context.memo["secrets"]
    for match in matches:
        if match.kind == kind:
            yield Hit(match.path, match.span, {"name": match.name}, match.line, match.column)


def _matches(widget: Widget) -> Iterator[_Match]:
    for path, file in widget.files.items():
        if file.source is not None:
            for kind, start, end, name in _found(file.source.data, path):
                before = file.source.data[:start].decode("utf-8", "surrogateescape")
                inside = file.source.data[start:end].decode("utf-8", "surrogateescape")
                yield _Match(path, kind, Span(len(before), len(before) + len(inside)), 0, 0, name)
        elif not path.lower().endswith(_BINARY_ENDINGS):
            yield from _streamed(widget, path)


def _streamed(widget: Widget, path: str) -> Iterator[_Match]:
    """Search a large file piece by piece; the pieces overlap, so that nothing is cut in two."""
    kept = b""
    line, column = 1, 1
    seen: set[tuple[str, int, int]] = set()
    for chunk in widget.stream(path):
        piece = kept + chunk
        if b"\0" in piece[:8192]:
            return
        for kind, start, _, name in _found(piece, path):
            before = piece[:start]
            breaks = before.count(b"\n")
            place = (line + breaks, start - before.rfind(b"\n") if breaks else column + start)
            if (kind, *place) not in seen:
                seen.add((kind, *place))
                yield _Match(path, kind, None, *place, name)
        kept = piece[-_OVERLAP_BYTES:]
        gone = piece[: len(piece) - len(kept)]
        breaks = gone.count(b"\n")
        column = len(gone) - gone.rfind(b"\n") if breaks else column + len(gone)
        line += breaks


def _found(data: bytes, path: str) -> Iterator[tuple[str, int, int, str]]:
    lowered = data.lower()
    if not any(needle in lowered for needle in _NEEDLES):
        return
    for kind, pattern in (("private-key", _PRIVATE_KEY), ("token", _TOKEN), ("access-key", _ACCESS_KEY)):
        for match in pattern.finditer(data):
            yield kind, match.start(), match.end(), ""
    for match in _ASSIGNED.finditer(data):
        name = match["name"].decode("utf-8", "replace")
        value = match["value"].decode("utf-8", "replace")
        if _is_secret(value) and not (path == MANIFEST and name == "secret_key"):
            yield "password", match.start("value"), match.end("value"), name


def _is_secret(value: str) -> bool:
    return bool(_LOOKS_MADE.match(value)) and not _PLACEHOLDER.search(value)


_WHY = "The archive is public to everybody who opens the account, and to everybody whom they send it to."
_ALLOW = 'If it is none, allow it with a comment "amowidget: allow {slug}" on its line.'

CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="SEC001",
            slug="private-key",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="policy: no secrets in an archive",
            message="Here stands a private key.",
            hint="Keep it on your server, and replace it: it may be known already. "
            + _ALLOW.format(slug="private-key"),
            why=_WHY,
            bad="var key = '-----BEGIN PRIVATE KEY-----...';",
            good="// the server signs; the widget asks the server",
        ),
        private_key,
    ),
    Check(
        Rule(
            code="SEC002",
            slug="token-in-code",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="policy: no secrets in an archive",
            message="Here stands a token: whoever reads the widget can act with its rights.",
            hint="Revoke it and ask for data through your server. " + _ALLOW.format(slug="token-in-code"),
            why=_WHY + " A long-lived token of the account opens all of its data for years.",
            bad="headers: { Authorization: 'Bearer eyJ0eXAiOiJKV1Qi...' }",
            good="self.$authorizedAjax({ url: address })",
        ),
        token_in_code,
    ),
    Check(
        Rule(
            code="SEC003",
            slug="access-key-in-code",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="policy: no secrets in an archive",
            message="Here stands an access key of another service.",
            hint="Revoke it and use it on your server only. " + _ALLOW.format(slug="access-key-in-code"),
            why=_WHY,
            bad="var bot = '1234567890:AAH...';",
            good="// the server talks to the bot",
        ),
        access_key_in_code,
    ),
    Check(
        Rule(
            code="SEC004",
            slug="password-in-code",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="policy: no secrets in an archive",
            message='A password or secret is written into "{name}".',
            hint="Ask for it in the settings, or keep it on your server. " + _ALLOW.format(slug="password-in-code"),
            why=_WHY,
            bad="var config = { password: 'pR9!vault' };",
            good="var password = self.get_settings().password;",
        ),
        password_in_code,
    ),
)
