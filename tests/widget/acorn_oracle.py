"""What acorn makes of scripts: one process judges many. The other side of the pipe: acorn_oracle.mjs."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

SCRIPT = Path(__file__).with_name("acorn_oracle.mjs")


class Verdict(NamedTuple):
    """Whether acorn takes a script; else what it says, and where, from 1. `strings` are the values of all texts."""

    ok: bool
    message: str = ""
    line: int = 0
    column: int = 0
    strings: tuple[str, ...] = ()


def verdicts(sources: Iterable[str], is_module: bool = False, strings: bool = False) -> list[Verdict]:
    """Return what acorn makes of each source."""
    node = shutil.which("node")
    assert node, "Node is missing; the README names it"
    asked = "".join(
        json.dumps({"source": source, "module": is_module, "strings": strings}) + "\n" for source in sources
    )
    told = subprocess.run(
        [node, str(SCRIPT)], input=asked, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    # Not splitlines: a message may hold what ends a line for Python and not for JSON.
    answers = [json.loads(line) for line in told.stdout.split("\n") if line]
    return [
        Verdict(
            bool(answer["ok"]),
            str(answer.get("message", "")),
            int(answer.get("line", 0)),
            int(answer.get("column", 0)),
            tuple(answer.get("strings", ())),
        )
        for answer in answers
    ]
