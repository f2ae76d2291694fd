"""Expressions that are compiled late are those that `re.compile` makes, and everyone in the package is sound."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import amowidget
from amowidget.pattern import compiled

ROOT = Path(amowidget.__file__).parent
USERS = sorted(path for path in ROOT.rglob("*.py") if "compiled(" in path.read_text(encoding="utf-8"))


def test_it_is_compiled_at_its_first_use() -> None:
    broken = compiled("(")
    with pytest.raises(re.error):
        broken.search("a")


def test_it_does_what_the_compiled_one_does() -> None:
    late, own = compiled(r"(?P<word>[a-z]+)", re.IGNORECASE), re.compile(r"(?P<word>[a-z]+)", re.IGNORECASE)
    assert late.findall("A b1") == own.findall("A b1") == ["A", "b"]
    assert late.sub("x", "Ab-c") == own.sub("x", "Ab-c")
    assert (late.pattern, late.flags, late.groupindex) == (own.pattern, own.flags, own.groupindex)
    assert late.search("1b", 1)
    assert not late.search("1b", 2)


def test_what_was_asked_for_is_kept() -> None:
    late = compiled("a")
    assert late.search is late.search


@pytest.mark.parametrize("path", USERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_expression_of_the_package_can_be_compiled(path: Path) -> None:
    if path.name == "pattern.py":
        return
    module = import_module(
        ".".join(("amowidget", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    )
    late = [value for value in vars(module).values() if type(value).__module__ == "amowidget.pattern"]
    assert all(value.groups >= 0 for value in late)
