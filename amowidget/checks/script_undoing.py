"""Whether a script undoes what it has begun: timers and observers by what keeps them, handlers by their events."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amowidget.checks.script_reach import Reach, given_to
from amowidget.checks.script_values import resolved
from amowidget.checks.scripts import argument, joined, member
from amowidget.widget.js_nodes import FUNCTIONS, Call, Script, Syntax

_DROPPED = ""
_UNKNOWN = ("?", "()", "this")


class Stop(NamedTuple):
    """A place that stops something, and the name of what it stops; None where that may be anything."""

    node: Syntax
    name: str | None


class _Event(NamedTuple):
    """One of the events that a handler is put on: its name, and its namespaces."""

    name: str
    spaces: frozenset[str]


class Undoing(NamedTuple):
    """What undoes things in one script; of a widget's script, what runs when it is destroyed. None means: all of it."""

    script: Script
    reach: Reach | None

    def stops(self, begun: Call, stops: Sequence[Stop], names: frozenset[str]) -> bool:
        """Return whether something begun is stopped.

        `names` are all names that such things are kept under: another one may stand for any of them.
        """
        kept = kept_as(self.script, begun.node)
        if kept == _DROPPED:
            return any(stop.name is None and _is_inside(stop.node, begun.node) for stop in stops)
        if self.reach is not None and self.reach.is_open:
            return True
        return any(
            (kept is None or name is None or name == kept or name not in names)
            and (self._counts(begun, node) or self._is_handed_out(begun, node))
            for node, name in stops
        )

    def takes_off(self, begun: Call, offs: Sequence[Call], handlers: Sequence[Syntax]) -> bool:
        """Return whether all events of a handler of jQuery are taken off its element; other handlers may do it."""
        if self.reach is not None and self.reach.is_open:
            return True
        counted = [
            call
            for call in offs
            if self._counts(begun, call.node)
            or _is_beside(begun, call)
            or any(_is_inside(call.node, handler) for handler in handlers)
        ]
        texts = [self._written(call) for call in counted]
        if None in texts:
            return True
        if begun.name not in ("on", "bind"):
            return any(event.name in ("", begun.name) for text in texts for event in _events(text or ""))
        if self._written(begun) is None:
            return bool(counted)
        gone = [event for text in texts for event in _events(text or "")]
        return all(
            any(off.name in ("", event.name) and off.spaces <= event.spaces for off in gone)
            for event in _events(self._written(begun) or "")
        )

    def removes(self, begun: Call, removals: Sequence[Call], names: frozenset[str]) -> bool:
        """Return whether a handler of the DOM is removed, or removes itself."""
        listener, options = argument(begun, 1), argument(begun, 2)
        if any(member(self.script, options, key) is not None for key in ("once", "signal")):
            return True
        if listener is None or (self.reach is not None and self.reach.is_open):
            return True
        if listener.type in FUNCTIONS and listener.child_by_field_name("name") is None:
            return False  # nobody can name it
        kept = handle(self.script, listener)
        for call in removals:
            removed = argument(call, 1)
            name = handle(self.script, removed) if removed is not None and removed.type not in FUNCTIONS else _DROPPED
            is_other = removed is not None and self._is_another(begun, listener, call, removed)
            is_same = (kept is None or name is None or name == kept or name not in names) and not is_other
            if name != _DROPPED and is_same and self._is_same_event(begun, call) and self._counts(begun, call.node):
                return True
        return False

    def _is_another(self, begun: Call, listener: Syntax, call: Call, removed: Syntax) -> bool:
        """Return whether what is removed is a function of this script, and another one than the listener."""
        one, other = resolved(self.script, listener, begun.scope), resolved(self.script, removed, call.scope)
        is_told = one is not None and other is not None and {one.type, other.type} <= FUNCTIONS
        return is_told and one is not None and other is not None and one.id != other.id

    def _is_handed_out(self, begun: Call, stop: Syntax) -> bool:
        """Return whether a stop is a function of its own that is given to whoever began: returned, or kept."""
        started = begun.scope.function
        inner = self.script.ground.at(stop).function
        if started is None or inner is None or inner is started or not _is_inside(stop, started.node):
            return False
        around = inner.node.parent
        if around is not None and around.type == "arguments" and around.parent is not None:
            first = argument(Call(self.script, around.parent), 0)
            return "page:" in ((self.script.string(first) if first is not None else "") or "")
        return around is not None and around.type in ("return_statement", "assignment_expression", "pair")

    def _is_same_event(self, begun: Call, call: Call) -> bool:
        one, other = self._written(begun), self._written(call)
        return one is None or other is None or one == other

    def _written(self, call: Call) -> str | None:
        """Return the events that a call names, or None when it names none, or computes them."""
        first = argument(call, 0)
        parts = joined(self.script, first) if first is not None else ()
        text = "".join(part for part in parts if isinstance(part, str))
        return text if text and all(isinstance(part, str) for part in parts) else None

    def _counts(self, begun: Call, stop: Syntax) -> bool:
        """Return whether a place runs when the widget is destroyed, or in what was begun itself."""
        if self.reach is None or self.reach.holds(stop) or _is_inside(stop, begun.node):
            return True
        given = (resolved(self.script, node, begun.scope) for node in begun.arguments)
        return any(node is not None and _is_inside(stop, node) for node in given)


def kept_as(script: Script, node: Syntax) -> str | None:
    """Return the last name that keeps the value of an expression: empty when nothing does, None when it cannot be told."""
    around = node.parent
    while around is not None and around.type in ("parenthesized_expression", "member_expression", "call_expression"):
        # What a call on it gives is something else: the thing itself is dropped there.
        if around.type == "call_expression":
            return _DROPPED if around.parent is not None and around.parent.type == "expression_statement" else None
        around = around.parent
    if around is None or around.type == "expression_statement":
        return _DROPPED
    name = given_to(script, around)
    return name if name and name not in _UNKNOWN else None


def handle(script: Script, node: Syntax) -> str | None:
    """Return the last name of what an expression stands for, or None when it cannot be told, as of a parameter."""
    if node.type not in ("identifier", "member_expression", "subscript_expression"):
        return None
    declared = script.ground.at(node).find(script.text(node)) if node.type == "identifier" else None
    name = script.path(node).rpartition(".")[2]
    is_parameter = declared is not None and declared.type == "identifier"
    return name if name not in _UNKNOWN and not is_parameter else None


def _is_inside(node: Syntax, other: Syntax) -> bool:
    return other.start_byte <= node.start_byte and node.end_byte <= other.end_byte


def _is_beside(begun: Call, call: Call) -> bool:
    """Return whether a handler is taken off where it is put on: then there is never more than one."""
    return call.scope.function is begun.scope.function


def _events(text: str) -> Iterator[_Event]:
    for word in text.split():
        name, *spaces = word.split(".")
        yield _Event(name, frozenset(spaces))
