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
from amowidget.sandbox.journal import Recorder

_HOST = Path(__file__).with_name("host")
_ACCOUNT_PAGES = ("/", "/settings/widgets/", "/settings/widgets")
_MARKET_PAGES = ("/amo-market/", "/amo-market")


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

    # Kommo has no market of its own page: there the address is unknown, as any other.
    addresses = _ACCOUNT_PAGES if desk.is_kommo else (*_ACCOUNT_PAGES, *_MARKET_PAGES)
    routes: list[Route | Mount] = [Route(path, account, methods=["GET"]) for path in addresses]
    for part in (login, integrations, upload, widgets, served_files):
        routes += part.routes(desk)
    routes.append(Route("/stand-in/identity", identity, methods=["GET"]))
    routes += _read_by_tests(desk)
    routes.append(Mount("/stand-in", StaticFiles(directory=_HOST / "static")))
    routes.append(Route("/{path:path}", elsewhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]))
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard), Middleware(Recorder, journal=desk.journal)],
        exception_handlers={ClientDisconnect: _cut, 400: _bad_request},
    )


def _read_by_tests(desk: Desk) -> list[Route]:
    """Return the routes that no account has: what was asked, and what was sent by e-mail."""

    async def journal(request: Request) -> Response:
        if request.method == "DELETE":
            desk.journal.empty()
            return Response(status_code=204)
        return as_json(desk.journal.entries())

    async def mailbox(request: Request) -> Response:  # noqa: ARG001  as the framework calls it
        return as_json(desk.mailbox.letters())

    return [
        Route("/stand-in/journal", journal, methods=["GET", "DELETE"]),
        Route("/stand-in/mailbox", mailbox, methods=["GET"]),
    ]


async def _cut(request: Request, error: Exception) -> Response:  # noqa: ARG001  as the framework calls it
    return PlainTextResponse("The body was cut off or too large.", 413)


async def _bad_request(request: Request, error: Exception) -> Response:  # noqa: ARG001  as the framework calls it
    return as_json({"error": "The request cannot be read"}, 400)
