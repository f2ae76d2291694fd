"""The set of archives for many targets: when it is kept, made anew, refused; and that it is never mixed up."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from amowidget.checks.settings import Settings
from amowidget.config.load import Overrides, load
from amowidget.config.project import Project
from amowidget.config.selection import real_targets
from amowidget.deploy import prepared
from amowidget.deploy.pack import Wish, pack
from amowidget.deploy.prepared import ArchiveSet, Making
from amowidget.errors import AmowidgetError
from amowidget.release import archive
from amowidget.scaffold.answers import answered
from amowidget.scaffold.new import plan, write

OWN = '\n[pack]\nreplace = { "__KEY__" = "key" }\n'
TARGETS = "".join(
    f'\n[targets.{name}]\nhost = "{name}.amocrm.ru"\nintegration = "i-{name}"\nvalues = {{ key = "value-{name}" }}\n'
    for name in ("a", "b", "c")
)

Load = Callable[..., Project]


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    """Return a function that makes a project, whose targets have archives of their own or one for all, or loads it again."""
    write(plan(answered("my-widget", {})), tmp_path / "w")
    script = tmp_path / "w" / "widget_src" / "script.js"
    script.write_text("// __KEY__\n" + script.read_text(encoding="utf-8"), encoding="utf-8")

    def made(own: bool = True, environment: dict[str, str] | None = None) -> Project:
        text = '[widget]\nsource = "widget_src"\n' + (OWN if own else "") + TARGETS
        (tmp_path / "w" / "amowidget.toml").write_text(text, encoding="utf-8")
        return load(tmp_path / "w", environment or {})

    return made


def making(project: Project, is_handed_over: bool = False) -> Making:
    return Making(Settings.of_project(project, Overrides()), Wish(is_built=False), is_handed_over)


def current(project: Project, is_handed_over: bool = False) -> ArchiveSet:
    return prepared.current(project, real_targets(project), making(project, is_handed_over))


def hashes(found: ArchiveSet) -> list[str]:
    return [found.archives[name].sha256 for name in found.names]


def change(project: Project, line: str = "// changed\n") -> None:
    script = project.source / "script.js"
    script.write_text(script.read_text(encoding="utf-8") + line, encoding="utf-8")


def test_every_target_gets_its_own_archive(loaded: Load) -> None:
    project = loaded()
    made = current(project)
    assert made.names == ("a", "b", "c")
    for name in made.names:
        text = archive.read_file(made.archives[name], "script.js").decode()
        assert text.startswith(f"// value-{name}\n")
        assert made.archives[name] == archive.read(made.archives[name].path)


def test_one_archive_for_all_is_the_packed_one_and_kept_as_it_was(loaded: Load) -> None:
    project = loaded(own=False)
    with pytest.raises(AmowidgetError) as caught:
        current(project)
    assert caught.value.code == "usage.archive_missing"
    packed = pack(project, making(project).settings, Wish()).archive
    made = current(project)
    assert hashes(made) == [packed.sha256] * 3
    project.pack.output.write_bytes(b"something else")
    kept = prepared.to_resend(project)
    assert hashes(kept) == [packed.sha256] * 3
    assert kept.archives["a"].path != project.pack.output


def test_a_set_is_kept_while_the_tree_and_the_values_stay(loaded: Load) -> None:
    project = loaded()
    first = current(project)
    times = [first.archives[name].path.stat().st_mtime_ns for name in first.names]
    again = current(project)
    assert [again.archives[name].path.stat().st_mtime_ns for name in again.names] == times
    change(project)
    changed = current(project)
    assert not set(hashes(first)) & set(hashes(changed))


def test_a_changed_value_makes_the_set_anew(loaded: Load) -> None:
    project = loaded()
    first = current(project)
    target = replace(project.targets["b"], values=(("key", "another"),))
    other = replace(project, targets=MappingProxyType({**project.targets, "b": target}))
    second = current(other)
    assert [one == two for one, two in zip(hashes(first), hashes(second), strict=True)] == [True, False, True]


def test_a_damaged_archive_is_made_anew_and_never_sent_again(loaded: Load) -> None:
    project = loaded()
    first = current(project)
    first.archives["b"].path.write_bytes(first.archives["a"].path.read_bytes())
    assert prepared.kept_set(project) is None
    with pytest.raises(AmowidgetError) as caught:
        prepared.to_resend(project)
    assert caught.value.code == "usage.archive_missing"
    assert hashes(current(project)) == hashes(first)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"entries": 1}',
        '{"entries": [1]}',
        '{"entries": [{"target": "a"}]}',
        '{"entries": [{"x": "a"}]}',
    ],
)
def test_an_odd_list_of_the_set_is_no_set(loaded: Load, text: str) -> None:
    project = loaded()
    first = current(project)
    (project.state / "prepared" / "set.json").write_text(text, encoding="utf-8")
    assert prepared.kept_set(project) is None
    prepared.record(project, first, {"a": prepared.DONE})
    assert hashes(current(project)) == hashes(first)


def test_what_is_done_is_remembered_and_belongs_to_its_archive(loaded: Load) -> None:
    project = loaded()
    first = current(project)
    prepared.record(project, first, {"a": prepared.DONE, "c": prepared.DONE})
    assert prepared.to_resend(project).unfinished == ("b",)
    change(project)
    current(project)
    prepared.record(project, first, {"b": prepared.DONE})  # told late, by a process that still sent the older set
    assert prepared.to_resend(project).unfinished == ("a", "b", "c")


def test_an_upload_begins_anew_with_the_kept_set(loaded: Load) -> None:
    project = loaded()
    prepared.record(project, current(project), {"a": prepared.DONE, "b": prepared.DONE})
    share = current(project).only(["b"])
    prepared.restart(project, share)
    assert prepared.to_resend(project).unfinished == ("b", "c")


@pytest.mark.parametrize(("host", "integration"), [("b.amocrm.ru", "other"), ("other.amocrm.ru", "i-b")])
def test_another_integration_never_gets_the_kept_archive(loaded: Load, host: str, integration: str) -> None:
    project = loaded()
    current(project)
    target = replace(project.targets["b"], host=host, integration=integration)
    other = replace(project, targets=MappingProxyType({**project.targets, "b": target}))
    with pytest.raises(AmowidgetError) as caught:
        prepared.to_resend(other)
    assert caught.value.code == "usage.archive_outdated"


def test_a_set_that_was_handed_over_needs_no_values_for_the_same_tree(loaded: Load, tmp_path: Path) -> None:
    project = loaded()
    first = current(project)
    config = tmp_path / "w" / "amowidget.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"value-b"', '"env:KEY_B"'), encoding="utf-8")
    without = load(tmp_path / "w", {})
    with pytest.raises(AmowidgetError, match="KEY_B"):
        current(without)
    assert hashes(current(without, is_handed_over=True)) == hashes(first)
    change(without)
    with pytest.raises(AmowidgetError, match="KEY_B"):
        current(without, is_handed_over=True)


def test_what_is_private_stays_private(loaded: Load) -> None:
    project = loaded()
    current(project)
    assert project.state.stat().st_mode & 0o077 == 0
    listed = (project.state / "prepared" / "set.json").read_text(encoding="utf-8")
    assert "value-a" not in listed
