"""What a rule is made of: its record, its function, and the places that the function yields. The rules themselves: siblings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from amowidget.finding import Rule, Span
from amowidget.widget.json_text import Node
from amowidget.widget.widget import MANIFEST, Widget

PLATFORMS = ("amocrm", "kommo")
VISIBILITIES = ("private", "public")


@dataclass(frozen=True, slots=True)
class Hit:
    """One breach: the file, the place in it (None: the whole file), and the facts that the rule's sentences name."""

    path: str
    span: Span | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """For whom the widget is judged: one or both platforms, and the visibility."""

    platforms: tuple[str, ...]
    visibility: str


CheckFunction = Callable[[Widget, Context], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule's record with the function that finds its breaches; the function is named as the rule's slug."""

    rule: Rule
    find: CheckFunction


def in_manifest(node: Node | Span | None, **facts: object) -> Hit:
    """Return a breach at a value (or a span) of the manifest; without one, at its start."""
    span = node.span if isinstance(node, Node) else node
    return Hit(MANIFEST, span or Span(0, 0), facts)
