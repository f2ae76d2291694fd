"""Mutated widgets through every rule: findings with places inside of their files, and never an exception.

AMOWIDGET_FUZZ says how many; `make fuzz` takes 100,000. A failure names the number that makes the same widget again.
"""

import hashlib
import os
import random
from pathlib import Path
from types import MappingProxyType

import pytest

from amowidget.checks.mend import mended
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.widget.source import Source
from amowidget.widget.widget import Widget, WidgetFile
from tests.fuzz.mutate import Files, mutated, seeds

COUNT = int(os.environ.get("AMOWIDGET_FUZZ", "300"))
EVERY_MENDED = 20
FORMS = (Settings("both", "public", targets=2), Settings("kommo", "private"), Settings("amocrm", "private"))


@pytest.fixture(scope="module")
def whole() -> tuple[Files, ...]:
    """Return the widgets that are made worse."""
    return seeds()


def widget(files: Files) -> Widget:
    """Return a widget that lies nowhere."""
    return Widget(
        Path("nowhere"),
        MappingProxyType(
            {
                path: WidgetFile(path, len(data), hashlib.sha256(data).hexdigest(), Source(path, data))
                for path, data in sorted(files.items())
            }
        ),
    )


def test_mutated_widgets_give_findings_and_no_exception(whole: tuple[Files, ...]) -> None:
    assert COUNT > 0
    for number in range(COUNT):
        worse = widget(mutated(whole[number % len(whole)], random.Random(number)))
        try:
            judge(worse, number)
        except Exception as error:
            error.add_note(f"number {number} of the widgets")
            raise


def judge(worse: Widget, number: int) -> None:
    """Let every rule judge a widget; what can be mended is mended once and for all."""
    settings = FORMS[number % len(FORMS)]
    for finding in run(worse, settings):
        assert finding.message
        assert finding.hint
        source = worse.source(finding.path)
        if finding.line and source:
            for line, column in ((finding.line, finding.column), (finding.end_line, finding.end_column)):
                assert 1 <= line <= len(source.line_starts), finding
                assert 1 <= column <= len(source.line_text(line)) + 2, finding
    if number % EVERY_MENDED == 0:
        once = mended(worse, settings)
        assert mended(once.widget, settings).files == {}
