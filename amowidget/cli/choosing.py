"""Which targets the options and the environment of a command mean. What opens their accounts: doors."""

from collections.abc import Sequence

from amowidget.cli.command import Call
from amowidget.config.selection import Selection


def selection_of(call: Call, names: Sequence[str] | None, tags: Sequence[str] | None, is_all: bool) -> Selection:
    """Return what was said about the targets; flags win over AMOWIDGET_TARGET."""
    given = tuple(names or ())
    is_of_environment = given == tuple(call.environment.get("AMOWIDGET_TARGET", "").split())
    return Selection(() if is_of_environment and (tags or is_all) else given, tuple(tags or ()), is_all)
