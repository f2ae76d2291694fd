"""The stand-in's routes put together; what each answers is written in the module of its part."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from amowidget.sandbox import integrations, login, served_files, upload, widgets
from amowidget.sandbox.desk import Desk, as_json
from amowidget.sandbox.gate import account_page, login_page
from amowidget.sandbox.guard import Guard

_HOST = Path(__file__).with_name("host")
_ACCOUNT_PAGES = ("/", "/amo-market/", "/amo-market", "/settings/widgets/", "/settings/widgets")


def application(desk: Desk) -> Starlette:
    """Return the account's web application."""

    async def account(request: Request) -> Response:
        return account_page(desk, request)

    async def identity(request: Request) -> Response:  # noqa: ARG001  as the framework calls it
        # Other commands of the project ask whether the address that they know is still this account's.
        return as_json({"integration": desk.store.memory.seeded})

    async def elsewhere(request: Request) -> Response:
        if not desk.is_logged_in(request):
            return login_page(desk, request)
        return as_json({"title": "Not found", "status": 404}, 404)

    routes: list[Route | Mount] = [Route(path, account, methods=["GET"]) for path in _ACCOUNT_PAGES]
    for part in (login, integrations, upload, widgets, served_files):
        routes += part.routes(desk)
    routes.append(Route("/stand-in/identity", identity, methods=["GET"]))
    routes.append(Mount("/stand-in", StaticFiles(directory=_HOST / "static")))
    routes.append(Route("/{path:path}", elsewhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]))
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard)],
        exception_handlers={ClientDisconnect: _cut, 400: _bad_request},
    )


async def _cut(request: Request, error: Exception) -> Response:  # noqa: ARG001  as the framework calls it
    return PlainTextResponse("The body was cut off or too large.", 413)


async def _bad_request(request: Request, error: Exception) -> Response:  # noqa: ARG001  as the framework calls it
    return as_json({"error": "The request cannot be read"}, 400)
