"""What each target was proved to serve last: remembered in `.amowidget/`, so that the same is not sent twice."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from amowidget.config.state import state_folder
from amowidget.release.archive import Archive, digest_without_version
from amowidget.widget.files import replace_file

_FOLDER = "proven"


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
    try:
        found = json.loads((root / ".amowidget" / _FOLDER / _name(target)).read_text(encoding="utf-8"))
        return Proven(**found) if isinstance(found, dict) else None
    except (OSError, ValueError, RecursionError, TypeError):
        return None


def remember(root: Path, target: str, proven: Proven) -> None:
    """Remember what a target was proved to serve; each target has a file of its own, for several can end at once."""
    folder = state_folder(root) / _FOLDER
    folder.mkdir(exist_ok=True)
    replace_file(folder / _name(target), json.dumps(asdict(proven), indent=1).encode())


def proven_now(host: str, integration: str, archive: Archive, proof: str) -> Proven:
    """Return the record of an archive that was proved just now."""
    content = digest_without_version(archive)
    return Proven(host, integration, archive.version, archive.digest, content, proof, time.time())


def _name(target: str) -> str:
    return f"{quote(target, safe='')}.json"
