"""The next version, what a failed sending means, and how a bump is taken back."""

from pathlib import Path

import pytest

from amowidget.config.load import load
from amowidget.config.project import Project
from amowidget.deploy import journal as journals
from amowidget.deploy import transaction, undo
from amowidget.deploy.journal import Entry, Journal, State, Step
from amowidget.deploy.undo import Source
from amowidget.errors import AmowidgetError
from amowidget.release import bump as bumps

MANIFEST = '{"widget": {"name": "widget.name", "version": "%s"}}'


def project_of(folder: Path, version: str = "1.0.0", encoding: str = "utf-8") -> Project:
    (folder / "manifest.json").write_bytes((MANIFEST % version).encode(encoding))
    return load(folder, {})


@pytest.mark.parametrize(
    ("local", "part", "reported", "expected"),
    [
        ("1.0.0", "patch", (), "1.0.1"),
        ("1.0.0", "patch", ("0.9.9",), "1.0.1"),
        ("1.0.0", "patch", ("1.0.1",), "1.0.2"),
        ("1.0.0", "patch", ("1.0.4", "1.0.7"), "1.0.8"),
        ("1.0.0", "minor", ("1.0.7",), "1.1.0"),
        ("1.0.0", "minor", ("1.3.7",), "1.4.0"),
        ("1.0.0", "major", ("1.3.7",), "2.0.0"),
        ("1.0.0", "patch", ("nonsense", ""), "1.0.1"),
        ("0.99", "patch", ("0.100",), "0.101"),
    ],
)
def test_the_next_version_is_above_everything(
    tmp_path: Path, local: str, part: str, reported: tuple[str, ...], expected: str
) -> None:
    assert transaction.plan(project_of(tmp_path, local), part, reported).new == expected


def opened(project: Project) -> Journal:
    return journals.begun(project, transaction.Wish().line(["t"]))


def bumped(project: Project, journal: Journal) -> None:
    transaction.write_bump(bumps.plan(project.source), transaction.Wish(), journal)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("version", ["1.0.0", "1.0.9", "0.99", "9"])
def test_a_bump_is_undone_to_the_byte(tmp_path: Path, encoding: str, version: str) -> None:
    project = project_of(tmp_path, version, encoding)
    before = (tmp_path / "manifest.json").read_bytes()
    journal = opened(project)
    bumped(project, journal)
    assert (tmp_path / "manifest.json").read_bytes() != before
    assert transaction.end(project, journal).source is Source.UNDONE
    assert (tmp_path / "manifest.json").read_bytes() == before


def test_a_bump_that_was_told_and_not_written_is_undone_already(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    before = (tmp_path / "manifest.json").read_bytes()
    journal = opened(project)
    journal.write(undo.told(bumps.plan(project.source), before))
    assert transaction.end(project, journal).source is Source.UNDONE


@pytest.mark.parametrize("edit", ["appended", "deleted"])
def test_a_manifest_that_is_not_what_the_bump_wrote_is_left(tmp_path: Path, edit: str) -> None:
    project = project_of(tmp_path)
    journal = opened(project)
    bumped(project, journal)
    path = tmp_path / "manifest.json"
    if edit == "deleted":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"\n")
    left = path.read_bytes() if path.exists() else None
    assert transaction.end(project, journal).source is Source.EDITED
    assert (path.read_bytes() if path.exists() else None) == left


@pytest.mark.parametrize("state", [State.BEGUN, State.UNKNOWN, State.TAKEN])
def test_a_bump_stays_when_one_of_the_targets_may_have_the_archive(tmp_path: Path, state: State) -> None:
    project = project_of(tmp_path)
    journal = opened(project)
    bumped(project, journal)
    journal.write(Entry(Step.SEND, State.REFUSED, "a"))
    journal.write(Entry(Step.SEND, state, "b"))
    assert transaction.end(project, journal).source is Source.KEPT


def test_the_journal_never_holds_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"key": "hunter2", "widget": {"version": "1.0.0"}}', encoding="utf-8")
    project = load(tmp_path, {})
    bumped(project, opened(project))
    data = (project.state / "deploy" / "journal.jsonl").read_bytes()
    assert b"hunter2" not in data
    assert b"hunter2".hex().encode() not in data


def test_files_that_a_kill_left_half_written_are_swept(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    journal = opened(project)
    bumped(project, journal)
    for name in (".manifest.json.abc.tmp", ".widget.zip.abc.tmp", ".other.abc.tmp"):
        (tmp_path / name).touch()
    transaction.end(project, journal)
    assert sorted(path.name for path in tmp_path.glob(".*.tmp")) == [".other.abc.tmp"]


def test_a_line_that_was_cut_off_counts_for_nothing(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    bumped(project, opened(project))
    path = project.state / "deploy" / "journal.jsonl"
    whole = path.read_bytes()
    for cut in range(1, 40):
        path.write_bytes(whole[:-cut])
        left = journals.continued(project)
        assert left is not None
        assert [entry.step for entry in left.entries] == [Step.PLAN, Step.BUMP]
        assert path.read_bytes().endswith(b"\n")


@pytest.mark.parametrize("data", [b"", b"\0\0\0\n", b"[]\n", b'{"step": "send", "state": "begun"}\n'])
def test_what_is_no_journal_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    project = project_of(tmp_path)
    (project.state / "deploy").mkdir(parents=True)
    (project.state / "deploy" / "journal.jsonl").write_bytes(data)
    with pytest.raises(AmowidgetError, match="no journal") as caught:
        journals.continued(project)
    assert caught.value.code == "deploy.unfinished"
