"""Which archives are kept, for how long, and which of them a rollback takes."""

import json
from pathlib import Path

import pytest

from amowidget.config.load import load
from amowidget.config.project import Project
from amowidget.deploy import kept_archives
from amowidget.deploy.kept_archives import Kept
from amowidget.deploy.rollback import choose
from amowidget.deploy.upload import Outcome, Upload
from amowidget.errors import AmowidgetError
from amowidget.release import archive as archives
from amowidget.release.archive import Archive
from amowidget.widget import widget


@pytest.fixture
def project(tmp_path: Path) -> Project:
    source = tmp_path / "project"
    source.mkdir()
    (source / "manifest.json").write_text('{"widget": {"version": "1.0.0"}}', encoding="utf-8")
    return load(source, {})


def packed(project: Project, number: int) -> Archive:
    """Return an archive whose version and content are those of a number."""
    folder = project.root / "made"
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(f'{{"widget": {{"version": "1.0.{number}"}}}}', encoding="utf-8")
    (folder / "script.js").write_text(f"// {number}\n", encoding="utf-8")
    return archives.build(widget.load(folder), project.root / "widget.zip")


def copies(project: Project) -> int:
    return len(list((project.state / "archives").glob("*/widget.zip")))


def test_the_last_ten_of_each_target_are_kept(project: Project) -> None:
    for number in range(12):
        kept_archives.remember(project, "a", packed(project, number), is_certain=True)
    kept_archives.remember(project, "b", packed(project, 0), is_certain=True)
    assert [entry.version for entry in kept_archives.of_target(project, "a")] == [f"1.0.{n}" for n in range(2, 12)]
    assert [entry.version for entry in kept_archives.of_target(project, "b")] == ["1.0.0"]
    assert copies(project) == 11
    assert (project.state / "archives" / ".." / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.parametrize(
    ("outcome", "certain"),
    [
        (Outcome.TAKEN, [True]),
        (Outcome.UNKNOWN, [False]),
        (Outcome.REFUSED, []),
        (Outcome.NOT_SENT, []),
        (Outcome.SKIPPED, []),
    ],
)
def test_what_an_account_has_or_may_have_is_kept(project: Project, outcome: Outcome, certain: list[bool]) -> None:
    kept_archives.remember_upload(project, Upload("a", "h", "u", packed(project, 0), outcome=outcome))
    assert [entry.is_certain for entry in kept_archives.of_target(project, "a")] == certain


def test_what_another_target_still_keeps_is_not_deleted(project: Project) -> None:
    shared = packed(project, 0)
    for target in ("a", "b"):
        kept_archives.remember(project, target, shared, is_certain=True)
    for number in range(1, 12):
        kept_archives.remember(project, "a", packed(project, number), is_certain=True)
    assert kept_archives.kept(project, shared.digest).version == "1.0.0"
    kept_archives.forget(project, [shared.digest])
    assert kept_archives.kept(project, shared.digest).version == "1.0.0"


def test_a_copy_outlives_the_next_pack(project: Project) -> None:
    first = kept_archives.keep(project, packed(project, 1))
    packed(project, 2)
    assert archives.read(first.path).version == "1.0.1"
    assert first.path.stat().st_mode & 0o077 == 0
    kept_archives.forget(project, [first.digest])
    with pytest.raises(AmowidgetError, match="is gone"):
        kept_archives.kept(project, first.digest)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"a": [{"version": "1"}]}'])
def test_a_list_that_cannot_be_read_lists_nothing(project: Project, text: str) -> None:
    kept_archives.remember(project, "a", packed(project, 1), is_certain=True)
    (project.state / "archives" / "index.json").write_text(text, encoding="utf-8")
    assert kept_archives.of_target(project, "a") == ()
    kept_archives.remember(project, "a", packed(project, 2), is_certain=True)
    assert len(kept_archives.of_target(project, "a")) == 1


@pytest.mark.parametrize("name", ["../../outside", "..", ""])
def test_a_list_that_names_another_folder_reaches_none(project: Project, name: str) -> None:
    outside = project.root / "outside"
    outside.mkdir()
    kept_archives.remember(project, "a", packed(project, 1), is_certain=True)
    kept_archives.forget(project, [name])
    assert outside.is_dir()
    assert kept_archives.of_target(project, "a")
    with pytest.raises(AmowidgetError, match="is gone"):
        kept_archives.kept(project, name)


def chosen(project: Project, entries: list[Kept], served: str | None) -> str:
    (project.state / "archives").mkdir(parents=True, exist_ok=True)
    told = {"sandbox": [{name: getattr(entry, name) for name in Kept.__slots__} for entry in entries]}
    (project.state / "archives" / "index.json").write_text(json.dumps(told), encoding="utf-8")
    try:
        return choose(project, project.targets["sandbox"], served, None).version
    except AmowidgetError as error:
        return error.code


RED, GREEN, BLUE = Kept("1", "d1", "red"), Kept("2", "d2", "green"), Kept("3", "d3", "blue")


@pytest.mark.parametrize(
    ("entries", "served", "expected"),
    [
        pytest.param([], "1", "usage.not_kept", id="nothing is kept"),
        pytest.param([RED], "1", "usage.not_kept", id="the only one is the present one"),
        pytest.param([RED, GREEN], "2", "1", id="the one before"),
        pytest.param([RED, GREEN, BLUE], "2", "1", id="the served one counts, not the newest"),
        pytest.param([RED, GREEN], None, "1", id="what is served cannot be told"),
        pytest.param([RED, GREEN], "9", "2", id="another machine has uploaded since"),
        pytest.param([RED, Kept("2", "d2", "red")], "2", "usage.not_kept", id="the same content under a new version"),
        pytest.param([RED, GREEN, Kept("3", "d3", "red", again="1")], "3", "usage.not_kept", id="after a rollback"),
        pytest.param([RED, GREEN, BLUE, Kept("4", "d4", "green", again="2")], "4", "1", id="further back"),
        pytest.param(
            [
                RED,
                GREEN,
                BLUE,
                Kept("4", "d4", "green", again="2"),
                Kept("5", "d5", "purple"),
                Kept("6", "d6", "green", again="4"),
            ],
            "6",
            "1",
            id="a rollback to a rollback",
        ),
        pytest.param([BLUE, Kept("4", "d4", "green", again="2")], "4", "usage.not_kept", id="its origin is gone"),
        pytest.param([RED, Kept("2", "d2", "green", is_certain=False), BLUE], "3", "1", id="one that may be lost"),
    ],
)
def test_the_archive_before_the_present_one(
    project: Project, entries: list[Kept], served: str | None, expected: str
) -> None:
    assert chosen(project, entries, served) == expected
