"""Where sessions are kept: outside of the project, in files that only their owner can read, or in the keyring."""

import errno
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from amowidget.account.stored_session import StoredSession, parsed
from amowidget.config.file_lock import locked
from amowidget.errors import AmowidgetError
from amowidget.widget.files import replace_file

_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_PATIENCE_S = 30.0
_LARGEST_BYTES = 4 * 1024 * 1024


class Vault(Protocol):
    """A place for secrets under a name, such as the system's keyring."""

    def get(self, name: str) -> str | None:
        """Return the secret of a name, or None."""

    def put(self, name: str, secret: str) -> bool:
        """Keep a secret under a name; return whether that was possible."""

    def drop(self, name: str) -> None:
        """Forget the secret of a name, if there is one."""


class SessionStore:
    """The sessions of this user on this machine, one for each host and login."""

    def __init__(self, folder: Path, vault: Vault | None = None) -> None:
        self.folder = folder
        self._vault = vault

    def sessions(self) -> tuple[StoredSession, ...]:
        """Return every session that is kept, by host, the one that was used last first."""
        return self._found("")

    def _found(self, start: str) -> tuple[StoredSession, ...]:
        """Return the sessions whose files' names start so; files of other hosts need not even be readable."""
        if not self._is_there():
            return ()
        try:
            _check_owner(self.folder, "700")
            names = [path for path in self.folder.iterdir() if path.name.startswith(start)]
        except OSError as error:
            raise _unusable(self.folder, error) from error
        paths = sorted(path for path in names if path.suffix == ".json")
        found = [session for path in paths if (session := self._loaded(path)) is not None]
        return tuple(sorted(found, key=lambda session: (session.base_url, -session.refreshed_at_s)))

    def _is_there(self) -> bool:
        try:
            return self.folder.exists()
        except OSError:
            # A home that this user may not enter holds no session of his; a build server's own login serves then.
            return False

    def of(self, base_url: str, login: str | None = None) -> StoredSession | None:
        """Return the session that is kept for an address, of one login or the one that was used last; or None."""
        fitting = (session for session in self._found(f"{_host_in_name(base_url)}-") if session.base_url == base_url)
        return next((session for session in fitting if login in (None, session.login)), None)

    def make_ready(self) -> None:
        """Make the folder; refused when nothing can be kept in it, before a person has logged in for nothing."""
        self._make_folder()
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise _unusable(self.folder, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))

    def save(self, session: StoredSession) -> str:
        """Keep a session in place of an older one of the same host and login; return where its secrets are."""
        self._make_folder()
        path = self._path(session)
        if self._vault is not None and self._vault.put(path.stem, json.dumps(session.revealed())):
            self._write(path, session.facts())
            return "the keyring"
        self._write(path, session.revealed())
        return str(path)

    def forget(self, session: StoredSession) -> None:
        """Wipe a session; nothing is left of its secrets here."""
        path = self._path(session)
        if self._vault is not None:
            self._vault.drop(path.stem)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(path, error) from error

    @contextmanager
    def lock(self, base_url: str) -> Iterator[None]:
        """Keep other processes from refreshing the session of an address for the length of the block."""
        self._make_folder()
        host = base_url.partition("://")[2]
        busy = AmowidgetError(
            "io.session_busy",
            f"Another amowidget has been renewing the session of {host} for {_PATIENCE_S:.0f} seconds.",
            "Try again, or end the other one.",
        )
        with locked(self.folder / f"{_name(base_url)}.lock", _PATIENCE_S, busy):
            yield

    def _path(self, session: StoredSession) -> Path:
        return self.folder / f"{_name(session.base_url, session.login)}.json"

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(self.folder, error) from error
        _check_owner(self.folder, "700")

    def _write(self, path: Path, values: Mapping[str, object]) -> None:
        if path.is_symlink():
            raise _exposed(path, "it is a link to another place", f"Delete it: rm {path}")
        replace_file(path, json.dumps(values).encode(), _PRIVATE_FILE)

    def _loaded(self, path: Path) -> StoredSession | None:
        text = _private_text(path)
        try:
            facts = json.loads(text)
            if isinstance(facts, dict) and "cookies" not in facts:
                secret = self._vault.get(path.stem) if self._vault is not None else None
                if secret is None:
                    return None  # the keyring that holds it is not here now
                text = secret
            return parsed(text, str(path))[0]
        except (ValueError, RecursionError, IndexError, AmowidgetError) as error:
            # Another login would meet the same file before it could take its place.
            raise AmowidgetError(
                "usage.bad_session",
                f"{path} holds no session of amowidget.",
                f"Delete it: rm {path}; then log in again.",
            ) from error


def _name(base_url: str, login: str = "") -> str:
    """Return a file's name that tells the host to a person, and the login to nobody."""
    return f"{_host_in_name(base_url)}-{sha256(f'{base_url} {login}'.encode()).hexdigest()[:12]}"


def _host_in_name(base_url: str) -> str:
    return "".join(sign if sign.isalnum() or sign in ".-" else "_" for sign in base_url.partition("://")[2])


def _private_text(path: Path) -> str:
    """Return the text of a file that its owner alone can read; a link and a file of others are refused."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():
            raise _exposed(path, "it is a link to another place", f"Delete it: rm {path}")
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as file:
            _check_state(path, os.fstat(handle), "600")
            return file.read(_LARGEST_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise AmowidgetError("usage.bad_session", f"{path} is no text.", f"Delete it: rm {path}") from error
    except OSError as error:
        raise _unusable(path, error) from error


def _check_owner(folder: Path, mode: str) -> None:
    try:
        if folder.is_symlink():
            raise _exposed(folder, "it is a link to another place", f"Delete it: rm {folder}")
        _check_state(folder, folder.stat(), mode)
    except OSError as error:
        raise _unusable(folder, error) from error


def _check_state(path: Path, state: os.stat_result, mode: str) -> None:
    if os.name == "nt":
        return  # what Windows keeps below the user's folder is the user's
    if state.st_uid != os.geteuid():
        raise _exposed(path, "it belongs to another user", f"Delete it, or take it over: chown $USER {path}")
    if stat.S_IMODE(state.st_mode) & 0o077:
        raise _exposed(path, "others can read it", f"chmod {mode} {path}")


def _exposed(path: Path, why: str, remedy: str) -> AmowidgetError:
    return AmowidgetError("io.session_exposed", f"{path} is not used for sessions: {why}.", remedy)


def _unusable(path: Path, error: OSError) -> AmowidgetError:
    return AmowidgetError(
        "io.not_writable",
        f"Sessions cannot be kept in {path}: {error.strerror or error}.",
        "Check its permissions, or set XDG_STATE_HOME to a folder that lets you write.",
    )
