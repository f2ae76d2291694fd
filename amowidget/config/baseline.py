"""The file of known findings: what a widget with a past is not told again. How findings are compared with it: checks/."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from amowidget.errors import AmowidgetError

BASELINE_NAME = "amowidget-baseline.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """Known findings: path -> slug of the rule -> one mark for each finding, sorted; equal ones stand repeatedly."""

    known: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def count(self) -> int:
        """How many findings are known."""
        return sum(len(marks) for rules in self.known.values() for marks in rules.values())


def load(path: Path) -> Baseline:
    """Return the known findings of a project; none where the file does not exist."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != _FORMAT:
            raise ValueError("another format")
        known = {
            str(file): {str(rule): tuple(sorted(map(str, marks))) for rule, marks in rules.items()}
            for file, rules in told["known"].items()
        }
    except FileNotFoundError:
        return Baseline()
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable", f"{path} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AmowidgetError(
            "config.bad_baseline",
            f"{path} is no list of known findings that this version of amowidget can read.",
            "Write it anew with `amowidget init --baseline`, or delete it: then every finding is new.",
        ) from error
    return Baseline(MappingProxyType(known))


def dumped(baseline: Baseline) -> bytes:
    """Return the bytes of the file: sorted, one line for each rule of a file, so that differences read well."""
    known = {
        path: {rule: list(rules[rule]) for rule in sorted(rules)} for path, rules in sorted(baseline.known.items())
    }
    lines = [
        f"    {json.dumps(path, ensure_ascii=False)}: {{\n"
        + ",\n".join(f"      {json.dumps(rule)}: {json.dumps(marks)}" for rule, marks in rules.items())
        + "\n    }"
        for path, rules in known.items()
    ]
    inside = "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"
    text = f'{{\n  "format": {_FORMAT},\n  "known": {inside}\n}}\n'
    return text.encode("utf-8", "backslashreplace")
