"""Shows what `upload` to one target does: each step, the proof, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amowidget.account.access import Access
from amowidget.account.integration import refuse_create_in_ci
from amowidget.account.verify import Patience
from amowidget.cli.answer_report import keep_answer
from amowidget.cli.command import Call
from amowidget.cli.doors import ask_if_protected, opened
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.targets_file import edited
from amowidget.deploy import kept_archives
from amowidget.deploy.by_hand import BLOCKED
from amowidget.deploy.journal import refuse_unfinished
from amowidget.deploy.outdated import packed_archive
from amowidget.deploy.steps import requests_of
from amowidget.deploy.sync_form import wanted_form
from amowidget.deploy.upload import Order, Upload, create_integration, upload_to
from amowidget.errors import Exit
from amowidget.release import archive as archives
from amowidget.release.archive import Archive
from amowidget.ui.paths import shown
from amowidget.ui.progress import Moving, moving
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
    is_manual: bool = False
    is_syncing: bool = False
    is_by_browser: bool = False


def uploaded(call: Call, project: Project, target: Target, path: Path | None, switches: Switches) -> int:
    """Upload into one target and show how it went."""
    from amowidget.cli import in_the_page

    refuse_unfinished(project)
    if switches.is_by_browser:
        in_the_page.refuse_for_browser(project, target, switches)
    archive = archives.read(call.folder / path) if path else packed_archive(project, target)
    if switches.is_dry:
        return _dry(call, project, target, archive, switches)
    ask_if_protected(call, target, switches.is_sure)
    if in_the_page.is_by_hand(project, target, is_manual=switches.is_manual):
        return in_the_page.uploaded_by_hand(call, project, target, archive, switches)
    if switches.is_by_browser:
        return in_the_page.uploaded_by_browser(call, project, target, archive, switches)
    with opened(call, project, target) as (reached, access):
        changed: list[str] = []
        if switches.is_creating:
            reached, access, changed = _created(call, project, reached, access)
        if switches.is_syncing:
            access = in_the_page.form_synced(call, project, reached, access, is_sure=switches.is_sure)
        with moving(call.terminal) as shown_now:
            result = upload_to(reached, access, order_of(project, archive, switches, shown_now))
    if result.error and result.error.code in BLOCKED:
        result = in_the_page.turned_to_page(call, project, reached, result, switches)
    changed = list(dict.fromkeys([*changed, *remembered(call, project, result)]))
    return tell(call, result, changed)


def remembered(call: Call, project: Project, result: Upload) -> list[str]:
    """Keep what an upload has sent and taught; return changed files."""
    kept_archives.remember_upload(project, result)
    return learned(call, project, [result])


def order_of(project: Project, archive: Archive, switches: Switches, shown_now: Moving) -> Order:
    """Return the order to upload an archive to one target, which shows each step and what moves."""

    def on_wait(seconds_left: float) -> None:
        shown_now.waiting("Waiting until the account serves it", seconds_left)

    return Order(
        archive,
        switches.is_forced,
        switches.is_proved,
        Patience(switches.verify_timeout_s, on_wait=on_wait),
        shown_now.step,
        project.root,
        on_progress=shown_now.sent,
    )


def learned(call: Call, project: Project, results: Sequence[Upload]) -> list[str]:
    """Keep what uploads have taught: unknown answers, and the codes of widgets that were new; return changed files."""
    for result in results:
        keep_answer(call, result.error)
    return codes_written(project, results)


def codes_written(project: Project, results: Sequence[Upload]) -> list[str]:
    """Write the codes of widgets that were new to an account into amowidget.toml; return changed files."""
    # The code is the account's own name for the widget; the API and `status` go by it.
    codes = {
        result.target: {"code": result.code}
        for result in results
        if result.is_uploaded and result.code and result.target != SANDBOX and not project.targets[result.target].code
    }
    return _written(project, codes) if codes and project.file else []


def _created(call: Call, project: Project, target: Target, access: Access) -> tuple[Target, Access, list[str]]:
    refuse_create_in_ci(call.terminal.is_ci, target.is_loopback)
    texts = load(project.widget_folder, project.pack.exclude).translations
    locale = texts.locales[0] if texts.locales else ""
    found = [texts.at(locale, key) for key in ("widget.name", "widget.short_description")]
    name, description = ((node.text if node else None) or "" for node in found)
    made, access = create_integration(target, access, name, description)
    call.terminal.note(f'Made the integration "{name}" with the id {made.integration}.')
    return made, access, _written(project, {target.name: {"integration": made.integration or ""}})


def _written(project: Project, values_of: dict[str, dict[str, str]]) -> list[str]:
    """Write what was learned about targets into amowidget.toml, and return its path."""
    path, data = edited(project.root, values_of)
    replace_file(path, data)
    return [str(path)]


def _dry(call: Call, project: Project, target: Target, archive: Archive, switches: Switches) -> int:
    form = wanted_form(project, target) if switches.is_syncing else None
    planned = requests_of(target, archive, switches.is_creating, form, is_by_browser=switches.is_by_browser)
    call.terminal.json({"ok": True, "command": "upload", "dry_run": True, "requests": list(planned), "results": []})
    call.terminal.result(f"Nothing was sent. The upload of {archive.path.name} {archive.version} would send:")
    for line in planned:
        call.terminal.result(f"  {line}")
    return Exit.DONE


def tell(call: Call, result: Upload, changed: list[str]) -> int:
    """Show how an upload went and return its exit code."""
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
    if result.is_skipped:
        served = result.previous_version or version
        call.terminal.success(
            f"{host} serves this content already, as version {served}. Not sent; `--force` sends it all the same."
        )
    elif result.proof is None:
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
