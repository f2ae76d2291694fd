"""Shows the list of moderation: what of it is met, what is not, and what a person has to look at."""

import json
from io import StringIO

from amowidget.checks.moderation import Answer, Judged, answers, others
from amowidget.checks.registry import CHECKS
from amowidget.checks.settings import Settings
from amowidget.checks.styles import selector_starts
from amowidget.checks.unread import passed_over
from amowidget.cli.call import Call
from amowidget.cli.findings import Presentation, is_failed, put
from amowidget.deploy.validate import Verdict
from amowidget.errors import Exit
from amowidget.report import checklist, json_object, text
from amowidget.report.checklist import Page, Point, State


def show_checklist(call: Call, verdict: Verdict, settings: Settings, presentation: Presentation) -> int:
    """Show the list of moderation and return the exit code that the verdict stands for."""
    rules = [check.rule for check in CHECKS]
    judged = Judged(verdict.widget, verdict.findings, selector_starts(verdict.widget, settings.context))
    points = tuple(_point(answer) for answer in answers(judged, settings, rules))
    passed = passed_over(verdict.widget, settings.context)
    page = Page(settings.platform, points, others(verdict.findings), passed)
    fails = is_failed(verdict.findings, presentation.is_strict)
    if call.terminal.manner.is_json or presentation.form == "json":
        told = {
            "ok": not fails,
            "command": "validate",
            "checklist": [checklist.values(point) for point in page.points],
            "passed_over": list(page.passed_over),
            "others": json_object.values(page.others),
        }
        put(call, json.dumps(told) + "\n", presentation.output)
    else:
        stream = StringIO()
        checklist.render(page, stream)
        put(call, stream.getvalue(), presentation.output)
    if settings.select or settings.ignore:
        call.terminal.note("The checklist asks every rule: --select and --ignore change nothing in it.")
    if presentation.output:
        call.terminal.note(text.summary(verdict.findings))
    return Exit.WIDGET if fails else Exit.DONE


def _point(answer: Answer) -> Point:
    """Return how a demand stands; only where the silence of the rules proves something it is said to be met."""
    demand = answer.demand
    point = Point(demand.number, demand.asked, State.PERSON, answer.findings, demand.look)
    if answer.findings:
        return point._replace(state=State.FAILED)
    if answer.unread:
        return point._replace(findings=answer.remarks, look=checklist.UNREAD, named=answer.unread)
    if answer.remarks:
        return point._replace(findings=answer.remarks, look=demand.look or checklist.REMARKS)
    if answer.roots:
        return point._replace(look=checklist.ROOTS, named=answer.roots)
    if demand.look:
        return point
    return point._replace(state=State.PASSED if demand.is_proof else State.SILENT)
