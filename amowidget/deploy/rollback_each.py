"""A rollback of several targets: to each the archive that it had before, all under one fresh version."""

from collections.abc import Sequence
from dataclasses import replace

from amowidget.config.project import Project, Target
from amowidget.deploy import prepared, rollback, transaction
from amowidget.deploy.ask_each import Answer, asked_each, is_stopped, unsent
from amowidget.deploy.deploy_each import sender
from amowidget.deploy.each_target import Crew, Door, upload_each
from amowidget.deploy.journal import Journal, begun
from amowidget.deploy.kept_archives import Kept
from amowidget.deploy.prepared import ArchiveSet
from amowidget.deploy.rollback import Rollback
from amowidget.deploy.transaction import UNTOUCHED, Deployed
from amowidget.deploy.upload import Upload
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive


def rollback_each(project: Project, doors: Sequence[Door], wanted: str | None, crew: Crew) -> Rollback:
    """Upload an earlier archive to each target again and prove it; the source is not touched.

    A target for which none is kept has failed before anything begins, as one that cannot be asked.
    """
    chosen: dict[str, Kept] = {}
    answers = tuple(_chosen(project, answer, wanted, chosen) for answer in asked_each(doors, crew))
    again = {name: kept.version for name, kept in chosen.items()}
    left_out = {result.target: result for result in unsent(answers)}
    if is_stopped(answers, crew):
        return Rollback(again, Deployed(UNTOUCHED, tuple(left_out.values())))
    going = [answer for answer in answers if answer.error is None]
    targets = [answer.door.target for answer in going]
    version = rollback.version_above(project, targets, [text for answer in going for text in answer.versions])
    journal = begun(project, rollback.line(chosen, wanted))

    def packed() -> ArchiveSet:
        return _rewritten(project, targets, chosen, version, journal)

    def sent(made: ArchiveSet) -> tuple[Upload, ...]:
        limits = crew.limits
        if limits.max_failures is not None:
            limits = replace(limits, max_failures=limits.max_failures - (len(answers) - len(going)))
        crew_of_it = replace(crew, limits=limits, send=sender(project, made, journal))
        return upload_each([answer.door for answer in going], made.archives, crew_of_it)

    done = transaction.carried_out(project, journal, packed, sent)
    results = {**left_out, **{result.target: result for result in done.results}}
    if done.results:
        done = replace(done, results=tuple(results[answer.door.target.name] for answer in answers))
    return Rollback(again, done)


def _chosen(project: Project, answer: Answer, wanted: str | None, chosen: dict[str, Kept]) -> Answer:
    """Choose the archive of a target that has answered, into `chosen`; where there is none, that is its failure."""
    target = answer.door.target
    if answer.error:
        return answer
    try:
        chosen[target.name] = rollback.choose(project, target, answer.served, wanted)
    except AmowidgetError as error:
        return Answer(Door(target, error), error=error)
    return answer


def _rewritten(
    project: Project, targets: Sequence[Target], chosen: dict[str, Kept], version: str, journal: Journal
) -> ArchiveSet:
    """Write each of the chosen archives anew, once, and keep them as the set that `--failed` goes on with."""
    written: dict[str, Archive] = {}
    archives: dict[str, Archive] = {}
    for target in targets:
        kept = chosen[target.name]
        if kept.digest not in written:
            again = rollback.rewritten(project, kept, version)
            written[kept.digest] = prepared.taken_in(project, again)
        archives[target.name] = transaction.kept_for(project, target.name, written[kept.digest], journal, kept.version)
    return prepared.keep(project, targets, archives)
