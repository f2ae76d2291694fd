"""The login in a window, in a real Chromium against the stand-in: its cookies are kept, and those of no other host."""

import shutil
import sys
from typing import Any

import pytest

from amowidget.account.browser import BROWSERS
from amowidget.account.browser_login import by_browser
from amowidget.account.opening import Door, is_alive
from amowidget.account.stored_session import Origin
from amowidget.errors import AmowidgetError
from amowidget.sandbox.server import Options, running

HAS_BROWSER = any(shutil.which(name) for name in BROWSERS)


@pytest.mark.skipif(not HAS_BROWSER, reason="no Chrome, Chromium or Edge here")
def test_who_logs_in_in_the_window_is_logged_in() -> None:
    with running(Options()) as account:

        def log_in(page: Any) -> None:
            page.fill("#session_end_login", account.login)
            page.fill("#password", account.password)
            page.click("#auth_submit")

        told: list[str] = []
        found = by_browser(Door(account.url), told.append, log_in)
        assert found.origin is Origin.BROWSER
        assert {"access_token", "session_id"} <= dict(found.cookies).keys()
        assert is_alive(Door(account.url), found)
    assert "Log in to 127.0.0.1" in told[0]


@pytest.mark.skipif(not HAS_BROWSER, reason="no Chrome, Chromium or Edge here")
def test_a_window_that_is_closed_is_no_login() -> None:
    with running(Options()) as account, pytest.raises(AmowidgetError) as caught:
        by_browser(Door(account.url), lambda step: None, lambda page: page.close())
    assert caught.value.code == "auth.session_missing"


@pytest.mark.skipif(not HAS_BROWSER, reason="no Chrome, Chromium or Edge here")
def test_a_host_that_cannot_be_reached_is_told() -> None:
    with pytest.raises(AmowidgetError) as caught:
        by_browser(Door("http://127.0.0.1:1"), lambda step: None, lambda page: None)
    assert caught.value.code == "browser.failed"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is one")
def test_a_window_without_a_screen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AmowidgetError) as caught:
        by_browser(Door("http://127.0.0.1:1"), lambda step: None)
    assert caught.value.code == "browser.no_screen"
    assert "--cookies" in caught.value.hint
