"""Many targets: some at a time, one at a time in an account, and what begins after a failure, a bug or Ctrl-C."""

import threading
import time
from dataclasses import dataclass

import pytest

from amowidget.config.project import Target
from amowidget.deploy.many import NOT_BEGUN, Limits, News, Reins, State, Work, each, exit_of
from amowidget.errors import AmowidgetError, Exit


@dataclass(frozen=True)
class Done:
    name: str
    error: AmowidgetError | None = None


def targets(count: int, hosts: int = 1000) -> list[Target]:
    return [Target(f"t{number}", f"h{number % hosts}.amocrm.ru") for number in range(count)]


def failing(*names: str, code: str = "archive.rejected", pause_s: float = 0.0) -> "Act":
    return Act(names, code, pause_s)


class Act:
    """Work that fails for some targets, and remembers what was at work at once."""

    def __init__(self, names: tuple[str, ...], code: str, pause_s: float) -> None:
        self.names, self.code, self.pause_s = names, code, pause_s
        self.begun: list[str] = []
        self.hosts: list[str] = []
        self.most = 0
        self.lock = threading.Lock()

    def __call__(self, target: Target, reins: Reins) -> Done:
        with self.lock:
            self.begun.append(target.name)
            assert target.host not in self.hosts
            self.hosts.append(target.host)
            self.most = max(self.most, len(self.hosts))
        time.sleep(self.pause_s)
        with self.lock:
            self.hosts.remove(target.host)
        return Done(target.name, AmowidgetError(self.code, "No.") if target.name in self.names else None)


def skipped(target: Target, error: AmowidgetError) -> Done:
    return Done(target.name, error)


def states(results: tuple[Done, ...]) -> str:
    return "".join("." if not done.error else "-" if done.error.code == NOT_BEGUN else "F" for done in results)


def test_all_are_done_in_their_order_and_so_many_at_a_time() -> None:
    act = failing(pause_s=0.01)
    results = each(Work(targets(20), act, skipped, Limits(jobs=4)))
    assert [done.name for done in results] == [f"t{number}" for number in range(20)]
    assert act.most == 4
    assert exit_of(results) is Exit.DONE


def test_two_targets_in_one_account_are_never_at_work_at_once() -> None:
    act = failing(pause_s=0.005)  # it asserts so itself
    results = each(Work(targets(20, hosts=3), act, skipped, Limits(jobs=8)))
    assert states(results) == "." * 20
    assert act.most <= 3


@pytest.mark.parametrize(
    ("jobs", "max_failures", "failed", "expected"),
    [
        (1, 1, "t2", "..F---"),
        (1, 2, "t2", "..F..."),
        (1, 2, "t0 t3", "F..F--"),
        (1, None, "t0 t1 t2", "FFF..."),
        (6, 1, "t0", "F....."),
    ],
)
def test_failures_stop_what_has_not_begun(jobs: int, max_failures: int | None, failed: str, expected: str) -> None:
    act = failing(*failed.split(), pause_s=0.05)
    results = each(Work(targets(6), act, skipped, Limits(jobs, max_failures)))
    assert states(results) == expected
    assert act.begun == [done.name for done in results if not (done.error and done.error.code == NOT_BEGUN)]


def test_a_deactivated_widget_stops_also_what_is_at_work_before_it_is_sent() -> None:
    sent: list[str] = []
    is_off = threading.Event()

    def act(target: Target, reins: Reins) -> Done:
        try:
            if target.name == "t0":
                raise AmowidgetError("account.deactivated", "It is off.")
            while not is_off.is_set():  # at work, and not sent yet
                reins.go_on()
                time.sleep(0.01)
            sent.append(target.name)
            return Done(target.name)
        except AmowidgetError as error:
            return Done(target.name, error)

    results = each(Work(targets(4), act, skipped, Limits(2, 100)))
    assert states(results) == "F---"
    assert sent == []


def test_news_come_in_the_callers_thread_and_in_order() -> None:
    told: list[News[Done]] = []
    here = threading.current_thread()

    def on_news(news: News[Done]) -> None:
        assert threading.current_thread() is here
        told.append(news)

    def act(target: Target, reins: Reins) -> Done:
        reins.step("Half way ...")
        return Done(target.name, AmowidgetError("archive.rejected", "No.") if target.name == "t1" else None)

    each(Work(targets(3), act, skipped, Limits(jobs=1)), on_news)
    seen = [(news.target.name, news.state, news.step) for news in told]
    assert seen == [
        ("t0", State.RUNNING, ""),
        ("t0", State.RUNNING, "Half way ..."),
        ("t0", State.DONE, ""),
        ("t1", State.RUNNING, ""),
        ("t1", State.RUNNING, "Half way ..."),
        ("t1", State.FAILED, ""),
        ("t2", State.NOT_BEGUN, ""),
    ]


def test_a_bug_in_one_thread_lets_the_others_end_and_is_raised_then() -> None:
    ended: list[str] = []

    def act(target: Target, reins: Reins) -> Done:
        if target.name == "t0":
            time.sleep(0.05)
            raise ZeroDivisionError
        time.sleep(0.1)
        ended.append(target.name)
        return Done(target.name)

    told: list[News[Done]] = []
    with pytest.raises(ZeroDivisionError):
        each(Work(targets(9), act, skipped, Limits(2)), told.append)
    assert "t1" in ended
    assert len(ended) < 8
    assert {news.target.name for news in told if news.state is State.DONE} == set(ended)


@pytest.mark.parametrize("at", range(1, 6))
def test_an_interrupt_while_something_is_told_lets_end_what_is_at_work(at: int) -> None:
    begun: list[str] = []
    ended: list[str] = []
    told: list[News[Done]] = []

    def act(target: Target, reins: Reins) -> Done:
        begun.append(target.name)
        reins.step("On the way ...")
        time.sleep(0.1)
        ended.append(target.name)
        return Done(target.name)

    def on_news(news: News[Done]) -> None:
        told.append(news)
        if len(told) == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        each(Work(targets(9), act, skipped, Limits(2)), on_news)
    assert begun
    assert sorted(begun) == sorted(ended)
    assert len(begun) < 9


def test_a_second_interrupt_waits_for_nobody() -> None:
    ended = threading.Event()

    def act(target: Target, reins: Reins) -> Done:
        ended.wait(5)
        return Done(target.name)

    def on_news(news: News[Done]) -> None:
        raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        each(Work(targets(2), act, skipped, Limits(2)), on_news)
    assert not ended.is_set()
    assert time.monotonic() - start < 4
    ended.set()


def test_nothing_to_do_is_done() -> None:
    assert each(Work([], failing(), skipped)) == ()


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("", Exit.DONE),
        ("verify.stale network.timeout archive.rejected", Exit.REFUSED),
        ("verify.stale network.timeout usage.bad_value", Exit.SURROUNDINGS),
        ("usage.credentials_missing verify.stale", Exit.UNPROVEN),
        ("usage.credentials_missing deploy.not_begun", Exit.USAGE),
        ("deploy.not_begun account.deactivated", Exit.REFUSED),
        ("deploy.not_begun", Exit.USAGE),
    ],
)
def test_the_exit_code_of_several(codes: str, expected: Exit) -> None:
    results = [Done("a"), *(Done("x", AmowidgetError(code, "No.")) for code in codes.split())]
    assert exit_of(results) is expected
