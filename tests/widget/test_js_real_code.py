"""The reader against acorn over what people write: packages of npm, the same with a token changed, real widgets."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from amowidget.widget.js_nodes import Script
from amowidget.widget.js_text import parse
from amowidget.widget.source import Source
from tests.fuzz.mutate import with_other_token, with_token_twice, with_tokens_swapped, without_token
from tests.widget.acorn_oracle import verdicts

ROOT = Path(__file__).parent.parent.parent
# Old and new, by hand and built, long and dense: about 5 MB.
PACKAGES = (
    *(
        "acorn",
        "acorn-walk",
        "acorn-globals",
        "twig",
        "eslint/lib",
        "lodash",
        "bluebird",
        "async",
        "esquery",
        "js-yaml",
    ),
    *("minimatch", "mocha/lib", "nwsapi", "tough-cookie", "cssom", "escodegen", "esprima", "diff", "debug", "qs", "ws"),
)
LARGEST_BYTES = 700_000
CHANGES = (without_token, with_token_twice, with_other_token, with_tokens_swapped)
MUTATED = 400
# One in 3,000 was seen over 50,000; a script that no browser runs must hardly ever pass.
MOST_MISSED = 1


def scripts(folder: Path) -> Iterator[Path]:
    """Yield the scripts below a folder that acorn may be asked about."""
    for path in sorted(folder.rglob("*.*js")):
        if path.suffix in (".js", ".mjs", ".cjs") and path.is_file() and path.stat().st_size < LARGEST_BYTES:
            yield path


def read(text: str, is_module: bool) -> Script:
    return parse(Source("script.js", text.encode()), is_module)


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")


def differences(texts: list[str], is_module: bool) -> tuple[list[str], list[str]]:
    """Return what the reader refuses and acorn takes, and what acorn refuses and the reader takes."""
    alarms, missed = [], []
    for text, acorn in zip(texts, verdicts(texts, is_module), strict=True):
        script = read(text, is_module)
        if acorn.ok and script.problems:
            start = script.problems[0].span.start
            alarms.append(f"{script.problems[0]} in {text[max(0, start - 60) : start + 60]!r}")
        elif not acorn.ok and not script.problems:
            missed.append(f"{acorn.message} in {text[:80]!r}")
        assert script.problems or not script.root.has_error
    return alarms, missed


def taken(texts: list[str], is_module: bool) -> list[str]:
    """Return the scripts that acorn takes."""
    return [text for text, acorn in zip(texts, verdicts(texts, is_module), strict=True) if acorn.ok]


def packages() -> list[Path]:
    return [path for name in PACKAGES for path in scripts(ROOT / "node_modules" / name)]


@pytest.mark.parametrize("is_module", [False, True], ids=["scripts", "modules"])
def test_nothing_is_wrong_with_the_packages(is_module: bool) -> None:
    texts = [text_of(path) for path in packages() if (path.suffix == ".mjs") is is_module]
    good = taken(texts, is_module)
    assert sum(map(len, good)) > (300_000 if is_module else 4_000_000)
    assert differences(good, is_module) == ([], [])


def test_a_changed_token_is_judged_as_acorn_judges_it() -> None:
    chance = random.Random(20261124)
    paths = [path for path in packages() if path.suffix == ".js" and path.stat().st_size < 30_000]
    good = taken([text_of(path) for path in paths], is_module=False)
    changed = [chance.choice(CHANGES)(chance.choice(good).encode(), chance).decode() for _ in range(MUTATED)]
    alarms, missed = differences(changed, is_module=False)
    assert alarms == []
    assert len(missed) <= MOST_MISSED, missed
    assert sum(not acorn.ok for acorn in verdicts(changed)) > MUTATED / 3


def test_real_widgets_are_judged_as_acorn_judges_them() -> None:
    name = os.environ.get("AMOWIDGET_CORPUS_REAL")
    if not name:
        pytest.skip("AMOWIDGET_CORPUS_REAL names no folder")
    texts = [text_of(path) for path in scripts(Path(name)) if path.suffix == ".js"]
    assert len(texts) > 100
    assert differences(texts, is_module=False) == ([], [])
