"""Every failure that the stand-in can play, against `upload`: what is told, how often is sent, what the account holds.

The table of docs/upload-failures.md is made from it; `--rewrite` writes it anew.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from amowidget.account.access import Access
from amowidget.account.credentials import Credentials
from amowidget.account.session import Pace
from amowidget.account.verify import Patience
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.upload import Order, Upload, upload_to
from amowidget.release.archive import Archive
from amowidget.sandbox.faults import KNOWN_REFUSALS, TABLE
from amowidget.sandbox.server import Options, Running, running
from tests.account.test_account import packed

PAGE = Path(__file__).parent.parent.parent / "docs" / "upload-failures.md"
START, END = "<!-- made by tests/deploy/test_failure_matrix.py -->\n", "<!-- end of the table -->"
HEAD = "| failure | exit | told as | sent | the account holds |\n| --- | --- | --- | --- | --- |\n"
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
HURRY = Pace(sleep=lambda seconds: None, read_s=1)


@dataclass(frozen=True)
class Row:
    """What became of an upload under one failure."""

    failure: str
    exit_code: int
    told: str
    sent: int
    held: str

    def __str__(self) -> str:
        return f"| `{self.failure}` | {self.exit_code} | {self.told} | {self.sent} | {self.held} |\n"


def failures() -> Iterator[tuple[str, str]]:
    """Yield every failure with a value that makes it last."""
    for faults in TABLE.values():
        for name, fault in faults.items():
            if fault.choices:
                yield from ((name, choice) for choice in fault.choices)
            else:
                yield name, VALUES.get(name, "")
    yield from (("upload-400", text) for text in KNOWN_REFUSALS)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, Archive]:
    folder = tmp_path_factory.mktemp("archives")
    return packed(folder, "1.0.0", "one"), packed(folder, "1.1.0", "two")


@pytest.fixture(scope="module")
def prepared(archives: tuple[Archive, Archive], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an account that serves the first archive, active."""
    folder = tmp_path_factory.mktemp("account") / "data"
    with running(Options(data=folder)) as account:
        assert uploaded(account, archives[0]).proof is not None
        bearer = {"Authorization": f"Bearer {account.token}"}
        listed = requests.get(f"{account.url}/api/v4/widgets", headers=bearer, timeout=10).json()
        code = listed["_embedded"]["widgets"][0]["code"]
        requests.post(f"{account.url}/api/v4/widgets/{code}", headers=bearer, json={"a": "1"}, timeout=10)
    return folder


def uploaded(account: Running, archive: Archive) -> Upload:
    target = Target("t", account.url.removeprefix("http://"), account.integration)
    access = Access(None, Credentials(account.login, Secret(account.password)))
    result = upload_to(target, access, Order(archive, patience=Patience(0, HURRY)))
    told = f"{result.values()} {result.error!r}"
    assert account.password not in told
    assert account.token not in told
    return result


def held_version(folder: Path) -> str:
    """Return the version of the archive that the account holds, asked without any failure."""
    with running(Options(data=folder)) as account:
        headers = {"Authorization": f"Bearer {account.token}"}
        (widget,) = requests.get(f"{account.url}/api/v4/widgets", headers=headers, timeout=10).json()["_embedded"][
            "widgets"
        ]
        return str(widget["version"])


def row(name: str, value: str, archives: tuple[Archive, Archive], folder: Path) -> Row:
    first, second = archives
    with running(Options(data=folder, faults=((name, value),))) as account:
        result = uploaded(account, second)
        journal = requests.get(f"{account.url}/stand-in/journal", timeout=10).json()
    sent = sum(entry["label"] == "upload" for entry in journal)
    held = held_version(folder)
    assert held in (first.version, second.version)
    told = f"`{result.error.code}`" if result.error else f"proved by {result.proof.kind if result.proof else ''}"
    failure = f"{name}={value}" if value else name
    return Row(
        failure,
        int(result.error.exit_code if result.error else 0),
        told,
        sent,
        "the new" if held == second.version else "the old",
    )


@pytest.mark.parametrize("failure", list(failures()), ids=lambda pair: "=".join(pair).replace(" ", "_")[:40])
def test_a_failure_is_told_as_the_page_says(
    failure: tuple[str, str], archives: tuple[Archive, Archive], prepared: Path, tmp_path: Path, is_rewriting: bool
) -> None:
    folder = tmp_path / "account"
    shutil.copytree(prepared, folder)
    found = row(*failure, archives, folder)
    # A 429 says that the archive was not taken, and when to come again.
    assert found.sent <= (2 if failure[0] == "upload-429" else 1)
    # Nothing is claimed that the account does not hold, and a proof is one of bytes or of the API.
    assert found.exit_code != 0 or found.held == "the new"
    if is_rewriting:
        _ROWS[failure] = str(found)
    else:
        assert str(found) in PAGE.read_text(encoding="utf-8")


_ROWS: dict[tuple[str, str], str] = {}


def test_the_page_has_a_row_for_every_failure_and_no_other(is_rewriting: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    table = rest.partition(END)[0]
    if is_rewriting:
        table = HEAD + "".join(_ROWS[failure] for failure in failures())
        PAGE.write_text(before + START + table + END + rest.partition(END)[2], encoding="utf-8", newline="\n")
    assert table.count("\n") == len(list(failures())) + HEAD.count("\n")
