"""The JSON Schema of manifest.json, as it is shipped."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("manifest.schema.json")


def text() -> str:
    """Return the schema as it is written, with its line end."""
    return _FILE.read_text(encoding="utf-8")


@cache
def schema() -> dict[str, Any]:  # a JSON Schema is as free in its shape as JSON
    """Return the schema as plain values."""
    loaded: dict[str, Any] = json.loads(text())
    return loaded
