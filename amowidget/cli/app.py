"""The application: which commands there are, how their help is grouped, and how a wrong command line is told."""

import json
import os
import sys
from typing import Annotated

import typer
from typer import Abort
from typer._click.core import Context
from typer._click.exceptions import ClickException, NoArgsIsHelpError  # typer carries its own click
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup

from amowidget import __version__
from amowidget.cli import check, connect, develop, make, release
from amowidget.cli.command import GROUPS
from amowidget.errors import Exit


class _Grouped(TyperGroup):
    """Help that lists the commands under the headings of their groups."""

    def format_commands(
        self,
        ctx: Context,  # noqa: ARG002  the base class hands it over
        formatter: HelpFormatter,
    ) -> None:
        for group in GROUPS:
            rows = [
                (name, (entry.help or "").partition("\n")[0])
                for name, entry in self.commands.items()
                if getattr(entry, "rich_help_panel", None) == group
            ]
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows)


def _is_plain() -> bool:
    return not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


app = typer.Typer(
    name="amowidget",
    cls=_Grouped,
    help="Scaffold, check, pack, upload and run widgets of amoCRM and Kommo.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None if _is_plain() else "rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        sys.stdout.write(f"amowidget {__version__}\n")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Scaffold, check, pack, upload and run widgets of amoCRM and Kommo."""


for _group in (make, check, release, develop, connect):
    _group.register(app)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; a wrong command line is told in words or as JSON."""
    try:
        code = app(arguments, prog_name="amowidget", standalone_mode=False)
    except NoArgsIsHelpError as error:
        sys.stdout.write(error.message + "\n")
        return Exit.DONE
    except ClickException as error:
        return _wrong_command_line(error, "--json" in arguments)
    except (Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    return int(code or 0)


def _wrong_command_line(error: ClickException, is_json: bool) -> int:
    if is_json:
        context = getattr(error, "ctx", None)
        name = context.info_name if context else "amowidget"
        told = {"code": "usage.options", "message": error.format_message(), "hint": "See --help."}
        sys.stdout.write(json.dumps({"ok": False, "command": name, "error": told}) + "\n")
    else:
        error.show()
    return Exit.USAGE
