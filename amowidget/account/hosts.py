"""Which hosts are accounts: those of the vendors, this machine, and those that a person has allowed. Judged here alone."""

from urllib.parse import urlsplit

from amowidget.config.project import is_loopback
from amowidget.errors import AmowidgetError
from amowidget.pattern import compiled

_KNOWN = (".amocrm.ru", ".kommo.com", ".amocrm.com")
# Nothing that two readers of an address could read as two hosts: `evil.example\.amocrm.ru` ends well, and leads to evil.
_PLAIN = compiled(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")


def checked_host(base_url: str, allowed: frozenset[str] = frozenset()) -> str:
    """Return the host of an account's address, with its port; refused when it is none, before anything is sent."""
    scheme, _, host = base_url.partition("://")
    if _PLAIN.fullmatch(host) and scheme in ("http", "https"):
        is_named_so = (urlsplit(base_url).hostname or "").endswith(_KNOWN)
        if is_loopback(host) or (scheme == "https" and (is_named_so or host in allowed)):
            return host
    raise AmowidgetError(
        "usage.unknown_host",
        f"{host or base_url} is no account of amoCRM or Kommo.",
        "The host has to end in .amocrm.ru or .kommo.com, for instance client-a.amocrm.ru; "
        "another one is spoken to only with --allow-host, and only by https.",
    )
