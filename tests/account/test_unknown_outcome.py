"""An upload that is not answered: the account is looked at before anything else, and the archive is never sent twice."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from amowidget.account import upload
from amowidget.account.access import Access
from amowidget.account.credentials import Credentials
from amowidget.account.session import Pace
from amowidget.account.verify import Patience
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.upload import Order, Outcome, Send, Upload, upload_to
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive, read
from amowidget.sandbox.server import Options, Running, running
from tests.sandbox.drawn import archive as drawn

HURRY = Pace(sleep=lambda seconds: None, read_s=2)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    path = tmp_path / "widget.zip"
    path.write_bytes(drawn())
    return read(path)


def sent(account: Running, archive: Archive, send: Send = upload.send) -> Upload:
    target = Target("t", account.url.removeprefix("http://"), account.integration)
    access = Access(None, Credentials(account.login, Secret(account.password)))
    return upload_to(target, access, Order(archive, patience=Patience(0, HURRY), send=send))


def uploads(account: Running) -> int:
    journal = requests.get(f"{account.url}/stand-in/journal", timeout=10).json()
    return sum(entry["label"] == "upload" for entry in journal)


Play = Callable[[str], tuple[Upload, int]]


@pytest.fixture
def play(archive: Archive) -> Play:
    def played(fault: str) -> tuple[Upload, int]:
        name, _, value = fault.partition("=")
        with running(Options(faults=((name, value),))) as account:
            return sent(account, archive), uploads(account)

    return played


@pytest.mark.parametrize("fault", ["upload-taken-502", "upload-taken-cut", "upload-taken-hang"])
def test_an_archive_that_arrived_is_found_and_proved(play: Play, fault: str) -> None:
    result, count = play(fault)
    assert result.error is None
    assert result.outcome is Outcome.TAKEN
    assert result.proof is not None
    assert result.proof.kind == "bytes"
    assert count == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("upload-502", "network.server_error"),
        ("upload-500-html", "network.server_error"),
        ("upload-cut", "network.cut"),
        ("upload-hang", "network.timeout"),
        ("empty-answer", "network.unexpected_answer"),
    ],
)
def test_an_archive_that_did_not_arrive_is_told_and_not_sent_again(play: Play, fault: str, code: str) -> None:
    result, count = play(fault)
    assert result.error is not None
    assert result.error.code == code
    assert "no new archive" in result.error.message
    # It may come in a moment later, so nobody knows.
    assert result.outcome is Outcome.UNKNOWN
    assert count == 1


def test_an_account_that_cannot_be_asked_leaves_it_unknown(archive: Archive) -> None:
    # The session ends with the upload, and cannot be renewed: nobody can look.
    faults = (("upload-taken-502", ""), ("session-expires", "5"), ("refresh-refused", ""))
    with running(Options(faults=faults)) as account:
        result = sent(account, archive)
        assert result.error is not None
        assert uploads(account) == 1
    assert result.error.code == "network.server_error"
    assert "cannot be told" in result.error.message
    assert result.outcome is Outcome.UNKNOWN


def test_a_throttled_upload_was_not_taken(play: Play) -> None:
    result, count = play("upload-429=600")
    assert result.error is not None
    assert result.error.code == "network.throttled"
    assert result.outcome is Outcome.REFUSED
    assert count == 1


def test_a_throttled_upload_is_sent_again_after_a_short_rest(play: Play) -> None:
    result, count = play("upload-429*1=1")
    assert result.error is None
    assert count == 2


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("archive.rejected", Outcome.REFUSED),
        ("account.agreement", Outcome.REFUSED),
        ("auth.session_expired", Outcome.REFUSED),
        ("network.throttled", Outcome.REFUSED),
        ("network.unreachable", Outcome.REFUSED),
        ("network.server_error", Outcome.UNKNOWN),
        ("network.tls", Outcome.UNKNOWN),
        ("network.timeout", Outcome.UNKNOWN),
        ("network.unexpected_answer", Outcome.UNKNOWN),
        ("io.unreadable", Outcome.UNKNOWN),
        ("browser.closed", Outcome.NOT_SENT),
    ],
)
def test_what_a_failed_sending_means(archive: Archive, code: str, outcome: Outcome) -> None:
    def failing(*_: object) -> None:
        raise AmowidgetError(code, "", "")

    with running(Options()) as account:
        result = sent(account, archive, failing)
    assert result.error is not None
    assert result.error.code == code
    assert result.outcome is outcome


def test_what_fails_before_the_sending_was_not_sent(play: Play) -> None:
    result, count = play("not-admin")
    assert result.error is not None
    assert result.outcome is Outcome.NOT_SENT
    assert count == 0
