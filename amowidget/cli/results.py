"""Shows what came of several targets: a line for each, the failures with their remedies, and how many there were."""

from collections.abc import Sequence

from amowidget.cli.command import Call
from amowidget.deploy.many import NOT_BEGUN
from amowidget.deploy.transaction import Unsent
from amowidget.deploy.upload import Upload
from amowidget.errors import AmowidgetError
from amowidget.ui.tables import columns

Results = Sequence[Upload | Unsent]


def uploads(results: Results) -> list[Upload]:
    """Return the results of targets for which there was an archive."""
    return [result for result in results if isinstance(result, Upload)]


def summary(results: Results) -> dict[str, int]:
    """Return how many targets came to their end, failed, and were not begun."""
    codes = [result.error.code if result.error else "" for result in results]
    not_begun = codes.count(NOT_BEGUN)
    done = codes.count("")
    return {"done": done, "failed": len(codes) - done - not_begun, "not_begun": not_begun}


def show_results(call: Call, results: Results) -> None:
    """Show the results to a person; with --json nothing, they are in the object."""
    rows = [(result.target, result.host, _version(result), _outcome(result)) for result in results]
    for line in columns([("TARGET", "HOST", "VERSION", "RESULT"), *rows] if rows else []):
        call.terminal.result(line)
    if not call.terminal.manner.is_json:
        for result in results:
            if result.error and result.error.code != NOT_BEGUN:
                named = AmowidgetError(result.error.code, f"{result.target}: {result.error.message}", result.error.hint)
                call.terminal.failure(call.command, named)
    counts = summary(results).items()
    call.terminal.result(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts))
    waiting = [result.target for result in uploads(results) if result.proof and not result.is_active]
    if waiting:
        call.terminal.note(f"Not installed yet: {', '.join(waiting)}. Press Install once in each of these accounts.")


def _version(result: Upload | Unsent) -> str:
    return result.archive.version if isinstance(result, Upload) else "-"


def _outcome(result: Upload | Unsent) -> str:
    if result.error:
        return "not begun" if result.error.code == NOT_BEGUN else f"failed: {result.error.code}"
    if isinstance(result, Unsent) or result.is_skipped:
        return "served already, not sent"
    return f"uploaded, proof: {result.proof.kind}" if result.proof else "sent, not proved"
