"""One window of the system's browser at one account, opened when it is needed and with no cookie but that host's.

What is done in its pages stands in browser_login and page_upload.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from amowidget.account.opening import Door
from amowidget.account.stored_session import is_cookie
from amowidget.errors import AmowidgetError

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
_PAUSE_S, _ACTION_S = 0.3, 20.0


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits at the window, how long it is left to them, and how they are told what is wanted and how long still.

    `page_s` is how long a page may take to show what is looked for, before a person is asked. `on_page` does in the page what a person is asked for, by its name ("login", "form" or "question"); then nothing is shown.
    """

    is_there: bool = True
    patience_s: float = 600.0
    page_s: float = 30.0
    on_step: Callable[[str], None] = lambda step: None
    on_wait: Callable[[str, float], None] = lambda wanted, seconds_left: None
    on_page: Callable[[Any, str], None] | None = None  # a page of the driver, which has no types without the extra


@dataclass(frozen=True, slots=True)
class Driver:
    """What starts the driver of browsers, and what it raises."""

    started: Callable[[], Any]
    failure: type[Exception]


class Window:
    """A window of the browser; it is shown where a person is there to look at it."""

    def __init__(self, door: Door, person: Person, driver: Driver) -> None:
        self.door = door
        self.person = person
        self.failure = driver.failure
        self._driver = driver
        self._stack = ExitStack()
        self._context: Any = None  # the driver's own types come with the extra

    @property
    def host(self) -> str:
        """The account's host."""
        return self.door.base_url.partition("://")[2]

    @property
    def is_visible(self) -> bool:
        """Whether it is shown: where nobody sits, and where a person is played, nothing is."""
        return self.person.is_there and self.person.on_page is None

    @property
    def context(self) -> Any:  # the driver's
        """The browser's context, which holds pages and cookies; opened now if it is not yet."""
        if self._context is None:
            driver = self._stack.enter_context(self._driver.started())
            browser = driver.chromium.launch(**_options(is_visible=self.is_visible))
            self._stack.callback(browser.close)
            # A worker of the page could send requests that nobody here sees.
            self._context = browser.new_context(service_workers="block")
            self._context.set_default_timeout(_ACTION_S * 1000)
            self._context.new_page()
        return self._context

    @property
    def page(self) -> Any:  # the driver's
        """The page that is worked in; whoever closes it ends the work."""
        pages = self.context.pages
        if not pages:
            raise self.failure("The window was closed.")
        return pages[0]

    @property
    def is_open(self) -> bool:
        """Whether the window has a page still; a person may have closed it."""
        return self._context is not None and bool(self._context.pages)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that the browser would send to the account's own address; secrets."""
        pairs = {str(cookie["name"]): str(cookie["value"]) for cookie in self.context.cookies(f"{self.door.base_url}/")}
        return {name: value for name, value in pairs.items() if is_cookie(name, value)}

    @property
    def was_closed(self) -> bool:
        """Whether it was opened and has no page any more: a person has closed it."""
        return self._context is not None and not self._context.pages

    def adopt(self, cookies: Mapping[str, str]) -> None:
        """Take cookies as if the account had set them in this browser, for its host alone."""
        url = f"{self.door.base_url}/"
        self.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])

    def leave_to_person(self, wanted: str, name: str, is_done: Callable[[], bool]) -> bool:
        """Leave the window to a person until something is done; return whether it was, in time and with it open."""
        if not self.person.is_there:
            return False
        if self.person.on_page is not None:
            self.person.on_page(self.page, name)
        end = time.monotonic() + self.person.patience_s
        while self.is_open and (left_s := end - time.monotonic()) > 0:
            if is_done():
                return True
            self.person.on_wait(wanted, left_s)
            self.pause()
        return False

    def pause(self) -> None:
        """Let the page live for a moment; nothing is heard of it in between. A person may close it in that moment."""
        try:
            self.page.wait_for_timeout(_PAUSE_S * 1000)
        except self.failure:
            if self.is_open:
                raise

    def close(self) -> None:
        """Close the window; what it is still sending is broken off."""
        self._context = None
        with suppress(self.failure):
            self._stack.close()


@contextmanager
def window(door: Door, person: Person, otherwise: str) -> Iterator[Window]:
    """Yield a window at an account, closed at the end; `otherwise` says what can be done without a browser."""
    opened = Window(door, person, _driver(otherwise))
    if opened.is_visible and not _has_screen():
        raise AmowidgetError(
            "browser.no_screen",
            "There is no screen here to show a browser window on.",
            f"Run it on a desktop. {otherwise}",
        )
    try:
        yield opened
    except opened.failure as error:
        raise _failed(opened.host, error, otherwise) from error
    finally:
        opened.close()


def _driver(otherwise: str) -> Driver:
    try:
        from playwright.sync_api import Error, sync_playwright  # an extra of 160 MB
    except ImportError as error:
        raise AmowidgetError(
            "browser.missing",
            "The extra for browsers is not installed.",
            f"pip install 'amowidget[browser]'. {otherwise}",
        ) from error
    return Driver(sync_playwright, Error)


def _failed(host: str, error: Exception, otherwise: str) -> AmowidgetError:
    said = (str(error).splitlines() or [""])[0][:200]
    return AmowidgetError(
        "browser.failed",
        f"The browser did not get through the pages of {host}: {said}",
        "Check that Chrome, Chromium or Edge is installed, that it can open a window here, and that the host can be "
        f"reached. {otherwise}",
    )


def _has_screen() -> bool:
    """Return whether a window can be shown; only on Linux it is the surroundings that tell."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _options(*, is_visible: bool) -> dict[str, object]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    is_root = os.name != "nt" and os.geteuid() == 0
    options: dict[str, object] = {"headless": not is_visible, "args": ["--no-sandbox"] if is_root else []}
    return {**options, "executable_path": path} if path else {**options, "channel": "chrome"}
