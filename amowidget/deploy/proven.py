"""What each target was proved to serve last: remembered in `.amowidget/`, so that the same is not sent twice."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from amowidget.config.file_lock import locked
from amowidget.config.state import state_folder
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive, digest_without_version
from amowidget.widget.files import replace_file

_NAME, _LOCK = "proven.json", "proven.lock"
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Proven:
    """One proven upload: where, which version, and what was in it beside the version. `at_s`: seconds since 1970."""

    host: str
    integration: str
    version: str
    digest: str
    content: str
    proof: str
    at_s: float

    def is_same(self, host: str, integration: str, archive: Archive) -> bool:
        """Return whether an archive is this one again, but for its version, for the same integration."""
        if (self.host, self.integration) != (host, integration):
            return False
        return self.content == digest_without_version(archive)


def last(root: Path, target: str) -> Proven | None:
    """Return what a target was proved to serve last, or None; what cannot be read is nothing."""
    found = _read(root).get(target)
    try:
        return Proven(**found) if isinstance(found, dict) else None
    except TypeError:
        return None


def remember(root: Path, target: str, proven: Proven) -> None:
    """Remember what a target was proved to serve."""
    folder = state_folder(root)
    busy = AmowidgetError("io.busy", f"Another amowidget has been writing {folder / _NAME} for long.", "End it.")
    with locked(folder / _LOCK, _PATIENCE_S, busy):  # several targets may be proved at one moment
        values = {**_read(root), target: asdict(proven)}
        replace_file(folder / _NAME, json.dumps(values, indent=1).encode())


def proven_now(host: str, integration: str, archive: Archive, proof: str) -> Proven:
    """Return the record of an archive that was proved just now."""
    content = digest_without_version(archive)
    return Proven(host, integration, archive.version, archive.digest, content, proof, time.time())


def _read(root: Path) -> Mapping[str, object]:
    try:
        values = json.loads((root / ".amowidget" / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
