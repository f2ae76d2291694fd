"""Real widgets through every stage: validate, bump, pack and upload to the stand-in. Other people's material as input.

The validator and the stand-in read the platform's rules independently; here they have to agree.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from amowidget.account.access import Access
from amowidget.account.credentials import Credentials
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.config.load import load
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.pack import Wish, pack
from amowidget.deploy.upload import Order, Upload, create_integration, upload_to
from amowidget.errors import AmowidgetError, FindingsError
from amowidget.finding import Finding, Severity
from amowidget.release import bump
from amowidget.sandbox.server import Options, Running, running
from amowidget.widget import widget as widgets
from amowidget.widget.json_text import parse
from amowidget.widget.source import Source
from tests import corpus

RECORDED = tuple(corpus.widgets())
pytestmark = pytest.mark.skipif(not RECORDED, reason="AMOWIDGET_CORPUS names no folder of real widgets")


@pytest.fixture(scope="module")
def account() -> Iterator[Running]:
    with running(Options()) as started:
        yield started


@pytest.fixture(params=RECORDED, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a recorded widget, rebuilt."""
    destination = tmp_path / "widget"
    corpus.rebuild(request.param, destination)
    return destination


def errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def test_what_the_validator_passes_the_account_takes_and_what_it_refuses_was_found(
    folder: Path, account: Running
) -> None:
    findings = run(widgets.load(folder), Settings())
    outcome = upload(folder, account)
    if outcome is None:
        assert errors(findings)
        return
    if outcome.error is None:
        assert outcome.proof is not None
        assert outcome.proof.kind == "bytes"
        return
    assert outcome.error.code == "archive.rejected", outcome.error
    found = errors(findings)
    assert found, f"the account refuses with {outcome.error.message!r}, and the validator found no error"
    assert all(finding.path for finding in found)
    if "settings" in outcome.error.message:
        assert any(finding.rule == "settings-missing" and finding.line for finding in found)
    if "Something went wrong" in outcome.error.message:
        assert any(finding.rule == "tour-switched-off" and finding.line for finding in found)
    if "resolution" in outcome.error.message:
        assert any(finding.rule in ("logo-missing", "logo-wrong-size") for finding in found)


def test_findings_have_places_inside_of_their_files(folder: Path) -> None:
    loaded = widgets.load(folder)
    for platform in ("amocrm", "kommo", "both"):
        for visibility in ("private", "public"):
            for finding in run(loaded, Settings(platform, visibility)):
                source = loaded.source(finding.path)
                if finding.line and source:
                    assert finding.line <= len(source.line_starts)
                    assert finding.column <= len(source.line_text(finding.line)) + 1
                assert finding.message
                assert finding.hint


def test_bump_changes_the_version_and_nothing_else(folder: Path) -> None:
    before = (folder / "manifest.json").read_bytes()
    try:
        plan = bump.plan(folder)
    except AmowidgetError as error:
        assert error.code.startswith(("widget.", "usage."))
        assert (folder / "manifest.json").read_bytes() == before
        return
    bump.commit(plan)
    after = (folder / "manifest.json").read_bytes()
    assert after != before
    root = parse(Source("manifest.json", before)).root
    node = root.find("widget", "version") if root else None
    assert node is not None
    text = before.decode("utf-8", "surrogateescape")
    start, end = (len(text[:offset].encode("utf-8", "surrogateescape")) for offset in node.span)
    assert after[:start] == before[:start]
    assert after[start : len(after) - len(before) + end] == f'"{plan.new}"'.encode()
    assert after[len(after) - len(before) + end :] == before[end:]


def test_the_archive_holds_the_files_as_they_lie_there(folder: Path) -> None:
    project = load(folder, {})
    try:
        packed = pack(project, Settings(), Wish(is_validated=False))
    except AmowidgetError as error:
        assert error.code in ("archive.unsafe", "widget.secrets")
        return
    with zipfile.ZipFile(packed.archive.path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            assert archive.read(name) == (folder / name).read_bytes()


def test_the_corpus_is_whole() -> None:
    assert len(RECORDED) == 104


def upload(folder: Path, account: Running) -> Upload | None:
    """Pack and upload a widget whatever the validator says; None where there is nothing that can be packed."""
    project = load(folder, {})
    try:
        archive = pack(project, Settings(), Wish(is_validated=False)).archive
    except FindingsError:
        return None
    except AmowidgetError as error:
        assert error.code in ("archive.unsafe", "widget.version")
        return None
    access = Access(None, Credentials(account.login, Secret(account.password)))
    target = Target("sandbox", account.url.removeprefix("http://"))
    made, _ = create_integration(target, access, f"{folder.parent.name} {archive.digest[:12]}", "")
    return upload_to(made, access, Order(archive))
