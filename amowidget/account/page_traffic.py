"""The requests of the account's page while an archive is uploaded through it: watched, and kept from what nobody asked for.

The page's own script sends them, as for a person; what the page looks like is the business of page_upload.
"""

import re
import time
from typing import Any
from urllib.parse import unquote, urlsplit

from amowidget.account.browser import Window
from amowidget.account.session import Answer
from amowidget.errors import AmowidgetError

# The requests behind the form (sections 3.3 and 3.6), and what makes, removes and installs (section 3.7).
_UPLOAD = re.compile(r"/ajax/widgets/(?P<uuid>[^/]+)/widget/upload/?")
_SAVE = re.compile(r"/(?:ajax/)?v3/clients/(?P<uuid>[^/]+)/?")
_GUARDED = re.compile(
    r"^https?://[^/?#]+"
    r"(?:/(?:ajax/)?v3/(?:account/)?clients(?:/[^?#]*)?|/ajax/widgets/[^/?#]+/widget/(?:upload|delete)/?|/ajax/widgets/edit/?)"
    r"(?:[?#].*)?$"
)
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class PageTraffic:
    """What a page sends about one integration.

    Of all that changes integrations, only the save and the upload of this one get through, and the upload once.
    `stopped` is the last that did not; `is_astray` says that it was the save or the upload of another one.
    """

    def __init__(self, window: Window, uuid: str) -> None:
        self.sent_at_s: float | None = None
        self.stopped: str | None = None
        self.is_astray = False
        self._uuid = uuid.lower()
        self._failure = window.failure
        self._upload: Any = None  # a request of the driver, which has no types without the extra
        self._upload_status = 0
        self._answers: dict[str, Answer | None] = {}
        window.context.route(_GUARDED, self._guard)
        window.page.on("response", self._begun)
        # One of these ends each request; a page that goes elsewhere breaks off the rest of an answer.
        window.page.on("requestfinished", self._ended)
        window.page.on("requestfailed", self._ended)

    @property
    def is_sent(self) -> bool:
        """Whether the page has begun to send the archive."""
        return self.sent_at_s is not None

    @property
    def is_cut(self) -> bool:
        """Whether the connection ended before the upload was answered."""
        return "upload" in self._answers and self._answers["upload"] is None

    @property
    def upload(self) -> Answer | None:
        """The account's answer to the upload, as long as there is one."""
        return self._answers.get("upload")

    @property
    def save(self) -> Answer | None:
        """The account's answer to the save that the page sends before the upload."""
        return self._answers.get("save")

    def _guard(self, route: Any) -> None:
        kind = self._kind(route.request)
        if kind == "other" and route.request.method in _CHANGING:
            path = urlsplit(route.request.url).path
            self.stopped = f"{route.request.method} {path}"
            self.is_astray |= bool(_UPLOAD.fullmatch(path) or _SAVE.fullmatch(path)) and self._uuid not in path.lower()
            route.abort()
        elif kind == "upload" and not self._may_send():
            route.abort()
        else:
            if kind == "upload":
                self.sent_at_s = time.monotonic()
                self._upload, self._upload_status = route.request, 0
                self._answers.pop("upload", None)
            route.continue_()

    def _may_send(self) -> bool:
        """Return whether nothing was sent yet, or the account wanted a fresh session first: the page renews it itself."""
        return not self.is_sent or self._upload_status == 401

    def _kind(self, request: Any) -> str:
        path = urlsplit(request.url).path
        for kind, method, pattern in (("upload", "POST", _UPLOAD), ("save", "PATCH", _SAVE)):
            found = pattern.fullmatch(path)
            if found and request.method == method and unquote(found["uuid"]).lower() == self._uuid:
                return kind
        return "other"

    def _begun(self, response: Any) -> None:
        if response.request is self._upload:
            self._upload_status = int(response.status)

    def _ended(self, request: Any) -> None:
        kind = self._kind(request)
        if request is self._upload or kind == "save":
            self._answers[kind] = self._answer(request)

    def _answer(self, request: Any) -> Answer | None:
        try:
            response = request.response()
            headers = dict(response.all_headers()) if response else {}
        except self._failure:
            return None
        if response is None:
            return None
        try:
            body = bytes(response.body())
        except self._failure:
            # A refusal is told by its status alone; a yes that is not whole is not believed.
            if response.status < 400:
                return None
            body = b""
        kind = str(headers.get("content-type", "")).partition(";")[0].strip().lower()
        return Answer(str(request.url), int(response.status), kind, headers, body)


def refuse_stranger(traffic: PageTraffic, host: str) -> None:
    """Refuse to go on with a page that works at another integration; its request was stopped in the browser."""
    if traffic.is_astray:
        raise AmowidgetError(
            "browser.wrong_integration",
            f"The page of {host} was about to change another integration: {traffic.stopped}. It was stopped, and "
            "nothing was sent.",
            "The page may have changed. Use `amowidget upload --manual`, which leaves the page to you.",
        )
