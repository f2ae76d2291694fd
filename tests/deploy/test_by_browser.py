"""The upload through the account's page, in a real Chromium against the stand-in: proved, refused and found out as any."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amowidget.account import page_upload, upload
from amowidget.account.access import Access, entered, kept_anew
from amowidget.account.browser import BROWSERS, Person, window
from amowidget.account.credentials import Credentials
from amowidget.account.login import log_in
from amowidget.account.opening import Door, by_password, is_alive, revoke
from amowidget.account.session import Pace, Session
from amowidget.account.session_store import SessionStore
from amowidget.account.verify import Patience
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.by_browser import upload_by_browser
from amowidget.deploy.upload import Order, Outcome, Upload
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.sandbox.server import Options, Running, running
from tests.account.test_account import packed
from tests.sandbox.conftest import Client

HAS_BROWSER = any(shutil.which(name) for name in BROWSERS)
pytestmark = pytest.mark.skipif(not HAS_BROWSER and not os.environ.get("CI"), reason="no Chrome, Chromium or Edge here")

HURRY = Pace(sleep=lambda seconds: None, read_s=2)
NOBODY = Person(is_there=False, page_s=20)
Drive = Callable[[Any, str], None]


def credentials(account: Running) -> Credentials:
    return Credentials(account.login, Secret(account.password))


def target(account: Running, platform: str = "amocrm") -> Target:
    return Target("t", account.url.removeprefix("http://"), account.integration, platform=platform)


def access(account: Running) -> Access:
    """Return an open session, as `login` would have kept it."""
    return Access(by_password(Door(account.url), credentials(account), None))


def sent(
    account: Running,
    archive: Archive,
    given: Access | None = None,
    person: Person = NOBODY,
    platform: str = "amocrm",
) -> Upload:
    told: list[str] = []

    def on_step(step: str) -> None:
        told.append(step)
        person.on_step(step)

    order = Order(archive, patience=Patience(0, HURRY), on_step=on_step)
    opened = given or access(account)
    result = upload_by_browser(target(account, platform), opened, order, person)
    everything = f"{result.values()} {result.error!r} {result.error and result.error.hint} {told}"
    cookies = [value.reveal() for _, value in opened.session.cookies] if opened.session else []
    assert not [secret for secret in (account.password, account.token, *cookies) if secret in everything]
    return result


def labels(account: Running) -> list[str]:
    return [entry["label"] for entry in Client(account).get("/stand-in/journal").json()]


def person(drive: Drive, told: list[str] | None = None, page_s: float = 20) -> Person:
    """Return somebody who does in the page what is asked for."""
    return Person(patience_s=60, page_s=page_s, on_step=(told if told is not None else []).append, on_page=drive)


def typed_login(account: Running) -> Drive:
    def drive(page: Any, wanted: str) -> None:
        assert wanted == "login"
        page.fill("#session_end_login", account.login)
        page.fill("#password", account.password)
        page.click("#auth_submit")

    return drive


@pytest.mark.parametrize("platform", ["amocrm", "kommo"])
def test_the_page_uploads_and_the_bytes_are_proved(tmp_path: Path, platform: str) -> None:
    with running(Options(platform=platform)) as account:
        before = Client(account)
        before.log_in()
        form = before.details()
        result = sent(account, packed(tmp_path), platform=platform)
        assert result.error is None
        assert result.is_uploaded
        assert result.proof is not None
        assert result.proof.kind == "bytes"
        assert result.code == before.details()["code"]
        # Once each; Install is not among them, and the form is as it was in every language.
        assert (labels(account).count("save"), labels(account).count("upload")) == (1, 1)
        assert not {"install", "delete", "create"} & set(labels(account))
        same = ("name", "description", "langs", "_embedded")
        assert {key: before.details()[key] for key in same} == {key: form[key] for key in same}


def test_of_two_with_one_name_the_one_with_the_id_is_meant(tmp_path: Path) -> None:
    with running(Options()) as account:
        client = Client(account)
        client.log_in()
        names = client.details()["langs"]
        twins = [
            client.post("/ajax/v3/clients/", json={"name": {key: text["name"] for key, text in names.items()}}).json()
            for _ in range(2)
        ]
        result = sent(account, packed(tmp_path))
        assert result.error is None
        assert client.details()["has_widget"]
        assert not any(client.details(twin["uuid"])["has_widget"] for twin in twins)
        # And by its code, when it has one.
        again = sent(account, packed(tmp_path, "1.0.1", "two"))
        assert again.error is None
        assert again.previous_version == "1.0.0"


def test_what_is_served_already_opens_no_window(tmp_path: Path) -> None:
    with running(Options()) as account:
        archive = packed(tmp_path)
        order = Order(archive, patience=Patience(0, HURRY), root=tmp_path)
        given = access(account)
        assert upload_by_browser(target(account), given, order, NOBODY).error is None
        pages = labels(account).count("page")
        assert upload_by_browser(target(account), given, order, NOBODY).is_skipped
        assert labels(account).count("page") == pages


def test_a_person_logs_in_where_there_is_no_session(tmp_path: Path) -> None:
    with running(Options()) as account:
        told: list[str] = []
        result = sent(account, packed(tmp_path), Access(), person(typed_login(account), told))
        assert result.error is None
        assert result.proof is not None
        assert told[0].startswith("Log in to 127.0.0.1")
        assert labels(account).count("login") == 1


def test_a_person_solves_the_captcha_that_stopped_the_password(tmp_path: Path) -> None:
    with running(Options(faults=(("captcha*1", ""),))) as account:
        told: list[str] = []
        given = Access(None, credentials(account))
        result = sent(account, packed(tmp_path), given, person(typed_login(account), told))
        assert result.error is None
        assert result.proof is not None
        assert "captcha" in " ".join(told)
        assert labels(account).count("login") == 2


def test_a_person_logs_in_when_the_kept_session_has_ended(tmp_path: Path) -> None:
    with running(Options()) as account:
        given = access(account)
        assert given.session is not None
        revoke(Door(account.url), given.session)
        archive = packed(tmp_path)
        alone = sent(account, archive, given)
        assert alone.error is not None
        assert alone.error.code == "auth.session_expired"
        result = sent(account, archive, given, person(typed_login(account)))
        assert result.error is None
        assert labels(account).count("upload") == 1


def test_nobody_is_waited_for_where_nobody_is(tmp_path: Path) -> None:
    with running(Options()) as account:
        result = sent(account, packed(tmp_path), Access())
        assert result.error is not None
        assert result.error.code == "auth.session_missing"
        assert "upload" not in labels(account)


def test_a_session_that_the_page_has_renewed_is_kept_anew(tmp_path: Path) -> None:
    faults = (("upload-401*1", ""),)
    with running(Options(faults=faults)) as account:
        store = SessionStore(tmp_path / "store")
        kept = by_password(Door(account.url), credentials(account), None)
        store.save(kept)
        renew = """const send = window.fetch;
        window.fetch = async (path, options) => {
          let answer = await send(path, options);
          if (answer.status === 401) {
            await send('/oauth2/access_token', { method: 'POST', body: new URLSearchParams({ grant_type: 'implicit' }) });
            answer = await send(path, options);
          }
          return answer;
        };"""
        result = driven(account, packed(tmp_path), renew, access=Access(kept, store=store))
        assert result == "taken"
        now = store.of(account.url)
        assert now is not None
        assert now.cookies != kept.cookies
        assert is_alive(Door(account.url), now)
        assert labels(account).count("upload") == 2


def driven(
    account: Running,
    archive: Archive,
    script: str,
    person: Person = NOBODY,
    access: Access | None = None,
    on_request: Callable[[Any], None] = lambda request: None,
) -> str:
    """Upload by a page in which a script of the test runs first; return "taken", or the code of the error."""
    given = access or Access(None, credentials(account))
    try:
        with (
            entered(account.url, given, HURRY) as session,
            window(Door(account.url, pace=HURRY), person, "") as shown,
        ):
            shown.context.add_init_script(script)
            shown.context.on("request", on_request)
            address = target(account).integrations_page
            assert page_upload.send(shown, address, session, account.integration, archive)
            kept_anew(session, given)
    except AmowidgetError as error:
        return error.code
    return "taken"


NO_IDS = """new MutationObserver(() => {
  for (const part of document.querySelectorAll('dd')) if (part.textContent.length === 36) part.textContent = '(hidden)';
}).observe(document, { childList: true, subtree: true });"""
NO_BUTTONS = """new MutationObserver(() => {
  for (const part of document.querySelectorAll('#edit-button, .js-view-integration')) {
    part.id = 'other';
    part.classList.remove('js-view-integration');
  }
}).observe(document, { childList: true, subtree: true });"""
OTHER_ID = """const send = window.fetch;
window.fetch = (path, options) => send(options?.method ? path.replace(/[0-9a-f-]{36}/, 'ffffffff-0000') : path, options);"""
TWICE = """const send = window.fetch;
window.fetch = (path, options) => {
  if (path.includes('/upload/')) send(path, options).catch(() => {});
  return send(path, options);
};"""


def test_a_page_that_shows_no_ids_is_opened_by_the_address(tmp_path: Path) -> None:
    with running(Options()) as account:
        client = Client(account)
        client.log_in()
        other = client.post("/ajax/v3/clients/", json={"name": {"ru": "Other"}}).json()["uuid"]
        assert driven(account, packed(tmp_path), NO_IDS) == "taken"
        assert client.details()["has_widget"]
        assert not client.details(other)["has_widget"]


def test_a_person_logs_in_where_the_browser_is_not_let_in(tmp_path: Path) -> None:
    lose = """if (!sessionStorage.lost) {
      sessionStorage.lost = 'yes';
      document.cookie = 'access_token=; Max-Age=0; Path=/';
    }"""
    with running(Options()) as account:
        archive = packed(tmp_path)
        assert driven(account, archive, lose) == "auth.session_expired"
        assert driven(account, archive, lose, person(typed_login(account))) == "taken"
        assert labels(account).count("upload") == 1


def test_a_page_that_sends_what_it_is_given_at_once_is_not_said_to_have_sent_nothing(tmp_path: Path) -> None:
    at_once = """document.addEventListener('input', (event) => event.stopImmediatePropagation(), true);
    document.addEventListener('change', (event) => {
      const form = new FormData();
      form.append('widget', event.target.files[0], 'widget.zip');
      fetch(`/ajax/widgets/${document.querySelector('#edit-uuid').textContent}/widget/upload/`, { method: 'POST', body: form });
    }, true);"""
    with running(Options()) as account:
        assert driven(account, packed(tmp_path), at_once, replace(NOBODY, page_s=4)) == "network.cut"
        assert labels(account).count("upload") == 1


def test_a_person_opens_the_form_where_it_is_not_found(tmp_path: Path) -> None:
    with running(Options()) as account:

        def drive(page: Any, wanted: str) -> None:
            assert wanted == "form"
            page.keyboard.press("Escape")
            page.click(".card button >> nth=0")

        told: list[str] = []
        archive = packed(tmp_path)
        assert driven(account, archive, NO_BUTTONS, person(drive, told, page_s=4)) == "taken"
        assert account.integration in " ".join(told)
        assert driven(account, archive, NO_BUTTONS, replace(NOBODY, page_s=4)) == "browser.page_changed"
        assert labels(account).count("upload") == 1


def test_a_window_that_is_closed_before_the_sending_changes_nothing(tmp_path: Path) -> None:
    with running(Options()) as account:
        closing = person(lambda page, wanted: page.close(), page_s=4)
        assert driven(account, packed(tmp_path), NO_BUTTONS, closing) == "browser.closed"
        assert not {"save", "upload"} & set(labels(account))


def test_a_window_that_is_closed_while_it_sends_is_an_upload_without_an_answer(tmp_path: Path) -> None:
    with running(Options(faults=(("upload-hang", ""),))) as account:
        pages: list[Any] = []

        def close(wanted: str, seconds_left: float) -> None:
            if "answer" in wanted:
                pages[-1].close()

        watching = Person(is_there=False, page_s=20, on_wait=close)
        seen = driven(account, packed(tmp_path), "", watching, on_request=lambda one: pages.append(one.frame.page))
        assert seen == "network.cut"
        assert labels(account).count("upload") == 1


def test_another_integration_is_never_changed(tmp_path: Path) -> None:
    with running(Options()) as account:
        assert driven(account, packed(tmp_path), OTHER_ID) == "browser.wrong_integration"
        assert not {"save", "upload"} & set(labels(account))


def test_a_page_cannot_send_twice(tmp_path: Path) -> None:
    with running(Options()) as account:
        assert driven(account, packed(tmp_path), TWICE) in ("taken", "network.cut")
        assert labels(account).count("upload") == 1


def test_a_question_of_the_page_is_not_answered(tmp_path: Path) -> None:
    with running(Options(faults=(("agreement", "not_defined"),))) as account:
        assert driven(account, packed(tmp_path), "") == "browser.question"
        assert not {"save", "upload"} & set(labels(account))


def test_a_form_that_the_page_has_changed_is_told(tmp_path: Path) -> None:
    with running(Options()) as account:
        shout = """const send = window.fetch;
        window.fetch = (path, options) => {
          if (options?.method !== 'PATCH') return send(path, options);
          return send(path, { ...options, body: JSON.stringify({ ...JSON.parse(options.body), name: { en: 'Loud' } }) });
        };"""
        told: list[str] = []

        def drive(page: Any, wanted: str) -> None:
            typed_login(account)(page, wanted)
            page.context.add_init_script(shout)

        result = sent(account, packed(tmp_path), Access(), person(drive, told))
        assert result.error is not None
        assert result.error.code == "account.form_changed"
        assert "Loud" in result.error.message
        assert result.proof is not None


FAULTS = [
    ("upload-200-error", "archive.rejected", 1),
    ("upload-400=You have not filled additional agreement", "account.agreement", 1),
    ("upload-401", "auth.session_expired", 1),
    ("upload-429=1", "network.throttled", 1),
    ("upload-502", "network.server_error", 1),
    ("upload-cut", "network.cut", 1),
    ("upload-hang", "network.timeout", 1),
    ("empty-answer", "network.unexpected_answer", 1),
    ("lost-upload", "verify.stale", 1),
    ("not-admin", "account.rights", 0),
    ("invalid-url", "account.address_refused", 0),
    ("save-otp", "auth.code_required", 0),
    ("upload-taken-502", None, 1),
    ("upload-taken-cut", None, 1),
    ("upload-taken-hang", None, 1),
    ("cut=5", None, 1),
]


@pytest.mark.parametrize(("fault", "code", "count"), FAULTS, ids=[fault[:24].replace(" ", "-") for fault, *_ in FAULTS])
def test_a_failure_is_told_as_that_of_any_upload(tmp_path: Path, fault: str, code: str | None, count: int) -> None:
    name, _, value = fault.partition("=")
    with running(Options(data=tmp_path / "account")) as account:
        first = packed(tmp_path)
        with Session(account.url) as session:
            log_in(session, credentials(account))
            upload.send(session, account.integration, first)
    with running(Options(data=tmp_path / "account", faults=((name, value),))) as account:
        result = sent(account, packed(tmp_path, "1.1.0", "two"))
        found = result.error.code if result.error else None
        assert (found, labels(account).count("upload")) == (code, count), result.error
        is_unanswered = found is not None and found.startswith("network.") and found != "network.throttled"
        assert (result.outcome is Outcome.UNKNOWN) == is_unanswered
        assert (result.proof is not None) == (code is None)
