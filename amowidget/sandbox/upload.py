"""The upload of an archive, and its removal (sections 3.5 to 3.7)."""

import time
from collections.abc import Callable

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from amowidget.sandbox.desk import Desk, as_json, now_s, problem
from amowidget.sandbox.gate import login_page
from amowidget.sandbox.integrations import new_code
from amowidget.sandbox.state import Integration
from amowidget.sandbox.validation import Refused, Taken, judged

_AGREEMENT_STATES = ("not_defined", "accepted", "performed")


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this part."""

    async def uploaded(request: Request) -> Response:
        # Read to the end whatever the answer will be: a client that is still sending would wait for ever.
        data = await _archive(request)
        if not desk.is_logged_in(request):
            return login_page(desk, request)
        entry = desk.integration(request)
        if entry is None:
            return as_json({"error": "Widget not found"}, 404)  # what the account answers is unknown
        return _played(desk) or _uploaded(desk, entry, data)

    async def removed(request: Request) -> Response:
        entry = desk.integration(request)
        if not desk.is_logged_in(request) or entry is None:
            return login_page(desk, request)
        with desk.store.changing():
            entry.archive = entry.version = ""
            entry.is_installed = entry.is_active = False
        return as_json({"response": True})

    async def agreement(request: Request) -> Response:
        return _agreement(desk) if desk.is_logged_in(request) else login_page(desk, request)

    made = [Route("/ajax/v4/additional_agreements", agreement, methods=["GET"])]
    for end in ("", "/"):
        made.append(Route("/ajax/widgets/{uuid}/widget/upload" + end, uploaded, methods=["POST"]))
        made.append(Route("/ajax/widgets/{uuid}/widget/delete" + end, removed, methods=["DELETE"]))
    return made


async def _archive(request: Request) -> bytes | None:
    async with request.form(max_files=5, max_fields=20) as form:
        part = form.get("widget")
        return await part.read() if isinstance(part, UploadFile) else None


def _played(desk: Desk) -> Response | None:
    state = desk.faults.text("agreement")
    if state in ("not_defined", "accepted"):
        return as_json({"error": "You have not filled additional agreement"}, 400)  # observed
    answers: dict[str, Callable[[], Response]] = {
        "upload-200-error": lambda: as_json({"error": "Something went wrong"}),
        "upload-403": lambda: problem(403, "Forbidden"),
        "upload-413": lambda: HTMLResponse("<h1>413 Request Entity Too Large</h1>", 413),
        "upload-429": lambda: as_json({"error": "Too many requests"}, 429, {"Retry-After": "1"}),
        "upload-500-html": lambda: HTMLResponse("<h1>500 Internal Server Error</h1>", 500),
        "empty-answer": lambda: Response(b"", 200),
    }
    return next((answer() for name, answer in answers.items() if desk.faults.has(name)), None)


def _uploaded(desk: Desk, entry: Integration, data: bytes | None) -> Response:
    if data is None:
        return as_json({"error": 'The part "widget" is missing'}, 400)
    try:
        taken = judged(data, desk.profile, desk.faults.has("linter"))
    except Refused as refused:
        return as_json({"error": str(refused)}, 400)
    if not desk.faults.has("lost-upload"):
        _keep(desk, entry, taken, data)
    return as_json({"response": True, "langs": taken.langs, "code": entry.code})


def _keep(desk: Desk, entry: Integration, taken: Taken, data: bytes) -> None:
    name = f"{entry.uuid}-{entry.uploads + 1}"
    desk.store.keep_archive(name, data)
    with desk.store.changing() as memory:
        entry.code = entry.code or new_code()
        # Assumed: the files' address changes with the version. A missing bump then shows as it does for users, whose
        # browsers and caches keep what they have under an address that they know.
        if entry.version != taken.version or not entry.archive:
            entry.number += 1
        entry.uploads += 1
        entry.version = taken.version
        entry.version_time = max(now_s(), entry.version_time + 1)
        entry.uploaded_at = time.time()
        entry.previous_archive, entry.archive = entry.archive, name
        if desk.faults.has("deactivate-after-upload"):
            entry.is_active = False
        memory.cache_version += 1


def _agreement(desk: Desk) -> Response:
    state = desk.faults.text("agreement") or "performed"
    if desk.platform == "kommo" or state not in _AGREEMENT_STATES:
        return as_json({"error": "Not found"}, 404)
    is_new = desk.faults.has("agreement")
    return as_json({"status": state, "is_tech_account": False, "is_new_account": is_new, "entity_type": "legal_entity"})
