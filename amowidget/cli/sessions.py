"""Shows what `login` and `logout` do: opens, hands over and forgets sessions."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amowidget.account.credentials import LOGIN, PASSWORD, Credentials, from_environment
from amowidget.account.hosts import checked_host
from amowidget.account.opening import Door, by_cookies, by_password, revoke
from amowidget.account.session_store import SessionStore
from amowidget.account.stored_session import Origin, StoredSession
from amowidget.account.user_store import user_store
from amowidget.cli.answer_report import keep_answer
from amowidget.cli.command import Call
from amowidget.config.project import Project
from amowidget.config.secret import Secret
from amowidget.deploy.accounts import address_of, addresses_missing
from amowidget.deploy.many import exit_of
from amowidget.errors import AmowidgetError, Exit
from amowidget.ui.paths import shown
from amowidget.widget.files import replace_file

_NOTICE = (
    "There is no documented interface for uploads: amowidget speaks to the account as its own pages do,",
    "and the vendor may change that at any time. It acts with the rights of the user who logs in here.",
    "The session is kept for this user of this machine alone; `amowidget logout` wipes it.",
)
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class LoginWish:
    """The options of `login`."""

    name: str | None = None
    is_missing: bool = False
    cookies: str | None = None
    is_by_browser: bool = False
    export: str | None = None


@dataclass(frozen=True, slots=True)
class _Entered:
    """What came of a login to one host: its session, or why there is none."""

    host: str
    session: StoredSession | None = None
    error: AmowidgetError | None = None


def logged_in(call: Call, project: Project | None, wish: LoginWish) -> int:
    """Open the sessions that are wished for, one host after another, and keep them."""
    store = user_store(call.environment)
    addresses = _addresses(project, wish, store)
    if wish.export is not None and wish.cookies is None and not wish.is_by_browser and not wish.is_missing:
        kept = [session for address in addresses if (session := store.of(address)) is not None]
        if kept:
            return _exported(call, kept, wish.export)
    for address in addresses:
        checked_host(address, call.allowed_hosts)
        store.make_ready()
    if _has_password(call) and len(addresses) > 1 and wish.cookies is None and not wish.is_by_browser:
        from_environment(call.environment, len(addresses))
    if addresses and wish.cookies is None:
        for line in _NOTICE:
            call.terminal.note(line)
    entries = _each_entered(call, addresses, wish, store)
    opened = [entry.session for entry in entries if entry.session]
    if wish.export is not None and opened:
        exported = _exported(call, opened, wish.export)
        return exit_of(entries) or exported
    if not addresses:
        call.terminal.success("There is a session for the host of every target.")
    elif len(addresses) > 1:
        call.terminal.note(f"Sessions opened: {len(opened)} of {len(addresses)}.")
    sessions = [
        {"host": session.host, "login": session.login or None, "origin": str(session.origin)} for session in opened
    ]
    failed = [{"host": entry.host, "error": entry.error.values()} for entry in entries if entry.error]
    first = {"error": failed[0]["error"]} if failed else {}
    call.terminal.json({"ok": not failed, "command": "login", "sessions": sessions, "failed": failed, **first})
    return exit_of(entries)


def _each_entered(call: Call, addresses: Sequence[str], wish: LoginWish, store: SessionStore) -> list[_Entered]:
    """Open a session for each address; where several are missing, one that cannot be entered keeps none from its own."""
    entries: list[_Entered] = []
    usual = ""
    for address in addresses:
        door = Door(address, call.allowed_hosts)
        try:
            session = _opened(call, door, wish, store, usual)
            where = store.save(session)
        except AmowidgetError as error:
            if not wish.is_missing:
                raise
            entries.append(_Entered(address.partition("://")[2], error=error))
            if not call.terminal.manner.is_json:
                call.terminal.failure("login", error)
            keep_answer(call, error)
            continue
        usual = session.login
        entries.append(_Entered(session.host, session))
        said = f"Logged in to {session.host}. The session is kept in {where}."
        (call.terminal.note if wish.export == "-" else call.terminal.success)(said)
    return entries


def logged_out(call: Call, project: Project | None, name: str | None, *, is_revoking: bool, is_sure: bool) -> int:
    """Wipe the session of a host, or all of them; end them on the server only when that is asked for."""
    store = user_store(call.environment)
    address = address_of(name, project) if name else None
    sessions = [session for session in store.sessions() if address in (None, session.base_url)]
    told: list[dict[str, object]] = []
    for session in sessions:
        is_ended = _revoked(call, session, is_sure=is_sure) if is_revoking else False
        store.forget(session)
        told.append({"host": session.host, "login": session.login or None, "revoked": is_ended})
        call.terminal.success(_told_wiped(session, is_ended=is_ended))
    if not sessions:
        call.terminal.success(f"No session is kept for {name}." if name else "No session is kept.")
    call.terminal.json({"ok": True, "command": "logout", "sessions": told})
    return Exit.DONE


def _addresses(project: Project | None, wish: LoginWish, store: SessionStore) -> tuple[str, ...]:
    if wish.is_missing:
        if project is None:
            raise AmowidgetError("usage.no_project", "--missing needs a project with targets.", "Name a host instead.")
        return addresses_missing(project, store)
    if wish.name is None:
        raise AmowidgetError(
            "usage.missing_host",
            "It is not said where to log in.",
            "Name a host or a target: `amowidget login client-a.amocrm.ru`. --missing takes all that have no session.",
        )
    return (address_of(wish.name, project),)


def _has_password(call: Call) -> bool:
    return bool(call.environment.get(LOGIN) and call.environment.get(PASSWORD))


def _opened(call: Call, door: Door, wish: LoginWish, store: SessionStore, usual: str) -> StoredSession:
    """Open one session; `usual` is the login that a person has typed for the host before this one."""
    host = door.base_url.partition("://")[2]
    before = store.of(door.base_url)
    if wish.cookies is not None:
        return by_cookies(door, _text_of(wish.cookies), Origin.COOKIES, before.login if before else "")
    if wish.is_by_browser:
        from amowidget.account.browser_login import by_browser

        return by_browser(door, call.terminal.note)
    if _has_password(call):
        ask = None
        credentials = from_environment(call.environment)
        if call.terminal.is_interactive:
            from amowidget.ui import login_questions

            ask = login_questions.code
        return by_password(door, credentials, ask)
    if not call.terminal.is_interactive or call.terminal.manner.is_json:
        raise AmowidgetError(
            "usage.credentials_missing",
            f"Nobody can be asked for the login and the password of {host}.",
            f"Set {LOGIN} and {PASSWORD}, use --cookies FILE, or log in on a terminal.",
        )
    from amowidget.ui import login_questions

    login, password = login_questions.login_and_password(host, before.login if before else usual)
    return by_password(door, Credentials(login, Secret(password)), login_questions.code)


def _revoked(call: Call, session: StoredSession, *, is_sure: bool) -> bool:
    if session.origin is Origin.COOKIES and not is_sure:
        call.terminal.warning(
            f"The cookies of {session.host} are those of a browser, which would be logged out too: not ended. "
            "Use --yes to end it all the same."
        )
        return False
    try:
        return revoke(Door(session.base_url, frozenset({session.host})), session)
    except AmowidgetError as error:
        call.terminal.warning(f"{error.message} The session may still be open on the server.")
        return False


def _told_wiped(session: StoredSession, *, is_ended: bool) -> str:
    user = session.login or "an unknown user"
    if is_ended:
        return f"The session of {user} on {session.host} is wiped here and ended on the server."
    return f"The session of {user} on {session.host} is wiped here."


def _exported(call: Call, sessions: list[StoredSession], destination: str) -> int:
    values = [session.revealed() for session in sessions]
    text = json.dumps(values[0] if len(values) == 1 else values)
    if destination != "-":
        path = Path(destination)
        replace_file(path, text.encode(), _PRIVATE)
        call.terminal.json({"ok": True, "command": "login", "exported": str(path)})
        call.terminal.success(f"Exported to {shown(path)}. Whoever has the file can do what the user can.")
        call.terminal.note(
            "Set AMOWIDGET_SESSION to its content in CI, one export for each holder; then delete the file."
        )
        return Exit.DONE
    if sys.stdout.isatty():
        raise AmowidgetError(
            "usage.secret_on_terminal",
            "A session is not written to a terminal, which keeps what it shows.",
            "Name a file, or pipe it on: `amowidget login HOST --export - | gh secret set AMOWIDGET_SESSION`.",
        )
    sys.stdout.write(text + "\n")
    return Exit.DONE


def _text_of(name: str) -> str:
    try:
        if name == "-":
            return sys.stdin.buffer.read().decode("utf-8", "replace")
        return Path(name).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable", f"{name} cannot be read: {error.strerror or os.strerror(error.errno or 0)}.", "Check it."
        ) from error
