"""Asks several targets for their versions before anything is decided, and says whether too many of them failed to tell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from amowidget.config.project import Target
from amowidget.deploy import delivery
from amowidget.deploy.each_target import Crew, Door
from amowidget.deploy.many import NOT_BEGUN, News, Reins, State, Work, each, not_begun
from amowidget.deploy.transaction import Unsent
from amowidget.errors import AmowidgetError


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target said when it was asked for its versions: the door to go on through, or why it did not say them."""

    door: Door
    versions: tuple[str, ...] = ()
    served: str | None = None
    error: AmowidgetError | None = None


def asked_each(doors: Sequence[Door], crew: Crew) -> tuple[Answer, ...]:
    """Ask each target for its versions; the limits of the crew hold for that, too."""
    doors_of = {door.target.name: door for door in doors}

    def failed(target: Target, error: AmowidgetError) -> Answer:
        return Answer(Door(target, error), error=error)

    def act(target: Target, reins: Reins) -> Answer:
        access = doors_of[target.name].access
        if isinstance(access, AmowidgetError):
            return failed(target, access)
        reins.step("Asking for its versions ...")
        try:
            told = delivery.report(target, replace(access, pace=crew.pace))
        except AmowidgetError as error:
            return failed(target, error)
        return Answer(Door(target, told.access), told.versions, told.served)

    with crew.watched() as show:

        def on_news(news: News[Answer]) -> None:
            # How it ended is told with the results: an answer is no end of a deploy.
            show(News(news.target, State.RUNNING if news.step else State.WAITING, news.step))

        return each(Work([door.target for door in doors], act, failed, crew.limits), on_news)


def is_stopped(answers: Sequence[Answer], crew: Crew) -> bool:
    """Return whether nothing begins, because too many targets could not say their versions, or none could."""
    failures = sum(answer.error is not None and answer.error.code != NOT_BEGUN for answer in answers)
    most = crew.limits.max_failures
    return failures == len(answers) or (most is not None and failures >= most)


def unsent(answers: Sequence[Answer]) -> tuple[Unsent, ...]:
    """Return the results of targets of which none was sent anything."""
    targets = ((answer.door.target, answer.error or not_begun()) for answer in answers)
    return tuple(Unsent(target.name, target.host, target.integration, error) for target, error in targets)
