"""Shows what `upload` and `status` do: each step, the proof, and what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from amowidget.account.access import Access, Surroundings, access_to
from amowidget.account.integration import refuse_create_in_ci
from amowidget.account.user_store import user_store
from amowidget.account.verify import Patience
from amowidget.cli.command import Call
from amowidget.config.load import target as target_called
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.targets_file import edited
from amowidget.deploy import kept_archives
from amowidget.deploy import status as states
from amowidget.deploy.journal import refuse_unfinished
from amowidget.deploy.outdated import packed_archive
from amowidget.deploy.steps import requests_of
from amowidget.deploy.upload import Order, Upload, create_integration, upload_to
from amowidget.embedded import account
from amowidget.errors import AmowidgetError, Exit
from amowidget.release import archive as archives
from amowidget.release.archive import Archive
from amowidget.ui.paths import shown
from amowidget.ui.progress import countdown
from amowidget.ui.tables import columns
from amowidget.widget.files import replace_file
from amowidget.widget.widget import load


@dataclass(frozen=True, slots=True)
class Switches:
    """The options of `upload`."""

    is_creating: bool
    is_forced: bool
    is_dry: bool
    is_sure: bool
    is_proved: bool
    verify_timeout_s: float


def uploaded(call: Call, path: Path | None, name: str | None, switches: Switches) -> int:
    """Upload into one target and show how it went."""
    project = call.project()
    refuse_unfinished(project)
    target = chosen(project, name)
    archive = archives.read(call.folder / path) if path else packed_archive(project, target)
    if switches.is_dry:
        return _dry(call, target, archive, switches)
    ask_if_protected(call, target, is_sure=switches.is_sure)
    with opened(call, project, target) as (reached, access):
        changed: list[str] = []
        if switches.is_creating:
            reached, changed = _created(call, project, reached, access)
        with countdown(call.terminal, "Waiting until the account serves it") as on_wait:
            patience = Patience(switches.verify_timeout_s, on_wait=on_wait)
            order = Order(archive, switches.is_forced, switches.is_proved, patience, call.terminal.note)
            result = upload_to(reached, access, order)
    if result.is_uploaded:
        kept_archives.remember(project, target.name, archive, is_certain=True)
    return _tell(call, result, changed)


def state(call: Call, name: str | None) -> int:
    """Show what each target serves beside what lies here."""
    project = call.project()
    here = states.local(project)
    chosen = [target_called(project, name)] if name else list(project.targets.values())
    real_count = sum(target.name != SANDBOX for target in chosen)
    told = [_state_of(call, project, target, real_count, here.packed) for target in chosen]
    call.terminal.json(
        {
            "ok": all(entry.error is None for entry in told),
            "command": "status",
            "local": {"version": here.version, "digest": here.digest},
            "packed": {"version": here.packed.version, "digest": here.packed.digest} if here.packed else None,
            "targets": [entry.values() for entry in told],
        }
    )
    call.terminal.result(f"local {here.version or '-'}, packed {here.packed.version if here.packed else '-'}")
    rows = [(entry.target, entry.listed or "-", entry.served or "-", entry.state) for entry in told]
    for line in columns([("TARGET", "LISTED", "SERVED", "STATE"), *rows]):
        call.terminal.result(line)
    for entry in told:
        if entry.error:
            call.terminal.warning(f"{entry.target}: {entry.error.message} {entry.error.hint}")
    failed = [entry.error.exit_code for entry in told if entry.error]
    return max(failed) if failed else Exit.DONE


def chosen(project: Project, name: str | None) -> Target:
    """Return the target of that name, or else the only one of a real account."""
    if name:
        return target_called(project, name)
    real = [target for target in project.targets.values() if target.name != SANDBOX]
    if len(real) == 1:
        return real[0]
    raise AmowidgetError(
        "usage.missing_target",
        "It is not said which target to upload to.",
        f"Name it with --target: {', '.join(project.targets)}. `sandbox` needs no configuration.",
    )


def ask_if_protected(call: Call, target: Target, *, is_sure: bool) -> None:
    """Refuse to touch a protected target until a person has typed its name."""
    if not target.is_protected or is_sure:
        return
    if call.terminal.is_interactive and not call.terminal.manner.is_json:
        from amowidget.ui.confirm import typed_name

        if typed_name(target.name):
            return
    raise AmowidgetError(
        "usage.not_confirmed",
        f'The target "{target.name}" is protected, and nobody confirmed it.',
        "Type its name when asked, or use --yes.",
    )


@contextmanager
def opened(call: Call, project: Project, target: Target, target_count: int = 1) -> Iterator[tuple[Target, Access]]:
    """Yield a target as it can be reached, and what opens its account; the stand-in is started when it has to be."""
    if target.name == SANDBOX:
        with account(project) as opened:
            yield opened.target, opened.access
        return
    # One password is never offered to several accounts.
    around = Surroundings(call.environment, user_store(call.environment))
    yield target, access_to(target.base_url, around, target_count)


def _created(call: Call, project: Project, target: Target, access: Access) -> tuple[Target, list[str]]:
    refuse_create_in_ci(call.terminal.is_ci, target.is_loopback)
    texts = load(project.widget_folder, project.pack.exclude).translations
    locale = texts.locales[0] if texts.locales else ""
    found = [texts.at(locale, key) for key in ("widget.name", "widget.short_description")]
    name, description = ((node.text if node else None) or "" for node in found)
    made = create_integration(target, access, name, description)
    call.terminal.note(f'Made the integration "{name}" with the id {made.integration}.')
    path, data = edited(project.root, target.name, {"integration": made.integration or ""})
    replace_file(path, data)
    return made, [str(path)]


def _dry(call: Call, target: Target, archive: Archive, switches: Switches) -> int:
    planned = requests_of(target, archive, switches.is_creating)
    call.terminal.json({"ok": True, "command": "upload", "dry_run": True, "requests": list(planned), "results": []})
    call.terminal.result(f"Nothing was sent. The upload of {archive.path.name} {archive.version} would send:")
    for line in planned:
        call.terminal.result(f"  {line}")
    return Exit.DONE


def _tell(call: Call, result: Upload, changed: list[str]) -> int:
    ok = result.error is None
    told = {"ok": ok, "command": "upload", "results": [result.values()], "changed_files": changed}
    if result.error:
        if call.terminal.manner.is_json:
            call.terminal.json(told)
        else:
            call.terminal.failure("upload", result.error)
        return result.error.exit_code
    call.terminal.json(told)
    tell_success(call, result)
    for path in changed:
        call.terminal.note(f"Changed: {shown(Path(path))}. Commit it.")
    return Exit.DONE


def tell_success(call: Call, result: Upload) -> None:
    """Show what was uploaded, where to, and the proof."""
    version, host = result.archive.version, place_of(result)
    if result.proof is None:
        call.terminal.warning(f"Sent to {host}, not proved: --no-verify. `amowidget status` compares.")
    elif result.proof.kind == "bytes":
        files = ", ".join(result.proof.files)
        call.terminal.success(f"Uploaded {version} to {host}. Proof: bytes; {files} fetched back and equal.")
    elif result.proof.kind == "api":
        call.terminal.success(f"Uploaded {version} to {host}. Proof: api; the official API names this version.")
    else:
        call.terminal.success(f"Uploaded {version} to {host}. Proof: listing; the account lists this version.")
    call.terminal.result(f"  integration  {result.integration}")
    call.terminal.result(f"  code         {result.code or '-'}")
    if result.previous_version and result.previous_version != version:
        call.terminal.result(f"  before       {result.previous_version}")
    if not result.is_active:
        call.terminal.note(f"The widget is not installed yet. {_how_to_install(result)}")


def place_of(result: Upload) -> str:
    """Return how a person calls the account of a result."""
    return "the stand-in account" if result.target == SANDBOX else result.host


def _how_to_install(result: Upload) -> str:
    if result.target == SANDBOX:
        return "Start `amowidget sandbox`, open the page that it names, and press Install."
    return f"Press Install once: {Target(result.target, result.host).integrations_page}"


def _state_of(
    call: Call, project: Project, target: Target, real_count: int, packed: Archive | None
) -> states.TargetState:
    try:
        with opened(call, project, target, real_count) as (reached, access):
            return states.of_target(reached, access, packed)
    except AmowidgetError as error:
        return states.TargetState(target.name, target.host, error=error)
