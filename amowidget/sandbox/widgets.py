"""The widgets that the account runs: listed for its pages, installed, set up, disabled; and the official API."""

import json
import math

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amowidget.sandbox.desk import Desk, as_json, posted, problem
from amowidget.sandbox.gate import login_page
from amowidget.sandbox.state import Integration
from amowidget.sandbox.validation import Refused, Taken, judged

_VERSION_HEADER = "X-Core-Widgets-Cache-Version"


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this part."""

    async def listed(request: Request) -> Response:
        return _listed(desk, request) if desk.is_logged_in(request) else login_page(desk, request)

    async def edited(request: Request) -> Response:
        return _edited(desk, await posted(request)) if desk.is_logged_in(request) else login_page(desk, request)

    async def api_list(request: Request) -> Response:
        return _api_list(desk, request) if desk.has_token(request) else problem(401, "Unauthorized")

    async def api_one(request: Request) -> Response:
        if not desk.has_token(request):
            return problem(401, "Unauthorized")
        entry = desk.by_code(request.path_params["code"])
        if entry is None or not entry.archive:
            return problem(404, "Not found")
        if request.method == "POST":
            _install(desk, entry, await posted(request))
        elif request.method == "DELETE":
            _disable(desk, entry)
            return Response(status_code=204)
        return as_json(_api_item(desk, entry))

    made = [
        Route("/api/v4/widgets", api_list, methods=["GET"]),
        Route("/api/v4/widgets/{code}", api_one, methods=["GET", "POST", "DELETE"]),
    ]
    for end in ("", "/"):
        made.append(Route("/ajax/widgets/list" + end, listed, methods=["POST"]))
        made.append(Route("/ajax/widgets/edit" + end, edited, methods=["POST"]))
    return made


def _listed(desk: Desk, request: Request) -> Response:
    memory = desk.store.memory
    # Not installed yet: not listed (observed on Kommo, where one save in the window was needed first).
    installed = [entry for entry in memory.integrations.values() if entry.is_installed]
    entries = {entry.code: _entry(desk, request, entry) for entry in installed}
    system = {"amouser": memory.login, "amohash": "", "area": "widgetsSettings"}
    return as_json({"widgets": entries or [], "system": system}, headers={_VERSION_HEADER: str(memory.cache_version)})


def _entry(desk: Desk, request: Request, entry: Integration) -> dict[str, object]:
    base = f"/upl/{entry.code}/{entry.number}/widget"
    addresses = {"src": f"{base}/script.js", "lang": f"{base}/i18n/ru.json", "path": base}
    if desk.plays(request, "no-file-address"):
        addresses = {}
    return {
        "id": entry.number,
        "name": next(iter(entry.name.values()), ""),
        "description": next(iter(entry.description.values()), ""),
        **addresses,
        "images_path": f"{base}/images",
        "settings": json.dumps(entry.settings, ensure_ascii=False),
        "active": "Y" if entry.is_active else "N",
        "status": "installed" if entry.is_active else "not_configured",
        "installed_version": desk.listed_version(request, entry),
        "init_once": "N",
        "category_id": 0,
        "oauth_client_uuid": entry.uuid,
        "support": {},
    }


def _edited(desk: Desk, fields: dict[str, object]) -> Response:
    entry = desk.by_code(str(fields.get("code") or ""))
    if entry is None:
        return as_json({"response": {"status": "error"}, "error": "widget not found"}, 404)
    if fields.get("widget_active") == "N":
        _disable(desk, entry)
    else:
        given = fields.get("settings")
        _install(desk, entry, given if isinstance(given, dict) else _bracketed(fields))
    return as_json({"response": {"status": "ok", "id": entry.number}})


def _bracketed(fields: dict[str, object]) -> dict[str, object]:
    return {key[9:-1]: value for key, value in fields.items() if key.startswith("settings[") and key.endswith("]")}


def _install(desk: Desk, entry: Integration, settings: dict[str, object]) -> None:
    with desk.store.changing() as memory:
        # Settings are lost when a widget is switched off and on again (observed on amoCRM).
        entry.settings = {**entry.settings, **settings} if entry.is_active else dict(settings)
        entry.is_installed = entry.is_active = True
        memory.cache_version += 1


def _disable(desk: Desk, entry: Integration) -> None:
    with desk.store.changing() as memory:
        entry.is_active = False
        entry.settings = {}
        memory.cache_version += 1


def _api_list(desk: Desk, request: Request) -> Response:
    entries = [entry for entry in desk.store.memory.integrations.values() if entry.archive]
    limit = min(max(_number(request, "limit", 50), 1), 250)
    page = max(_number(request, "page", 1), 1)
    shown = entries[(page - 1) * limit : page * limit]
    if not shown:
        return Response(status_code=204)
    return as_json(
        {
            "_total_items": len(entries),
            "_page": page,
            "_page_count": math.ceil(len(entries) / limit),
            "_embedded": {"widgets": [_api_item(desk, entry) for entry in shown]},
        }
    )


def _number(request: Request, name: str, usual: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else usual


def _api_item(desk: Desk, entry: Integration) -> dict[str, object]:
    taken = _taken(desk, entry)
    declared = taken.manifest.get("settings") if taken else None
    locations = taken.manifest.get("locations") if taken else None
    places = locations if isinstance(locations, list) else []
    template = [
        {
            "key": key,
            "name": value.get("name"),
            "type": value.get("type"),
            "is_required": bool(value.get("required")),
        }
        for key, value in (declared if isinstance(declared, dict) else {}).items()
        if isinstance(value, dict)
    ]
    return {
        "id": entry.number,
        "code": entry.code,
        "version": entry.version,
        "rating": 0,
        "settings_template": template,
        "is_lead_source": "lead_sources" in places,
        "is_work_with_dp": "digital_pipeline" in places,
        "is_crm_template": False,
        "client_uuid": entry.uuid,
        "is_active_in_account": entry.is_active,
        "pipeline_id": None,
    }


def _taken(desk: Desk, entry: Integration) -> Taken | None:
    data = desk.store.archive(entry.archive)
    try:
        return judged(data, "lenient") if data is not None else None
    except Refused:
        return None
