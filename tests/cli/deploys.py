"""What tests of deploys look at: the source, the files that the tool keeps, and what the stand-in was asked."""

import json
from pathlib import Path
from typing import Any

import requests

from amowidget.sandbox.server import Running


def manifest_of(project: Path) -> Path:
    """Return where the source's manifest lies."""
    return project / "widget_src" / "manifest.json"


def version_of(project: Path) -> str:
    """Return the version in the source."""
    return str(json.loads(manifest_of(project).read_bytes())["widget"]["version"])


def stand_in_journal(account: Running) -> list[dict[str, Any]]:
    """Return the requests that a stand-in has taken."""
    entries: list[dict[str, Any]] = requests.get(f"{account.url}/stand-in/journal", timeout=10).json()
    return entries


def uploads(account: Running) -> int:
    """Return how often an upload was sent."""
    return sum(entry["label"] == "upload" for entry in stand_in_journal(account))


def uploads_taken(account: Running) -> int:
    """Return how often an upload was answered with a yes."""
    return sum(entry["label"] == "upload" and entry["status"] == 200 for entry in stand_in_journal(account))


def everything_below(folder: Path) -> bytes:
    """Return the content of all files below a folder, in the order of their names."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
