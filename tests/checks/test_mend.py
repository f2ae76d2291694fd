"""Mending: what has one right answer is mended, byte for byte, once and for all; everything else stays as it is."""

import json
from pathlib import Path

import pytest

from amowidget.checks.mend import mended
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.widget.widget import Widget, load
from tests.checks.conftest import WIDGETS, build

BASE = (WIDGETS / "base" / "manifest.json").read_text(encoding="utf-8")
PUBLIC = Settings(visibility="public")


def widget(folder: Path, path: str, data: bytes) -> Widget:
    build({}, folder)
    (folder / path).write_bytes(data)
    return load(folder)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("\ufeff" + BASE, BASE, id="byte order mark"),
        pytest.param(BASE.replace("[", "[ // first\n", 1), BASE.replace("[", "[\n", 1), id="comment behind"),
        pytest.param(BASE.replace("{\n", "{\n  // alone\n", 1), BASE, id="comment alone"),
        pytest.param(BASE.replace('"ru"', '/* here */ "ru"'), BASE, id="comment before"),
        pytest.param(BASE.replace('"en"]', '"en",]'), BASE, id="trailing comma"),
        pytest.param(
            BASE.replace('"en"]', '"en", // last\n]'), BASE.replace('"en"]', '"en"\n]'), id="comma and comment"
        ),
        pytest.param(BASE.replace('"locations"', "'locations'"), BASE, id="single quotes"),
        pytest.param(BASE.replace('"locations"', "locations"), BASE, id="bare key"),
        pytest.param(BASE.replace('["lcard-1", ', '["lcard-1", "lcard-1", '), BASE, id="location twice"),
        pytest.param(BASE.replace('["ru", "en"]', '["ru", "en", "ru"]'), BASE, id="language twice"),
    ],
)
def test_a_manifest_is_mended_to_the_byte(tmp_path: Path, before: str, after: str) -> None:
    found = mended(widget(tmp_path / "w", "manifest.json", before.encode()), Settings())
    assert {path: data.decode() for path, data in found.files.items()} == {"manifest.json": after}
    assert found.count >= 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BASE.replace('"1.0.0"', "'1.0\"0'"), id="a quote inside of quotes"),
        pytest.param(BASE.replace('"init_once": false', '"init_once": False'), id="a word of another language"),
        pytest.param(
            BASE.replace('"version"', '"code": "a1", "secret_key": "b2", "version"'), id="code and key of an old widget"
        ),
        pytest.param(BASE.replace('["ru", "en"]', '["ru", "en", "es"]'), id="a language without a file"),
    ],
)
def test_what_has_more_than_one_answer_is_left_alone(tmp_path: Path, text: str) -> None:
    before = widget(tmp_path / "w", "manifest.json", text.encode())
    assert run(before, Settings())
    assert mended(before, Settings()).files == {}


def test_every_line_end_is_mended_and_nothing_else(tmp_path: Path) -> None:
    script = (WIDGETS / "base" / "script.js").read_bytes()
    before = widget(tmp_path / "w", "script.js", b"\xef\xbb\xbf" + script.replace(b"\n", b"\r\n"))
    assert mended(before, PUBLIC).files["script.js"] == script
    assert "script.js" in mended(before, Settings()).files  # the mark alone
    assert b"\r\n" in mended(before, Settings()).files["script.js"]


def test_missing_texts_are_put_in_and_marked(tmp_path: Path) -> None:
    texts = {"widget": {"name": "Orders", "description": "Shows orders", "short_description": "Orders"}}
    found = mended(widget(tmp_path / "w", "i18n/en.json", json.dumps(texts, indent=2).encode()), Settings())
    put_in = json.loads(found.files["i18n/en.json"])
    assert put_in["widget"] == texts["widget"]
    assert put_in["settings"]["login"].endswith("Login")
    assert put_in["settings"]["login"] != "Login"


def test_an_undeclared_language_is_declared(tmp_path: Path) -> None:
    build({"write": [{"file": "i18n/es.json", "text": (WIDGETS / "base/i18n/en.json").read_text()}]}, tmp_path / "w")
    found = mended(load(tmp_path / "w"), Settings())
    assert json.loads(found.files["manifest.json"])["widget"]["locale"] == ["ru", "en", "es"]


def test_mending_twice_changes_nothing_more(tmp_path: Path) -> None:
    text = "\ufeff" + BASE.replace('"en"]', '"en", "en", /* all */]').replace("\n", "\r\n")
    once = mended(widget(tmp_path / "w", "manifest.json", text.encode()), PUBLIC)
    assert once.files
    again = mended(once.widget, PUBLIC)
    assert (dict(again.files), again.count) == ({}, 0)
    assert not any(finding.fixable for finding in run(once.widget, PUBLIC))


def test_what_is_allowed_is_not_mended(tmp_path: Path) -> None:
    script = b"\xef\xbb\xbf// amowidget: allow text-byte-order-mark\n" + (WIDGETS / "base/script.js").read_bytes()
    assert mended(widget(tmp_path / "w", "script.js", script), Settings()).files == {}
