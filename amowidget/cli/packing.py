"""Shows what `pack` did or would do: the tree with sizes, what was left out and why, and the archive's marks."""

from collections.abc import Sequence
from pathlib import Path

from amowidget.checks.settings import Settings
from amowidget.cli.command import Call
from amowidget.cli.findings import print_findings
from amowidget.config.load import Overrides
from amowidget.config.project import Project, Target
from amowidget.deploy import prepared
from amowidget.deploy.pack import Packed, Wish, pack
from amowidget.deploy.prepared import Making
from amowidget.errors import AmowidgetError, Exit, FindingsError
from amowidget.finding import Severity
from amowidget.release.archive import preview
from amowidget.report import json_object
from amowidget.ui.paths import shown
from amowidget.ui.progress import bar
from amowidget.ui.tables import columns, size, tree
from amowidget.widget.tree import LeftOut
from amowidget.widget.widget import load


def packed(call: Call, project: Project, wish: Wish, is_set: bool = False) -> int:
    """Pack and show the archive; `is_set` keeps it as the set of the one target that a tag or --all has found."""
    settings = Settings.of_project(project, Overrides())
    try:
        with bar(call.terminal, "Packing") as on_progress:
            result = pack(project, settings, wish.with_progress(on_progress))
    except FindingsError as error:
        return refused(call, "pack", error)
    if is_set and wish.target:
        prepared.of_archive(project, [wish.target], result.archive, preview(result.widget))
    _show(call, result)
    return Exit.DONE


def refuse_output(output: Path | None) -> None:
    """Refuse one file as the place for the archives of several targets."""
    if output is not None:
        raise AmowidgetError(
            "usage.bad_value",
            "--output names one file, and several targets are named.",
            "Leave it out: their archives go to .amowidget/prepared, where `upload` finds them.",
        )


def packed_for_each(call: Call, project: Project, targets: Sequence[Target], wish: Wish) -> int:
    """Make the set of archives for several targets and show it."""
    settings = Settings.of_project(project, Overrides())
    try:
        made, findings = prepared.make(project, targets, Making(settings, wish))
    except FindingsError as error:
        return refused(call, "pack", error)
    archives = [
        {
            "target": name,
            "archive": str(found.path),
            "version": found.version,
            "size_bytes": found.size_bytes,
            "sha256": found.sha256,
            "digest": found.digest,
        }
        for name, found in made.archives.items()
    ]
    summary = json_object.summary(findings)
    call.terminal.json({"ok": True, "command": "pack", "archives": archives, "summary": summary})
    rows = [(name, found.version, size(found.size_bytes), found.digest[:12]) for name, found in made.archives.items()]
    for line in columns([("TARGET", "VERSION", "SIZE", "DIGEST"), *rows]):
        call.terminal.result(line)
    call.terminal.success(f"{len(rows)} archives in {shown(project.state / 'prepared')}, as `upload` sends them.")
    return Exit.DONE


def listed(call: Call, project: Project) -> int:
    """Show what would be packed, without building or writing anything."""
    widget = load(project.widget_folder, project.pack.exclude)
    files = [(file.path, file.size_bytes) for file in widget.files.values()]
    left_out = [{"path": entry.path, "reason": str(entry.reason)} for entry in widget.left_out]
    names = [path for path, _ in files]
    call.terminal.json({"ok": True, "command": "pack", "files": names, "left_out": left_out, "archive": None})
    _show_tree(call, files, widget.left_out)
    return Exit.DONE


def refused(call: Call, command: str, error: FindingsError) -> int:
    """Show why a stage refused the widget: its errors first, then what to do."""
    errors = [finding for finding in error.findings if finding.severity is Severity.ERROR]
    print_findings(call, errors, error.location)
    fields = {"summary": json_object.summary(error.findings), "findings": json_object.values(error.findings)}
    call.terminal.failure(command, error, fields)
    return error.exit_code


def _show(call: Call, result: Packed) -> None:
    archive = result.archive
    call.terminal.json(
        {
            "ok": True,
            "command": "pack",
            "archive": str(archive.path),
            "version": archive.version,
            "files": [file.path for file in archive.files],
            "size_bytes": archive.size_bytes,
            "sha256": archive.sha256,
            "digest": archive.digest,
            "left_out": [{"path": entry.path, "reason": str(entry.reason)} for entry in result.widget.left_out],
            "summary": json_object.summary(result.findings),
        }
    )
    if not call.terminal.manner.is_quiet:
        _show_tree(call, [(file.path, file.size_bytes) for file in archive.files], result.widget.left_out)
    call.terminal.success(f"{shown(archive.path)} ({size(archive.size_bytes)}), version {archive.version}")
    call.terminal.result(f"  sha256  {archive.sha256}")
    call.terminal.result(f"  digest  {archive.digest}")
    warnings = sum(finding.severity is Severity.WARNING for finding in result.findings)
    if warnings:
        call.terminal.note(f"Warnings: {warnings}; `amowidget validate` tells them.")


def _show_tree(call: Call, files: list[tuple[str, int]], left_out: tuple[LeftOut, ...]) -> None:
    for line in tree(files):
        call.terminal.result(f"  {line}")
    if left_out:
        call.terminal.result("Left out:")
        for line in columns([(entry.path, entry.reason) for entry in left_out]):
            call.terminal.result(f"  {line}")
