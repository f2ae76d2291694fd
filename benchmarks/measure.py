"""CPU time and peak memory of whole processes, several runs taken in turns, so that a busy machine hits all alike."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROBE = """
import json, os, resource, subprocess, sys
done = subprocess.run(json.loads(sys.argv[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to measure: a name, a command line, and the folder that it runs in."""

    name: str
    command: tuple[str, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians over the runs: CPU seconds (user and system), and the peak memory in MB."""

    name: str
    cpu_s: float
    memory_mb: float


def measured(subjects: Sequence[Subject], runs: int) -> dict[str, Measured]:
    """Run every subject `runs` times, one after another in each round, and return the medians by name."""
    samples: dict[str, list[tuple[float, float]]] = {subject.name: [] for subject in subjects}
    for _ in range(runs):
        for subject in subjects:
            samples[subject.name].append(_sample(subject))
    return {
        name: Measured(name, statistics.median(cpu for cpu, _ in taken), statistics.median(mb for _, mb in taken))
        for name, taken in samples.items()
    }


def _sample(subject: Subject) -> tuple[float, float]:
    # An installed package is compiled: the first run keeps what the others load, whatever the machine is set to.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMOWIDGET_")}
    environment = {**kept, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", _PROBE, json.dumps(subject.command)]
    done = subprocess.run(command, cwd=subject.folder, env=environment, capture_output=True, text=True, check=True)
    code, cpu_s, memory_kb = json.loads(done.stdout)
    if code != 0:
        raise RuntimeError(f"{subject.name} ended with exit code {code}: {' '.join(subject.command)}")
    return cpu_s, memory_kb / 1024
