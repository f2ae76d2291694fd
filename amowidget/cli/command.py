"""How a function becomes a command: its options, and those that every command shares. What it is called with: call."""

import copy
import inspect
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from amowidget.cli.call import Body, call_of, guarded
from amowidget.cli.call import Call as Call  # the commands take it from here

GROUPS = ("Make", "Check", "Release", "Develop", "Connect")

Folder = Annotated[
    Path | None,
    typer.Option("-C", metavar="DIR", help="Work as if started in this folder.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print results and failures only.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Tell more about what is done.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="Print without colour (also NO_COLOR=1).")]

_COMMON: tuple[tuple[str, object, object], ...] = (
    ("folder", Folder, None),
    ("is_json", Json, False),
    ("is_quiet", Quiet, False),
    ("is_verbose", Verbose, False),
    ("no_color", NoColor, False),
)

# Commands that reach accounts have this one, too: one option, one meaning.
AllowHost = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST",
        help="Speak to a host that is no known account; repeat it.",
        show_default=False,
    ),
]


def command(
    app: typer.Typer, group: str, name: str | None = None, *, reaches_accounts: bool = False
) -> Callable[[Body], Body]:
    """Register a function as a command; its first parameter is the `Call`, the others are options and arguments.

    One that reaches accounts has the option to allow hosts beside the common ones.
    """

    def register(body: Body) -> Body:
        title = name or body.__name__.replace("_", "-")
        shared = (*_COMMON, ("allow_host", _with_variable(AllowHost, "allow_host", title), None))
        called = _with_options(body, title, shared if reaches_accounts else _COMMON)
        app.command(title, rich_help_panel=group)(called)
        return body

    return register


def _with_options(body: Body, name: str, more: tuple[tuple[str, object, object], ...]) -> Callable[..., int]:
    hints = typing.get_type_hints(body, include_extras=True)
    own = [
        parameter.replace(annotation=_with_variable(hints[parameter.name], parameter.name, name))
        for parameter in list(inspect.signature(body).parameters.values())[1:]
    ]
    keyword = inspect.Parameter.KEYWORD_ONLY
    common = [inspect.Parameter(option, keyword, default=default, annotation=kind) for option, kind, default in more]

    def called(**values: object) -> int:
        shared = {option: values.pop(option) for option, _, _ in more}
        return guarded(body, call_of(name, shared), values)

    called.__name__ = body.__name__
    called.__doc__ = body.__doc__
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *common)}
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what typer reads the options from
        [parameter.replace(kind=keyword) for parameter in own] + common
    )
    return called


def _with_variable(hint: object, parameter: str, command_name: str) -> object:
    """Return an option's type with its environment variable, AMOWIDGET_<COMMAND>_<OPTION>; an argument has none."""
    kind, *extras = typing.get_args(hint) if typing.get_origin(hint) is Annotated else (hint,)
    for number, extra in enumerate(extras):
        if isinstance(extra, OptionInfo):
            extras[number] = option = copy.copy(extra)
            # In an annotation typer keeps the first name where a default would stand.
            words = (option.default, *(option.param_decls or ()))
            long = next((word for word in words if isinstance(word, str) and word.startswith("--")), parameter)
            variable = f"AMOWIDGET_{command_name}_{long.strip('-')}".upper().replace("-", "_")
            option.envvar = option.envvar or variable
            option.show_envvar = False
    return Annotated[(kind, *extras)] if extras else hint
