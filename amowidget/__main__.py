"""The entry point: answers `--version` at once and hands everything else to the command line."""

import gc
import sys

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
        from amowidget.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        # Ctrl-C while the modules are still being loaded; later ones are told in words by the command.
        return 130


if __name__ == "__main__":
    sys.exit(main())
