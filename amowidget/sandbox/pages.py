"""The stand-in's pages, filled in; their markup lies in host/."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).with_name("host")
_TITLES = {"amocrm": "amoCRM", "kommo": "Kommo"}


def login(csrf_token: str, known_login: str) -> str:
    """Return the login page; `known_login` is shown, since the stand-in has one user."""
    return _environment().get_template("login.html").render(csrf_token=csrf_token, login=known_login)


def account(platform: str) -> str:
    """Return the account's page with its integrations."""
    return _environment().get_template("account.html").render(platform=_TITLES.get(platform, platform))


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
