"""When requests may start: calmly in one account, calmly over all accounts together, later where an account asks for it.

Shared by all sessions of one run, from several threads. It reckons in times that it is given, and never waits itself.
"""

import re
import threading
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

# Nothing is published for these routes (section 3.9 of the protocol reference): this is politeness.
_HOST_GAP_S = 0.3
_GAP_S = 0.2  # five requests a second over all real accounts together
LONGEST_REST_S = 30.0
_ROUNDING_S = 1e-6


class Traffic:
    """The starts of requests to all accounts of one run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._starts: list[float] = []
        self._free_at: dict[str, float] = {}

    def rest_s(self, host: str, now_s: float, *, is_limited: bool = True) -> float:
        """Reserve the next start of a request to a host, and return how long it is until then.

        An account on this machine is not limited; what it has asked for is heeded all the same.
        """
        with self._lock:
            start_s = max(now_s, self._free_at.get(host, now_s))
            if is_limited:
                start_s = self._between_others(start_s, now_s)
                self._free_at[host] = start_s + _HOST_GAP_S
            return start_s - now_s

    def hold(self, host: str, until_s: float) -> None:
        """Let no request to a host start before a time."""
        with self._lock:
            self._free_at[host] = max(until_s, self._free_at.get(host, until_s))

    def _between_others(self, start_s: float, now_s: float) -> float:
        self._starts = [other for other in self._starts if other > now_s - _GAP_S]
        for other in self._starts:  # sorted: one pass finds the first gap that is wide enough
            if abs(other - start_s) < _GAP_S - _ROUNDING_S:
                start_s = other + _GAP_S
        self._starts = sorted((*self._starts, start_s))
        return start_s


def rest_asked_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an answer asks to wait by Retry-After, or None; a date counts from the server's own."""
    asked = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", asked):
        return float(asked)
    until, now = moment(asked), moment(headers.get("date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def moment(text: str) -> datetime | None:
    """Return the time that a header tells, or None; one without a zone cannot be compared."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo else None
