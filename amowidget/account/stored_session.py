"""A login on one host as it is kept between two commands: its cookies, whose it is, and how it came about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError

_VERSION = 1
_LONGEST_NAME, _LONGEST_VALUE, _MOST_COOKIES = 256, 16 * 1024, 100


class Origin(StrEnum):
    """How a session came about."""

    LOGIN = "login"
    BROWSER = "browser"
    COOKIES = "cookies"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One session. `base_url` has scheme, host and port; times are seconds since 1970."""

    base_url: str
    login: str
    cookies: tuple[tuple[str, Secret], ...]
    origin: Origin
    opened_at_s: float
    refreshed_at_s: float

    @property
    def host(self) -> str:
        """The host with its port where it has one."""
        return self.base_url.partition("://")[2]

    def refreshed(self, cookies: Mapping[str, str], now_s: float) -> "StoredSession":
        """Return the session with the cookies that the account has given last."""
        secret = tuple((name, Secret(value)) for name, value in sorted(cookies.items()))
        return replace(self, cookies=secret, refreshed_at_s=now_s)

    def facts(self) -> dict[str, object]:
        """Return what is no secret, as plain values."""
        return {
            "version": _VERSION,
            "base_url": self.base_url,
            "login": self.login,
            "origin": str(self.origin),
            "opened_at": self.opened_at_s,
            "refreshed_at": self.refreshed_at_s,
        }

    def revealed(self) -> dict[str, object]:
        """Return the session as plain values, its secrets among them; for the place that keeps it alone."""
        return {**self.facts(), "cookies": {name: value.reveal() for name, value in self.cookies}}


def opened(base_url: str, login: str, cookies: Mapping[str, str], origin: Origin, now_s: float) -> StoredSession:
    """Return a session that was opened just now."""
    return StoredSession(base_url, login, (), origin, now_s, now_s).refreshed(cookies, now_s)


def parsed(text: str, named: str) -> tuple[StoredSession, ...]:
    """Return the sessions in a text that `revealed` was written to, one object or a list; `named` tells where it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(named) from error
    return tuple(_session(item, named) for item in (value if isinstance(value, list) else [value]))


def _session(value: Any, named: str) -> StoredSession:  # JSON of any shape
    if not isinstance(value, dict) or value.get("version") != _VERSION:
        raise _unreadable(named)
    base_url, login, cookies = value.get("base_url"), value.get("login"), value.get("cookies")
    origin = value.get("origin")
    times = [value.get(name) for name in ("opened_at", "refreshed_at")]
    seconds = [float(time) for time in times if isinstance(time, int | float) and not isinstance(time, bool)]
    is_whole = isinstance(base_url, str) and isinstance(login, str) and origin in tuple(Origin)
    if not is_whole or len(seconds) != len(times):
        raise _unreadable(named)
    return StoredSession(str(base_url), str(login), _cookies(cookies, named), Origin(str(origin)), *seconds)


def _cookies(value: Any, named: str) -> tuple[tuple[str, Secret], ...]:  # JSON of any shape
    if not isinstance(value, dict) or len(value) > _MOST_COOKIES:
        raise _unreadable(named)
    found = []
    for name, content in sorted(value.items()):
        if not isinstance(content, str) or not is_cookie(name, content):
            raise _unreadable(named)
        found.append((name, Secret(content)))
    return tuple(found)


def is_cookie(name: str, value: str) -> bool:
    """Return whether a name and a value can stand in the header of a request, and do no harm there."""
    is_short = 0 < len(name) <= _LONGEST_NAME and len(value) <= _LONGEST_VALUE
    return is_short and all("!" <= sign <= "~" and sign not in ";," for sign in name + value if sign != " ")


def _unreadable(named: str) -> AmowidgetError:
    return AmowidgetError(
        "usage.bad_session",
        f"{named} holds no session of amowidget.",
        "Log in again with `amowidget login HOST`; for CI, export anew with `amowidget login HOST --export FILE`.",
    )
