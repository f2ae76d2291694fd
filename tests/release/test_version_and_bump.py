"""Versions raised, and manifests in which nothing but the version's characters changes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amowidget.errors import AmowidgetError
from amowidget.release import bump
from amowidget.release.version import Version, parsed


@pytest.mark.parametrize(
    ("old", "part", "new"),
    [
        ("1.0.0", "patch", "1.0.1"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("0.99", "patch", "0.100"),
        ("0.99", "minor", "0.100"),
        ("3", "patch", "4"),
        ("3", "major", "4"),
        ("1.2.3.4", "patch", "1.2.3.5"),
        ("1.2.3.4", "minor", "1.3.0.0"),
        ("1.0.9", "patch", "1.0.10"),
    ],
)
def test_parts_are_raised(old: str, part: str, new: str) -> None:
    version = parsed(old)
    assert version is not None
    assert str(version.raised(part)) == new


def test_one_part_has_no_minor() -> None:
    with pytest.raises(AmowidgetError) as caught:
        Version((3,)).raised("minor")
    assert caught.value.code == "usage.no_such_part"


@pytest.mark.parametrize("text", ["", "1.", ".1", "1..2", "v1", "1.0-beta", "1,0", "aero-control.1.1", "٣", "1.0\n"])
def test_what_is_no_version(text: str) -> None:
    assert parsed(text) is None


@given(st.lists(st.integers(0, 99), min_size=1, max_size=6), st.sampled_from(["patch", "major"]))
def test_a_raised_version_is_above_and_keeps_its_parts(parts: list[int], part: str) -> None:
    old = Version(tuple(parts))
    assert old.raised(part) > old
    assert len(old.raised(part).parts) == len(parts)


def test_missing_parts_count_as_zero() -> None:
    assert parsed("1.0") == parsed("1.0.0")
    assert parsed("1.10") > parsed("1.9.9")  # type: ignore[operator]  # both are versions


def bumped(folder: Path, data: bytes, request: str = "patch", is_forced: bool = False) -> bytes:
    (folder / "manifest.json").write_bytes(data)
    bump.commit(bump.plan(folder, request, is_forced))
    return (folder / "manifest.json").read_bytes()


STAYS = [
    pytest.param(b'{"widget": {"version": "1.0.0"}}', b'{"widget": {"version": "1.0.1"}}', id="plain"),
    pytest.param(
        b'\xef\xbb\xbf{"widget":{"version":"1.0.0"}}', b'\xef\xbb\xbf{"widget":{"version":"1.0.1"}}', id="bom"
    ),
    pytest.param(
        b'{\r\n\t"widget" : {\r\n"version"\t:"1.0.0" }\r\n}',
        b'{\r\n\t"widget" : {\r\n"version"\t:"1.0.1" }\r\n}',
        id="crlf-and-tabs",
    ),
    pytest.param(
        b'{"version": "1.0.0", "widget": {"version": "1.0.0", "x": "1.0.0"}}',
        b'{"version": "1.0.0", "widget": {"version": "1.0.1", "x": "1.0.0"}}',
        id="same-text-elsewhere",
    ),
    pytest.param(
        b'{"widget": {"version": "0.1", "version": "1.0.0"}}',
        b'{"widget": {"version": "0.1", "version": "1.0.1"}}',
        id="duplicate-last-counts",
    ),
    pytest.param(
        b'{"widget": {"version": "1.0.0", // note\n}, }',
        b'{"widget": {"version": "1.0.1", // note\n}, }',
        id="broken-around",
    ),
    pytest.param(
        '{"widget": {"name": "имя", "version": "1.0.0"}}'.encode("cp1251"),
        '{"widget": {"name": "имя", "version": "1.0.1"}}'.encode("cp1251"),
        id="other-encoding",
    ),
]


@pytest.mark.parametrize(("before", "after"), STAYS)
def test_nothing_but_the_version_changes(tmp_path: Path, before: bytes, after: bytes) -> None:
    assert bumped(tmp_path, before) == after


def test_an_exact_version_has_to_be_above_or_forced(tmp_path: Path) -> None:
    data = b'{"widget": {"version": "1.5.0"}}'
    assert bumped(tmp_path, data, "2.0") == b'{"widget": {"version": "2.0"}}'
    for request in ("1.5.0", "1.4.9", "1.5"):
        with pytest.raises(AmowidgetError) as caught:
            bumped(tmp_path, data, request)
        assert caught.value.code == "usage.version_not_above"
    assert bumped(tmp_path, data, "1.4.9", is_forced=True) == b'{"widget": {"version": "1.4.9"}}'


def test_a_version_in_words_is_replaced_by_an_exact_one(tmp_path: Path) -> None:
    data = b'{"widget": {"version": "beta"}}'
    with pytest.raises(AmowidgetError) as caught:
        bumped(tmp_path, data)
    assert caught.value.code == "widget.version"
    assert bumped(tmp_path, data, "1.0.0") == b'{"widget": {"version": "1.0.0"}}'


@pytest.mark.parametrize("data", [b"{}", b'{"widget": {"version": 1.0}}', b'{"widget": []}', b"[]", b"{'widget'", b""])
def test_a_manifest_without_a_version_is_told(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(AmowidgetError) as caught:
        bumped(tmp_path, data)
    assert caught.value.code.startswith("widget.")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"widget": {"version": "0.99"}}', "whole numbers"),
        (b'{"widget": {"version": "1.01"}}', "leading zeros"),
        (b'{"widget": {"version": "1", "version": "2"}}', "more than once"),
    ],
)
def test_surprises_come_with_a_note(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "manifest.json").write_bytes(data)
    assert any(words in note for note in bump.plan(tmp_path).notes)
