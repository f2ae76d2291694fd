"""One account fails among others, in every way that the stand-in can play: the others get their archive all the same."""

from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest
import requests

from amowidget.account.access import Access
from amowidget.account.credentials import Credentials
from amowidget.account.session import Pace
from amowidget.account.verify import Patience
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.each_target import Crew, Door, state_of_each, upload_each
from amowidget.deploy.many import NOT_BEGUN, Limits
from amowidget.deploy.upload import Order, Upload
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.sandbox.server import Options, Running, running
from tests.account.test_account import packed
from tests.deploy.failures import failures

HURRY = Pace(sleep=lambda seconds: None, read_s=1)
ORDERLY = {
    name: value
    for name, value in failures()
    # What lasts, or is no failure of an upload, is tried with one target alone.
    if name not in ("slow", "hang", "upload-hang", "upload-taken-hang")
}


class Healthy:
    """Two accounts without failures; each upload to them brings a version above the last."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.accounts = [stack.enter_context(running(Options())) for _ in range(2)]
        self.folder = folder
        self.count = 0

    def archive(self, **files: str) -> Archive:
        self.count += 1
        return packed(self.folder, f"1.{self.count}.0", f"script {self.count}", **files)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Healthy]:
    with ExitStack() as stack:
        yield Healthy(stack, tmp_path_factory.mktemp("archives"))


def door(name: str, account: Running) -> Door:
    target = Target(name, account.url.removeprefix("http://"), account.integration)
    return Door(target, Access(None, Credentials(account.login, Secret(account.password))))


def uploaded(doors: list[Door], archive: Archive, limits: Limits) -> dict[str, Upload]:
    archives = {entry.target.name: archive for entry in doors}
    crew = Crew(lambda found: Order(found, patience=Patience(0)), limits, pace=HURRY)
    results = upload_each(doors, archives, crew)
    assert [result.target for result in results] == [entry.target.name for entry in doors]
    return {result.target: result for result in results}


def count_of_uploads(account: Running) -> int:
    journal = requests.get(f"{account.url}/stand-in/journal", timeout=10).json()
    return [entry["label"] for entry in journal].count("upload")


@pytest.mark.parametrize("name", ORDERLY)
def test_one_account_fails_and_the_others_are_served(name: str, healthy: Healthy) -> None:
    archive = healthy.archive()
    before = [count_of_uploads(account) for account in healthy.accounts]
    with running(Options(faults=((name, ORDERLY[name]),))) as failing:
        first, second = healthy.accounts
        doors = [door("a", first), door("bad", failing), door("c", second)]
        results = uploaded(doors, archive, Limits(3, None))
    for good in ("a", "c"):
        proof = results[good].proof
        assert results[good].error is None
        assert proof is not None
        assert (proof.kind, proof.version) == ("bytes", archive.version)
    assert [count_of_uploads(account) for account in healthy.accounts] == [count + 1 for count in before]
    # A failure is told of the one that failed, and of no other host.
    bad = results["bad"]
    if bad.error:
        assert all(account.url.removeprefix("http://") not in bad.error.message for account in healthy.accounts)
    else:
        assert bad.proof is not None


def test_the_bytes_on_their_way_are_told_as_a_step_of_their_target(healthy: Healthy) -> None:
    big = healthy.archive(big__css="a { color: red }\n" * 200_000)
    told: list[str] = []
    doors = [door("a", healthy.accounts[0])]
    crew = Crew(
        lambda found: Order(found, patience=Patience(0)),
        Limits(1, None),
        lambda: nullcontext(lambda news: told.append(news.step)),
        HURRY,
    )
    (result,) = upload_each(doors, {"a": big}, crew)
    assert result.error is None
    percents = [step for step in told if step.startswith("Uploading ") and step.endswith(" %")]
    assert (percents[0], percents[-1]) == ("Uploading 0 %", "Uploading 100 %")
    assert 50 < len(percents) == len(set(percents)) <= 101


def test_an_account_that_cannot_be_entered_stops_all_before_they_begin(healthy: Healthy) -> None:
    first, second = healthy.accounts
    shut = Door(Target("shut", "shut.amocrm.ru", "i"), AmowidgetError("usage.credentials_missing", "No session."))
    before = [count_of_uploads(account) for account in healthy.accounts]
    doors = [door("a", first), door("b", second), shut]
    results = uploaded(doors, healthy.archive(), Limits())
    codes = {name: result.error.code if result.error else None for name, result in results.items()}
    assert codes == {"a": NOT_BEGUN, "b": NOT_BEGUN, "shut": "usage.credentials_missing"}
    assert [count_of_uploads(account) for account in healthy.accounts] == before
    allowed = uploaded(doors, healthy.archive(), Limits(2, 2))
    assert [name for name, result in allowed.items() if result.error] == ["shut"]


def test_the_states_of_many_are_asked_and_a_failure_is_its_own(healthy: Healthy) -> None:
    first, second = healthy.accounts
    archive = healthy.archive()
    shut = Door(Target("shut", "shut.amocrm.ru", "i"), AmowidgetError("usage.credentials_missing", "No session."))
    uploaded([door("a", first)], archive, Limits())
    doors = [door("a", first), shut, door("b", second)]
    told = state_of_each(doors, dict.fromkeys(("a", "shut", "b"), archive), Limits(3, None))
    assert [(entry.target, entry.state) for entry in told] == [
        ("a", "current"),
        ("shut", "unknown"),
        ("b", "another version"),
    ]
