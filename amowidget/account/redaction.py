"""Takes out of an account's answer what must not be shown: tokens, codes, addresses of people, whatever its form."""

import json
import re
from typing import Any

from amowidget.account.session import Answer
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


def redacted(answer: Answer, what: str) -> dict[str, object]:
    """Return an answer as plain values that can be sent to somebody: what it was asked, its status, headers, body."""
    headers = {name: _text(value) for name, value in answer.headers.items() if name in _SHOWN_HEADERS}
    told = answer.json
    body: object = _value(told) if told is not None else _text(answer.body.decode("utf-8", "replace")[:_LONGEST_BODY])
    return {
        "request": what,
        "path": answer.url.partition("?")[0].partition("://")[2].partition("/")[2],
        "status": answer.status,
        "headers": headers,
        "body": body,
    }


def report(answer: Answer, what: str) -> str:
    """Return the text of the report of an answer to a request, which is named in words."""
    return json.dumps(redacted(answer, what), indent=1, ensure_ascii=False) + "\n"


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
