"""The upload through the account's own page in a browser: all of an upload as it is, but for the way of the archive."""

import time
from dataclasses import replace

from amowidget.account import form, page_upload
from amowidget.account.access import Access, kept_anew
from amowidget.account.browser import Person, Window, window
from amowidget.account.browser_login import logged_in
from amowidget.account.form import Form
from amowidget.account.opening import Door
from amowidget.account.session import OnProgress, Session
from amowidget.config.project import Target
from amowidget.deploy.upload import Order, Upload, upload_to
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive

_OTHERWISE = "Or use `amowidget upload --manual`, which leaves the page to you and proves the upload."
# A person who logs in in the window can help, as long as nothing was sent.
_HELPED_BY_LOGIN = frozenset({"auth.captcha", "auth.code_required", "auth.session_expired"})


def upload_by_browser(target: Target, access: Access, order: Order, person: Person) -> Upload:
    """Upload through the page, with the session that is there or one that a person opens in the window.

    Looked at before, refused, found out and proved as any other upload; a failure is part of the result.
    """
    start = time.monotonic()
    door = Door(target.base_url, access.allowed, order.patience.pace, access.now_s)
    try:
        target.required_integration()
        with window(door, person, _OTHERWISE) as shown:
            result = _Errand(target, shown, order).done(access)
    except AmowidgetError as error:
        result = Upload(target.name, target.host, target.integration, order.archive, error=error)
    return replace(result, seconds=time.monotonic() - start)


class _Errand:
    """One upload through a window: how the archive is sent, and what became of the form that the page saves with it."""

    def __init__(self, target: Target, shown: Window, order: Order) -> None:
        self._target = target
        self._shown = shown
        self._order = order
        self._is_begun = False
        self._changed = ""

    def done(self, access: Access) -> Upload:
        """Upload with what opens the account; where that does not open it any more, a person logs in once."""
        if access.session is not None or access.credentials is not None:
            result = self._uploaded(access)
            if result.error is None or self._is_begun or result.error.code not in _HELPED_BY_LOGIN:
                return result
            if not self._shown.person.is_there:
                return result
            self._order.on_step(result.error.message)
        opened = logged_in(self._shown)
        return self._uploaded(replace(access, session=opened, credentials=None, store=None))

    def _uploaded(self, access: Access) -> Upload:
        def send(session: Session, uuid: str, archive: Archive, on_progress: OnProgress) -> str | None:  # noqa: ARG001  the browser does not tell its bytes
            return self._sent(session, uuid, archive, access)

        result = upload_to(self._target, access, replace(self._order, send=send))
        if result.error is None and self._changed:
            return replace(result, error=_form_changed(result.host, self._changed))
        return result

    def _sent(self, session: Session, uuid: str, archive: Archive, access: Access) -> str | None:
        before = form.read(session, uuid)
        self._is_begun = True
        self._order.on_step(f"Opening {self._target.integrations_page} in a browser ...")
        code = page_upload.send(self._shown, self._target.integrations_page, session, uuid, archive)
        kept_anew(session, access)
        self._changed = _difference(before, _form_now(session, uuid) or before)
        return code


def _form_now(session: Session, uuid: str) -> Form | None:
    """Return the form after the upload, or None; a failure to look at it is none of the upload."""
    try:
        return form.read(session, uuid)
    except AmowidgetError:
        return None


def _difference(before: Form, now: Form) -> str:
    """Return in words what the page has changed in the form; it sends all of it with the archive (section 3.6)."""
    found = [f'{change.field}: "{change.old}" became "{change.new}"' for change in form.changes(before, now)]
    if before.redirect_uri != now.redirect_uri:
        found.append(f'address: "{before.redirect_uri}" became "{now.redirect_uri}"')
    lost = [f"{change.field} was lost" for change in form.changes(now, before) if not change.old]
    return "; ".join((*found, *lost))


def _form_changed(host: str, difference: str) -> AmowidgetError:
    return AmowidgetError(
        "account.form_changed",
        f"The archive is uploaded, and the page of {host} has changed the form with it: {difference}.",
        "Look at the integration's form in the account, and set it right there.",
    )
