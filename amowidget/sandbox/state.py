"""What the stand-in account remembers: users' sessions, integrations, archives. In memory, or whole in a folder."""

import json
import os
import secrets
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from amowidget.errors import AmowidgetError

_FILE = "account.json"
_KEPT_ARCHIVES = 20
LOGIN = "developer@example.com"


@dataclass(slots=True)
class Integration:
    """One integration of the account; `number` is the N of its files' address, `uploads` counts archives."""

    uuid: str
    name: dict[str, str]
    description: dict[str, str] = field(default_factory=dict)
    redirect_uri: str = ""
    revoke_access_hook_uri: str = ""
    scopes: list[str] = field(default_factory=list)
    integration_type: str = "internal"
    code: str = ""
    version: str = ""
    version_time: int = 0
    number: int = 0
    uploads: int = 0
    previous_archive: str = ""
    archive: str = ""
    uploaded_at: float = 0.0
    is_installed: bool = False
    is_active: bool = False
    settings: dict[str, Any] = field(default_factory=dict)  # values of any JSON shape


@dataclass(slots=True)
class Step:
    """The second step of a login: the challenge that is open, and what answers it.

    Without a code of its own it takes recovery codes, `wanted` different ones.
    """

    verification: str
    challenge: str = ""
    code: str = ""
    is_expired: bool = False
    wanted: int = 1
    given: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Session:
    """One browser or tool; it is logged in when it has an access token."""

    csrf_token: str
    access_token: str = ""
    refresh_token: str = ""
    requests: int = 0
    step: Step | None = None


@dataclass(slots=True)
class Memory:
    """Everything that has to survive a restart, but for the archives' bytes."""

    login: str
    password: str
    token: str
    seeded: str
    integrations: dict[str, Integration] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    cache_version: int = 1
    # What a cache before the account keeps: the address with its query -> the archive that first answered it.
    edge: dict[str, str] = field(default_factory=dict)


class Store:
    """The account's memory with its archives; `changing` writes the folder after a change, whole or not at all."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._blobs: dict[str, bytes] = {}
        self.memory = self._loaded() or _fresh()
        self._save()

    @contextmanager
    def changing(self) -> Iterator[Memory]:
        """Yield the memory to be changed; it is written when the block ends."""
        with self._lock:
            yield self.memory
            self._save()

    def keep_archive(self, name: str, data: bytes) -> None:
        """Keep the bytes of an archive under a name; the oldest of an integration go."""
        if self._folder is None:
            self._blobs[name] = data
            return
        folder = self._folder / "archives"
        folder.mkdir(exist_ok=True)
        _replace(folder / name, data)
        own = sorted(folder.glob(f"{name.rpartition('-')[0]}-*"), key=lambda path: path.stat().st_mtime)
        for path in own[:-_KEPT_ARCHIVES]:
            path.unlink(missing_ok=True)

    def archive(self, name: str) -> bytes | None:
        """Return the bytes of a kept archive, or None."""
        if self._folder is None:
            return self._blobs.get(name)
        try:
            return (self._folder / "archives" / name).read_bytes()
        except OSError:
            return None

    def _loaded(self) -> Memory | None:
        if self._folder is None:
            return None
        path = self._folder / _FILE
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                return None
            return _memory(json.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise AmowidgetError(
                "io.sandbox_state",
                f"The stand-in's folder {self._folder} cannot be used: {error.strerror or error}.",
                "Check its permissions, or name another with --data.",
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AmowidgetError(
                "io.sandbox_state",
                f"{path} is damaged; the stand-in account cannot be read.",
                f"Delete the folder {self._folder} to start with an empty account.",
            ) from error

    def _save(self) -> None:
        if self._folder is not None:
            _replace(self._folder / _FILE, json.dumps(asdict(self.memory), indent=1).encode())


def _fresh() -> Memory:
    seeded = str(uuid.uuid4())
    memory = Memory(LOGIN, secrets.token_urlsafe(12), secrets.token_urlsafe(48), seeded)
    memory.integrations[seeded] = Integration(seeded, {"ru": "Мой виджет", "en": "My widget"})
    return memory


def _memory(told: dict[str, Any]) -> Memory:
    integrations = {key: Integration(**value) for key, value in told.pop("integrations").items()}
    sessions = {key: _session(**value) for key, value in told.pop("sessions").items()}
    return Memory(integrations=integrations, sessions=sessions, **told)


def _session(step: dict[str, Any] | None = None, **told: Any) -> Session:  # as the file has it
    return Session(step=Step(**step) if step else None, **told)


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
