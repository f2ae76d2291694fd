"""What a rule is made of: its record, its function, and the places that the function yields. The rules: siblings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from amowidget.finding import Rule, Span
from amowidget.widget.edit import Edit
from amowidget.widget.json_nodes import Node
from amowidget.widget.widget import MANIFEST, Widget

PLATFORMS = ("amocrm", "kommo")
VISIBILITIES = ("private", "public")


class Fix(NamedTuple):
    """One edit of one file; all fixes of a breach together mend it."""

    path: str
    edit: Edit


class Hit(NamedTuple):
    """One breach: the file, the place in it, and the facts that the rule's sentences name.

    Without a span the whole file is meant; `line` and `column` serve for a file whose text is not held.
    `fixes` is empty where more than one answer could be right.
    """

    path: str
    span: Span | None = None
    facts: Mapping[str, object] = MappingProxyType({})
    line: int = 0
    column: int = 0
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """For whom the widget is judged: one or both platforms, and the visibility.

    `memo` keeps what several rules of one run share, by the name of who computes it; it dies with the run.
    `checks` are all rules of the run, the switched-off ones too. `targets` counts the accounts of the project.
    """

    platforms: tuple[str, ...]
    visibility: str
    targets: int = 0
    checks: tuple["Check", ...] = ()
    memo: dict[str, Any] = field(default_factory=dict, compare=False)  # each value is typed where it is computed

    @property
    def is_public(self) -> bool:
        """Whether the widget is meant for everybody."""
        return self.visibility == "public"


CheckFunction = Callable[[Widget, Context], Iterator[Hit]]


class Check(NamedTuple):
    """A rule's record with the function that finds its breaches; the function is named as the rule's slug."""

    rule: Rule
    find: CheckFunction


Told = tuple[Span, dict[str, object]]
_Found = TypeVar("_Found")


def hits(path: str, found: Iterable[_Found], told: Callable[[_Found], Told]) -> Iterator[Hit]:
    """Yield a breach in a file for each thing found there; `told` gives its place and its facts."""
    for item in found:
        yield Hit(path, *told(item))


def in_manifest(node: Node | Span | None, **facts: object) -> Hit:
    """Return a breach at a value (or a span) of the manifest; without one, at its start."""
    span = node.span if isinstance(node, Node) else node
    return Hit(MANIFEST, span or Span(0, 0), facts)


def root_of(widget: Widget) -> Node | None:
    """Return the manifest's root object, or None when there is none to judge."""
    root = widget.manifest.root if widget.manifest else None
    return root if root and root.kind == "object" else None


def texts_at(root: Node | None, *path: str) -> tuple[Node, ...]:
    """Return the strings of an array at a path of keys, empty when there is none."""
    node = root.find(*path) if root else None
    return tuple(item for item in node.items if item.text is not None) if node else ()
