"""Login, integrations, upload and proof against the stand-in, with every failure that it can play."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from amowidget.account import integration, upload, verify, widget_list
from amowidget.account.access import Access
from amowidget.account.credentials import Credentials, from_environment
from amowidget.account.login import log_in
from amowidget.account.session import Pace, Session
from amowidget.account.verify import Patience
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.upload import Order, Upload, upload_to
from amowidget.errors import AmowidgetError
from amowidget.release import archive as archives
from amowidget.release.archive import Archive
from amowidget.sandbox.server import Options, Running, running
from tests.checks.conftest import build

Serve = Callable[..., Running]


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def pace(self) -> Pace:
        return Pace(lambda: self.now, self.sleep)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves a stand-in with faults."""
    with ExitStack() as stack:

        def started(*faults: str, **options: object) -> Running:
            pairs = tuple((fault.partition("=")[0], fault.partition("=")[2]) for fault in faults)
            return stack.enter_context(running(Options(faults=pairs, **options)))  # type: ignore[arg-type]

        yield started


def packed(folder: Path, version: str = "1.0.0", script: str = "one", **files: str) -> Archive:
    """Return an archive of the base widget under a version, with a script."""
    source = folder / f"{version}-{script}-{len(files)}"
    changes = [{"file": "manifest.json", "old": '"1.0.0"', "new": f'"{version}"'}]
    writes = [{"file": "script.js", "text": f"// {script}\n"}]
    writes += [{"file": name.replace("__", "."), "text": text} for name, text in files.items()]
    build({"replace": changes, "write": writes}, source)
    path = source.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as written:
        for file in sorted(source.rglob("*")):
            if file.is_file():
                written.write(file, file.relative_to(source).as_posix())
    return archives.read(path)


def credentials(account: Running) -> Credentials:
    return Credentials(account.login, Secret(account.password))


def access(account: Running, with_token: bool = False) -> Access:
    return Access(None, credentials(account), Secret(account.token) if with_token else None)


def target(account: Running) -> Target:
    return Target("t", account.url.removeprefix("http://"), account.integration)


def sent(
    account: Running,
    archive: Archive,
    timeout_s: float = 0,
    with_token: bool = False,
    *,
    is_forced: bool = False,
    is_proved: bool = True,
) -> Upload:
    clock = Clock()
    patience = Patience(timeout_s, clock.pace)
    return upload_to(target(account), access(account, with_token), Order(archive, is_forced, is_proved, patience))


def session_with(account: Running) -> Session:
    session = Session(account.url)
    log_in(session, credentials(account))
    return session


def install(account: Running) -> None:
    with session_with(account) as session:
        code = integration.find(session, account.integration).code
        session.post("/ajax/widgets/edit", data={"action": "edit", "code": code or "", "widget_active": "Y"})


LOGIN_FAULTS = [
    ("captcha", "auth.captcha"),
    ("code", "auth.code_required"),
    ("login-html", "network.unexpected_answer"),
    ("login-500", "network.server_error"),
]


@pytest.mark.parametrize(("fault", "code"), LOGIN_FAULTS)
def test_every_refusal_of_a_login_has_its_code(serve: Serve, fault: str, code: str) -> None:
    account = serve(fault)
    with Session(account.url) as session, pytest.raises(AmowidgetError) as caught:
        log_in(session, credentials(account))
    assert caught.value.code == code
    assert caught.value.hint
    assert account.password not in caught.value.message + caught.value.hint


def test_a_wrong_password_is_told_and_not_repeated(serve: Serve) -> None:
    account = serve()
    with Session(account.url) as session, pytest.raises(AmowidgetError) as caught:
        log_in(session, Credentials(account.login, Secret("wrong-password")))
    assert caught.value.code == "auth.wrong_password"
    assert "wrong-password" not in str(caught.value) + caught.value.hint


def test_credentials_come_from_the_environment() -> None:
    environment = {"AMOWIDGET_LOGIN": "a@example.com", "AMOWIDGET_PASSWORD": "pw"}
    found = from_environment(environment)
    assert found.password.reveal() == "pw"
    assert "pw" not in repr(found)
    with pytest.raises(AmowidgetError, match="AMOWIDGET_PASSWORD"):
        from_environment({"AMOWIDGET_LOGIN": "a@example.com"})
    with pytest.raises(AmowidgetError):
        from_environment(environment, target_count=2)


def test_an_integration_is_found_by_its_id_and_nothing_else(serve: Serve) -> None:
    account = serve()
    with session_with(account) as session:
        assert integration.find(session, account.integration).uuid == account.integration
        with pytest.raises(AmowidgetError) as caught:
            integration.find(session, "00000000-0000-0000-0000-000000000000")
        assert caught.value.code == "account.not_found"


def test_an_integration_is_made_once_and_never_under_a_taken_name(serve: Serve) -> None:
    account = serve()
    with session_with(account) as session:
        made = integration.create(session, "Orders", "Shows orders")
        assert integration.find(session, made.uuid).name == "Orders"
        with pytest.raises(AmowidgetError) as caught:
            integration.create(session, "Orders", "")
        assert caught.value.code == "account.ambiguous"
        with pytest.raises(AmowidgetError):
            integration.create(session, "ab", "")


def test_a_list_whose_pages_repeat_ends(serve: Serve) -> None:
    with session_with(serve("repeated-pages")) as session:
        assert integration.create(session, "Orders", "").uuid


def test_a_one_time_code_is_told(serve: Serve) -> None:
    with session_with(serve("save-otp")) as session, pytest.raises(AmowidgetError) as caught:
        integration.create(session, "Orders", "")
    assert caught.value.code == "auth.code_required"


def test_integrations_are_not_made_in_ci_but_on_this_machine() -> None:
    integration.refuse_create_in_ci(is_ci=True, is_loopback=True)
    integration.refuse_create_in_ci(is_ci=False, is_loopback=False)
    with pytest.raises(AmowidgetError) as caught:
        integration.refuse_create_in_ci(is_ci=True, is_loopback=False)
    assert caught.value.code == "usage.create_in_ci"


def test_an_upload_is_proved_by_bytes(serve: Serve, tmp_path: Path) -> None:
    result = sent(serve(), packed(tmp_path))
    assert result.error is None
    assert result.proof is not None
    assert (result.proof.kind, result.proof.files) == ("bytes", ("script.js",))
    assert result.is_uploaded
    assert not result.is_active


def test_a_change_outside_of_the_script_is_proved_by_the_changed_file(serve: Serve, tmp_path: Path) -> None:
    account = serve()
    assert sent(account, packed(tmp_path)).error is None
    styled = sent(account, packed(tmp_path, "1.0.1", style__css="a { color: red }"))
    assert styled.error is None
    assert styled.proof is not None
    assert styled.proof.files == ("script.js", "style.css")
    assert styled.previous_version == "1.0.0"
    bumped = sent(account, packed(tmp_path, "1.0.2", style__css="a { color: red }"))
    assert bumped.proof is not None
    assert bumped.proof.files == ("script.js", "manifest.json")


UPLOAD_FAULTS = [
    ("upload-200-error", "archive.rejected"),
    ("upload-403", "account.rights"),
    ("upload-413", "archive.rejected"),
    ("upload-429", "network.throttled"),
    ("upload-500-html", "network.server_error"),
    ("empty-answer", "network.unexpected_answer"),
    ("agreement=not_defined", "account.agreement"),
    ("agreement=accepted", "account.agreement"),
    ("lost-upload", "verify.unproven"),
    ("files-404", "verify.unproven"),
    ("no-file-address", "verify.unproven"),
]


@pytest.mark.parametrize(("fault", "code"), UPLOAD_FAULTS)
def test_every_failure_of_an_upload_has_its_code(serve: Serve, tmp_path: Path, fault: str, code: str) -> None:
    account = serve(fault)
    result = sent(account, packed(tmp_path))
    assert result.error is not None
    assert result.error.code == code, result.error
    assert result.error.hint
    assert result.proof is None
    told = f"{result.error} {result.error.hint} {result.values()}"
    assert account.password not in told
    assert account.token not in told


def test_the_accounts_own_words_are_shown(serve: Serve, tmp_path: Path) -> None:
    result = sent(serve("upload-200-error"), packed(tmp_path))
    assert result.error is not None
    assert "Something went wrong" in result.error.message


def test_an_expired_session_is_told(serve: Serve, tmp_path: Path) -> None:
    result = sent(serve("session-expires=1"), packed(tmp_path))
    assert result.error is not None
    assert result.error.code == "auth.session_expired"


def test_stale_files_are_waited_for_and_then_told(serve: Serve, tmp_path: Path) -> None:
    account = serve("stale-script=3600")
    assert sent(account, packed(tmp_path)).error is None
    result = sent(account, packed(tmp_path, "1.0.1", "two"), timeout_s=30)
    assert result.error is not None
    assert result.error.code == "verify.stale"
    assert result.is_uploaded


def test_a_version_that_is_not_raised_is_refused_and_can_be_forced(serve: Serve, tmp_path: Path) -> None:
    account = serve()
    assert sent(account, packed(tmp_path)).error is None
    refused = sent(account, packed(tmp_path, script="two"))
    assert refused.error is not None
    assert refused.error.code == "archive.version_not_raised"
    assert not refused.is_uploaded
    forced = sent(account, packed(tmp_path, script="three"), is_forced=True)
    assert forced.is_uploaded
    assert forced.error is not None
    assert forced.error.code == "verify.stale"


def test_the_same_archive_may_be_uploaded_again(serve: Serve, tmp_path: Path) -> None:
    account = serve()
    archive = packed(tmp_path)
    assert sent(account, archive).error is None
    assert sent(account, archive).error is None


def test_a_widget_that_was_switched_off_is_loud(serve: Serve, tmp_path: Path) -> None:
    account = serve("deactivate-after-upload")
    assert sent(account, packed(tmp_path)).error is None
    install(account)
    result = sent(account, packed(tmp_path, "1.0.1", "two"))
    assert result.error is not None
    assert result.error.code == "account.deactivated"


def test_an_installed_widget_stays_active(serve: Serve, tmp_path: Path) -> None:
    account = serve()
    assert sent(account, packed(tmp_path)).error is None
    install(account)
    result = sent(account, packed(tmp_path, "1.0.1", "two"))
    assert result.error is None
    assert result.is_active
    with session_with(account) as session:
        (entry,) = widget_list.listed(session)
        assert entry.version == "1.0.1"


def test_the_api_proves_where_no_file_can_be_fetched(serve: Serve, tmp_path: Path) -> None:
    result = sent(serve("no-file-address"), packed(tmp_path), with_token=True)
    assert result.error is None
    assert result.proof is not None
    assert result.proof.kind == "api"


def test_the_listing_proves_only_where_the_account_names_no_file(serve: Serve, tmp_path: Path) -> None:
    account = serve("no-file-address")
    sent(account, packed(tmp_path))
    install(account)
    result = sent(account, packed(tmp_path, "1.0.1", "two"))
    assert result.error is None
    assert result.proof is not None
    assert result.proof.kind == "listing"


def test_an_upload_without_proof_says_so(serve: Serve, tmp_path: Path) -> None:
    result = sent(serve(), packed(tmp_path), is_proved=False)
    assert result.is_uploaded
    assert result.proof is None


def test_what_is_served_can_be_compared(serve: Serve, tmp_path: Path) -> None:
    account = serve()
    archive = packed(tmp_path)
    sent(account, archive)
    with session_with(account) as session:
        now = verify.serving(session, account.integration)
        assert verify.served_version(session, now) == "1.0.0"
        assert verify.agrees(session, now, archive) is True
        assert verify.agrees(session, now, packed(tmp_path, "1.0.1", "two")) is False


def test_a_missing_archive_is_told(serve: Serve, tmp_path: Path) -> None:
    account = serve()
    archive = packed(tmp_path)
    archive.path.unlink()
    with session_with(account) as session, pytest.raises(AmowidgetError) as caught:
        upload.send(session, account.integration, archive)
    assert caught.value.code == "io.unreadable"
