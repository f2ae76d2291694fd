"""Shows what is done in the account's own page: by hand with its steps, in a browser window, and in the form itself."""

import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, replace

from amowidget.account.access import Access
from amowidget.account.browser import Person
from amowidget.account.credentials import TOKEN
from amowidget.account.form import Change
from amowidget.account.upload import AwaitedAgreementError
from amowidget.account.verify import Patience
from amowidget.cli.command import Call
from amowidget.cli.doors import opened
from amowidget.cli.uploading import Switches, order_of, remembered, tell
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.deploy.by_browser import upload_by_browser
from amowidget.deploy.by_hand import BLOCKED, LOGIN_REFUSED, steps, upload_by_hand, with_ways
from amowidget.deploy.sync_form import sync, wanted_form
from amowidget.deploy.upload import Order, Upload
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.ui.progress import countdown, moving

_PERSON_S = 900.0  # a person needs longer than an account


def is_by_hand(project: Project, target: Target, *, is_manual: bool) -> bool:
    """Return whether a person uploads: on a wish, or for a public integration, whose upload takes an unknown way."""
    return is_manual or (project.visibility == "public" and target.name != SANDBOX)


def refuse_for_browser(project: Project, target: Target, switches: Switches) -> None:
    """Refuse what cannot go together with an upload through the page in a browser."""
    if switches.is_manual:
        raise AmowidgetError("usage.options", "--browser and --manual exclude each other.", "Choose one of them.")
    if switches.is_creating:
        raise AmowidgetError(
            "usage.options",
            "--browser uploads into an integration that exists, and --create makes one.",
            "Make it by hand in the account's page, and write its id into amowidget.toml.",
        )
    if is_by_hand(project, target, is_manual=False):
        raise AmowidgetError(
            "usage.options",
            "The archive of a public integration takes another way, which --browser does not know.",
            "Use --manual.",
        )


def uploaded_by_hand(call: Call, project: Project, target: Target, archive: Archive, switches: Switches) -> int:
    """Show the steps, wait until a person has done them, and show the proof."""
    eyes = _Eyes(has_session=_has_session(call, project, target))
    if switches.is_syncing:
        eyes = _Eyes(
            has_session=True,
            prepare=lambda found, access: form_synced(call, project, found, access, is_sure=switches.is_sure),
        )
    order = Order(archive, patience=Patience(switches.verify_timeout_s))
    result = _by_hand(call, project, target, order, eyes)
    if result.error and result.error.code in LOGIN_REFUSED and _has_token(call, target):
        call.terminal.note(f"{result.error.message} The token will prove the upload.")
        result = _by_hand(call, project, target, order, _Eyes(has_session=False))
    return tell(call, result, remembered(call, project, result))


def uploaded_by_browser(call: Call, project: Project, target: Target, archive: Archive, switches: Switches) -> int:
    """Upload through the account's page in a browser window, and show how it went."""
    has_session = target.name == SANDBOX or _has_session(call, project, target)
    needs_session = has_session or switches.is_syncing
    with (
        opened(call, project, target, needs_session=needs_session) as (reached, access),
        moving(call.terminal) as shown,
    ):
        if switches.is_syncing:
            access = form_synced(call, project, reached, access, is_sure=switches.is_sure)
        # A build server has no screen: there the window is not shown, and nobody is waited for.
        person = Person(is_there=not call.terminal.is_ci, on_step=shown.step, on_wait=shown.waiting)
        result = upload_by_browser(reached, access, order_of(project, archive, switches, shown), person)
    if result.error and result.error.code in BLOCKED:
        result = replace(result, error=with_ways(result.error))
    return tell(call, result, remembered(call, project, result))


def turned_to_page(call: Call, project: Project, target: Target, blocked: Upload, switches: Switches) -> Upload:
    """Go on by hand where a person sits at the terminal and can be proved right; else say which ways are open."""
    error, terminal = blocked.error, call.terminal
    if error is None or isinstance(error, AwaitedAgreementError):
        return blocked
    if not terminal.is_interactive or terminal.manner.is_json or terminal.manner.is_quiet:
        return replace(blocked, error=with_ways(error))
    # A login that was refused is not tried again; one that came to the agreement is as good as before.
    is_login_good = error.code == "account.agreement"
    eyes = _Eyes(_has_session(call, project, target, is_kept=not is_login_good), is_to_be_signed=is_login_good)
    if not eyes.has_session and not _has_token(call, target):
        terminal.note(
            "It could be uploaded by hand, but not proved: there is neither a session of this account nor a token of "
            "its API (AMOWIDGET_TOKEN, with `code` of the target in amowidget.toml)."
        )
        return replace(blocked, error=with_ways(error))
    terminal.warning(f"{error.message} It goes on by hand; Ctrl-C ends it.")
    order = Order(blocked.archive, patience=Patience(switches.verify_timeout_s))
    return _by_hand(call, project, target, order, eyes)


@dataclass(frozen=True, slots=True)
class _Eyes:
    """How an upload by hand is looked at: by a session or by a token alone; and what is to be done before it and beside it."""

    has_session: bool
    is_to_be_signed: bool = False
    prepare: Callable[[Target, Access], Access] = lambda target, access: access


def _by_hand(call: Call, project: Project, target: Target, order: Order, eyes: _Eyes) -> Upload:
    todo = steps(target, order.archive, is_to_be_signed=eyes.is_to_be_signed)
    is_watched = call.terminal.is_interactive
    timeout_s = max(order.patience.timeout_s, _PERSON_S) if is_watched else order.patience.timeout_s

    def on_ready() -> None:
        for number, line in enumerate(todo, 1):
            call.terminal.note(f"  {number}. {line}")
        if is_watched:
            webbrowser.open(target.integrations_page)

    with opened(call, project, target, needs_session=eyes.has_session) as (reached, access):
        access = eyes.prepare(reached, access)
        with countdown(call.terminal, "Waiting until the account serves it") as on_wait:
            patience = Patience(timeout_s, on_wait=on_wait)
            return upload_by_hand(reached, access, replace(order, patience=patience, root=project.root), on_ready)


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


def _has_token(call: Call, target: Target) -> bool:
    """Return whether the official API can be asked for the widget."""
    return bool(call.environment.get(TOKEN) and target.code)


def _has_session(call: Call, project: Project, target: Target, *, is_kept: bool = False) -> bool:
    """Return whether the account can be entered, at will without a login; a token alone proves an upload, too."""
    try:
        with opened(call, project, target) as (_, access):
            return access.session is not None or not is_kept
    except AmowidgetError as error:
        if error.code == "usage.credentials_missing":
            return False
        raise
