"""Rollbacks as a user starts them: which archive is taken, what is in it, and what the source holds after it."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Outcome, Serve
from tests.cli.deploys import everything_below, manifest_of, uploads, version_of


def style(project: Path, color: str) -> None:
    (project / "widget_src" / "style.css").write_text(f".my-widget {{ color: {color} }}\n", encoding="utf-8")


@pytest.fixture
def deployed(amowidget: Command, serve: Serve, project: Path) -> Path:
    """Return a project that has deployed 1.0.1 to 1.0.3, red, green and blue."""
    serve()
    for color in ("red", "green", "blue"):
        style(project, color)
        assert amowidget("deploy", at=project).code == 0
    return project


@pytest.fixture
def rollback(amowidget: Command, project: Path) -> Callable[..., Outcome]:
    """Return a function that rolls the project back."""
    return lambda *words: amowidget("rollback", "--json", *words, at=project)


Rollback = Callable[..., Outcome]


def served_style(result: Outcome) -> str:
    with zipfile.ZipFile(result.result["results"][0]["archive"]) as archive:
        return archive.read("style.css").decode().split()[3]


def test_the_one_before_is_uploaded_again_under_a_fresh_version(rollback: Rollback, deployed: Path) -> None:
    source = everything_below(deployed / "widget_src")
    done = rollback()
    assert done.code == 0, done.out
    result = done.result
    assert result["again"] == "1.0.2"
    assert result["results"][0]["version"] == "1.0.4"
    assert result["results"][0]["proof"] == "bytes"
    assert result["changed_files"] == []
    assert result["source"] == "untouched"
    assert everything_below(deployed / "widget_src") == source
    assert served_style(done) == "green"


def test_only_the_version_differs_from_the_archive_that_is_repeated(rollback: Rollback, deployed: Path) -> None:
    kept = deployed / ".amowidget" / "archives"
    paths = list(kept.glob("*/widget.zip"))
    repeated = next(path for path in paths if b'"1.0.1"' in zipfile.ZipFile(path).read("manifest.json"))
    new = Path(rollback("1.0.1").result["results"][0]["archive"])
    with zipfile.ZipFile(repeated) as old, zipfile.ZipFile(new) as again:
        assert old.namelist() == again.namelist()
        for name in old.namelist():
            expected = old.read(name)
            if name == "manifest.json":
                expected = expected.replace(b'"1.0.1"', b'"1.0.4"')
            assert again.read(name) == expected


def test_it_says_what_it_did_to_the_source(amowidget: Command, deployed: Path) -> None:
    assert "source was not touched" in amowidget("rollback", at=deployed).err


def test_a_second_rollback_goes_further_back(rollback: Rollback, deployed: Path) -> None:
    assert rollback().result["again"] == "1.0.2"
    again = rollback()
    assert again.result["again"] == "1.0.1"
    assert served_style(again) == "red"
    assert rollback().error == "usage.not_kept"


def test_a_deploy_after_a_rollback_goes_on_above_it(amowidget: Command, rollback: Rollback, deployed: Path) -> None:
    rollback()
    assert version_of(deployed) == "1.0.3"
    assert amowidget("deploy", "--json", at=deployed).result["results"][0]["version"] == "1.0.5"
    assert rollback().result["again"] == "1.0.4"


def test_a_version_that_is_not_kept_is_refused_with_those_that_are(rollback: Rollback, deployed: Path) -> None:
    refused = rollback("0.9")
    assert refused.error == "usage.not_kept"
    assert "1.0.1, 1.0.2, 1.0.3" in refused.result["error"]["hint"]
    assert version_of(deployed) == "1.0.3"


def test_a_refused_rollback_leaves_nothing(
    amowidget: Command, serve: Serve, rollback: Rollback, project: Path, tmp_path: Path
) -> None:
    data = tmp_path / "account"
    serve(data=data)
    for color in ("red", "green"):
        style(project, color)
        assert amowidget("deploy", at=project).code == 0
    serve("upload-400", data=data)
    before = manifest_of(project).read_bytes()
    kept = sorted((project / ".amowidget" / "archives").iterdir())
    assert rollback().code == 3
    assert manifest_of(project).read_bytes() == before
    assert sorted((project / ".amowidget" / "archives").iterdir()) == kept
    serve(data=data)
    assert rollback().code == 0


def test_a_dry_run_sends_nothing(amowidget: Command, serve: Serve, project: Path, tmp_path: Path) -> None:
    data = tmp_path / "account"
    serve(data=data)
    for color in ("red", "green"):
        style(project, color)
        assert amowidget("deploy", at=project).code == 0
    account = serve(data=data)
    told = amowidget("rollback", "--dry-run", at=project)
    assert "version 1.0.1 anew as 1.0.3" in told.out
    assert uploads(account) == 0


def test_what_was_uploaded_by_itself_is_kept_too(
    amowidget: Command, serve: Serve, rollback: Rollback, project: Path
) -> None:
    serve()
    for color in ("red", "green"):
        style(project, color)
        for words in (["bump"], ["pack"], ["upload"]):
            assert amowidget(*words, at=project).code == 0
    assert rollback().result["again"] == "1.0.1"


def test_a_kept_archive_that_was_changed_is_refused(rollback: Rollback, deployed: Path) -> None:
    for path in (deployed / ".amowidget" / "archives").glob("*/widget.zip"):
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("extra.txt", "x")
    assert rollback().error == "io.archive_spoilt"
