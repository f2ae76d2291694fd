"""Regular expressions that are compiled when they are first used: a command starts with hundreds and needs some."""

import re
from typing import Any, AnyStr, Generic, cast


class _Late(Generic[AnyStr]):
    """Stands for a compiled expression; what is asked of it stays with it, so that asking again costs nothing more."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self._given: tuple[AnyStr, int] = (pattern, flags)

    def __getattr__(self, name: str) -> Any:  # whatever the compiled one has, of the type that `compiled` promises
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found


def compiled(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return an expression as `re.compile` does, but compiled at its first use; a mistake in it is raised there."""
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))
