"""What an account serves already is not sent again: told by the last proof and by what is served now, never by one alone."""

from pathlib import Path

import pytest

from amowidget.account.access import Access
from amowidget.account.credentials import Credentials
from amowidget.account.session import Pace
from amowidget.account.verify import Patience
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.proven import last
from amowidget.deploy.upload import Order, Outcome, Upload, upload_to
from amowidget.release.archive import Archive
from amowidget.sandbox.server import Options, Running, running
from tests.account.test_account import packed


def sent(account: Running, archive: Archive, root: Path, *, is_forced: bool = False) -> Upload:
    target = Target("t", account.url.removeprefix("http://"), account.integration)
    access = Access(None, Credentials(account.login, Secret(account.password)))
    patience = Patience(0, Pace(sleep=lambda seconds: None))
    return upload_to(target, access, Order(archive, is_forced, patience=patience, root=root))


def test_a_bump_alone_is_not_sent_again(tmp_path: Path) -> None:
    with running(Options()) as account:
        assert sent(account, packed(tmp_path, "1.0.0"), tmp_path).is_uploaded
        bumped = packed(tmp_path, "1.0.1")
        again = sent(account, bumped, tmp_path)
        assert again.outcome is Outcome.SKIPPED
        assert not again.is_uploaded
        assert again.values()["skipped"] is True
        assert sent(account, bumped, tmp_path, is_forced=True).is_uploaded
    found = last(tmp_path, "t")
    assert found is not None
    assert (found.version, found.proof) == ("1.0.1", "bytes")


def test_a_changed_file_is_sent(tmp_path: Path) -> None:
    with running(Options()) as account:
        sent(account, packed(tmp_path, "1.0.0", style__css="a{}"), tmp_path)
        assert sent(account, packed(tmp_path, "1.0.1", style__css="b{}"), tmp_path).is_uploaded


def test_what_somebody_else_has_changed_is_sent_again(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with running(Options()) as account:
        sent(account, packed(tmp_path, "1.0.0", style__css="a{}"), tmp_path)
        assert sent(account, packed(tmp_path, "1.0.1", style__css="b{}"), other).is_uploaded
        assert sent(account, packed(tmp_path, "1.0.2", style__css="a{}"), tmp_path).is_uploaded


def test_another_account_has_a_proof_of_its_own(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    with running(Options()) as one, running(Options()) as two:
        assert sent(one, archive, tmp_path).is_uploaded
        assert sent(two, archive, tmp_path).is_uploaded


@pytest.mark.parametrize("text", ["", "[]", "{", '{"host": 1}', '{"host": "x", "other": 1}', "[" * 100_000])
def test_a_broken_memory_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / ".amowidget" / "proven").mkdir(parents=True)
    (tmp_path / ".amowidget" / "proven" / "t.json").write_text(text)
    with running(Options()) as account:
        assert sent(account, packed(tmp_path), tmp_path).is_uploaded


@pytest.mark.parametrize(("host", "platform"), [("a.kommo.com", "amocrm"), ("a.amocrm.ru", "kommo")])
def test_a_host_of_the_other_platform_is_refused_before_anything_is_sent(
    tmp_path: Path, host: str, platform: str
) -> None:
    target = Target("t", host, "00000000-0000-0000-0000-000000000000", platform=platform)
    result = upload_to(target, Access(), Order(packed(tmp_path)))
    assert result.error is not None
    assert result.error.code == "config.platform_differs"
