"""The upload by hand: the steps name page and archive, and what a person did is proved as any other upload."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from amowidget.account import upload
from amowidget.account.access import Access
from amowidget.account.credentials import Credentials
from amowidget.account.login import log_in
from amowidget.account.session import Pace, Session
from amowidget.account.verify import Patience
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.by_hand import steps, upload_by_hand
from amowidget.deploy.upload import Order
from amowidget.release.archive import Archive
from amowidget.sandbox.server import Options, Running, running
from tests.account.test_account import packed

HURRY = Pace(sleep=lambda seconds: None)


@pytest.fixture
def account() -> Iterator[Running]:
    with ExitStack() as stack:
        yield stack.enter_context(running(Options()))


def credentials(account: Running) -> Credentials:
    return Credentials(account.login, Secret(account.password))


def target(account: Running) -> Target:
    return Target("t", account.url.removeprefix("http://"), account.integration)


def order(archive: Archive) -> Order:
    return Order(archive, patience=Patience(0, HURRY))


def uploaded(account: Running, archive: Archive) -> str | None:
    """Upload as a person does in the page, and return the widget's code."""
    with Session(account.url) as session:
        log_in(session, credentials(account))
        return upload.send(session, account.integration, archive)


def test_the_steps_name_the_page_and_the_archive(account: Running, tmp_path: Path) -> None:
    archive = packed(tmp_path)
    told = " ".join(steps(target(account), archive))
    assert f"{account.url}/amo-market/" in told
    assert account.integration in told
    assert str(archive.path) in told
    assert "widget.zip" in told


def test_what_a_person_uploads_is_proved_by_the_session(account: Running, tmp_path: Path) -> None:
    archive = packed(tmp_path)
    access = Access(None, credentials(account))
    done = upload_by_hand(target(account), access, order(archive), lambda: uploaded(account, archive))
    assert done.error is None
    assert done.proof is not None
    assert done.proof.kind == "bytes"


def test_what_nobody_uploads_is_not_proved(account: Running, tmp_path: Path) -> None:
    access = Access(None, credentials(account))
    uploaded(account, packed(tmp_path, "1.0.0"))
    done = upload_by_hand(target(account), access, order(packed(tmp_path, "1.0.1", "two")), lambda: None)
    assert done.error is not None
    assert done.error.code == "verify.stale"
    assert not done.is_uploaded


def test_a_token_proves_by_the_api(account: Running, tmp_path: Path) -> None:
    code = uploaded(account, packed(tmp_path, "1.0.0"))
    here = replace(target(account), code=code)
    access = Access(None, None, Secret(account.token))
    archive = packed(tmp_path, "1.0.1", "two")
    done = upload_by_hand(here, access, order(archive), lambda: uploaded(account, archive))
    assert done.error is None
    assert done.proof is not None
    assert done.proof.kind == "api"
    another = packed(tmp_path, "1.0.2", "three")
    late = upload_by_hand(here, access, order(another), lambda: None)
    assert late.error is not None
    assert late.error.code == "verify.stale"


def test_without_eyes_in_the_account_nothing_is_proved(account: Running, tmp_path: Path) -> None:
    done = upload_by_hand(target(account), Access(), order(packed(tmp_path)), lambda: None)
    assert done.error is not None
    assert done.error.code == "verify.unproven"
