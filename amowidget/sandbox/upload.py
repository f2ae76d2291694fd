"""The upload of an archive, and its removal (sections 3.5 to 3.7)."""

import time
from collections.abc import Callable

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from amowidget.sandbox.desk import Desk, as_json, now_s, problem
from amowidget.sandbox.gate import login_page, refusal
from amowidget.sandbox.integrations import new_code
from amowidget.sandbox.state import Integration
from amowidget.sandbox.validation import Refused, Taken, judged


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this part."""

    async def uploaded(request: Request) -> Response:
        # Read to the end whatever the answer will be: a client that is still sending would wait for ever.
        data = await _archive(request)
        refused = refusal(desk, request)
        if refused is not None:
            return refused
        entry = desk.integration(request)
        if entry is None:
            return as_json({"error": "Widget not found"}, 404)  # what the account answers is unknown
        if desk.is_foreign(request, entry):
            return as_json({"error": "widget not found"}, 400)  # the words are recorded, for another cause
        return _played(desk, request) or _uploaded(desk, request, entry, data)

    async def removed(request: Request) -> Response:
        refused = refusal(desk, request)
        if refused is not None:
            return refused
        entry = desk.integration(request)
        if entry is None or desk.is_foreign(request, entry):
            return problem(404, "Not found")
        with desk.store.changing():
            entry.archive = entry.version = ""
            entry.is_installed = entry.is_active = False
        return as_json({"response": True})

    async def agreement(request: Request) -> Response:
        return _agreement(desk, request) if desk.is_logged_in(request) else login_page(desk, request)

    made = [Route("/ajax/v4/additional_agreements", agreement, methods=["GET"])]
    for end in ("", "/"):
        made.append(Route("/ajax/widgets/{uuid}/widget/upload" + end, uploaded, methods=["POST"]))
        made.append(Route("/ajax/widgets/{uuid}/widget/delete" + end, removed, methods=["DELETE"]))
    return made


async def _archive(request: Request) -> bytes | None:
    async with request.form(max_files=5, max_fields=20) as form:
        part = form.get("widget")
        return await part.read() if isinstance(part, UploadFile) else None


def _played(desk: Desk, request: Request) -> Response | None:
    state = None if desk.is_kommo else desk.value(request, "agreement")
    if state in ("not_defined", "accepted"):
        return as_json({"error": "You have not filled additional agreement"}, 400)  # observed
    answers: dict[str, Callable[[str], Response]] = {
        "upload-200-error": lambda text: as_json({"error": text}),
        "upload-400": lambda text: as_json({"error": text}, 400),
        "upload-401": lambda _: login_page(desk, request),
        "upload-403": lambda _: problem(403, "Forbidden"),
        "upload-404": lambda _: problem(404, "Not found"),
        "upload-413": lambda _: HTMLResponse("<h1>413 Request Entity Too Large</h1>", 413),
        "upload-429": lambda seconds: as_json({"error": "Too many requests"}, 429, {"Retry-After": seconds}),
        "upload-500-html": lambda _: HTMLResponse("<h1>500 Internal Server Error</h1>", 500),
        "upload-502": lambda _: _bad_gateway(),
        "empty-answer": lambda _: Response(b"", 200),
    }
    for name, answer in answers.items():
        value = desk.value(request, name)
        if value is not None:
            return answer(value)
    return None


def _bad_gateway() -> Response:
    return HTMLResponse("<h1>502 Bad Gateway</h1>", 502)


def _uploaded(desk: Desk, request: Request, entry: Integration, data: bytes | None) -> Response:
    if data is None:
        return as_json({"error": 'The part "widget" is missing'}, 400)
    try:
        taken = judged(data, desk.profile, desk.plays(request, "linter"))
    except Refused as refused:
        return as_json({"error": str(refused)}, 400)
    if not desk.plays(request, "lost-upload"):
        _keep(desk, request, entry, taken, data)
    if desk.plays(request, "upload-taken-502"):
        return _bad_gateway()
    return as_json({"response": True, "langs": taken.langs, "code": entry.code})


def _keep(desk: Desk, request: Request, entry: Integration, taken: Taken, data: bytes) -> None:
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
        if desk.plays(request, "deactivate-after-upload"):
            entry.is_active = False
        memory.cache_version += 1


def _agreement(desk: Desk, request: Request) -> Response:
    if desk.is_kommo:
        return as_json({"error": "Not found"}, 404)
    state = desk.value(request, "agreement")
    told = {"status": state or "performed", "is_tech_account": False, "is_new_account": state is not None}
    return as_json({**told, "entity_type": "legal_entity"})
