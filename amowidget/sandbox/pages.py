"""The stand-in's pages, filled in; their markup lies in host/."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).with_name("host")
_TITLES = {"amocrm": "amoCRM", "kommo": "Kommo"}


def login(platform: str, csrf_token: str, known_login: str) -> str:
    """Return the login page; `known_login` is shown, since the stand-in has one user."""
    return _filled("login.html", platform, csrf_token=csrf_token, login=known_login)


def account(platform: str) -> str:
    """Return the account's page with its integrations."""
    return _filled("account.html", platform)


def home(platform: str) -> str:
    """Return the address of the page of integrations; Kommo's is inferred from its menu."""
    return "/settings/widgets/" if platform == "kommo" else "/amo-market/"


def _filled(name: str, platform: str, **values: str) -> str:
    template = _environment().get_template(name)
    return template.render(platform=platform, title=_TITLES.get(platform, platform), home=home(platform), **values)


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
