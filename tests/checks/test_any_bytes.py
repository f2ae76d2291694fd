"""Whatever the bytes of a file, the rules give findings and never an exception."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.widget.widget import load
from tests.checks.conftest import WIDGETS, build

BASE = json.loads((WIDGETS / "base" / "manifest.json").read_text(encoding="utf-8"))
FILES = ("manifest.json", "i18n/ru.json", "script.js", "images/logo.png")
KEYS = (
    *("widget", "locations", "settings", "tour", "dp", "advanced", "salesbot_designer", "sms", "mobile", "left_menu"),
    *("name", "version", "locale", "support", "title", "type", "is_tour", "tour_images", "icon", "submenu", "a"),
)
WORDS = (
    "widget.name",
    "settings",
    "digital_pipeline",
    "ru",
    "lcard-1",
    "custom",
    "1.0.0",
    "https://x",
    "",
    ".",
    "a.b.c",
)
everywhere = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    destination = tmp_path_factory.mktemp("any") / "widget"
    build({}, destination)
    return destination


def judged(folder: Path) -> None:
    for platform, visibility in (("both", "public"), ("kommo", "private")):
        for finding in run(load(folder), Settings(platform, visibility)):
            assert finding.message
            assert finding.hint
            assert "{" not in finding.rule


@everywhere
@given(st.sampled_from(FILES), st.binary(max_size=400))
def test_any_bytes(folder: Path, name: str, data: bytes) -> None:
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(data)
    try:
        judged(folder)
    finally:
        (folder / name).write_bytes(before)


@everywhere
@given(st.sampled_from(FILES[:3]), st.integers(0, 600), st.integers(0, 40), st.binary(max_size=6))
def test_any_mutation(folder: Path, name: str, place: int, length: int, data: bytes) -> None:
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(before[:place] + data + before[place + length :])
    try:
        judged(folder)
    finally:
        (folder / name).write_bytes(before)


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@everywhere
@given(st.dictionaries(st.sampled_from(KEYS), anything, max_size=6), st.booleans())
def test_any_manifest_of_any_shape(folder: Path, change: dict[str, Any], is_inside: bool) -> None:
    told = {**BASE, "widget": {**BASE["widget"], **change}} if is_inside else {**BASE, **change}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    try:
        judged(folder)
    finally:
        (folder / "manifest.json").write_text(json.dumps(BASE), encoding="utf-8")


def test_names_that_are_no_text_are_names(tmp_path: Path) -> None:
    """A name may hold bytes that are no letter: each rule of scripts meets one where its example has a name."""
    for folder in sorted((WIDGETS / "bad").iterdir()):
        build(tomllib.loads((folder / "case.toml").read_text(encoding="utf-8")), tmp_path / folder.name)
        script = tmp_path / folder.name / "script.js"
        if not script.is_file():
            continue
        data = script.read_bytes()
        names = {match[1] for match in re.finditer(rb"\b(?:var|let|const|function)\s+([A-Za-z_$][\w$]*)", data)}
        for name in names:
            data = re.sub(rb"(?<![\w$])" + re.escape(name) + rb"(?![\w$])", name + b"\x86", data)
        script.write_bytes(data)
        try:
            run(load(tmp_path / folder.name), Settings("both", "public"))
        except Exception as error:
            error.add_note(folder.name)
            raise
