"""The project and its targets as frozen values, every path and default resolved. Where they come from: load."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from amowidget.config.baseline import BASELINE_NAME
from amowidget.config.secret import Secret, Unset
from amowidget.errors import AmowidgetError

PLATFORMS = ("amocrm", "kommo", "both")
VISIBILITIES = ("private", "public")
SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class Build:
    """How the widget is compiled: a command, an optional watcher, and the folder that comes of it."""

    command: str
    watch: str | None
    output: Path


@dataclass(frozen=True, slots=True)
class Pack:
    """Where the archive goes, what is left out of it, and which words are put in (placeholder, name of a value)."""

    output: Path
    exclude: tuple[str, ...] = ()
    replace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """This widget's integration in one account. `values` and `manifest` are put into the archive for it alone.

    `scopes` are what the integration may do; without any, those that the account has are left alone.
    """

    name: str
    host: str
    integration: str | None = None
    code: str | None = None
    platform: str = "amocrm"
    tags: tuple[str, ...] = ()
    is_protected: bool = False
    values: tuple[tuple[str, str | Secret | Unset], ...] = ()
    manifest: tuple[tuple[str, str | Secret | Unset], ...] = ()
    scopes: tuple[str, ...] = ()

    @property
    def base_url(self) -> str:
        """The address of the account, without a slash at the end: https, but http on the loopback address."""
        return f"{'http' if self.is_loopback else 'https'}://{self.host}"

    @property
    def integrations_page(self) -> str:
        """The address of the account's page of integrations (observed: the market for amoCRM, settings for Kommo)."""
        name = self.host.partition(":")[0]
        # A host that tells its platform is believed; another one, as the stand-in's, is what the target says.
        is_kommo = name.endswith(".kommo.com") or (
            self.platform == "kommo" and not name.endswith((".amocrm.ru", ".amocrm.com"))
        )
        return f"{self.base_url}{'/settings/widgets/' if is_kommo else '/amo-market/'}"

    @property
    def is_loopback(self) -> bool:
        """Whether the account is on this machine."""
        return is_loopback(self.host)

    def required_integration(self) -> str:
        """Return the id of the integration; a target that names none is an error."""
        if not self.integration:
            raise AmowidgetError(
                "config.missing_key",
                f'The target "{self.name}" names no integration.',
                "Write its id as `integration` of the target in amowidget.toml, or make one with "
                "`amowidget upload --create`.",
            )
        return self.integration


@dataclass(frozen=True, slots=True)
class Project:
    """One widget with its configuration. `origins` tells where a setting came from, by its dotted name."""

    root: Path
    file: Path | None
    source: Path
    platform: str
    visibility: str
    pack: Pack
    build: Build | None = None
    rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    targets: Mapping[str, Target] = field(default_factory=lambda: MappingProxyType({}))
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def state(self) -> Path:
        """The folder for what the tool remembers about this project; never packed."""
        return self.root / ".amowidget"

    @property
    def baseline(self) -> Path:
        """The file of known findings, which need not exist; it belongs into the repository, and is never packed."""
        return self.root / BASELINE_NAME

    @property
    def widget_folder(self) -> Path:
        """The folder that is validated and packed: what the build makes, or the source itself."""
        return self.build.output if self.build else self.source


def is_loopback(host: str) -> bool:
    """Return whether a host, with or without a port, is this machine."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    name = name.strip("[]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
