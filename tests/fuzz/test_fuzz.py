"""Mutated widgets through every rule: findings with places inside of their files, and never an exception.

AMOWIDGET_FUZZ says how many; `make fuzz` takes 100,000. A failure names the number that makes the same widget again.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

from amowidget.checks.mend import mended
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.widget.source import Source
from amowidget.widget.widget import Widget, WidgetFile, load
from tests import corpus
from tests.checks.conftest import build
from tests.fuzz.mutate import mutated

ROOT = Path(__file__).parent.parent.parent
COUNT = int(os.environ.get("AMOWIDGET_FUZZ", "400"))
EVERY_MENDED = 20
FORMS = (Settings("both", "public", targets=2), Settings("kommo", "private"), Settings("amocrm", "private"))


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Widget, str]]:
    """Return widgets, each with the path of a file in it that is made worse."""
    folder = tmp_path_factory.mktemp("fuzz")
    build({}, folder / "base")
    widgets = [load(folder / "base"), load(ROOT / "widget_src")]
    for number, recorded in enumerate(corpus.widgets()):
        corpus.rebuild(recorded, folder / f"recorded{number}")
        widgets.append(load(folder / f"recorded{number}"))
    return [(widget, path) for widget in widgets for path in fuzzed(widget)]


def fuzzed(widget: Widget) -> Iterator[str]:
    for path in widget.files:
        if path.endswith((".json", ".js", ".twig", ".css")) and widget.source(path):
            # Manifests and scripts are what the rules look at most.
            yield from [path] * (6 if path in ("manifest.json", "script.js") else 1)


def changed(widget: Widget, path: str, data: bytes) -> Widget:
    """Return the widget with one file of other bytes, all others with nothing of them read yet."""
    file = WidgetFile(path, len(data), hashlib.sha256(data).hexdigest(), Source(path, data))
    return Widget(widget.location, MappingProxyType({**widget.files, path: file}), widget.left_out)


def test_mutated_widgets_give_findings_and_no_exception(seeds: list[tuple[Widget, str]]) -> None:
    assert COUNT > 0
    for number in range(COUNT):
        widget, path = seeds[(number * 7919) % len(seeds)]
        source = widget.source(path)
        assert source is not None
        worse = changed(widget, path, mutated(source.data, number, path.endswith(".json")))
        try:
            judge(worse, number)
        except Exception as error:
            error.add_note(f"number {number}: {path} of {widget.location.name}")
            raise


def judge(widget: Widget, number: int) -> None:
    settings = FORMS[number % len(FORMS)]
    for finding in run(widget, settings):
        assert finding.message
        assert finding.hint
        source = widget.source(finding.path)
        if finding.line and source:
            for line, column in ((finding.line, finding.column), (finding.end_line, finding.end_column)):
                assert 1 <= line <= len(source.line_starts), finding
                assert 1 <= column <= len(source.line_text(line)) + 2, finding
    if number % EVERY_MENDED == 0:
        once = mended(widget, settings)
        assert mended(once.widget, settings).files == {}
