"""Does one thing for many targets, some at a time: what fails in one account stops what has not begun, and no more.

What is done for a target is handed in. Everything that tells of it is called in the caller's own thread.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from amowidget.config.project import Target
from amowidget.errors import AmowidgetError, Exit

_POLL_S = 0.2  # a wait without an end would not hear Ctrl-C on Windows
_LOUDEST = (Exit.REFUSED, Exit.SURROUNDINGS, Exit.UNPROVEN, Exit.WIDGET, Exit.USAGE)
_STOPS_ALL = "account.deactivated"
LEAVING = "interrupted; waiting for its end, Ctrl-C again leaves it"
NOT_BEGUN = "deploy.not_begun"


class Result(Protocol):
    """What came of one target; `error` tells why it did not come to its end."""

    @property
    def error(self) -> AmowidgetError | None:
        """Why it did not come to its end."""


R = TypeVar("R", bound=Result)


class State(StrEnum):
    """How far a target has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many targets are at work at once, and after how many failures nothing new begins; None never stops."""

    jobs: int = 2
    max_failures: int | None = 1


@dataclass(frozen=True, slots=True)
class News(Generic[R]):
    """A target has come further: a step of its work in words, or its result."""

    target: Target
    state: State
    step: str = ""
    result: R | None = None


class Reins:
    """What the work on one target is given: it tells its steps, and asks before a point of no return."""

    def __init__(self, tell: Callable[[str], None], is_stopped: Callable[[], bool]) -> None:
        self._tell = tell
        self._is_stopped = is_stopped

    def step(self, text: str) -> None:
        """Tell a step."""
        self._tell(text)

    def go_on(self) -> None:
        """Refuse to go on when all targets have to stop; to be called right before something is changed."""
        if self._is_stopped():
            raise not_begun()


@dataclass(frozen=True, slots=True)
class Work(Generic[R]):
    """What is done for each target: `act` does it, `skip` makes the result of a target that was not begun."""

    targets: Sequence[Target]
    act: Callable[[Target, Reins], R]
    skip: Callable[[Target, AmowidgetError], R]
    limits: Limits = field(default_factory=Limits)


def each(work: Work[R], on_news: Callable[[News[R]], None] = lambda news: None) -> tuple[R, ...]:
    """Do the work for every target and return the results in the order of the targets.

    Two targets in one account are never at work at once. Ctrl-C lets end what is at work, and begins nothing new.
    """
    crew = _Crew(work)
    crew.start()
    try:
        _show(crew, on_news)
    finally:
        crew.stop()
    results = dict(crew.results)
    for target in work.targets:
        if target.name not in results:
            skipped = work.skip(target, not_begun())
            results[target.name] = skipped
            on_news(News(target, State.NOT_BEGUN, "", skipped))
    crew.raise_what_was_not_foreseen()
    return tuple(results[target.name] for target in work.targets)


def _show(crew: "_Crew[R]", on_news: Callable[[News[R]], None]) -> None:
    """Tell what the threads tell until the last one has ended; on Ctrl-C until those at work have ended.

    Ctrl-C may come at any moment, also while something is told: what is at work is waited for all the same.
    """
    was_interrupted = False
    while True:
        try:
            while (news := crew.next_news()) is not None:
                on_news(news)
            break
        except KeyboardInterrupt:
            if was_interrupted:
                raise
            was_interrupted = True
            crew.stop()
            for target in crew.at_work:
                on_news(News(target, State.RUNNING, LEAVING))
    if was_interrupted:
        raise KeyboardInterrupt


def not_begun() -> AmowidgetError:
    """Return the error of a target to which nothing was sent, because others failed."""
    return AmowidgetError(
        NOT_BEGUN,
        "Nothing was uploaded to it, because of what happened to another target.",
        "Look at the failure first; then `--failed` goes on where it stopped.",
    )


def exit_of(results: Sequence[Result]) -> Exit:
    """Return the exit code of several results: 3 when an account refused, else 4, else 5, else what went wrong here."""
    codes = {result.error.exit_code for result in results if result.error and result.error.code != NOT_BEGUN}
    if not codes:
        return Exit.USAGE if any(result.error for result in results) else Exit.DONE
    return next((code for code in _LOUDEST if code in codes), max(codes))


class _Crew(Generic[R]):
    """The threads at work, what waits for them, and what they have to tell.

    They are daemons, so that a second Ctrl-C ends the process even while an account does not answer.
    """

    def __init__(self, work: Work[R]) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._waiting = list(work.targets)
        self._at_work: dict[str, Target] = {}
        self._failures = 0
        self._is_ending = False  # nothing new begins
        self._is_stopped = False  # and nothing is uploaded any more
        self._unforeseen: BaseException | None = None
        self._told: queue.SimpleQueue[News[R] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._ended = 0
        self.results: dict[str, R] = {}

    def start(self) -> None:
        count = min(self._work.limits.jobs, len(self._work.targets))
        self._threads = [threading.Thread(target=self._labour, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._is_ending = self._is_stopped = True

    @property
    def at_work(self) -> tuple[Target, ...]:
        return tuple(self._at_work.values())

    def next_news(self) -> News[R] | None:
        """Return what a thread has to tell, or None when all of them have ended."""
        while self._ended < len(self._threads):
            try:
                news = self._told.get(timeout=_POLL_S)
            except queue.Empty:
                # An interrupt may have taken the word that a thread has ended with it.
                if not any(thread.is_alive() for thread in self._threads) and self._told.empty():
                    return None
                continue
            if news is not None:
                return news
            self._ended += 1
        return None

    def raise_what_was_not_foreseen(self) -> None:
        if self._unforeseen is not None:
            raise self._unforeseen

    def _labour(self) -> None:
        try:
            while (target := self._next()) is not None:
                self._work_on(target)
        except BaseException as error:  # noqa: BLE001  a bug of ours: told by the caller when the other threads have ended
            self._unforeseen = error
            self._is_ending = True
        finally:
            self._told.put(None)

    def _work_on(self, target: Target) -> None:
        self._told.put(News(target, State.RUNNING))
        reins = Reins(lambda text: self._told.put(News(target, State.RUNNING, text)), lambda: self._is_stopped)
        result: R | None = None
        try:
            result = self._work.act(target, reins)
        finally:
            with self._changed:
                state = self._counted(result.error if result else None)
                if result is not None:
                    self.results[target.name] = result
                del self._at_work[target.host]
                self._changed.notify_all()
        self._told.put(News(target, state, "", result))

    def _counted(self, error: AmowidgetError | None) -> State:
        if error is None:
            return State.DONE
        if error.code == NOT_BEGUN:
            return State.NOT_BEGUN
        self._failures += 1
        most = self._work.limits.max_failures
        self._is_stopped |= error.code == _STOPS_ALL
        self._is_ending |= self._is_stopped or (most is not None and self._failures >= most)
        return State.FAILED

    def _next(self) -> Target | None:
        """Return the next target whose account nobody is at work in; wait while there are only others."""
        with self._changed:
            while self._waiting and not self._is_ending:
                found = next((target for target in self._waiting if target.host not in self._at_work), None)
                if found is not None:
                    self._waiting.remove(found)
                    self._at_work[found.host] = found
                    return found
                self._changed.wait(_POLL_S)
            return None
