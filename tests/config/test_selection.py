"""Which targets are meant by names, tags and all; and that shares are disjoint and complete."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amowidget.config.load import load
from amowidget.config.project import Project, Target
from amowidget.config.selection import Selection, Shard, matrix, selected, shard, shares
from amowidget.errors import AmowidgetError

TEXT = """
[targets.a]
host = "a.amocrm.ru"
tags = ["wave1", "ru"]
[targets.b]
host = "b.kommo.com"
tags = ["wave1"]
[targets.c]
host = "c.amocrm.ru"
tags = ["ru"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "amowidget.toml").write_text(TEXT, encoding="utf-8")
    return load(tmp_path, {})


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        pytest.param(Selection(("b",)), "b", id="one"),
        pytest.param(Selection(("c", "a", "c")), "a c", id="in the order of the file, each once"),
        pytest.param(Selection((), ("wave1",)), "a b", id="a tag"),
        pytest.param(Selection((), ("wave1", "ru")), "a b c", id="two tags"),
        pytest.param(Selection(("c",), ("wave1",)), "a b c", id="a name and a tag"),
        pytest.param(Selection((), (), True), "a b c", id="all but the stand-in"),
        pytest.param(Selection(("sandbox",), (), True), "a b c sandbox", id="the stand-in when it is named"),
    ],
)
def test_the_targets_that_are_meant(project: Project, selection: Selection, names: str) -> None:
    assert [target.name for target in selected(project, selection)] == names.split()


@pytest.mark.parametrize(
    ("selection", "code", "hint"),
    [
        (Selection(), "usage.missing_target", "--all: a, b, c, sandbox"),
        (Selection(("a", "bb")), "usage.unknown_target", 'Did you mean "b"?'),
        (Selection((), ("wave2",)), "usage.unknown_target", 'Did you mean "wave1"?'),
    ],
)
def test_what_is_not_known_is_refused(project: Project, selection: Selection, code: str, hint: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        selected(project, selection)
    assert caught.value.code == code
    assert hint in caught.value.hint


def test_a_project_without_targets_is_told(tmp_path: Path) -> None:
    (tmp_path / "amowidget.toml").write_text("", encoding="utf-8")
    with pytest.raises(AmowidgetError, match="no target but the stand-in"):
        selected(load(tmp_path, {}), Selection(is_all=True))


def test_the_only_target_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "amowidget.toml").write_text('[targets.a]\nhost = "a.amocrm.ru"\n', encoding="utf-8")
    (found,) = selected(load(tmp_path, {}), Selection())
    assert found.name == "a"


def test_a_share_is_read() -> None:
    assert shard("2/5") == Shard(2, 5)


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1", "1/0", "-1/2", "1/2/3", "a/b", "1/99999"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(AmowidgetError, match="no share"):
        shard(text)


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 12))
def test_shares_are_disjoint_and_complete_and_keep_an_account_together(hosts: list[int], count: int) -> None:
    targets = [Target(f"t{number}", f"h{host}.amocrm.ru") for number, host in enumerate(hosts)]
    divided = shares(targets, count)
    assert len(divided) == count
    assert sorted(target.name for share in divided for target in share) == sorted(target.name for target in targets)
    for host in {target.host for target in targets}:
        assert sum(any(target.host == host for target in share) for share in divided) == 1
    assert divided == shares(targets, count)


def test_the_matrix_names_the_same_shares() -> None:
    targets = [Target(f"t{number}", f"h{number}.amocrm.ru") for number in range(5)]
    assert matrix(targets, 2) == {
        "include": [{"shard": "1/2", "targets": "t0 t2 t4"}, {"shard": "2/2", "targets": "t1 t3"}]
    }
    assert [entry["shard"] for entry in matrix(targets, 9)["include"]] == ["1/5", "2/5", "3/5", "4/5", "5/5"]


def test_a_name_with_a_space_is_in_no_matrix() -> None:
    with pytest.raises(AmowidgetError, match="a space in its name"):
        matrix([Target("a b", "a.amocrm.ru")], 2)
