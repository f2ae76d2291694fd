"""Integrations: listed in both of the account's shapes, saved, shown, deleted (sections 3.2 and 3.3)."""

import re
import secrets
import uuid as uuids

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amowidget.sandbox import one_time_code
from amowidget.sandbox.desk import Desk, as_json, now_s, posted, problem
from amowidget.sandbox.gate import login_page, refusal
from amowidget.sandbox.state import Integration

_PAGE = 20
_TYPES = ("internal", "external")
_PRIVATE_HOST = re.compile(r"^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0|\[::1\])", re.I)


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this part, with and without `/ajax`, with and without a slash at the end."""

    async def listed(request: Request) -> Response:
        return _listed(desk, request) if desk.is_logged_in(request) else login_page(desk, request)

    async def created(request: Request) -> Response:
        fields = await posted(request)
        return refusal(desk, request) or _saved(desk, request, None, fields)

    async def one(request: Request) -> Response:
        fields = await posted(request) if request.method == "PATCH" else {}
        return refusal(desk, request) or _one(desk, request, fields)

    async def files(request: Request) -> Response:
        return refusal(desk, request) or Response(status_code=202)

    made = []
    for prefix in ("", "/ajax"):
        for end in ("", "/"):
            made += [
                Route(f"{prefix}/v3/clients{end}", created, methods=["POST"]),
                Route(f"{prefix}/v3/clients/{{uuid}}{end}", one, methods=["GET", "PATCH", "DELETE"]),
                Route(f"{prefix}/v3/clients/{{uuid}}/files{end}", files, methods=["POST"]),
            ]
    for end in ("", "/"):
        made.append(Route("/ajax/settings/widgets/category/own_integrations/{page:int}" + end, listed, methods=["GET"]))
    return made


def _listed(desk: Desk, request: Request) -> Response:
    items = _items(desk, request)
    is_repeated = desk.plays(request, "repeated-pages")
    if is_repeated:
        fill = ({"type": "integration", "name": f"Filler {number}"} for number in range(_PAGE))
        items.update({f"filler-{number}": dict(item) for number, item in enumerate(fill)})
    page = 1 if is_repeated else request.path_params["page"]
    # PHP writes [] for an empty map.
    shown: object = dict(list(items.items())[(page - 1) * _PAGE : page * _PAGE]) or []
    # Both shapes in one body, so that clients of the market and of the older page are served.
    body: dict[str, object] = {"integrations": shown, "widgets": {"own_integrations": {"installed": shown}}}
    if desk.plays(request, "listing-market"):
        del body["widgets"]
    elif desk.plays(request, "listing-legacy"):
        del body["integrations"]
    return as_json(body)


def _items(desk: Desk, request: Request) -> dict[str, dict[str, object]]:
    only = request.query_params.get("only_code")
    items = {
        (entry.code or entry.uuid): _item(desk, request, entry)
        for entry in desk.store.memory.integrations.values()
        if only in (None, entry.code) and not desk.is_foreign(request, entry)
    }
    if items and desk.plays(request, "duplicate-names"):
        key, item = next(iter(items.items()))
        copy = {**item, "client": {"uuid": str(uuids.uuid5(uuids.NAMESPACE_URL, key))}, "code": f"copy-of-{key}"[:40]}
        items[f"copy-of-{key}"] = copy
    return items


def _one(desk: Desk, request: Request, fields: dict[str, object]) -> Response:
    found = desk.integration(request)
    if found is None or desk.is_foreign(request, found):
        return problem(404, "Not found")  # status for an unknown or foreign uuid is assumed
    if request.method == "PATCH":
        return _saved(desk, request, found, fields)
    return _deleted(desk, found) if request.method == "DELETE" else as_json(_details(desk, request, found))


def _item(desk: Desk, request: Request, entry: Integration) -> dict[str, object]:
    return {
        "id": entry.uploads,
        "code": entry.code or entry.uuid,
        "uuid": entry.uuid,
        "type": "widget" if entry.archive else "integration",
        "name": _title(entry),
        "version": desk.listed_version(request, entry),
        "client": {"uuid": entry.uuid, "settings": {"is_amocrm_widget": bool(entry.archive)}},
        "oauth_client_uuid": entry.uuid,
        "status": "installed" if entry.is_installed else "install",
        "state": "installed" if entry.is_active else "disconnected",
        "is_private": True,
        "is_widget_owner": True,
    }


def _title(entry: Integration) -> str:
    names = (entry.name.get(locale) for locale in ("ru", "en", *entry.name))
    return next((name for name in names if name), "")


def _details(desk: Desk, request: Request, entry: Integration) -> dict[str, object]:
    return {
        "uuid": entry.uuid,
        "name": _title(entry),
        "description": next(iter(entry.description.values()), ""),
        "code": entry.code or None,
        "has_widget": bool(entry.archive),
        "version_time": entry.version_time,
        "is_enabled": entry.is_active,
        "integration_type": "common" if desk.is_kommo else entry.integration_type,
        "langs": {
            locale: {"name": entry.name.get(locale, ""), "description": entry.description.get(locale, "")}
            for locale in dict.fromkeys((*entry.name, *entry.description))
        },
        "_embedded": {"scopes": [{"name": scope} for scope in entry.scopes]},
        "_links": _links(desk, request, entry),
        # Of the stand-in's own page; no client may rely on them.
        "stand_in": {
            "version": entry.version,
            "is_installed": entry.is_installed,
            "uploads": entry.uploads,
            "revoke_access_hook_uri": entry.revoke_access_hook_uri,
        },
    }


def _links(desk: Desk, request: Request, entry: Integration) -> dict[str, object]:
    links: dict[str, object] = {"redirect_uri": {"href": entry.redirect_uri}}
    if entry.archive and not desk.plays(request, "no-file-address"):
        base = f"/upl/{entry.code}/{entry.number}/widget"
        version = desk.listed_version(request, entry)
        links["script"] = {"href": f"{base}/script.js?v={version}"}
        links["lang"] = {"href": f"{base}/i18n/ru.json?v={version}"}
        links["logo"] = {"href": f"{base}/images/logo_main.png?v={version}"}
    return links


def _saved(desk: Desk, request: Request, entry: Integration | None, fields: dict[str, object]) -> Response:
    names = _texts(fields.get("name"))
    refused = one_time_code.refusal(desk, request, fields, is_new=entry is None)
    mistake = refused or _mistake(desk, request, fields, names or (entry.name if entry else {}))
    if mistake is not None:
        return mistake
    with desk.store.changing() as memory:
        saved = entry or Integration(str(uuids.uuid4()), {})
        memory.integrations[saved.uuid] = saved
        _take(saved, fields, names)
    status = 202 if entry else 201  # 202 is observed, 201 assumed
    if entry is None and desk.plays(request, "save-200"):
        status = 200
    return as_json(_details(desk, request, saved), status)


def _mistake(desk: Desk, request: Request, fields: dict[str, object], names: dict[str, str]) -> Response | None:
    if not any(len(name) >= 3 for name in names.values()):
        return _invalid("name", "Too short")
    if desk.plays(request, "invalid-url"):
        return _invalid("redirect_uri", "Invalid URL")
    for key in ("redirect_uri", "revoke_access_hook_uri"):
        address = str(fields.get(key) or "")
        if _PRIVATE_HOST.match(address.partition("://")[2] or address):
            return _invalid(key, "Invalid URL")
    return None


def _invalid(name: str, reason: str) -> Response:
    return problem(400, "Bad request", **{"invalid-params": [{"name": name, "reason": [reason]}]})


def _take(entry: Integration, fields: dict[str, object], names: dict[str, str] | None) -> None:
    entry.name = names or entry.name
    entry.description = _texts(fields.get("description")) or entry.description
    entry.redirect_uri = str(fields.get("redirect_uri", entry.redirect_uri) or "")
    entry.revoke_access_hook_uri = str(fields.get("revoke_access_hook_uri", entry.revoke_access_hook_uri) or "")
    if fields.get("integration_type") in _TYPES:
        entry.integration_type = str(fields["integration_type"])
    scopes = fields.get("scopes")
    if isinstance(scopes, list):
        entry.scopes = [str(scope) for scope in scopes]


def _texts(value: object) -> dict[str, str] | None:
    if isinstance(value, dict):
        return {str(key): str(text) for key, text in value.items()}
    return {"ru": value, "en": value} if isinstance(value, str) and value else None


def _deleted(desk: Desk, entry: Integration) -> Response:
    with desk.store.changing() as memory:
        del memory.integrations[entry.uuid]
    return as_json({"response": True, "time": now_s()})


def new_code() -> str:
    """Return a widget code as the account makes them: forty characters (observed on Kommo)."""
    return secrets.token_hex(20)
