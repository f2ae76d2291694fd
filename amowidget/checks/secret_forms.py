"""What secrets and personal data look like: the forms that are searched for, and what is a sample. The search: secrets."""

import re
from typing import NamedTuple

from amowidget.pattern import compiled


class Form(NamedTuple):
    """A secret that is known by its form: the pattern is tried where the needle stands in the lowered bytes."""

    kind: str
    needle: bytes
    pattern: re.Pattern[bytes]


BOT = b":aa"
DIGITS = compiled(rb"[0-9]+")
# Each form starts with a mark that nothing else carries. Most files hold none, and searching is all they cost.
# No form starts inside of a word: so that a long word is read once, and not again from each of its parts.
_WORDS = tuple(
    Form(kind, needle, compiled(rb"(?<![A-Za-z0-9_-])" + pattern))
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
FORMS = (
    *_WORDS,
    Form("private-key", b"-----begin ", compiled(rb"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----")),
    # The number of a Telegram bot stands before the colon, the scheme of an address before the slashes.
    Form("access-key", BOT, compiled(rb"(?<=[0-9]{8}):AA[A-Za-z0-9_-]{33}\b")),
    Form("address", b"://", compiled(rb"(?<=http|ttps)://[^\s/:@\"'`?#<>]{1,64}:(?P<value>[^\s/:@\"'`?#<>]{4,64})@")),
)

_VALUE = rb"""["']?\s*[=:]\s*(?P<quote>["'])(?P<value>[^"'\s]{6,200})(?P=quote)"""
# Names of what is secret, as they end; on the lowered bytes.
# The same handed over after its name: setRequestHeader('X-Api-Key', '...').
_HANDED = rb"""["']\s*,\s*(?P<mark>["'])(?P<handed>[^"'\s]{20,200})(?P=mark)"""
# The same in the query of an address.
_QUERIED = rb"""=(?P<queried>[a-z0-9_.~-]{20,200})(?![\w$%{(\[])"""
# The same behind the name of the scheme, in one text: 'Token ...'.
_SAID = rb"""\ (?P<said>[a-z0-9._-]{32,200})(?=["'`])"""
ASSIGNED = tuple(
    (needle, compiled(rb"(?P<key>" + name + rb")(?:" + _VALUE + b"".join(b"|" + form for form in forms) + rb")"))
    for needle, name, forms in (
        (b"passw", rb"passw(?:or)?d", ()),
        (b"pwd", rb"pwd", ()),
        (b"secret", rb"secret[_-]?key|(?:(?<=client)|(?<=client[_-])|(?<=api)|(?<=api[_-]))secret", ()),
        (b"api_key", rb"api_key", (_HANDED, _QUERIED)),
        (b"api-key", rb"api-key", (_HANDED, _QUERIED)),
        (b"apikey", rb"apikey", (_HANDED, _QUERIED)),
        (b"user_hash", rb"user_hash", ()),
        (b"token", rb"token", (_HANDED, _QUERIED, _SAID)),
        (b"pass", rb"(?<![a-z0-9])pass", ()),
    )
)
# The short word is a password beside a login, or where its value is like no other.
BESIDE = compiled(rb"""\b(?:login|user(?:_?name)?|e?mail)["']?\s*[=:]""")
UNLIKE = compiled(r"(?=.*[0-9])(?=.*[A-Za-z])(?=.*[!@#$^&*+=?])")
# Services whose keys are made for browsers, and stand in their addresses.
FOR_BROWSERS = compiled(rb"maps|mapbox|2gis|captcha|analytics|metri[ck]|tiles|cdn|suggest|geocod")
AUTHORIZATION = compiled(
    rb"""authorization["']?\]?\s*[=:,]\s*["'](?P<scheme>basic|bearer)\s+(?P<value>[a-z0-9+/=_.~-]{16,})"""
)
LOOKS_MADE = compiled(r"(?=.*[0-9])(?=.*[A-Za-z])|[A-Za-z0-9]*[!@#$^&*+=?]+|[a-z]+[A-Z]+[a-z]+[A-Z]")
LOOKS_RANDOM = compiled(r"(?=(?:.*?[0-9]){3})(?=.*?[A-Za-z])[\w+/=.-]{20,}")
PLACEHOLDER = compiled(
    r"(?i)[{}<>%]|\$\{|x{4,}|\*{3,}|\.{3}|example|sample|placeholder|your|change|dummy|test|demo|todo|secret|passw"
    r"|^[\w-]+(\.[\w-]+)+$|^https?:|^[a-z]+(-[a-z0-9]+)*$|^#|^__\w+__$|^/|^\+|\+$|0123456789|123456789"
)

PERSONAL = tuple(
    (needle, compiled(needle + rb"""(?:_?number)?_?[0-9]{0,2}["']?\s*:\s*["'](?P<value>[^"'\n]{6,60})["']"""))
    for needle in (b"mail", b"phone", b"mobile")
)
# Lists of made-up records in a script: what stands in them is data of tests, whatever its key.
LISTS = tuple((needle, compiled(needle + rb"""\w*\s*[=:]\s*\[""")) for needle in (b"mock", b"fixture"))
QUOTED = compiled(rb"""(?<=["'])[^"'\n<>]{6,60}(?=["'])""")
DATA_ENDINGS = (".js", ".mjs", ".ts", ".jsx", ".tsx", ".vue", ".json", ".html")
MOCKS = compiled(
    r"(?i)(?:^|[/._-])_*(?:mocks?|fixtures?|fakes?|stubs?|dummy|samples?|seeds?|test-?data|tests?|specs?|demo)_*(?:[/._-]|$)"
)
EMAIL = compiled(r"(?P<name>[\w.+-]+)@(?P<host>[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12})", re.IGNORECASE | re.ASCII)
PHONE = compiled(r"\+?[0-9][0-9 ()-]{8,18}[0-9]")
# Nobody's addresses: of roles, of samples, and of hosts that are reserved or stand for any.
NOBODY = compiled(
    r"(?i)(?:support|info|help|hello|sales|no-?reply|admin|office|team|contact|contato|mail|email|e-mail|user(?:name)?"
    r"|name|test|tester|demo|sample|example|client|customer|manager|login|foo|bar|baz|abc|qwerty|someone|anybody|you"
    r"|ivan(?:ov)?|petr(?:ov)?|john|jane|doe|johndoe|janedoe|john\.doe|jane\.doe|ivan\.ivanov|i\.ivanov|ivanov\.i|me)\d*"
)
NO_HOST = compiled(
    r"(?i)(?:.*\.)?(?:example|test|invalid|localhost|local)|(?:.*\.)?(?:example|test|domain|yourdomain|email|company|site"
    r"|yoursite|host|server|somewhere|mysite|acme)\.[a-z]+"
)
SUPPORT = compiled(rb"support|contact|help|feedback|vendor|author|company", re.IGNORECASE)


SCHEMES = b"authorization"
# Rare characters of several needles: where such a pattern finds nothing, none of its needles stands. Each starts with
# one plain character, which is looked for faster than any word.
RARE = tuple(
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
            rb"k(?:(?<=tok)en|(?<=apik)ey|(?<=hook)s\.slack\.com|(?<=mock))",
            (b"token", b"apikey", b"hooks.slack.com", b"mock"),
        ),
        (rb"w(?:(?<=passw)|d(?<=pwd))", (b"passw", b"pwd")),
        (rb"b(?:(?<=mob)ile|itrix24\.)", (b"mobile", b"bitrix24.")),
        (rb"5(?<=def5)02", (b"def502",)),
        (rb"z(?<=authoriz)ation", (SCHEMES,)),
        (rb"x(?:ox|ture(?<=fixture))", (b"xox", b"fixture")),
    )
)
# The same by capital letters, in the text as it is written.
CAPITAL = (
    (compiled(rb"A(?:KIA|SIA|Iza|QVN|A(?<=:AA))"), (b"akia", b"asia", b"aiza", b"aqvn", BOT)),
    (compiled(rb"J(?<=eyJ)"), (b"eyj",)),
    (compiled(rb"G\.(?<=SG\.)"), (b"sg.",)),
)
# Whatever a pattern fits holds one of these.
NEEDLES = frozenset(
    {SCHEMES, *(form.needle for form in FORMS), *(needle for needle, _ in (*ASSIGNED, *PERSONAL, *LISTS))}
)
