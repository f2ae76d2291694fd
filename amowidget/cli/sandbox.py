"""Serves the stand-in account for a person: tells where it is and how to get in, and stops on Ctrl-C."""

from collections.abc import Mapping
from contextlib import ExitStack

from amowidget.cli.command import Call
from amowidget.embedded import announced, announcement
from amowidget.errors import AmowidgetError, Exit
from amowidget.sandbox.faults import PARTS, TABLE, written
from amowidget.sandbox.pages import home
from amowidget.sandbox.server import Options, Running, serve
from amowidget.sandbox.switches import SYNTAX


def serve_until_interrupted(call: Call, values: Mapping[str, object]) -> int:
    """Serve the stand-in with these options; other commands of the project find it while it runs."""
    options = Options(**values)  # type: ignore[arg-type]  # the options are checked by their own class
    other = announcement(options.data) if options.data else None
    if other:
        raise AmowidgetError(
            "io.sandbox_busy",
            f"This project's stand-in is served already, at {other.url}.",
            "Use that one, stop it with Ctrl-C in its terminal, or keep another account with --data DIR.",
        )
    with ExitStack() as stack:

        def on_ready(started: Running) -> None:
            if options.data:
                stack.enter_context(announced(options.data, started))
            _tell(call, started, options)

        try:
            serve(options, on_ready)
        except KeyboardInterrupt:
            call.terminal.note("Stopped; the account is kept." if options.data else "Stopped.")
    return Exit.DONE


def tell_faults(call: Call) -> int:
    """List the failures that can be played, by the part of the account that they belong to."""
    told = [
        {"name": name, "part": part, "value": fault.value, "default": fault.default, "does": fault.does}
        | {"evidence": fault.known}
        for part, faults in TABLE.items()
        for name, fault in faults.items()
    ]
    call.terminal.json({"ok": True, "command": "sandbox", "faults": told})
    width = max(len(written(name, fault)) for faults in TABLE.values() for name, fault in faults.items())
    for part, faults in TABLE.items():
        call.terminal.result(PARTS[part])
        for name, fault in faults.items():
            call.terminal.result(f"  {written(name, fault):<{width}}  {fault.does} ({fault.known})")
    call.terminal.note(f"Each is written {SYNTAX}; a PATH is how an address begins. docs/sandbox.md tells more.")
    return Exit.DONE


def _tell(call: Call, started: Running, options: Options) -> None:
    call.terminal.json(
        {
            "ok": True,
            "command": "sandbox",
            "url": started.url,
            "login": started.login,
            "password": started.password,
            "integration": started.integration,
        }
    )
    call.terminal.success(f"The stand-in account is at {started.url}; it is not amoCRM and reaches nobody.")
    for caption, value in (
        ("page", f"{started.url}{home(options.platform)}"),
        ("login", started.login),
        ("password", started.password),
        ("integration", started.integration),
        ("API token", started.token),
    ):
        call.terminal.result(f"  {caption:<12} {value}")
    for name, value in options.faults:
        call.terminal.note(f"It plays {name}{'=' if value else ''}{value}.")
    call.terminal.note("Ctrl-C stops it.")
