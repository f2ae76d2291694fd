"""The entry point: answers `--version` at once and hands everything else to the command line."""

import gc
import os
import sys
from typing import NoReturn

# A command makes many objects that live until it ends: looking for garbage among them costs a tenth of its time.
_OBJECTS_BETWEEN_COLLECTIONS = 200_000


def main() -> int:
    """Run the command line with this process's arguments and return its exit code."""
    if sys.argv[1:] == ["--version"]:
        from amowidget import __version__

        sys.stdout.write(f"amowidget {__version__}\n")
        return 0
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from amowidget.cli.plain import answered

        code = answered(sys.argv[1:])
        if code is not None:
            return code
        from amowidget.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        # Ctrl-C while the modules are still being loaded; later ones are told in words by the command.
        return 130


def command() -> NoReturn:
    """Run the command line and end the process at once: taking apart what it has read would cost a tenth of its time."""
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        # Whoever read the output has gone, as `head` does; nobody is left to be told.
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    command()
