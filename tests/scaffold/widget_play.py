"""A widget's script played by Node against a strict stand-in of the host, and its templates rendered: what a test can look at."""

import json
import re
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

PLAYER = Path(__file__).with_name("run_widget.js")
# `render` comes first in every source; of the other two, one build calls `init` first (observed), a page the other way
# round (documented; also that build's order when `render` gives a promise). Runtime reference, 1.
ORDERS = {
    "observed": ("render", "init", "bind_actions"),
    "documented": ("render", "bind_actions", "init"),
}
_RENDERED = re.compile("\0(.*?)\0")

Step = tuple[Any, ...]  # a verb of run_widget.js and its values, which are JSON of any kind


@dataclass(frozen=True, slots=True)
class Play:
    """One run: where the widget is shown, and what happens, step by step."""

    widget: Path
    steps: tuple[Step, ...]
    settings: dict[str, str] = field(default_factory=dict)
    area: str = "lcard"
    card: dict[str, int] | None = field(default_factory=lambda: {"id": 77})
    locale: str = "en"
    order: tuple[str, ...] = ORDERS["observed"]
    templates_arrive: str = "at once"


class View:
    """What can be seen after a step."""

    def __init__(self, widget: Path, seen: dict[str, Any]) -> None:
        self.block: str | None = seen["block"]
        self.handlers: list[dict[str, str]] = seen["handlers"]
        self.requests: list[dict[str, Any]] = seen["requests"]
        self.returned: dict[str, Any] = seen["returned"]
        self.html = "".join(_filled(widget, markup) for markup in seen["inner"].values())
        self.help = "".join(_filled(widget, markup) for markup in seen["help"])

    @property
    def text(self) -> str:
        """The words on the card, without the markup."""
        return " ".join("".join(Page(self.html).texts).split())


class Page(HTMLParser):
    """Markup as a browser reads it: elements with their attributes, and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; its end parts one text from the next."""
        self.elements.append((tag, dict(attrs)))
        self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)


def play(what: Play) -> tuple[View, ...]:
    """Return what was seen after each step."""
    translations = json.loads((what.widget / "i18n" / f"{what.locale}.json").read_text(encoding="utf-8"))
    scenario = {
        "script": str(what.widget / "script.js"),
        "templates": [f"/templates/{path.name}" for path in sorted((what.widget / "templates").iterdir())],
        "translations": translations,
        "settings": what.settings,
        "area": what.area,
        "card": what.card,
        "language": what.locale,
        "order": what.order,
        "templates_arrive": what.templates_arrive,
        "steps": what.steps,
    }
    done = subprocess.run(
        ["node", str(PLAYER)], input=json.dumps(scenario), capture_output=True, encoding="utf-8", timeout=30
    )
    assert done.returncode == 0, done.stderr
    return tuple(View(what.widget, seen) for seen in json.loads(done.stdout))


def _filled(widget: Path, markup: str) -> str:
    # The templates keep to what twig.js and jinja2 both know; like the host's engine, this one escapes nothing by itself.
    environment = Environment(autoescape=False, undefined=StrictUndefined)

    def filled(found: re.Match[str]) -> str:
        asked = json.loads(found[1])
        source = (widget / asked["template"].lstrip("/")).read_text(encoding="utf-8")
        return environment.from_string(source).render(asked["values"])

    return _RENDERED.sub(filled, markup)
