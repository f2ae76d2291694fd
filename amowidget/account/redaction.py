"""Takes out of an account's answer what must not be shown: tokens, codes, addresses of people, whatever its form."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from amowidget.account.session import Answer, Session
from amowidget.pattern import compiled

_MASK = "***"
_SECRET_KEY = compiled(
    r"token|csrf|passw|secret|cookie|session|authorization|otp|code$|challenge|hash|e?mail|phone|login", re.I
)
_HIDDEN = compiled(r"(<input\b[^>]*\bvalue\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.I)
_LONG = compiled(r"[A-Za-z0-9_+/=.-]{24,}")
_MAIL = compiled(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SHOWN_HEADERS = ("content-type", "content-length", "server", "date", "retry-after", "location", "x-request-id")
_LONGEST_BODY = 20_000
_SHORTEST_SECRET = 4  # a shorter one stands in every text


def report_of(session: Session, answer: Answer, what: str, *secrets: str) -> dict[str, object]:
    """Return what can be sent to somebody of an answer; what the session holds, and further secrets, are taken out."""
    return redacted(answer, what, (*session.cookies.values(), *secrets))


def redacted(answer: Answer, what: str, secrets: Iterable[str] = ()) -> dict[str, object]:
    """Return an answer as plain values that can be sent to somebody: what it was asked, its status, headers, body."""
    told = answer.json
    text = without(answer.body.decode("utf-8", "replace"), secrets)[:_LONGEST_BODY]
    body: object = _text(text) if told is None else _value(_each(told, secrets))
    shown = {name: value for name, value in answer.headers.items() if name in _SHOWN_HEADERS}
    headers = {name: _text(without(value, secrets)) for name, value in shown.items()}
    return {
        "request": what,
        "path": answer.url.partition("?")[0].partition("://")[2].partition("/")[2],
        "status": answer.status,
        "headers": headers,
        "body": body,
    }


def as_text(values: Mapping[str, object]) -> str:
    """Return the values as they are written to a report."""
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def _each(value: Any, secrets: Iterable[str]) -> object:  # JSON of any shape
    if isinstance(value, dict):
        return {without(str(name), secrets): _each(item, secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_each(item, secrets) for item in value]
    return without(value, secrets) if isinstance(value, str) else value


def without(text: str, secrets: Iterable[str]) -> str:
    """Return a text without some known secrets, also as a page or an address would write them."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            for written in (secret, html.escape(secret), quote(secret, safe="")):
                text = text.replace(written, _MASK)
    return text


def _value(value: Any, key: str = "") -> object:  # JSON of any shape
    if isinstance(value, dict):
        return {str(name): _value(item, str(name)) for name, item in list(value.items())[:200]}
    if isinstance(value, list):
        return [_value(item, key) for item in value[:50]]
    if key and key != "error_code" and _SECRET_KEY.search(key) and value not in (None, True, False, ""):
        return _MASK
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    text = _HIDDEN.sub(rf'\1"{_MASK}"', text)
    text = _MAIL.sub(_MASK, text)
    return _LONG.sub(_MASK, text)[:_LONGEST_BODY]
