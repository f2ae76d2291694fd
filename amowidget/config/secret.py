"""A value that must never be shown: it masks itself wherever it would be printed, logged or formatted."""

import hmac
from typing import NamedTuple


class Unset(NamedTuple):
    """A value that `env:` promises and the environment lacks; an error only when something needs it."""

    variable: str


class Secret:
    """A password, token or key; only `reveal` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; the caller hands it straight to where it is needed."""
        return self._value

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "Secret(***)"

    def __format__(self, spec: str) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)
