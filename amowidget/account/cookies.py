"""Which cookies a session keeps, for whom, and for how long: those of the account's own host, as long as the account means."""

import re
from email.message import Message
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from amowidget.account.traffic import moment
from amowidget.pattern import compiled

_EXPIRES = compiled(r";\s*expires\s*=\s*([^;]*)", re.IGNORECASE)


class OwnCookies(DefaultCookiePolicy):
    """Cookies of the account's own host alone, whatever domain they claim: they go back to that host and port only."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host

    def set_ok(self, cookie: Any, request: Any) -> bool:  # http.cookiejar has no types for these
        """Take a cookie only for the host that sets it, never for a whole domain."""
        if urlsplit(request.get_full_url()).netloc != self._host:
            return False
        return not cookie.domain_specified and bool(super().set_ok(cookie, request))

    def return_ok(self, cookie: Any, request: Any) -> bool:
        """Give a cookie back to the very host and port it came from."""
        return urlsplit(request.get_full_url()).netloc == self._host and bool(super().return_ok(cookie, request))


class OwnClock:
    """An answer's headers with the ends of its cookies counted from its own date: this machine's clock may be wrong."""

    def __init__(self, headers: Message) -> None:
        self._headers = Message()
        date = headers.get("Date", "")
        for text in headers.get_all("Set-Cookie", []):
            self._headers["Set-Cookie"] = _EXPIRES.sub(lambda found: _lasting(found[0], found[1], date), text)

    def info(self) -> Message:
        """Return the headers that a jar of cookies reads."""
        return self._headers


def _lasting(text: str, expires: str, date: str) -> str:
    end, now = moment(expires.strip()), moment(date)
    return f"; Max-Age={int((end - now).total_seconds())}" if end and now else text
