"""Shows what is done in the account's own page: the upload by hand with its steps, and the form that is brought up to date."""

import webbrowser

from amowidget.account.access import Access
from amowidget.account.form import Change
from amowidget.account.verify import Patience
from amowidget.cli.command import Call
from amowidget.cli.doors import opened
from amowidget.cli.uploading import Switches, learned, tell
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.deploy import kept_archives
from amowidget.deploy.by_hand import steps, upload_by_hand
from amowidget.deploy.sync_form import sync, wanted_form
from amowidget.deploy.upload import Order
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.ui.progress import countdown

_PERSON_S = 900.0  # a person needs longer than an account


def is_by_hand(project: Project, target: Target, *, is_manual: bool) -> bool:
    """Return whether a person uploads: on a wish, or for a public integration, whose upload takes an unknown way."""
    return is_manual or (project.visibility == "public" and target.name != SANDBOX)


def uploaded_by_hand(call: Call, project: Project, target: Target, archive: Archive, switches: Switches) -> int:
    """Show the steps, wait until a person has done them, and show the proof."""
    todo = steps(target, archive)
    is_watched = call.terminal.is_interactive
    timeout_s = max(switches.verify_timeout_s, _PERSON_S) if is_watched else switches.verify_timeout_s
    has_session = _has_session(call, project, target)

    def on_ready() -> None:
        for number, line in enumerate(todo, 1):
            call.terminal.note(f"  {number}. {line}")
        if is_watched:
            webbrowser.open(target.integrations_page)

    with opened(call, project, target, needs_session=has_session or switches.is_syncing) as (reached, access):
        if switches.is_syncing:
            access = form_synced(call, project, reached, access, is_sure=switches.is_sure)
        with countdown(call.terminal, "Waiting until the account serves it") as on_wait:
            order = Order(archive, patience=Patience(timeout_s, on_wait=on_wait), root=project.root)
            result = upload_by_hand(reached, access, order, on_ready)
    kept_archives.remember_upload(project, result)
    return tell(call, result, learned(call, project, [result]))


def form_synced(call: Call, project: Project, target: Target, access: Access, *, is_sure: bool) -> Access:
    """Show what differs in the integration's form, and change it when a person agrees; return how it goes on."""
    wanted = wanted_form(project, target)

    def agreed(changes: tuple[Change, ...]) -> bool:
        for change in changes:
            call.terminal.note(f'{change.field}: "{change.old}" becomes "{change.new}"')
        if is_sure:
            return True
        if call.terminal.is_interactive and not call.terminal.manner.is_json:
            from amowidget.ui.confirm import agreed as asked

            return asked("Change the form in the account?")
        raise AmowidgetError(
            "usage.not_confirmed",
            "The form in the account differs, and nobody confirmed the change.",
            "Answer when asked, or use --yes.",
        )

    changed, access = sync(target, access, wanted, agreed)
    call.terminal.note(f"Changed in the form: {len(changed)}." if changed else "The form is as it was.")
    return access


def _has_session(call: Call, project: Project, target: Target) -> bool:
    """Return whether the account can be entered; a token alone proves an upload, too."""
    try:
        with opened(call, project, target):
            return True
    except AmowidgetError as error:
        if error.code == "usage.credentials_missing":
            return False
        raise
