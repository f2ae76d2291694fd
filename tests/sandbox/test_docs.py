"""The tables of docs/sandbox.md are made from the table of failures; `--rewrite` writes them anew."""

import re
from collections.abc import Iterator
from pathlib import Path

from amowidget.sandbox.faults import EVERYDAY, KNOWN_REFUSALS, PARTS, TABLE, Fault, written
from amowidget.sandbox.journal import labels

PAGE = Path(__file__).parent.parent.parent / "docs" / "sandbox.md"
START = "--rewrite -->\n"
END = "<!-- end of the tables -->"


def test_the_tables_of_the_page_are_made_from_the_table_of_failures(is_rewriting: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    page = before + START + "".join(tables()) + END + rest.partition(END)[2]
    if is_rewriting:
        PAGE.write_text(page, encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == page


def tables() -> Iterator[str]:
    """Yield a table for each part of the account, and one of the recorded refusals."""
    for part, faults in TABLE.items():
        yield f"\n### {PARTS[part]}\n\n| failure | the account | VALUE | evidence |\n| --- | --- | --- | --- |\n"
        yield from (
            f"| `{written(name, fault)}` | {fault.does} | {value(fault)} | {fault.known} |\n"
            for name, fault in faults.items()
        )
    yield "\n### Recorded refusals\n\nAnswers to an upload that developers recorded, for `upload-400` and `upload-200-error`.\n\n"
    yield "| text | where it comes from |\n| --- | --- |\n"
    yield from (f"| `{text}` | {cause} |\n" for text, cause in KNOWN_REFUSALS.items())
    yield "\n"


def value(fault: Fault) -> str:
    """Return what may be given, and what is taken when nothing is."""
    kinds = {"": "", "number": "a number", "digits": "digits", "text": "any text"}
    kind = kinds.get(fault.value, "one of these")
    if not kind:
        return ""
    return f"{kind}; needed" if fault.default is None else f"{kind}; without it `{fault.default}`"


def test_the_page_names_every_label_of_the_journal() -> None:
    told = PAGE.read_text(encoding="utf-8").partition("Labels: ")[2].partition(".\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", told)) == labels()


def test_every_failure_says_what_happens_in_one_line() -> None:
    for faults in TABLE.values():
        for name, fault in faults.items():
            assert fault.does[0].islower(), name
            assert not fault.does.endswith("."), name
            assert "|" not in fault.does, name
            assert fault.known in ("observed", "code", "assumed", EVERYDAY), name
