"""Lets a person log in in a browser window, and keeps the cookies of that host alone; for captchas and other questions."""

from collections.abc import Callable
from typing import Any

from amowidget.account.browser import Person, Window, window
from amowidget.account.login import is_open
from amowidget.account.opening import Door
from amowidget.account.stored_session import Origin, StoredSession, opened
from amowidget.errors import AmowidgetError

_SESSION_COOKIES = frozenset({"access_token", "session_id"})  # what the account's login sets (section 3.1)
_OTHERWISE = "Or log in in any browser, export the cookies of the host, and use `amowidget login HOST --cookies FILE`."


def by_browser(
    door: Door,
    on_step: Callable[[str], None],
    on_page: Callable[[Any], None] | None = None,  # a page of the driver, which has no types without the extra
) -> StoredSession:
    """Open a window at the account's login page and return the session when a person has logged in there.

    `on_page` drives the page instead of a person, and then nothing is shown.
    """
    drive = None if on_page is None else (lambda page, wanted: on_page(page))
    with window(door, Person(on_step=on_step, on_page=drive), _OTHERWISE) as shown:
        return logged_in(shown)


def logged_in(shown: Window) -> StoredSession:
    """Show the login page in a window and return the session when a person has logged in there."""
    found: list[StoredSession] = []
    seen: dict[str, str] = {}

    def is_done() -> bool:
        """Look at the host's cookies until the account takes them for a login."""
        nonlocal seen
        cookies = shown.cookies
        is_new = cookies != seen and cookies.keys() >= _SESSION_COOKIES
        seen = cookies
        session = _taken(shown.door, cookies) if is_new else None
        if session is not None:
            found.append(session)
        return bool(found)

    if shown.person.is_there:
        shown.page.goto(f"{shown.door.base_url}/")
        shown.person.on_step(f"Log in to {shown.host} in the window that has opened. It is closed by itself.")
    if not shown.leave_to_person(f"Log in to {shown.host} in the window", "login", is_done):
        raise _nobody(shown)
    return found[0]


def _nobody(shown: Window) -> AmowidgetError:
    if not shown.person.is_there:
        return AmowidgetError(
            "auth.session_missing",
            f"Nobody is here to log in to {shown.host} in a window.",
            f"Log in on a desktop with `amowidget login {shown.host} --browser`; for CI, export that session.",
        )
    return AmowidgetError(
        "auth.session_missing",
        f"Nobody logged in to {shown.host} in the window.",
        f"Try again with `amowidget login {shown.host} --browser`, and leave the window open until it closes by itself.",
    )


def _taken(door: Door, cookies: dict[str, str]) -> StoredSession | None:
    """Return the session of some cookies when the account takes them for a login."""
    with door.session() as session:
        session.adopt(cookies)
        if not is_open(session):
            return None
        return opened(door.base_url, "", session.cookies, Origin.BROWSER, door.now_s())
