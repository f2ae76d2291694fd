"""The archive: reproducible, exactly what was validated, safe in its names, and read again with care."""

import os
import signal
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from amowidget.errors import AmowidgetError
from amowidget.release import archive
from amowidget.widget.widget import load

FILES = {
    "manifest.json": '{"widget": {"version": "1.2.3"}}',
    "i18n/ru.json": '{"widget": {"name": "Имя"}}',
    "script.js": "define([], function () {});\n" * 50,
    "empty.css": "",
}


def tree(folder: Path, **more: str) -> Path:
    for name, text in {**FILES, **more}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def test_the_same_tree_gives_the_same_bytes_everywhere(tmp_path: Path) -> None:
    one, other = tree(tmp_path / "one"), tree(tmp_path / "elsewhere" / "other")
    for number, path in enumerate(sorted(other.rglob("*"), reverse=True)):
        os.utime(path, (1_000_000_000 + number, 1_000_000_000 + number))
    (other / "script.js").chmod(0o755)
    first = archive.build(load(one), tmp_path / "one.zip")
    second = archive.build(load(other), tmp_path / "other.zip")
    assert first.digest == second.digest
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    assert first.version == "1.2.3"


def test_entries_are_sorted_plain_files(tmp_path: Path) -> None:
    built = archive.build(load(tree(tmp_path / "w")), tmp_path / "w.zip")
    with zipfile.ZipFile(built.path) as opened:
        infos = opened.infolist()
    assert [info.filename for info in infos] == ["empty.css", "i18n/ru.json", "manifest.json", "script.js"]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    assert {info.create_system for info in infos} == {3}
    assert all(info.extra == b"" for info in infos)


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    widget = load(tree(tmp_path / "w"))
    built = archive.build(widget, tmp_path / "w.zip")
    assert archive.read(built.path) == built
    assert archive.preview(widget) == built.digest
    assert archive.read_file(built, "i18n/ru.json").decode() == FILES["i18n/ru.json"]


def test_the_digest_without_the_version_stays_over_a_bump(tmp_path: Path) -> None:
    one = archive.build(load(tree(tmp_path / "1")), tmp_path / "1.zip")
    two = archive.build(
        load(tree(tmp_path / "2", **{"manifest.json": '{"widget": {"version": "1.2.4"}}'})), tmp_path / "2.zip"
    )
    assert one.digest != two.digest
    assert archive.digest_without_version(one) == archive.digest_without_version(two)


@pytest.mark.parametrize("size", [10, 300_000, 2_000_000], ids=["small", "held", "streamed"])
def test_a_file_that_changed_since_it_was_validated_stops_the_pack(tmp_path: Path, size: int) -> None:
    folder = tree(tmp_path / "w", **{"data.bin": "a" * size})
    widget = load(folder)
    (folder / "data.bin").write_text("b" * size, encoding="utf-8")
    with pytest.raises(AmowidgetError) as caught:
        archive.build(widget, tmp_path / "w.zip")
    assert caught.value.code == "io.changed_during_pack"
    assert not (tmp_path / "w.zip").exists()
    assert list(tmp_path.glob(".w.zip*")) == []


@pytest.mark.parametrize(
    "name", ["a\\b.js", "con.js", "x/aux", "a:b.js", "trailing.", "a?.js", "x" * 201, "new\nline.js", "SCRIPT.js"]
)
@pytest.mark.skipif(os.name == "nt", reason="Windows cannot write such names")
def test_unsafe_names_are_refused(tmp_path: Path, name: str) -> None:
    folder = tree(tmp_path / "w")
    (folder / name.split("/")[0]).parent.mkdir(exist_ok=True)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    with pytest.raises(AmowidgetError) as caught:
        archive.build(load(folder), tmp_path / "w.zip")
    assert caught.value.code == "archive.unsafe"
    assert not (tmp_path / "w.zip").exists()


def test_an_old_archive_survives_a_pack_that_fails(tmp_path: Path) -> None:
    folder = tree(tmp_path / "w")
    archive.build(load(folder), tmp_path / "w.zip")
    before = (tmp_path / "w.zip").read_bytes()
    widget = load(folder)
    (folder / "script.js").unlink()
    with pytest.raises(AmowidgetError):
        archive.build(widget, tmp_path / "w.zip")
    assert (tmp_path / "w.zip").read_bytes() == before


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x05\x06" + b"\0" * 18, id="no-entries"),
        pytest.param(b"<html>", id="page"),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(AmowidgetError) as caught:
        archive.read(tmp_path / "x.zip")
    assert caught.value.code == "archive.unsafe"


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    peaks = []
    for count in (10, 40):
        folder = tree(tmp_path / str(count))
        for number in range(count):
            (folder / f"{number}.bin").write_bytes(os.urandom(3_000_000))
        widget = load(folder)
        tracemalloc.start()
        archive.build(widget, tmp_path / f"{count}.zip")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4])
def test_a_kill_leaves_the_old_archive_or_the_new(tmp_path: Path, delay_s: float) -> None:
    folder = tree(tmp_path / "w")
    for number in range(200):
        (folder / f"{number}.js").write_text(f"// {number}\n" * 500, encoding="utf-8")
    path = tmp_path / "w.zip"
    old = archive.build(load(folder), path)
    (folder / "script.js").write_text("// new", encoding="utf-8")
    new = archive.preview(load(folder))
    code = (
        "import sys; from pathlib import Path; from amowidget.release import archive; "
        "from amowidget.widget.widget import load; print('go', flush=True); "
        "archive.build(load(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, folder, path], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert archive.read(path).digest in (old.digest, new)
