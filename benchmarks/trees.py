"""Trees to measure on, the same on every machine."""

import random
from pathlib import Path

from amowidget.scaffold.answers import answered
from amowidget.scaffold.new import plan, write

_WORDS = [
    f"{word}{number}" for word in ("lead", "card", "field", "value", "order", "self", "return") for number in range(40)
]


def widget(folder: Path, file_count: int, seed: int = 7) -> Path:
    """Write a scaffolded widget with more scripts, styles and templates, `file_count` files in all; return its folder."""
    write(plan(answered("measured", {})), folder)
    source = folder / "widget_src"
    present = sum(path.is_file() for path in source.rglob("*"))
    generator = random.Random(seed)
    for number in range(file_count - present):
        name = f"modules/m{number}.{('js', 'css', 'twig')[number % 3]}"
        path = source / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(" ".join(generator.choices(_WORDS, k=600)), encoding="utf-8")
    return folder


def flat(folder: Path, file_count: int, size_bytes: int, is_text: bool, seed: int = 7) -> Path:
    """Write a widget of `file_count` files of a size, compressible text or random bytes; return its folder."""
    write(plan(answered("measured", {})), folder)
    generator = random.Random(seed)
    for number in range(file_count):
        path = folder / "widget_src" / "data" / f"f{number:04}.{'js' if is_text else 'bin'}"
        path.parent.mkdir(exist_ok=True)
        words = " ".join(generator.choices(_WORDS, k=size_bytes // 6)) if is_text else ""
        path.write_bytes(words.encode()[:size_bytes].ljust(size_bytes) if is_text else generator.randbytes(size_bytes))
    return folder
