"""A login with its password, as the environment gives it; a secret is never a flag."""

from collections.abc import Mapping
from dataclasses import dataclass

from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError

LOGIN, PASSWORD, TOKEN = "AMOWIDGET_LOGIN", "AMOWIDGET_PASSWORD", "AMOWIDGET_TOKEN"
SESSION = "AMOWIDGET_SESSION"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login with its password."""

    login: str
    password: Secret


def from_environment(environment: Mapping[str, str], target_count: int = 1) -> Credentials:
    """Return the credentials that the environment holds; they serve exactly one target."""
    if target_count != 1:
        raise AmowidgetError(
            "usage.credentials_ambiguous",
            f"{LOGIN} and {PASSWORD} serve one target, but {target_count} are named.",
            "Name one target at a time.",
        )
    missing = [name for name in (LOGIN, PASSWORD) if not environment.get(name)]
    if missing:
        raise AmowidgetError(
            "usage.credentials_missing",
            f"There are no credentials for the account: {' and '.join(missing)} not set.",
            "Set AMOWIDGET_LOGIN and AMOWIDGET_PASSWORD to those of an administrator of the account.",
        )
    return Credentials(environment[LOGIN], Secret(environment[PASSWORD]))
