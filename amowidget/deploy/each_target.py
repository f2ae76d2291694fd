"""Uploads to many targets, and asks many for their state: the runner of many over what is done for one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from amowidget.account.access import Access
from amowidget.account.session import OnProgress, Pace
from amowidget.config.project import Project, Target
from amowidget.deploy import kept_archives, prepared
from amowidget.deploy.many import Limits, News, Reins, State, Work, each
from amowidget.deploy.prepared import ArchiveSet
from amowidget.deploy.status import TargetState, of_target
from amowidget.deploy.upload import Order, Upload, upload_to
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive

Send = Callable[[Target, Access, Order], Upload]


@dataclass(frozen=True, slots=True)
class Door:
    """A target as it is reached now, with the access to it or with what is in the way."""

    target: Target
    access: Access | AmowidgetError


@dataclass(frozen=True, slots=True)
class Crew:
    """How several targets are served: what each is to do with its archive, how many at a time, and who watches.

    `watched` is entered for the length of each stage and yields who takes the news; `send` is what is done for one
    target; all sessions keep the distance of the one `pace`.
    """

    order_for: Callable[[Archive], Order]
    limits: Limits = field(default_factory=Limits)
    watched: Callable[[], AbstractContextManager[Callable[[News[Any]], None]]] = lambda: nullcontext(lambda news: None)
    pace: Pace = field(default_factory=Pace)
    send: Send = upload_to


def upload_each(doors: Sequence[Door], archives: Mapping[str, Archive], crew: Crew) -> tuple[Upload, ...]:
    """Upload the archive of each target; one that cannot be entered has failed before any other begins."""
    shut = {door.target.name: door.access for door in doors if isinstance(door.access, AmowidgetError)}
    access = {door.target.name: door.access for door in doors if isinstance(door.access, Access)}

    def failed(target: Target, error: AmowidgetError) -> Upload:
        return Upload(target.name, target.host, target.integration, archives[target.name], error=error)

    def act(target: Target, reins: Reins) -> Upload:
        return crew.send(target, access[target.name], _order_for(crew, archives[target.name], reins))

    limits = crew.limits
    left = None if limits.max_failures is None else limits.max_failures - len(shut)
    if left is not None and left <= 0:
        limits = replace(limits, jobs=0)
    results: dict[str, Upload] = {}
    with crew.watched() as on_news:
        for door in doors:
            if door.target.name in shut:
                results[door.target.name] = failed(door.target, shut[door.target.name])
                on_news(News(door.target, State.FAILED, "", results[door.target.name]))
        targets = [door.target for door in doors if door.target.name in access]
        for result in each(Work(targets, act, failed, replace(limits, max_failures=left)), on_news):
            results[result.target] = result
    return tuple(results[door.target.name] for door in doors)


def remembering(project: Project, made: ArchiveSet) -> Send:
    """Return what uploads to one target and remembers: the archive for a rollback, and in the set that it is done."""

    def send(target: Target, access: Access, order: Order) -> Upload:
        result = upload_to(target, access, order)
        kept_archives.remember_upload(project, result)
        if result.error is None:
            prepared.record(project, made, {target.name: prepared.DONE})
        return result

    return send


def state_of_each(
    doors: Sequence[Door],
    archives: Mapping[str, Archive | None],
    limits: Limits,
    on_news: Callable[[News[TargetState]], None] = lambda news: None,
) -> tuple[TargetState, ...]:
    """Ask each account what it serves, and compare it with the archive of the target; a failure is that target's own."""
    pace = Pace()
    access = {door.target.name: door.access for door in doors}

    def failed(target: Target, error: AmowidgetError) -> TargetState:
        return TargetState(target.name, target.host, error=error)

    def act(target: Target, reins: Reins) -> TargetState:
        entry = access[target.name]
        if isinstance(entry, AmowidgetError):
            return failed(target, entry)
        reins.step("Asking ...")
        return of_target(target, replace(entry, pace=pace), archives[target.name])

    return each(Work([door.target for door in doors], act, failed, limits), on_news)


def _order_for(crew: Crew, archive: Archive, reins: Reins) -> Order:
    waiting = "Waiting until the account serves it"
    order = crew.order_for(archive)
    patience = replace(order.patience, pace=crew.pace, on_wait=lambda left_s: reins.step(f"{waiting} ({left_s:.0f} s)"))
    return replace(
        order,
        patience=patience,
        on_step=reins.step,
        before_sending=reins.go_on,
        on_progress=_percents(reins),
    )


def _percents(reins: Reins) -> OnProgress:
    """Return what tells the bytes that are sent as a step: each percent once, however many pieces it is made of."""
    told = -1

    def on_progress(done: int, total: int) -> None:
        nonlocal told
        percent = done * 100 // total if total else 100
        if percent != told:
            told = percent
            reins.step(f"Uploading {percent} %")

    return on_progress
