"""Lets a person log in in a browser window, and keeps the cookies of that host alone; for captchas and other questions."""

import os
import shutil
import time
from collections.abc import Callable
from typing import Any

from amowidget.account.login import is_open
from amowidget.account.opening import Door
from amowidget.account.stored_session import Origin, StoredSession, is_cookie, opened
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
_PATIENCE_S = 600.0
_PAUSE_S = 1.0
_SESSION_COOKIES = frozenset({"access_token", "session_id"})  # what the account's login sets (section 3.1)


def by_browser(
    door: Door,
    on_step: Callable[[str], None],
    on_page: Callable[[Any], None] | None = None,  # a page of the driver, which has no types without the extra
) -> StoredSession:
    """Open a window at the account's login page and return the session when a person has logged in there.

    `on_page` drives the page instead of a person, and then nothing is shown.
    """
    host = door.base_url.partition("://")[2]
    started, failure = _driver()
    try:
        with started() as driver:
            return _in_window(driver, door, on_step, on_page)
    except failure as error:
        raise AmowidgetError(
            "browser.failed",
            f"The browser did not get to the login of {host}: {str(error).splitlines()[0][:200]}",
            "Check that Chrome, Chromium or Edge is installed and that the host can be reached; "
            "or export the cookies of any browser, and use --cookies FILE.",
        ) from error


def _in_window(
    driver: Any, door: Door, on_step: Callable[[str], None], on_page: Callable[[Any], None] | None
) -> StoredSession:
    host = door.base_url.partition("://")[2]
    browser = driver.chromium.launch(**_options(is_visible=on_page is None))
    try:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{door.base_url}/")
        on_step(f"Log in to {host} in the window that has opened. It is closed when you are in.")
        if on_page is not None:
            on_page(page)
        return _awaited(door, context, host)
    finally:
        browser.close()


def _awaited(door: Door, context: Any, host: str) -> StoredSession:
    """Look at the host's cookies until the account takes them for a login."""
    end = time.monotonic() + _PATIENCE_S
    seen: dict[str, str] = {}
    while time.monotonic() < end and context.pages:
        pairs = {str(cookie["name"]): str(cookie["value"]) for cookie in context.cookies(f"{door.base_url}/")}
        cookies = {name: value for name, value in pairs.items() if is_cookie(name, value)}
        is_new = cookies != seen and cookies.keys() >= _SESSION_COOKIES
        found = _taken(door, cookies) if is_new else None
        if found is not None:
            return found
        seen = cookies
        context.pages[0].wait_for_timeout(_PAUSE_S * 1000)
    raise AmowidgetError(
        "auth.session_missing",
        f"Nobody logged in to {host} in the window.",
        f"Try again with `amowidget login {host} --browser`, and leave the window open until it closes by itself.",
    )


def _taken(door: Door, cookies: dict[str, str]) -> StoredSession | None:
    """Return the session of some cookies when the account takes them for a login."""
    with door.session() as session:
        session.adopt(cookies)
        if not is_open(session):
            return None
        return opened(door.base_url, "", session.cookies, Origin.BROWSER, door.now_s())


def _driver() -> tuple[Any, type[Exception]]:
    try:
        from playwright.sync_api import Error, sync_playwright  # an extra of 160 MB
    except ImportError as error:
        raise AmowidgetError(
            "browser.missing",
            "The extra for browsers is not installed.",
            "pip install 'amowidget[browser]'. Without it: log in in any browser, export the cookies of the host, and "
            "use `amowidget login HOST --cookies FILE`.",
        ) from error
    return sync_playwright, Error


def _options(*, is_visible: bool) -> dict[str, object]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    is_root = os.name != "nt" and os.geteuid() == 0
    options: dict[str, object] = {"headless": not is_visible, "args": ["--no-sandbox"] if is_root else []}
    return {**options, "executable_path": path} if path else {**options, "channel": "chrome"}
