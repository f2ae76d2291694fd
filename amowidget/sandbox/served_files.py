"""The widget's files as browsers get them, with a cache before the account that makes a missing bump visible."""

import io
import mimetypes
import time
import zipfile
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amowidget.sandbox.desk import Desk
from amowidget.sandbox.state import Integration

_EDGE_ENTRIES = 5_000
_TYPES = {".js": "application/javascript", ".json": "application/json", ".twig": "text/plain; charset=utf-8"}


def routes(desk: Desk) -> list[Route]:
    """Return the routes of this part."""

    async def served(request: Request) -> Response:
        return _served(desk, request)

    return [
        Route("/upl/{code}/{number:int}/widget/{path:path}", served, methods=["GET"]),
        Route("/upl/{code}/widget/{path:path}", served, methods=["GET"]),
    ]


def _served(desk: Desk, request: Request) -> Response:
    entry = desk.by_code(request.path_params["code"])
    path = request.path_params["path"]
    if entry is None or not entry.archive or desk.plays(request, "files-404"):
        return Response("Not found", 404)
    name = _archive_name(desk, entry, request)
    data = _content(desk, name, path)
    if data is None:
        return Response("Not found", 404)
    if path == "script.js" and desk.plays(request, "served-differs"):
        data += b"\n/* altered by the account */\n"
    # A browser keeps the file for a day under its address with the query: the same ?v=, the same bytes.
    headers = {"Cache-Control": "public, max-age=86400", "Access-Control-Allow-Origin": "*"}
    return Response(data, headers=headers, media_type=_type(path))


def _archive_name(desk: Desk, entry: Integration, request: Request) -> str:
    """Return which archive answers: what a cache keeps for this address, or what the account holds now."""
    if entry.previous_archive and _is_late(desk, entry, request):
        return entry.previous_archive
    if "no-cache" in request.headers.get("cache-control", ""):
        return entry.archive
    address = f"{request.url.path}?{request.url.query}"
    kept = desk.store.memory.edge.get(address)
    if kept and desk.store.archive(kept) is not None:
        return kept
    with desk.store.changing() as memory:
        for old in list(memory.edge)[: max(0, len(memory.edge) - _EDGE_ENTRIES)]:
            del memory.edge[old]
        memory.edge[address] = entry.archive
    return entry.archive


def _is_late(desk: Desk, entry: Integration, request: Request) -> bool:
    """Return whether a failure still keeps this address old; such a cache heeds no header of the asker."""
    age_s = time.time() - entry.uploaded_at
    if age_s < desk.number(request, "stale-script"):
        return True
    is_versioned = request.query_params.get("v") == desk.listed_version(request, entry)
    return age_s < desk.number(request, "stale-cache" if is_versioned else "stale-origin")


def _content(desk: Desk, name: str, path: str) -> bytes | None:
    data = desk.store.archive(name)
    return _files(data).get(path) if data is not None else None


@lru_cache(maxsize=8)
def _files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def _type(path: str) -> str:
    end = path[path.rfind(".") :].lower()
    return _TYPES.get(end) or mimetypes.guess_type(path)[0] or "application/octet-stream"
