"""upload --manual, --browser and --sync-form: what goes through the page is proved, and the form changed with a yes only."""

import os
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

from amowidget.account import form, upload
from amowidget.account.browser import BROWSERS
from amowidget.account.credentials import Credentials
from amowidget.account.login import log_in
from amowidget.account.session import Session
from amowidget.config.secret import Secret
from amowidget.release.archive import read
from amowidget.sandbox.server import Running
from tests.cli.conftest import Command, Serve
from tests.sandbox.conftest import Client

HAS_BROWSER = any(shutil.which(name) for name in BROWSERS)
in_a_browser = pytest.mark.skipif(not HAS_BROWSER and not os.environ.get("CI"), reason="no Chrome, Chromium or Edge")


@pytest.fixture
def account(amowidget: Command, serve: Serve, project: Path, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Return an account that is a target of the project, with its login in the environment."""
    served: Running = serve()
    config = project / "amowidget.toml"
    host = served.url.removeprefix("http://")
    config.write_text(
        config.read_text() + f'\n[targets.client]\nhost = "{host}"\nintegration = "{served.integration}"\n'
    )
    monkeypatch.setenv("AMOWIDGET_LOGIN", served.login)
    monkeypatch.setenv("AMOWIDGET_PASSWORD", served.password)
    assert amowidget("pack", at=project).code == 0
    return served


def session_of(account: Running) -> Session:
    session = Session(account.url)
    log_in(session, Credentials(account.login, Secret(account.password)))
    return session


def test_what_a_person_uploads_meanwhile_is_proved(amowidget: Command, account: Running, project: Path) -> None:
    def by_hand() -> None:
        time.sleep(1.5)
        with session_of(account) as session:
            upload.send(session, account.integration, read(project / "widget.zip"))

    person = threading.Thread(target=by_hand)
    person.start()
    told = amowidget("upload", "--target", "client", "--manual", "--verify-timeout", "20", "--json", at=project)
    person.join()
    assert told.code == 0, told.out
    assert told.result["results"][0]["proof"] == "bytes"


def test_the_steps_are_told_and_nothing_is_claimed(amowidget: Command, account: Running, project: Path) -> None:
    told = amowidget("upload", "--target", "client", "--manual", "--verify-timeout", "0", at=project)
    assert told.code == 5
    assert "1. Open" in told.err
    assert str(project / "widget.zip") in told.err


def test_a_public_integration_is_uploaded_by_hand(amowidget: Command, account: Running, project: Path) -> None:
    config = project / "amowidget.toml"
    config.write_text(config.read_text().replace('visibility = "private"', 'visibility = "public"'))
    told = amowidget("upload", "--target", "client", "--verify-timeout", "0", at=project)
    assert "1. Open" in told.err
    assert told.code == 5


def test_the_form_is_changed_with_a_yes_only(amowidget: Command, account: Running, project: Path) -> None:
    refused = amowidget("upload", "--target", "client", "--sync-form", "--json", at=project)
    assert refused.error == "usage.not_confirmed"
    told = amowidget("upload", "--target", "client", "--sync-form", "--yes", at=project)
    assert told.code == 0, told.err
    assert "becomes" in told.err
    with session_of(account) as session:
        assert form.read(session, account.integration).names
    again = amowidget("upload", "--target", "client", "--sync-form", at=project)
    assert again.code == 0
    assert "The form is as it was." in again.err


def labels(account: Running) -> list[str]:
    entries = requests.get(f"{account.url}/stand-in/journal", timeout=10).json()
    return [str(entry["label"]) for entry in entries]


def test_scopes_are_touched_only_when_they_are_set(amowidget: Command, account: Running, project: Path) -> None:
    with session_of(account) as session:
        before = form.read(session, account.integration).scopes
    words = ("upload", "--target", "client", "--sync-form", "--yes")
    assert "scopes" not in amowidget(*words, at=project).err
    config = project / "amowidget.toml"
    config.write_text(config.read_text().replace("[widget]\n", '[widget]\nscopes = ["files", "crm"]\n', 1))
    told = amowidget(*words, "--force", at=project)
    assert told.code == 0, told.err
    assert f'scopes: "{", ".join(before)}" becomes "crm, files"' in told.err
    assert "Changed in the form: 1." in told.err
    with session_of(account) as session:
        assert form.read(session, account.integration).scopes == ("crm", "files")


def test_by_hand_the_form_is_brought_up_to_date_first(amowidget: Command, account: Running, project: Path) -> None:
    words = ("upload", "--target", "client", "--manual", "--verify-timeout", "0", "--sync-form")
    assert amowidget(*words, "--json", at=project).error == "usage.not_confirmed"
    told = amowidget(*words, "--yes", at=project)
    assert told.code == 5
    assert told.err.index("becomes") < told.err.index("1. Open")
    assert labels(account).count("save") == 1


def test_form_and_archive_go_by_one_login(amowidget: Command, account: Running, project: Path) -> None:
    assert amowidget("upload", "--target", "client", "--sync-form", "--yes", at=project).code == 0
    assert labels(account).count("login") == 1
    assert labels(account).count("save") == 1


def test_a_dry_run_tells_the_form_and_sends_nothing(amowidget: Command, account: Running, project: Path) -> None:
    config = project / "amowidget.toml"
    config.write_text(config.read_text().replace("[widget]\n", '[widget]\nscopes = ["crm"]\n', 1))
    told = amowidget("upload", "--target", "client", "--sync-form", "--dry-run", "--json", at=project)
    assert told.code == 0, told.out
    address = f"{account.url}/ajax/v3/clients/{account.integration}"
    (saving,) = (line for line in told.result["requests"] if line.startswith(f"PATCH {address} "))
    assert "name (ru)" in saving
    assert "scopes crm" in saving
    assert labels(account) == []
    alone = amowidget("upload", "--target", "client", "--dry-run", "--json", at=project).result["requests"]
    assert not any(line.startswith("PATCH") for line in alone)


def test_both_go_for_one_target(amowidget: Command, account: Running, project: Path) -> None:
    for option in ("--manual", "--browser", "--sync-form"):
        words = ("upload", "--target", "client", "--target", "sandbox", option, "--json")
        told = amowidget(*words, at=project)
        assert told.error == "usage.bad_value"
        assert option in told.result["error"]["message"]


@pytest.mark.parametrize("option", ["--manual", "--create"])
def test_what_excludes_a_browser_is_told(amowidget: Command, account: Running, project: Path, option: str) -> None:
    told = amowidget("upload", "--target", "client", "--browser", option, "--json", at=project)
    assert told.error == "usage.options"
    assert told.code == 2


def test_a_public_integration_takes_no_browser(amowidget: Command, account: Running, project: Path) -> None:
    config = project / "amowidget.toml"
    config.write_text(config.read_text().replace('visibility = "private"', 'visibility = "public"'))
    assert amowidget("upload", "--target", "client", "--browser", "--json", at=project).error == "usage.options"


def test_a_dry_run_tells_what_the_browser_would_send(amowidget: Command, account: Running, project: Path) -> None:
    told = amowidget("upload", "--target", "client", "--browser", "--dry-run", "--json", at=project)
    requests = "\n".join(told.result["requests"])
    assert f"GET {account.url}/amo-market/ (in a browser" in requests
    assert f"PATCH {account.url}/ajax/v3/clients/{account.integration}" in requests
    assert Client(account).get("/stand-in/journal").json() == []
    plain = amowidget("upload", "--target", "client", "--dry-run", "--json", at=project)
    assert "PATCH" not in "\n".join(plain.result["requests"])


@in_a_browser
def test_the_browser_uploads_and_the_result_is_that_of_any_upload(
    amowidget: Command, account: Running, project: Path
) -> None:
    told = amowidget("upload", "--target", "client", "--browser", "--json", at=project)
    assert told.code == 0, told.out
    (entry,) = told.result["results"]
    assert (entry["uploaded"], entry["proof"], entry["skipped"]) == (True, "bytes", False)
    assert told.result["changed_files"] == [str(project / "amowidget.toml")]
    assert f'code = "{entry["code"]}"' in (project / "amowidget.toml").read_text()
    assert len(list((project / ".amowidget" / "archives").glob("*/widget.zip"))) == 1
    assert account.password not in told.out + told.err
    again = amowidget("upload", "--target", "client", "--browser", "--json", at=project)
    assert again.result["results"][0]["skipped"] is True


@in_a_browser
def test_a_refusal_in_the_browser_has_the_exit_code_of_any(amowidget: Command, serve: Serve, project: Path) -> None:
    serve("upload-400=Unknown field(s)")
    assert amowidget("pack", at=project).code == 0
    told = amowidget("upload", "--target", "t", "--browser", at=project)
    assert told.code == 3
    assert "Unknown field(s)" in told.err


@in_a_browser
def test_the_stand_in_of_the_project_has_a_page_for_it(amowidget: Command, project: Path) -> None:
    assert amowidget("pack", at=project).code == 0
    told = amowidget("upload", "--target", "sandbox", "--browser", at=project)
    assert told.code == 0, told.err
    assert "in a browser ..." in told.err


def test_without_the_extra_the_remedy_is_told(
    amowidget: Command, account: Running, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    told = amowidget("upload", "--target", "client", "--browser", "--json", at=project)
    assert told.code == 4
    error = told.result["results"][0]["error"]
    assert error["code"] == "browser.missing"
    assert "amowidget[browser]" in error["hint"]
