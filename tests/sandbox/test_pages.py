"""The stand-in's pages in a real browser, from the login to an upload by hand."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from amowidget.sandbox.server import Options, running
from tests.sandbox.drawn import archive

ROOT = Path(__file__).parent.parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.mark.skipif(BROWSER is None and not os.environ.get("CI"), reason="no Chromium here")
def test_a_person_uploads_by_hand(tmp_path: Path) -> None:
    assert BROWSER, "`make browser` installs Chromium"
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(archive())
    bad.write_bytes(archive({"widget": {"name": "widget.name"}}))
    with running(Options()) as account:
        script = Path(__file__).with_name("page_visit.mjs")
        words = [BROWSER, account.url, account.login, account.password, str(good), str(bad)]
        screenshots = os.environ.get("AMOWIDGET_TEST_SCREENSHOTS")
        command = ["node", str(script), *words, *([screenshots] if screenshots else [])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
