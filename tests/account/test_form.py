"""The integration's form: what differs is shown and changed, what does not is left alone."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from amowidget.account import form
from amowidget.account.access import Access
from amowidget.account.credentials import Credentials
from amowidget.account.form import Change, Form
from amowidget.account.login import log_in
from amowidget.account.session import Session
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.sync_form import sync
from amowidget.errors import AmowidgetError
from amowidget.sandbox.server import Options, Running, running
from tests.account.scripted import answering, http


@pytest.fixture
def account() -> Iterator[Running]:
    with ExitStack() as stack:
        yield stack.enter_context(running(Options()))


def access(account: Running) -> Access:
    return Access(None, Credentials(account.login, Secret(account.password)))


def target(account: Running) -> Target:
    return Target("t", account.url.removeprefix("http://"), account.integration)


def read(account: Running) -> Form:
    with Session(account.url) as session:
        log_in(session, Credentials(account.login, Secret(account.password)))
        return form.read(session, account.integration)


def test_only_what_differs_is_changed(account: Running) -> None:
    before = read(account)
    wanted = Form({"en": "Orders of a lead"}, {"en": "Shows the orders"})
    seen: list[tuple[Change, ...]] = []

    def agree(changes: tuple[Change, ...]) -> bool:
        seen.append(changes)
        return True

    done, going_on = sync(target(account), access(account), wanted, agree)
    assert [change.field for change in done] == ["name (en)", "description (en)"]
    after = read(account)
    assert after.names == {**before.names, "en": "Orders of a lead"}
    assert after.descriptions["en"] == "Shows the orders"
    assert (after.scopes, after.redirect_uri) == (before.scopes, before.redirect_uri)
    assert going_on.credentials is None
    assert sync(target(account), going_on, wanted, agree)[0] == ()
    assert len(seen) == 1


def test_nothing_is_changed_without_a_yes(account: Running) -> None:
    before = read(account)
    assert sync(target(account), access(account), Form({"en": "Another"}, {}), lambda changes: False)[0] == ()
    assert read(account) == before


def test_scopes_are_changed_only_when_they_are_wanted() -> None:
    now = Form({"en": "a"}, {}, ("crm", "notifications"))
    assert form.changes(now, Form({"en": "a"}, {})) == ()
    assert form.changes(now, Form({}, {}, ("crm",))) == (Change("scopes", "crm, notifications", "crm"),)


def test_scopes_alone_are_changed_and_the_rest_stays(account: Running) -> None:
    before = read(account)
    done, _ = sync(target(account), access(account), Form({}, {}, ("crm", "files")), lambda changes: True)
    assert [change.field for change in done] == ["scopes"]
    after = read(account)
    assert after.scopes == ("crm", "files") != before.scopes
    assert (after.names, after.descriptions, after.redirect_uri) == (
        before.names,
        before.descriptions,
        before.redirect_uri,
    )


def test_an_account_that_changes_more_is_told() -> None:
    def details(scopes: str) -> bytes:
        body = f'{{"uuid": "u", "langs": {{"en": {{"name": "new"}}}}, "_embedded": {{"scopes": [{scopes}]}}}}'
        return http("200 OK", body.encode(), "Content-Type: application/json")

    saved = http("202 Accepted", b'{"uuid": "u"}', "Content-Type: application/json")
    with answering(saved, details("")) as (url, _), Session(url) as session:
        now = Form({"en": "old"}, {}, ("crm",), "")
        with pytest.raises(AmowidgetError) as caught:
            form.save(session, "u", now, Form({"en": "new"}, {}))
    assert caught.value.code == "account.form_changed"


def test_a_change_that_is_not_shown_is_told() -> None:
    saved = http("202 Accepted", b'{"uuid": "u"}', "Content-Type: application/json")
    shown = http("200 OK", b'{"uuid": "u", "langs": []}', "Content-Type: application/json")
    with answering(saved, shown) as (url, _), Session(url) as session, pytest.raises(AmowidgetError) as caught:
        form.save(session, "u", Form(), Form({"en": "new"}, {}))
    assert caught.value.code == "verify.mismatch"


def test_a_save_that_wants_a_code_is_told_and_sent_once() -> None:
    with running(Options(faults=(("save-otp", ""),))) as account, pytest.raises(AmowidgetError) as caught:
        sync(target(account), access(account), Form({"en": "Another"}, {}), lambda changes: True)
    assert caught.value.code == "auth.code_required"
