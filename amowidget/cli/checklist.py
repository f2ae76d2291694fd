"""Shows the list of moderation: what of it is met, what is not, and what a person has to look at."""

import json
from io import StringIO

from amowidget.checks.moderation import Answer, answers, others
from amowidget.checks.registry import CHECKS
from amowidget.checks.settings import Settings
from amowidget.cli.call import Call
from amowidget.cli.findings import Presentation, is_failed, put
from amowidget.deploy.validate import Verdict
from amowidget.errors import Exit
from amowidget.report import checklist, json_object, text
from amowidget.report.checklist import Point, State


def show_checklist(call: Call, verdict: Verdict, settings: Settings, presentation: Presentation) -> int:
    """Show the list of moderation and return the exit code that the verdict stands for."""
    rules = [check.rule for check in CHECKS]
    points = [_point(answer) for answer in answers(verdict.findings, settings, rules)]
    left = others(verdict.findings)
    fails = is_failed(verdict.findings, presentation.is_strict)
    if call.terminal.manner.is_json:
        told = {"ok": not fails, "command": "validate", "checklist": [checklist.values(point) for point in points]}
        put(call, json.dumps({**told, "others": json_object.values(left)}) + "\n", presentation.output)
    else:
        stream = StringIO()
        checklist.render(points, left, stream, settings.platform)
        put(call, stream.getvalue(), presentation.output)
    if presentation.output:
        call.terminal.note(text.summary(verdict.findings))
    return Exit.WIDGET if fails else Exit.DONE


def _point(answer: Answer) -> Point:
    demand = answer.demand
    look = demand.look or ("" if answer.is_seen else checklist.UNREAD)
    if answer.findings:
        state = State.FAILED
    elif answer.is_seen and not demand.look:
        state = State.PASSED
    else:
        state = State.PERSON
    return Point(demand.number, demand.asked, state, answer.findings, look)
