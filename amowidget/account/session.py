"""The one place that speaks HTTP: a browser-like session with one account, careful with cookies, redirects and time."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookiePolicy
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar

from amowidget.account.cookies import OwnClock, OwnCookies
from amowidget.account.hosts import checked_host
from amowidget.account.traffic import LONGEST_REST_S, Traffic, rest_asked_s
from amowidget.config.project import is_loopback
from amowidget.errors import AmowidgetError

_CONNECT_S, _STRANGER_READ_S = 10.0, 60.0
_ANSWER_BYTES = 32 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_REDIRECTS = 5
_RETRIES = 2
_RETRIED = frozenset({502, 503, 504})
_THROTTLED = 429
_AGENT = "Mozilla/5.0 (compatible; amowidget)"

# Takes the bytes of a body that are sent, and all of its bytes.
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, type, headers (names in lower case) and body. `json` is None for anything else."""

    url: str
    status: int
    content_type: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def asks_to_log_in(self) -> bool:
        """Whether the account answers with its login page, or with no page where it wants a session (observed)."""
        return self.status == 401 or (self.status == 200 and self.is_html)

    @property
    def is_html(self) -> bool:
        """Whether the answer is a page: where JSON is asked for, that is the login page or a failure."""
        return self.content_type == "text/html" or self.body[:200].lstrip().lower().startswith((b"<!doctype", b"<html"))

    @property
    def json(self) -> Any:  # an account's JSON has any shape
        """The body as JSON, or None; the declared type is not trusted either way."""
        if self.is_html:
            return None
        try:
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            return None

    @property
    def fields(self) -> dict[str, Any]:
        """The body as a JSON object, empty when it is none."""
        value = self.json
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes for a session, and how long it waits for an answer; tests pass their own.

    Sessions that share it keep their distance from one another.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    read_s: float = 60.0
    traffic: Traffic = field(default_factory=Traffic)


class _Jar(RequestsCookieJar):
    """A jar that counts from the date of the answer, and not from a clock that may be wrong."""

    def extract_cookies(self, response: Any, request: Any) -> None:  # http.cookiejar has no types for these
        """Take the cookies of an answer."""
        super().extract_cookies(OwnClock(response.info()), request)  # type: ignore[arg-type]  # it asks for info() alone


class Session:
    """A session with the account at `base_url`; nothing in it is shared with another account.

    `renew` is tried once when the account asks to log in again: it returns whether a question may be asked anew.
    `expired` says what an expired session is and what to do about it, in the words of who opened it.
    """

    def __init__(self, base_url: str, pace: Pace | None = None, allowed: frozenset[str] = frozenset()) -> None:
        self.base_url = base_url
        self.host = checked_host(base_url, allowed)
        self.renew: Callable[[], bool] | None = None
        self.expired: tuple[str, str] | None = None
        self._pace = pace or Pace()
        self._is_local = is_loopback(self.host)
        self._requests = _session(self._is_local, base_url, OwnCookies(self.host))
        self._strangers = _session(False, "https://", OwnCookies(""))

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *error: object) -> None:
        self._requests.close()
        self._strangers.close()

    @property
    def cookies(self) -> Mapping[str, str]:
        """The session's cookies by name; secrets."""
        return {cookie.name: cookie.value or "" for cookie in self._requests.cookies}

    def adopt(self, cookies: Mapping[str, str]) -> None:
        """Take cookies as if this host had set them, for itself alone."""
        name = urlsplit(self.base_url).hostname or ""
        domain = name if "." in name or ":" in name else f"{name}.local"  # as http.cookiejar names a host without a dot
        for key, value in cookies.items():
            self._requests.cookies.set(key, value, domain=domain, path="/")

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a path; asked again when the connection fails, for asking changes nothing, or the session expires."""
        before = self.cookies
        answer = self._got(path, headers)
        return self._got(path, headers) if self._is_renewed(answer, before) else answer

    def ask(self, path: str, form: Mapping[str, str]) -> Answer:
        """Ask by a form, as some lists want it; nothing is changed by it, so it is asked anew in a renewed session."""
        before = self.cookies
        answer = self._posted(path, form)
        return self._posted(path, form) if self._is_renewed(answer, before) else answer

    def rests_for(self, answer: Answer) -> bool:
        """Return whether an answer asks to come again in a short while; then the next request waits for that long.

        What was answered so was not taken, so that it may be sent once more.
        """
        asked_s = rest_asked_s(answer.headers) if answer.status == _THROTTLED else None
        if asked_s is None or asked_s > LONGEST_REST_S:
            return False
        self._pace.traffic.hold(urlsplit(answer.url).netloc, self._pace.clock() + asked_s)
        return True

    def _posted(self, path: str, form: Mapping[str, str]) -> Answer:
        for _ in range(_RETRIES):
            answer = self.post(path, data=dict(form))
            if not self.rests_for(answer):
                return answer
        return self.post(path, data=dict(form))

    def _is_renewed(self, answer: Answer, before: Mapping[str, str]) -> bool:
        renew = self.renew if answer.asks_to_log_in else None
        if renew is None:
            return False
        self.renew = None
        self.adopt(before)  # the login page has set cookies of a stranger
        return renew()

    def _got(self, path: str, headers: Mapping[str, str] | None) -> Answer:
        for attempt in range(_RETRIES + 1):
            is_last = attempt == _RETRIES
            try:
                answer = self._asked("GET", path, {"headers": dict(headers or {})})
            except AmowidgetError as error:
                if is_last or error.code not in ("network.unreachable", "network.cut", "network.timeout"):
                    raise
            else:
                if is_last or not (answer.status in _RETRIED or self.rests_for(answer)):
                    return answer
            self._pace.sleep(0.5 * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    # `json`, `data` or `files`, as requests takes them
    def post(self, path: str, on_progress: OnProgress | None = None, **content: Any) -> Answer:
        """Send once; never repeated, for nobody knows what became of the first."""
        return self._asked("POST", path, content, on_progress)

    def patch(self, path: str, **content: Any) -> Answer:
        """Send a change once; never repeated."""
        return self._asked("PATCH", path, content)

    def delete(self, path: str) -> Answer:
        """Send a deletion once; never repeated."""
        return self._asked("DELETE", path, {})

    def public_file(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch a file from an address that the account names; another host than the account's gets no credentials."""
        url = urljoin(self.base_url + "/", address)
        if url.startswith(self.base_url + "/"):
            return self.get(url.removeprefix(self.base_url), headers)
        if urlsplit(url).scheme != "https":
            raise AmowidgetError(
                "network.insecure_address",
                f"The account names {_shown(url)} for a file, which is not https.",
                "It was not fetched. Look at the account's integration page.",
            )
        self._wait(urlsplit(url).netloc)
        return _answer(lambda: self._strangers.get(url, headers=dict(headers or {}), **_SAFE), url)

    def _asked(
        self, method: str, path: str, content: Mapping[str, Any], on_progress: OnProgress | None = None
    ) -> Answer:
        url = self.base_url + path
        given = {**content}
        headers = {**self._page_headers(), **given.pop("headers", {})}
        for _ in range(_REDIRECTS + 1):
            self._wait(self.host)
            request = requests.Request(method, url, headers=headers, **given)
            answer = _answer(lambda request=request: self._sent(request, on_progress), url)  # type: ignore[misc]
            target = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307, 308) or not target:
                return answer
            url = self._followed(method, url, target)
        raise AmowidgetError(
            "network.redirects", f"{self.host} redirects without end.", "Check the host in amowidget.toml."
        )

    def _sent(self, request: requests.Request, on_progress: OnProgress | None) -> requests.Response:
        prepared = self._requests.prepare_request(request)
        if on_progress is not None and isinstance(prepared.body, bytes):
            # The length is announced already, so that the body is not sent in chunks.
            prepared.body = _ToldBody(prepared.body, on_progress)  # type: ignore[assignment]  # anything that reads
        return self._requests.send(prepared, **{**_SAFE, "timeout": (_CONNECT_S, self._pace.read_s)})

    def _followed(self, method: str, url: str, target: str) -> str:
        """Return where a redirect leads; credentials never leave the origin, and a change is never sent twice."""
        new = urljoin(url, target)
        if not new.startswith(self.base_url + "/"):
            raise AmowidgetError(
                "network.redirect_away",
                f"{self.host} redirects to another address, {_shown(new)}.",
                "Write the account's own address as host in amowidget.toml.",
            )
        if method != "GET":
            raise AmowidgetError(
                "network.redirect_of_change",
                f"{self.host} redirects a request that changes something, to {_shown(new)}.",
                "It was not repeated. The account's interface may have changed; look for a newer amowidget.",
            )
        return new

    def _page_headers(self) -> dict[str, str]:
        # What the page's own requests carry (section 3, conventions).
        return {
            "Accept": "application/json, text/html;q=0.5, */*;q=0.1",
            "X-Requested-With": "XMLHttpRequest",
            "Origin": self.base_url,
            "Referer": f"{self.base_url}/settings/widgets/",
        }

    def _wait(self, host: str) -> None:
        is_limited = not is_loopback(host)
        rest_s = self._pace.traffic.rest_s(host, self._pace.clock(), is_limited=is_limited)
        if rest_s > 0:
            self._pace.sleep(rest_s)


class _ToldBody:
    """A request's body that tells how much of it is sent: each piece counts when the next one is asked for."""

    def __init__(self, data: bytes, on_progress: OnProgress) -> None:
        self._stream = BytesIO(data)
        self._size_bytes = len(data)
        self._on_progress = on_progress

    def __len__(self) -> int:
        return self._size_bytes

    def read(self, size: int = -1) -> bytes:
        """Return the next piece, which is empty at the end."""
        self._on_progress(self._stream.tell(), self._size_bytes)
        return self._stream.read(size)


_SAFE: dict[str, Any] = {"allow_redirects": False, "timeout": (_CONNECT_S, _STRANGER_READ_S), "stream": True}


def _session(is_local: bool, base_url: str, policy: CookiePolicy) -> requests.Session:
    session = requests.Session()
    # No netrc, no proxy for this machine; a proxy of the environment serves the rest.
    session.trust_env = False
    if not is_local:
        session.proxies = dict(requests.utils.get_environ_proxies(base_url))
    session.headers["User-Agent"] = _AGENT
    session.cookies = _Jar(policy)
    return session


def _answer(send: Callable[[], requests.Response], url: str) -> Answer:
    host = urlsplit(url).netloc
    try:
        with send() as response:
            body = _body(response)
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(url, response.status_code, kind, headers, body)
    except requests.exceptions.SSLError as error:
        raise _failed("network.tls", f"The certificate of {host} is not trusted.", "Check the host.") from error
    except requests.exceptions.ProxyError as error:
        hint = "Look at HTTPS_PROXY and ALL_PROXY; NO_PROXY names hosts that are reached without it."
        told = f"{host} cannot be reached through the proxy that the environment names."
        raise _failed("network.unreachable", told, hint) from error
    except requests.exceptions.ConnectTimeout as error:
        hint = "Check the host in amowidget.toml and the connection; the account may be down."
        raise _failed("network.unreachable", f"{host} cannot be reached.", hint) from error
    except requests.exceptions.Timeout as error:
        raise _failed("network.timeout", f"{host} does not answer in time.", "Try again in a while.") from error
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
        raise _failed("network.cut", f"The answer of {host} is cut off.", "Try again in a while.") from error
    except requests.exceptions.ConnectionError as error:
        if not _is_unsent(error):
            raise _failed("network.cut", f"The connection to {host} was cut.", "Try again in a while.") from error
        hint = "Check the host in amowidget.toml and the connection; the account may be down."
        raise _failed("network.unreachable", f"{host} cannot be reached.", hint) from error
    except (requests.exceptions.RequestException, ValueError) as error:
        raise _failed("network.unreadable", f"The answer of {host} cannot be read.", "Check the host.") from error


def _is_unsent(error: requests.exceptions.ConnectionError) -> bool:
    """Return whether no connection came about at all, so that nothing can have been sent."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    # The class belongs to a library of requests, which is none of ours to import.
    return any(kind.__name__ == "NewConnectionError" for kind in type(reason).__mro__)


def _failed(code: str, message: str, hint: str) -> AmowidgetError:
    return AmowidgetError(code, message, hint)


def _body(response: requests.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK_BYTES):
        size += len(part)
        if size > _ANSWER_BYTES:
            host = urlsplit(response.url or "").netloc
            raise _failed("network.answer_too_large", f"The answer of {host} has no end.", "Check the host.")
        parts.append(part)
    return b"".join(parts)


def _shown(url: str) -> str:
    """Return an address without what may be secret in it: user, password, query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
