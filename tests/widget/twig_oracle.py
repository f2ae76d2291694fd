"""Asks twig.js 0.8.9 itself, which the host uses, what it makes of templates."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("twig_oracle.mjs")


class Oracle:
    """twig.js 0.8.9 in one Node process, which answers line by line."""

    def __init__(self) -> None:
        node = shutil.which("node")
        assert node, "Node is missing; the README names it"
        self._process = subprocess.Popen([node, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.tables = self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "run `make setup`"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def verdict(self, text: str) -> dict[str, Any]:
        """Return whether a template compiles, and what it draws or which error it gives."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(text).encode() + b"\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


@contextmanager
def running() -> Iterator[Oracle]:
    """Yield the engine, and end its process afterwards."""
    asked = Oracle()
    try:
        yield asked
    finally:
        asked.close()
