"""Every failure that the stand-in can play, each with a value that makes it last."""

from collections.abc import Iterator

from amowidget.sandbox.faults import KNOWN_REFUSALS, TABLE

# Values that make a failure last, and those that would only take time.
VALUES = {
    "session-expires": "2",
    "stale-script": "600",
    "stale-cache": "600",
    "stale-origin": "600",
    "slow": "20",
    "cut": "5",
    "cut-request": "100",
    "upload-429": "600",
}


def failures() -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each failure, and each refusal of an archive whose words are known."""
    for faults in TABLE.values():
        for name, fault in faults.items():
            if fault.choices:
                yield from ((name, choice) for choice in fault.choices)
            else:
                yield name, VALUES.get(name, "")
    yield from (("upload-400", text) for text in KNOWN_REFUSALS)
