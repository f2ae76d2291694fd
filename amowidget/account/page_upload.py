"""Uploads an archive through the account's own page of integrations: its form is opened, given the file, and saved.

Selectors are those of section 7.5 of the protocol reference: read in the page's code, or used by scripts that worked.
Nothing but the archive's input is filled in, no dialog is answered, and Install is never pressed.
"""

import time
from collections.abc import Callable
from urllib.parse import quote

from amowidget.account import integration
from amowidget.account.answers import decided, said
from amowidget.account.browser import Window
from amowidget.account.page_traffic import PageTraffic, refuse_stranger
from amowidget.account.session import Answer, Pace, Session
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive

_EDIT = ".js-view-integration, #edit-button"  # the bundle of 2026, a script of 2022
_FORM = ".edit-integration-modal"
_INPUT = f"{_FORM} #input-upload-archive"
_SAVE = f"{_FORM} #keygen-button, {_FORM} .js-save-integration"
_LOGIN = "#session_end_login, .auth__mfa-form"
_QUESTION = ".alert-modal__actions-button__confirm"
_SETTLE_S = 3.0  # until then the list may still be coming, and what looks like the only one may not be
_BEGIN_S, _RENEWAL_S = 60.0, 5.0
_SLOWEST_BYTES_S = 50_000
_GOES = 3
# What a person can answer in the window: everything else the page says is an answer already.
_FOR_PERSON = frozenset({"auth.code_required", "browser.question"})
_BY_HAND = "`amowidget upload --manual` leaves the page to you and proves the upload."

# Returns the button that edits the integration: by the id that stands in the smallest part of the page with one such
# button, in an attribute or as a text; else the only button that can be clicked, when the address has opened it.
# How the account's page names ids is assumed; a wrong button does no harm, for the traffic lets no other id through.
_FIND = """([uuid, edit, isSettled]) => {
  const isWanted = (text) => text.trim().toLowerCase() === uuid;
  const names = (part) => [...part.attributes].some((one) => one.value.toLowerCase().includes(uuid))
    || [...part.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && isWanted(one.data));
  const isOnTop = (button) => {
    button.scrollIntoView({ block: 'center' });
    const box = button.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return Boolean(top) && button.contains(top);
  };
  const found = new Set();
  for (const part of document.querySelectorAll('body *')) {
    let place = names(part) ? part : null;
    while (place && place !== document.body && !place.querySelector(edit)) place = place.parentElement;
    const buttons = place && place !== document.body ? place.querySelectorAll(edit) : [];
    if (buttons.length === 1) found.add(buttons[0]);
  }
  const own = [...found].filter(isOnTop);
  if (own.length || !isSettled) return own[0] || null;
  const all = [...document.querySelectorAll(edit)].filter(isOnTop);
  return all.length === 1 ? all[0] : null;
}"""


def send(window: Window, address: str, session: Session, uuid: str, archive: Archive) -> str | None:
    """Upload the archive by the page at an address and return the widget's code if the account tells it.

    The session's cookies open the page, and what they have become goes back into the session. Whatever fails, the
    window is closed before anybody is told of it: nothing is sent any more.
    """
    # As amoCRM's page names it in its address (read in its code); that Kommo's does the same is assumed.
    named = integration.find(session, uuid).code or uuid
    data = _content(archive)
    traffic: PageTraffic | None = None
    try:
        window.adopt(session.cookies)
        traffic = PageTraffic(window, uuid)
        _open_form(window, f"{address}?widget_code={quote(named, safe='')}", uuid)
        _save(window, data)
        _begin(window, traffic, session)
        answer = _answer(window, traffic, len(data))
        session.adopt(window.cookies)
    except window.failure as error:
        is_closed = window.was_closed
        window.close()
        if traffic is not None and traffic.is_sent:
            raise _cut(window) from error
        raise _closed(window) if is_closed else _failed(window, error) from error
    except AmowidgetError as error:
        window.close()
        # The page may send as soon as it has the file: then nobody may say that nothing was sent.
        if traffic is not None and traffic.is_sent and error.code.startswith("browser."):
            raise _cut(window) from error
        raise
    except BaseException:
        window.close()
        raise
    code = decided(session, answer, "the upload").fields.get("code")
    return str(code) if code else None


def _open_form(window: Window, address: str, uuid: str) -> None:
    _go(window, address)
    start_s = time.monotonic()
    while time.monotonic() - start_s < window.person.page_s and not _sees(window, _FORM):
        if _sees(window, _LOGIN):
            _let_log_in(window)
            _go(window, address)
            start_s = time.monotonic()
        is_settled = time.monotonic() - start_s > _SETTLE_S
        if _press_edit(window, uuid, is_settled=is_settled) and _question(window):
            break
        window.pause()
    if _sees(window, _FORM):
        return
    error = _asked(window) or _page_changed(window, "The form of the integration is not found on the page.")
    window.person.on_step(
        f"{error.message} Open the form of the integration {uuid} in the window; the rest goes by itself."
    )
    if not window.leave_to_person("Open the form in the window", "form", lambda: _sees(window, _FORM)):
        raise error if window.is_open else _closed(window)


def _go(window: Window, address: str) -> None:
    """Open an address; a page that goes elsewhere by itself in that moment, as after a login, breaks it off: again then."""
    for _ in range(_GOES - 1):
        try:
            window.page.goto(address, wait_until="domcontentloaded")
        except window.failure:
            if not window.is_open:
                raise
            window.pause()
        else:
            return
    window.page.goto(address, wait_until="domcontentloaded")


def _press_edit(window: Window, uuid: str, *, is_settled: bool) -> bool:
    """Press the button that edits the integration; return whether it was there and something came of it."""
    try:
        found = window.page.evaluate_handle(_FIND, [uuid.lower(), _EDIT, is_settled]).as_element()
        if found is None:
            return False
        found.click()
    except window.failure:
        if not window.is_open:
            raise
        return False  # the page was about to show another part of itself
    return _becomes(window, lambda: _sees(window, _FORM) or _sees(window, _QUESTION), window.person.page_s)


def _let_log_in(window: Window) -> None:
    """Let a person log in where the browser is not let in by the session's cookies."""
    window.person.on_step(f"{window.host} wants to see a login in the window. Log in there; the rest goes by itself.")
    if not window.leave_to_person("Log in in the window", "login", lambda: not _sees(window, _LOGIN)):
        raise AmowidgetError(
            "auth.session_expired",
            f"{window.host} does not take the session in the browser, and nobody logged in there.",
            f"Log in with `amowidget login {window.host} --browser`, then upload again.",
        )


def _save(window: Window, data: bytes) -> None:
    """Give the form the archive, under the only name that the account takes, and press Save."""
    files = window.page.locator(_INPUT)
    if files.count() == 0:
        raise AmowidgetError(
            "account.rights",
            f"The form in {window.host} has no place for an archive; nothing was sent.",
            "An external integration has none; the account's plan or an expired trial can be the cause as well.",
        )
    files.first.set_input_files({"name": "widget.zip", "mimeType": "application/x-zip-compressed", "buffer": data})
    save = window.page.locator(_SAVE).first
    if not _becomes(window, save.is_enabled, window.person.page_s):
        raise _page_changed(window, "The form does not notice the archive: Save stays disabled.")
    save.click()


def _begin(window: Window, traffic: PageTraffic, session: Session) -> None:
    """Wait until the page sends the archive, which it does when the save of its form is taken; a person may be asked."""
    end_s = time.monotonic() + _BEGIN_S
    while not traffic.is_sent:
        refuse_stranger(traffic, window.host)
        error = _refusal(traffic, session) or _asked(window)
        if error is not None and error.code in _FOR_PERSON:
            window.person.on_step(f"{error.message} Answer in the window; the rest goes by itself.")
            if not window.leave_to_person("Answer in the window", "question", lambda: traffic.is_sent):
                raise error
        elif error is not None:
            raise error
        elif not window.is_open:
            raise _closed(window)
        elif time.monotonic() > end_s:
            stopped = (
                f" It wanted to do something else, which was stopped: {traffic.stopped}." if traffic.stopped else ""
            )
            raise _page_changed(window, f"The page does not send the archive after Save.{stopped}")
        window.person.on_wait("Waiting until the page sends the archive", max(0.0, end_s - time.monotonic()))
        window.pause()


def _answer(window: Window, traffic: PageTraffic, size_bytes: int) -> Answer:
    """Wait for the answer to the upload; one that wants a fresh session first is followed by another, of the page's own."""
    read_s = (window.door.pace or Pace()).read_s
    end_s = time.monotonic() + read_s + size_bytes / _SLOWEST_BYTES_S
    while True:
        answer = traffic.upload
        if traffic.is_cut or not window.is_open:
            raise _cut(window)
        if answer is not None and not _is_renewing(window, traffic, answer):
            return answer
        if time.monotonic() > end_s:
            raise AmowidgetError("network.timeout", f"{window.host} does not answer in time.", "Try again in a while.")
        window.person.on_wait("Waiting for the account's answer", max(0.0, end_s - time.monotonic()))
        window.pause()


def _is_renewing(window: Window, traffic: PageTraffic, answer: Answer) -> bool:
    """Return whether the page renews its session and sends again what was not taken (section 3.1, R4)."""
    return answer.status == 401 and _becomes(window, lambda: traffic.upload is not answer, _RENEWAL_S)


def _refusal(traffic: PageTraffic, session: Session) -> AmowidgetError | None:
    """Return why the account did not take the save of the form, None when it did or has not answered."""
    save = traffic.save
    if save is None or (save.status < 300 and said(save) is None and not save.fields.get("error_code")):
        return None
    try:
        decided(session, save, "the save of the form")
    except AmowidgetError as error:
        return error
    return None


def _asked(window: Window) -> AmowidgetError | None:
    """Return what the page asks in a dialog, as an error: nobody here answers it for a person."""
    asked = _question(window)
    if not asked:
        return None
    return AmowidgetError(
        "browser.question",
        f"The page of {window.host} asks: {asked}",
        f"Nothing was sent. Answer it in the account, then upload again. {_BY_HAND}",
    )


def _question(window: Window) -> str:
    buttons = window.page.locator(f"{_QUESTION} >> visible=true")
    if buttons.count() == 0:
        return ""
    dialog = "(button) => (button.closest('dialog, [role=dialog], .modal') || button.parentElement).innerText"
    return " ".join(str(buttons.first.evaluate(dialog)).split())[:300]


def _sees(window: Window, selector: str) -> bool:
    return bool(window.page.locator(f"{selector} >> visible=true").count())


def _becomes(window: Window, is_so: Callable[[], bool], seconds: float) -> bool:
    end_s = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end_s:
            return False
        window.pause()
    return True


def _content(archive: Archive) -> bytes:
    try:
        return archive.path.read_bytes()
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable",
            f"{archive.path} cannot be read: {error.strerror or error}.",
            "Pack again with `amowidget pack`.",
        ) from error


def _page_changed(window: Window, told: str) -> AmowidgetError:
    return AmowidgetError(
        "browser.page_changed",
        told,
        f"Nothing was sent. The pages of {window.host} may differ from those that are known. {_BY_HAND}",
    )


def _closed(window: Window) -> AmowidgetError:
    return AmowidgetError(
        "browser.closed",
        f"The window at {window.host} was closed before the archive was sent.",
        "Nothing was changed. Upload again, and leave the window open until it closes by itself.",
    )


def _failed(window: Window, error: Exception) -> AmowidgetError:
    said = (str(error).splitlines() or [""])[0][:200]
    return AmowidgetError(
        "browser.failed",
        f"The browser did not get through the page of {window.host}: {said}",
        f"Nothing was sent. Check that the browser can open a window here. {_BY_HAND}",
    )


def _cut(window: Window) -> AmowidgetError:
    return AmowidgetError(
        "network.cut", f"The upload in the window at {window.host} was broken off.", "Try again in a while."
    )
