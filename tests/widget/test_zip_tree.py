"""Archives that are made to hurt: each ends in a clear error, in little memory and time."""

import stat
import struct
import time
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import pytest

from amowidget.errors import AmowidgetError
from amowidget.widget import zip_tree
from amowidget.widget.widget import load


def refusal(path: Path) -> str:
    """Return how an archive is refused."""
    with pytest.raises(AmowidgetError) as caught:
        load(path)
    assert caught.value.code == "archive.unsafe"
    return str(caught.value)


def packed(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_one_entry_that_swells(tmp_path: Path) -> None:
    started = time.process_time()
    message = refusal(packed(tmp_path / "w.zip", {"script.js": b" " * (20 * 1024 * 1024)}))
    assert f"over {zip_tree.RATIO_LIMIT} times" in message
    assert time.process_time() - started < 5


def test_many_entries_that_swell_together(tmp_path: Path) -> None:
    path = tmp_path / "w.zip"
    count = zip_tree.UNPACKED_LIMIT_BYTES // (15 * 1024 * 1024) + 1
    packed(path, {f"{number}.bin": b"\0" * (15 * 1024 * 1024) for number in range(count)})
    assert "unpacks to more than" in refusal(path)


def test_a_small_file_may_shrink_as_it_likes(tmp_path: Path) -> None:
    widget = load(packed(tmp_path / "w.zip", {"blank.css": b" " * 900_000}))
    assert widget.files["blank.css"].size_bytes == 900_000


def test_more_entries_than_anybody_has(tmp_path: Path) -> None:
    path = tmp_path / "w.zip"
    packed(path, {f"{number}.txt": b"" for number in range(zip_tree.ENTRY_LIMIT + 1)}, zipfile.ZIP_STORED)
    assert "entries" in refusal(path)


def test_a_list_of_entries_of_any_length_does_not_come_into_memory(tmp_path: Path) -> None:
    record = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0
    )  # an empty entry at the start of the archive
    listed = (record + b"a.txt") * (zip_tree.LIST_LIMIT_BYTES // 51 + 100)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(listed), 0, 0)
    path = tmp_path / "w.zip"
    path.write_bytes(listed + end)
    tracemalloc.start()
    message = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "list of entries" in message
    assert peak < 2 * 1024 * 1024


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_not_unpacked(tmp_path: Path, method: int) -> None:
    assert "Deflate" in refusal(packed(tmp_path / "w.zip", {"script.js": b"x" * 1000}, method))


def test_what_is_no_file_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "w.zip"
    kinds = {"file": stat.S_IFREG, "none": 0, "link": stat.S_IFLNK, "pipe": stat.S_IFIFO, "device": stat.S_IFCHR}
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        for name, kind in kinds.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (kind | 0o644) << 16 if kind else 0
            archive.writestr(info, "x")
    widget = load(path)
    assert [entry.name for entry in widget.entries if entry.is_link] == ["link", "pipe", "device"]
    assert list(widget.files) == ["file", "none"]
