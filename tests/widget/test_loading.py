"""Folders and archives become one value: junk left out, links not followed, sizes bounded, oddities refused."""

import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from amowidget.errors import AmowidgetError
from amowidget.widget.files import open_replacing, replace_file
from amowidget.widget.tree import Reason, walk
from amowidget.widget.widget import SCRIPT_LIMIT_BYTES, load


def made(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return folder


JUNK = [
    ".git/config",
    ".env",
    ".DS_Store",
    "Thumbs.db",
    "node_modules/a/b.js",
    "__MACOSX/x",
    "amowidget.toml",
    "widget.zip",
    "old.ZIP",
    "server.pem",
    "id_rsa",
    "script.js.map",
    "script.js~",
    "Jenkinsfile",
    ".amowidget/journal",
]


def test_junk_is_left_out_with_its_reason(tmp_path: Path) -> None:
    tree = walk(made(tmp_path, "manifest.json", "images/logo.png", *JUNK))
    assert [file.path for file in tree.files] == ["images/logo.png", "manifest.json"]
    left = {entry.path: entry.reason for entry in tree.left_out}
    assert left[".env"] is Reason.DOT_FILE
    assert left["node_modules/"] is Reason.JUNK
    assert left["server.pem"] is Reason.KEY
    assert len(left) == len(JUNK)


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        pytest.param(("docs/",), ["a.js", "b/docs.txt", "keep.md"], id="folder"),
        pytest.param(("*.md", "!keep.md"), ["a.js", "b/docs.txt", "docs/x.txt", "keep.md"], id="negation"),
        pytest.param(("/a.js",), ["b/docs.txt", "docs/readme.md", "docs/x.txt", "keep.md"], id="anchored"),
        pytest.param(("docs/", "!docs/x.txt"), ["a.js", "b/docs.txt", "keep.md"], id="not-entered"),
    ],
)
def test_exclusions_follow_gitignore(tmp_path: Path, exclude: tuple[str, ...], left: list[str]) -> None:
    folder = made(tmp_path, "a.js", "b/docs.txt", "docs/readme.md", "docs/x.txt", "keep.md")
    assert [file.path for file in walk(folder, exclude).files] == left


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_never_followed(tmp_path: Path) -> None:
    outside = made(tmp_path / "outside", "secret.txt")
    folder = made(tmp_path / "widget", "manifest.json")
    (folder / "folder").symlink_to(outside)
    (folder / "file").symlink_to(outside / "secret.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "gone").symlink_to(tmp_path / "nothing")
    os.mkfifo(folder / "pipe")
    tree = walk(folder)
    assert [file.path for file in tree.files] == ["manifest.json"]
    reasons = {entry.path: entry.reason for entry in tree.left_out}
    assert set(reasons) == {"file", "folder", "gone", "loop", "pipe"}
    assert reasons["pipe"] is Reason.SPECIAL
    assert reasons["folder"] is Reason.LINK


def test_text_is_held_and_large_files_are_streamed(tmp_path: Path) -> None:
    (tmp_path / "small.js").write_bytes(b"x")
    (tmp_path / "large.js").write_bytes(b"x" * (SCRIPT_LIMIT_BYTES + 1))
    (tmp_path / "data.bin").write_bytes(b"\0" * 100)
    widget = load(tmp_path)
    assert widget.source("small.js") is not None
    assert widget.source("large.js") is None
    assert widget.source("data.bin") is None
    assert sum(map(len, widget.stream("large.js"))) == SCRIPT_LIMIT_BYTES + 1
    assert len(widget.files["large.js"].sha256) == 64


@pytest.mark.parametrize("ending", ["bin", "txt"])
def test_memory_does_not_grow_with_the_widget(tmp_path: Path, ending: str) -> None:
    peaks = []
    for count in (40, 120):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.{ending}").write_bytes(b"y" * 900_000)
        tracemalloc.start()
        load(folder)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 4_000_000


def zipped(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    widget = load(
        zipped(tmp_path / "w.zip", **{"manifest.json": b'{"widget": {"version": "2.0.0"}}', "i18n/ru.json": b"{}"})
    )
    assert widget.is_archive
    assert widget.version == "2.0.0"
    assert list(widget.files) == ["i18n/ru.json", "manifest.json"]


def test_bombs_and_damage_are_refused(tmp_path: Path) -> None:
    lying = bytearray(zipped(tmp_path / "lie.zip", a=b"x" * 100_000).read_bytes())
    place = lying.rfind(b"PK\x01\x02")
    lying[place + 24 : place + 28] = (10).to_bytes(4, "little")
    bomb = bytearray(lying)
    bomb[place + 24 : place + 28] = (0x7FFFFFFF).to_bytes(4, "little")
    damaged = bytearray(zipped(tmp_path / "d.zip", a=b"x" * 100_000).read_bytes())
    damaged[40:60] = b"\xff" * 20
    for name, data in (("lying", lying), ("bomb", bomb), ("damaged", damaged)):
        path = tmp_path / f"{name}.zip"
        path.write_bytes(bytes(data))
        with pytest.raises(AmowidgetError) as caught:
            load(path)
        assert caught.value.code == "archive.unsafe", name


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AmowidgetError) as caught:
        load(tmp_path / "nothing")
    assert caught.value.code == "io.not_found"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, b"old")
    path.chmod(0o640)
    with pytest.raises(ZeroDivisionError), open_replacing(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    with pytest.raises(AmowidgetError) as caught:
        replace_file(tmp_path / "no" / "folder", b"")
    assert caught.value.code == "io.not_writable"
