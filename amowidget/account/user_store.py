"""Where this user's sessions are kept: the user's own folder, and the keyring where there is one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amowidget.account.session_store import SessionStore, Vault

_SERVICE = "amowidget"


class _Keyring:
    """The keyring as a place for secrets; whatever it fails with means that it is not there."""

    def __init__(self, keyring: Any) -> None:  # it brings its types only where it is installed
        self._keyring = keyring

    def get(self, name: str) -> str | None:
        try:
            found = self._keyring.get_password(_SERVICE, name)
        except self._keyring.errors.KeyringError:
            return None
        return str(found) if found is not None else None

    def put(self, name: str, secret: str) -> bool:
        try:
            self._keyring.set_password(_SERVICE, name, secret)
        except self._keyring.errors.KeyringError:
            return False
        return True

    def drop(self, name: str) -> None:
        try:
            self._keyring.delete_password(_SERVICE, name)
        except self._keyring.errors.KeyringError:
            return


def user_folder() -> Path:
    """Return the folder of what is remembered for this user beside all projects; the caller makes it."""
    from platformdirs import user_state_path  # few commands need it

    return user_state_path("amowidget", appauthor=False)


def user_store(environment: Mapping[str, str]) -> SessionStore:
    """Return the sessions of this user; the folder is that of the system, and XDG_STATE_HOME can name another."""
    return SessionStore(user_folder() / "sessions", _vault(environment))


def _vault(environment: Mapping[str, str]) -> Vault | None:
    """Return the keyring, or None where there is none; build servers have none, and must not wait for one."""
    if environment.get("CI", "").lower() not in ("", "0", "false"):
        return None
    try:
        import keyring  # an extra; loading it takes a while
        import keyring.errors  # the same
    except ImportError:
        return None
    backend = keyring.get_keyring()
    is_usable = float(getattr(backend, "priority", 0)) > 0
    return _Keyring(keyring) if is_usable else None
