"""Finds the project and reads its configuration. Precedence: flag, environment, amowidget.toml, default."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from amowidget.config.project import PLATFORMS, SANDBOX, VISIBILITIES, Build, Pack, Project, Target
from amowidget.config.scopes import scopes_of
from amowidget.config.secret import Secret, Unset
from amowidget.config.toml_table import TomlTable, near, one_of
from amowidget.errors import AmowidgetError

CONFIG_NAME = "amowidget.toml"
_MANIFEST = "manifest.json"
_LEVELS = ("error", "warning", "info", "off")


class Overrides(NamedTuple):
    """Values of flags; None where a flag is absent."""

    platform: str | None = None
    visibility: str | None = None
    output: Path | None = None


def load(start: Path, environment: Mapping[str, str], overrides: Overrides | None = None) -> Project:
    """Return the project that `start` lies in: the nearest amowidget.toml above, else the nearest manifest.json.

    `AMOWIDGET_PROJECT` names the folder to start from; a flag's folder is passed as `start` and wins over it.
    """
    root, file = find(start)
    reader = _Reader(root, file, environment, overrides or Overrides())
    return reader.project()


def find(start: Path) -> tuple[Path, Path | None]:
    """Return the project's folder and its amowidget.toml, or None for the latter when there is only a manifest."""
    start = start.resolve()
    folders = (start, *start.parents)
    for name in (CONFIG_NAME, _MANIFEST):
        for folder in folders:
            if (folder / name).is_file():
                return folder, folder / name if name == CONFIG_NAME else None
    raise AmowidgetError(
        "usage.no_project",
        f"There is no widget in {start}: neither {CONFIG_NAME} nor {_MANIFEST} here or above.",
        "Go into the widget's folder, name it with -C, or start one with `amowidget new my-widget`.",
    )


def target(project: Project, name: str) -> Target:
    """Return the target called `name`; `sandbox` always exists."""
    if name in project.targets:
        return project.targets[name]
    known = tuple(project.targets)
    raise AmowidgetError(
        "usage.unknown_target",
        f'There is no target "{name}".',
        f"{near(name, known)}Known: {', '.join(known)}. Add [targets.{name}] with host and integration to {CONFIG_NAME}.",
    )


class _Reader:
    """Reads the tables of one amowidget.toml; without a file every value is a default, a flag or the environment's."""

    def __init__(self, root: Path, file: Path | None, environment: Mapping[str, str], overrides: Overrides) -> None:
        self._root = root
        self._file = file or root / CONFIG_NAME
        self._has_file = file is not None
        self._environment = environment
        self._overrides = overrides
        self._origins: dict[str, str] = {}
        self._top = TomlTable(self._file, "", _content(file) if file else {})

    def project(self) -> Project:
        widget = self._section("widget")
        source = self._root / (widget.text("source") or ".")
        platform = self._choice(widget, "platform", PLATFORMS, self._overrides.platform)
        visibility = self._choice(widget, "visibility", VISIBILITIES, self._overrides.visibility)
        scopes = scopes_of(widget)
        widget.finish()
        project = Project(
            root=self._root,
            file=self._file if self._has_file else None,
            source=source,
            platform=platform,
            visibility=visibility,
            pack=self._pack(),
            build=self._build(),
            rules=self._rules(),
            targets=self._targets(platform, scopes),
            origins=MappingProxyType(self._origins),
        )
        self._dev()
        self._top.finish()
        return project

    def _section(self, name: str) -> TomlTable:
        return self._top.table(name) or TomlTable(self._file, name, {})

    def _choice(self, table: TomlTable, key: str, allowed: tuple[str, ...], flag: str | None) -> str:
        variable = f"AMOWIDGET_{key.upper()}"
        in_file = table.choice(key, allowed)
        given = (
            (flag, f"--{key}"),
            (self._environment.get(variable) or None, variable),
            (in_file, self._file.name),
            (allowed[0], "default"),
        )
        value, origin = next((value, origin) for value, origin in given if value is not None)
        self._origins[f"widget.{key}"] = origin
        return one_of(value, allowed, origin)

    def _pack(self) -> Pack:
        table = self._section("pack")
        output = self._overrides.output or self._root / (table.text("output") or "widget.zip")
        pack = Pack(output.absolute(), table.texts("exclude"), table.pairs("replace"))
        table.finish()
        return pack

    def _build(self) -> Build | None:
        table = self._top.table("build")
        if table is None:
            return None
        command, watch, output = table.text("command"), table.text("watch"), table.text("output")
        table.finish()
        if not command or not output:
            raise AmowidgetError(
                "config.missing_key",
                f"{self._file}: [build] needs both command and output.",
                'Write for instance command = "npm run build" and output = "dist".',
            )
        return Build(command, watch, self._root / output)

    def _rules(self) -> Mapping[str, str]:
        table = self._section("rules")
        return MappingProxyType({name: table.choice(name, _LEVELS) or "" for name in table.names()})

    def _dev(self) -> None:
        table = self._top.table("dev")
        if table is not None:
            table.pairs("backend")
            table.finish()

    def _targets(self, platform: str, scopes: tuple[str, ...]) -> Mapping[str, Target]:
        table = self._section("targets")
        targets = {}
        for name in table.names():
            section = table.table(name)
            if section is not None:
                found = self._target(name, section, platform)
                targets[name] = found if found.scopes else replace(found, scopes=scopes)
        targets.setdefault(SANDBOX, Target(SANDBOX, "127.0.0.1", platform=_one_platform(platform), scopes=scopes))
        return MappingProxyType(targets)

    def _target(self, name: str, table: TomlTable, platform: str) -> Target:
        host = table.text("host") or ("127.0.0.1" if name == SANDBOX else None)
        if not host or "/" in host:
            meant = (host or "").rpartition("://")[2].partition("/")[0].rpartition("@")[2] or "client-a.amocrm.ru"
            raise AmowidgetError(
                "config.missing_key" if not host else "config.bad_value",
                f"{self._file}: [targets.{name}] needs the host of the account, and nothing but the host.",
                f'Write {"" if host else "for instance "}host = "{meant}".',
            )
        result = Target(
            name=name,
            host=host.lower(),
            integration=table.text("integration"),
            code=table.text("code"),
            platform=table.choice("platform", PLATFORMS[:2]) or _one_platform(platform),
            tags=table.texts("tags"),
            is_protected=table.flag("protected"),
            values=self._values(table.pairs("values")),
            manifest=self._values(table.pairs("manifest")),
            scopes=scopes_of(table),
        )
        table.finish()
        return result

    def _values(self, pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str | Secret | Unset], ...]:
        return tuple((name, self._value(text)) for name, text in pairs)

    def _value(self, text: str) -> str | Secret | Unset:
        if not text.startswith("env:"):
            return text
        variable = text.removeprefix("env:")
        value = self._environment.get(variable)
        return Secret(value) if value else Unset(variable)


def _one_platform(platform: str) -> str:
    return "amocrm" if platform == "both" else platform


def _content(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise AmowidgetError("config.syntax", f"{file} is not UTF-8.", "Save it again as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise AmowidgetError("config.syntax", f"{file} is no valid TOML: {error}.", "Mend that line.") from error
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable", f"{file} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error
