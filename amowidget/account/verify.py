"""Proves what an account serves: bytes fetched and compared, else the official API, else the listing; never a status.

The ladder is that of section 3.8 of the protocol reference. What `v` in a file's address is, the account decides.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlsplit

from amowidget.account import api, integration, widget_list
from amowidget.account.integration import Integration
from amowidget.account.session import Answer, Pace, Session
from amowidget.account.widget_list import Listed
from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive, ArchivedFile
from amowidget.widget.json_text import parse
from amowidget.widget.source import Source

SCRIPT, _MANIFEST = "script.js", "manifest.json"
_WITNESSES = 60  # how many files are looked at before an upload to find one that changes
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and how an account serves a widget: the address of its files, the version its pages ask for, its state."""

    integration: Integration
    listed: Listed | None

    @property
    def script(self) -> str | None:
        """The address of script.js without a query, or None when the account names none."""
        address = (self.listed.src if self.listed else None) or self.integration.script
        return address.partition("?")[0] if address else None

    @property
    def version(self) -> str | None:
        """The version that the account's pages put behind `?v=`."""
        if self.listed and self.listed.version:
            return self.listed.version
        asked = parse_qs(urlsplit(self.integration.script or "").query).get("v")
        return asked[0] if asked else None

    @property
    def named_version(self) -> str | None:
        """What stands behind `?v=` where it is a version: it may be a time stamp, a plain number (section 3.8)."""
        return self.version if self.version and "." in self.version else None

    @property
    def is_active(self) -> bool:
        """Whether the widget is installed and switched on."""
        return bool(self.listed and self.listed.is_active)

    def address(self, path: str, version: str) -> str:
        """Return the address of a file of the widget, asked for as of a version."""
        base = (self.script or "").removesuffix(SCRIPT)
        return f"{base}{quote(path)}?v={quote(version, safe='')}"


@dataclass(frozen=True, slots=True)
class Before:
    """What an account served before an upload, and the files by which the new archive will be told from it."""

    serving: Serving
    hashes: tuple[tuple[str, str | None], ...]
    witnesses: tuple[ArchivedFile, ...]

    def hash_of(self, path: str) -> str | None:
        """Return the hash of what was served under a path, None when nothing was."""
        return dict(self.hashes).get(path)

    def is_same_but_for(self, path: str, archive: Archive) -> bool:
        """Return whether every file that was looked at is served as the archive has it, one file aside."""
        wanted = {file.path: file.sha256 for file in archive.files}
        return bool(self.hashes) and all(name == path or found == wanted.get(name) for name, found in self.hashes)


@dataclass(frozen=True, slots=True)
class Proof:
    """Why we say that an account serves an archive: `kind` is bytes, api or listing."""

    kind: str
    version: str | None
    files: tuple[str, ...] = ()
    is_active: bool = False
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the proof, and whom to tell the seconds that are left."""

    timeout_s: float = 120.0
    pace: Pace = field(default_factory=Pace)
    on_wait: Callable[[float], None] = lambda seconds_left: None


def serving(session: Session, uuid: str) -> Serving:
    """Return how the account serves the widget of an integration at this moment."""
    found = integration.find(session, uuid)
    return Serving(found, widget_list.of_integration(session, uuid, found.code))


def look(session: Session, uuid: str, archive: Archive) -> Before:
    """Look at what is served before an upload, and choose the files that will tell the new archive from it.

    That is script.js, and when it does not change, the first file that does.
    """
    now = serving(session, uuid)
    script = archive.file(SCRIPT)
    first = (script,) if script else ()
    hashes: dict[str, str | None] = {}
    for file in (*first, *_others(archive)):
        hashes[file.path] = _hash(_past_caches(session, now, file.path)) if now.script else None
        if hashes[file.path] != file.sha256:
            chosen = first if file is script else (*first, file)
            return Before(now, tuple(hashes.items()), chosen)
    return Before(now, tuple(hashes.items()), first or archive.files[:1])


def prove(session: Session, archive: Archive, before: Before, patience: Patience, token: Secret | None) -> Proof:
    """Wait until the account serves the archive and return the proof; at the end of patience, say what is in the way."""
    end = patience.pace.clock() + patience.timeout_s
    pause = _FIRST_PAUSE_S
    while True:
        outcome = _attempt(session, archive, before, token)
        if isinstance(outcome, Proof):
            return outcome
        left = end - patience.pace.clock()
        if left <= 0:
            raise outcome
        patience.on_wait(left)
        patience.pace.sleep(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE_S)


def is_taken(session: Session, now: Serving, before: Before) -> bool:
    """Return whether the account holds an archive whose upload it has not answered: by its own signs, or by the files."""
    old, new = before.serving.integration, now.integration
    if new.version_time != old.version_time or (new.has_widget and not old.has_widget):
        return True
    changed = [file for file in before.witnesses if before.hash_of(file.path) != file.sha256]
    if not now.script or not changed:
        return False
    return all(_hash(_past_caches(session, now, file.path)) == file.sha256 for file in changed)


def agrees(session: Session, now: Serving, archive: Archive) -> bool | None:
    """Return whether the served script and manifest are those of an archive, None when nothing can be fetched."""
    if now.script is None:
        return None
    files = [file for path in (SCRIPT, _MANIFEST) if (file := archive.file(path))]
    hashes = [_hash(_past_caches(session, now, file.path)) for file in files]
    if all(found is None for found in hashes):
        return None
    return all(found in (None, file.sha256) for found, file in zip(hashes, files, strict=True))


def served_version(session: Session, now: Serving) -> str | None:
    """Return the version in the manifest that the account serves beside the script, None when it serves none."""
    answer = _past_caches(session, now, _MANIFEST) if now.script else None
    root = parse(Source(_MANIFEST, answer.body)).root if answer and _is_file(answer) else None
    node = root.find("widget", "version") if root else None
    return node.text if node else None


def is_fresh(session: Session, now: Serving) -> bool | None:
    """Return whether browsers are given the script that is served past all caches, None when no script is served."""
    if now.script is None:
        return None
    asked, fresh = (_hash(answer) for answer in _both_ways(session, now, SCRIPT))
    return None if fresh is None else asked == fresh


def _attempt(session: Session, archive: Archive, before: Before, token: Secret | None) -> Proof | AmowidgetError:
    now = serving(session, before.serving.integration.uuid)
    if before.serving.is_active and not now.is_active:
        raise AmowidgetError(
            "account.deactivated",
            f"The widget was active in {session.host} before the upload, and is not any more.",
            "Look at the account's integration page now. Installing it anew erases its settings, so nothing was pressed.",
        )
    if now.script:
        return _proved_by_bytes(session, now, before, archive)
    if token and now.integration.code and api.version(session, now.integration.code, token) == archive.version:
        return Proof("api", archive.version, (), now.is_active, now.integration.code)
    if now.version and now.version == archive.version:
        return Proof("listing", archive.version, (), now.is_active, now.integration.code)
    return AmowidgetError(
        "verify.unproven",
        f"{session.host} names neither an address of the widget's files nor the version {archive.version}.",
        "Open the account and look at the widget's version there; the upload itself was not refused.",
    )


def _proved_by_bytes(session: Session, now: Serving, before: Before, archive: Archive) -> Proof | AmowidgetError:
    for file in before.witnesses:
        for answer in _both_ways(session, now, file.path):
            found = _hash(answer)
            if found != file.sha256:
                return _not_served(session, answer, file, before)
    files = tuple(file.path for file in before.witnesses)
    return Proof("bytes", now.version or archive.version, files, now.is_active, now.integration.code)


def _not_served(session: Session, answer: Answer, file: ArchivedFile, before: Before) -> AmowidgetError:
    address = answer.url.partition("?")[0]
    if not _is_file(answer):
        return AmowidgetError(
            "verify.unproven",
            f"{session.host} names {address} for the widget, which answers {answer.status} instead of a file.",
            "Try `amowidget status` in a while; the upload itself was not refused.",
        )
    if _hash(answer) == before.hash_of(file.path):
        return AmowidgetError(
            "verify.stale",
            f"{session.host} still serves the old {file.path}.",
            "If the version was not raised, run `amowidget bump`, pack and upload again; "
            "else look with `amowidget status` in a few minutes.",
        )
    return AmowidgetError(
        "verify.mismatch",
        f"{session.host} serves a {file.path} that is neither the old one nor the one that was uploaded.",
        "Somebody else may have uploaded, or the account changes files. Compare with `amowidget status`.",
    )


def _both_ways(session: Session, now: Serving, path: str) -> Iterator[Answer]:
    """Yield a file as the browser will ask for it, and past all caches."""
    yield session.public_file(now.address(path, now.version or ""))
    yield _past_caches(session, now, path)


def _past_caches(session: Session, now: Serving, path: str) -> Answer:
    address = now.address(path, secrets.token_hex(8))
    return session.public_file(address, {"Cache-Control": "no-cache", "Pragma": "no-cache"})


def _others(archive: Archive) -> tuple[ArchivedFile, ...]:
    """Return the other files in the order in which they are likely to change; the manifest changes with each bump."""
    others = [file for file in archive.files if file.path not in (SCRIPT, _MANIFEST)]
    others.sort(key=lambda file: (file.path.startswith("images/"), file.path))
    manifest = archive.file(_MANIFEST)
    return (*others[: _WITNESSES - 1], *((manifest,) if manifest else ()))


def _is_file(answer: Answer) -> bool:
    return answer.status == 200 and answer.content_type != "text/html"


def _hash(answer: Answer) -> str | None:
    return hashlib.sha256(answer.body).hexdigest() if _is_file(answer) else None
