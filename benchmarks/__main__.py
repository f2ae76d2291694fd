"""Measures what the project promises and prints it as a table, each figure beside its bound and its yardstick."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import Measured, Subject, measured
from benchmarks.trees import bundle, extension, flat, widget

_ROOT = Path(__file__).parent.parent
# 480 KB of what people really bundle, from the packages that the tests need anyway.
_LIBRARIES = tuple(_ROOT / "node_modules" / name for name in ("acorn/dist/acorn.js", "twig/twig.js"))
_WEB_EXT = _ROOT / "benchmarks" / "node_modules" / "web-ext" / "bin" / "web-ext.js"
_BARE_ZIP = """
import os, sys, zipfile
with zipfile.ZipFile("bare.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for folder, _, names in sorted(os.walk("widget_src")):
        for name in sorted(names):
            path = os.path.join(folder, name)
            archive.write(path, os.path.relpath(path, "widget_src"))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    figure: str
    bound: str
    is_met: bool


def main() -> int:
    """Measure everything and print the table; the exit code says whether every bound is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="runs of each subject; the median counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = list(_rows(Path(name), options.runs))
    if options.json:
        print(json.dumps({"runs": options.runs, "rows": [asdict(row) for row in rows]}))
    else:
        print(f"Whole processes, CPU time (user and system), medians of {options.runs} runs taken in turns.\n")
        for row in (Row("WHAT", "MEASURED", "BOUND", True), *rows):
            print(f"{row.what:<58} {row.figure:>26}  {row.bound:<16} {'' if row.is_met else 'missed'}".rstrip())
    return 0 if all(row.is_met for row in rows) else 1


def _rows(folder: Path, runs: int) -> Iterator[Row]:
    ours = (sys.executable, "-m", "amowidget")
    subjects = [
        Subject("python", (sys.executable, "-c", "pass"), folder),
        Subject("version", (*ours, "--version"), folder),
        Subject("help", (*ours, "--help"), folder),
        *_judged(folder, ours),
    ]
    packs = []
    for kind in ("text", "random bytes"):
        tree = flat(folder / kind.replace(" ", "-"), 1000, 4096, is_text=kind == "text")
        packs.append((kind, f"bare {kind}", f"pack {kind}"))
        subjects.append(Subject(f"bare {kind}", (sys.executable, "-c", _BARE_ZIP), tree))
        subjects.append(Subject(f"pack {kind}", (*ours, "pack", "-q"), tree))
    found = measured(subjects, runs)
    bare = found["python"].cpu_s
    yield _above("amowidget --version above python -c pass", found["version"], bare, 0.060)
    yield _above("amowidget --help above python -c pass", found["help"], bare, 0.150)
    yield from _judging(found)
    for kind, yardstick, name in packs:
        ratio = found[name].cpu_s / found[yardstick].cpu_s
        figure = f"{found[name].cpu_s:.3f} / {found[yardstick].cpu_s:.3f} s = {ratio:.2f}"
        yield Row(f"amowidget pack / bare zipfile, 1,000 x 4 KiB {kind}", figure, "2.00", ratio <= 2)
    yield from _memory(folder, ours)


def _judged(folder: Path, ours: tuple[str, ...]) -> Iterator[Subject]:
    """Yield what `validate` is measured on; the linter of browser extensions, where it is installed, on the same."""
    small, large = widget(folder / "small", 50), widget(folder / "large", 200, 8400)
    yield Subject("validate small", (*ours, "validate"), small)
    yield Subject("validate large", (*ours, "validate"), large)
    if all(library.is_file() for library in _LIBRARIES):
        yield Subject("validate bundle", (*ours, "validate"), bundle(folder / "bundle", _LIBRARIES))
        yield Subject("validate half", (*ours, "validate"), bundle(folder / "half", _LIBRARIES[:1]))
    if _WEB_EXT.is_file():
        for name, tree in (("small", small), ("large", large)):
            like = extension(folder / f"extension-{name}", tree / "widget_src")
            yield Subject(f"web-ext {name}", ("node", str(_WEB_EXT), "lint", "--source-dir", str(like)), folder)


def _judging(found: dict[str, Measured]) -> Iterator[Row]:
    yield _within("amowidget validate, 50 files", found["validate small"], 0.20)
    yield _within("amowidget validate, 200 files, 0.8 MB of scripts", found["validate large"], 0.35)
    if "validate bundle" in found:
        yield _within("amowidget validate, a bundled script of 480 KB", found["validate bundle"], 0.50)
        bare = found["python"].cpu_s
        ratio = (found["validate bundle"].cpu_s - bare) / (found["validate half"].cpu_s - bare)
        yield Row("  the same beside a script of half the size", f"{ratio:.2f}", "2.20", ratio <= 2.2)
    for name in ("small", "large"):
        if f"web-ext {name}" in found:
            ratio = found[f"validate {name}"].cpu_s / found[f"web-ext {name}"].cpu_s
            figure = f"{found[f'web-ext {name}'].cpu_s:.2f} s, ratio {ratio:.2f}"
            yield Row(f"  web-ext lint on the same {name} tree", figure, "1.00", ratio <= 1)


def _memory(folder: Path, ours: tuple[str, ...]) -> Iterator[Row]:
    subjects = [
        Subject(f"{megabytes}", (*ours, "pack", "-q"), flat(folder / f"m{megabytes}", megabytes // 2, 2_000_000, False))
        for megabytes in (20, 200)
    ]
    found = measured(subjects, 3)
    small, large = (found[subject.name].memory_mb for subject in subjects)
    yield Row(
        "peak memory of pack, 200 MB beside 20 MB", f"{large:.0f} / {small:.0f} MB", "equal", large < small * 1.15
    )


def _above(what: str, subject: Measured, bare_s: float, bound_s: float) -> Row:
    above = subject.cpu_s - bare_s
    return Row(what, f"{above * 1000:.0f} ms", f"{bound_s * 1000:.0f} ms", above <= bound_s)


def _within(what: str, subject: Measured, bound_s: float) -> Row:
    return Row(what, f"{subject.cpu_s:.3f} s", f"{bound_s:.2f} s", subject.cpu_s <= bound_s)


if __name__ == "__main__":
    sys.exit(main())
