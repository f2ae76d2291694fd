"""Asks acorn, in one process for many scripts, what it makes of them."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ORACLE = Path(__file__).with_name("acorn_oracle.mjs")
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Verdict:
    """What acorn says of a script: whether it is one, and else where it stops and why."""

    is_valid: bool
    line: int = 0
    column: int = 0
    message: str = ""


def verdicts(sources: Sequence[str], is_module: bool = False) -> list[Verdict]:
    """Return the verdict on each script; skips the test where Node is missing."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "acorn").is_dir():
        pytest.skip("acorn needs Node and the npm packages")
    asked = "".join(json.dumps({"source": source, "module": is_module}) + "\n" for source in sources)
    done = subprocess.run([node, str(ORACLE)], input=asked.encode(), capture_output=True, check=True, cwd=ROOT)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(sources)
    return [
        Verdict(answer["ok"], answer.get("line", 0), answer.get("column", 0), answer.get("message", ""))
        for answer in answers
    ]
