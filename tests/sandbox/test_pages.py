"""The stand-in's pages in a real browser, from the login to an upload by hand, and through its failures."""

import json
import os
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from amowidget.sandbox.server import Options, running
from tests.sandbox.drawn import archive

ROOT = Path(__file__).parent.parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((path for name in BROWSERS if (path := shutil.which(name))), None)
in_a_browser = pytest.mark.skipif(BROWSER is None and not os.environ.get("CI"), reason="no Chromium here")

ACCOUNTS = {
    "code": Options(faults=(("code-expires", ""),)),
    "recovery": Options(faults=(("code-one-more", ""),)),
    "captcha": Options(faults=(("captcha", ""),)),
    "agreement": Options(faults=(("agreement", "not_defined"),)),
    "saving": Options(faults=(("create-otp", ""),)),
    "kommo": Options(faults=(("upload-taken-502", ""),), platform="kommo"),
}


def visit(script: str, *words: str) -> None:
    """Run a script of the browser; screenshots are taken where a folder for them is named."""
    assert BROWSER, "`make browser` installs Chromium"
    screenshots = os.environ.get("AMOWIDGET_TEST_SCREENSHOTS")
    path = Path(__file__).with_name(script)
    command = ["node", str(path), BROWSER, *words, *([screenshots] if screenshots else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@in_a_browser
def test_a_person_uploads_by_hand(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(archive())
    bad.write_bytes(archive({"widget": {"name": "widget.name"}}))
    with running(Options()) as account:
        visit("page_visit.mjs", account.url, account.login, account.password, str(good), str(bad))


@in_a_browser
def test_a_person_meets_failures(tmp_path: Path) -> None:
    good = tmp_path / "good.zip"
    good.write_bytes(archive())
    with ExitStack() as stack:
        served = {name: stack.enter_context(running(options)) for name, options in ACCOUNTS.items()}
        told = {name: {"url": account.url, "password": account.password} for name, account in served.items()}
        visit("page_faults.mjs", json.dumps(told), str(good))
