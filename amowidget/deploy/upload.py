"""Uploads an archive into one target and proves it: look before, send once, prove after. Nothing else is touched."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from amowidget.account import integration, upload, verify
from amowidget.account.access import Access, entered, going_on
from amowidget.account.integration import Integration
from amowidget.account.session import OnProgress, Session
from amowidget.account.verify import Before, Patience, Proof
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy import proven
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.release.version import parsed
from amowidget.widget.widget import MANIFEST

# The account itself said no, or was never reached: nothing can have been done with the archive. A failure of TLS is
# none of these, for it can come after the last byte.
_REFUSALS = ("auth.", "account.", "archive.", "network.throttled", "network.unreachable")
_PLATFORMS = {".amocrm.ru": "amocrm", ".amocrm.com": "amocrm", ".kommo.com": "kommo"}
_LOOKS_S = (0.0, 1.0, 3.0)

# Sends an archive into the integration of that id, once, and returns the widget's code if the account tells it.
Send = Callable[[Session, str, Archive, OnProgress], str | None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to upload and how: forced past an unraised version, proved or not, and whom to tell about each step.

    `root` is the folder of the project, which remembers what was proved; without it nothing is remembered.
    `before_sending` is called when nothing is uploaded yet; what it raises ends the upload there.
    `on_send` is told what the account served in the moment before the archive is sent, `on_progress` its bytes on
    their way, `on_taken` that it was taken. `send` is how it is sent: by one request, unless a browser does it.
    """

    archive: Archive
    is_forced: bool = False
    is_proved: bool = True
    patience: Patience = field(default_factory=Patience)
    on_step: Callable[[str], None] = lambda step: None
    root: Path | None = None
    before_sending: Callable[[], None] = lambda: None
    on_send: Callable[[Before], None] = lambda before: None
    on_taken: Callable[[], None] = lambda: None
    on_progress: OnProgress = lambda done, total: None
    send: Send = upload.send


class Outcome(StrEnum):
    """What became of the archive: the one answer that the result, the journal and the kept archives go by.

    Unknown is what was sent and neither confirmed nor refused, whatever the account shows a moment later.
    """

    NOT_SENT = "not sent"
    SERVED_ALREADY = "served already"
    REFUSED = "refused"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Upload:
    """What came of an upload into one target; `error` tells why it did not come to its end."""

    target: str
    host: str
    integration: str | None
    archive: Archive
    code: str | None = None
    previous_version: str | None = None
    outcome: Outcome = Outcome.NOT_SENT
    is_active: bool = False
    proof: Proof | None = None
    seconds: float = 0.0
    error: AmowidgetError | None = None

    @property
    def is_uploaded(self) -> bool:
        """Whether the account has surely taken the archive."""
        return self.outcome is Outcome.TAKEN

    @property
    def is_skipped(self) -> bool:
        """Whether nothing was sent, because the account serves the same already."""
        return self.outcome is Outcome.SERVED_ALREADY

    def values(self) -> dict[str, object]:
        """Return the result as plain values for JSON."""
        told: dict[str, object] = {
            "target": self.target,
            "host": self.host,
            "integration": self.integration,
            "code": self.code,
            "version": self.archive.version,
            "previous_version": self.previous_version,
            "archive": str(self.archive.path),
            "sha256": self.archive.sha256,
            "digest": self.archive.digest,
            "outcome": str(self.outcome),
            "uploaded": self.is_uploaded,
            "skipped": self.is_skipped,
            "proof": self.proof.kind if self.proof else None,
            "seconds": round(self.seconds, 3),
        }
        if self.error:
            told["error"] = self.error.values()
        return told


def upload_to(target: Target, access: Access, order: Order) -> Upload:
    """Upload into the target's integration; a failure is part of the result, so that other targets can go on."""
    start = time.monotonic()
    journey = _Journey(Upload(target.name, target.host, target.integration, order.archive), order)
    try:
        target.required_integration()
        _refuse_other_platform(target)
        is_open = access.session is not None
        order.on_step(f"Asking {target.host} what it serves ..." if is_open else f"Logging in to {target.host} ...")
        with entered(target.base_url, access, order.patience.pace) as session:
            journey.go(session, access.token)
    except AmowidgetError as error:
        journey.result = replace(journey.result, error=error)
    return replace(journey.result, seconds=time.monotonic() - start)


def create_integration(target: Target, access: Access, name: str, description: str) -> tuple[Target, Access]:
    """Make an integration in the target's account; return the target with its id, and the access that goes on."""
    with entered(target.base_url, access) as session:
        made = integration.create(session, name, description)
        return replace(target, integration=made.uuid, code=made.code), going_on(access, session)


class _Journey:
    """One upload on its way; `result` always tells how far it came."""

    def __init__(self, result: Upload, order: Order) -> None:
        self.result = result
        self._order = order

    def go(self, session: Session, token: Secret | None) -> None:
        archive, uuid = self._order.archive, self.result.integration or ""
        before = verify.look(session, uuid, archive)
        previous = verify.served_version(session, before.serving) or before.serving.named_version
        self.result = replace(self.result, code=before.serving.integration.code, previous_version=previous)
        if not self._order.is_forced and self._is_served_already(before):
            self.result = replace(self.result, outcome=Outcome.SERVED_ALREADY, is_active=before.serving.is_active)
            return
        upload.refuse_without_agreement(session)
        if not self._order.is_forced:
            _refuse_unraised(session, archive, before, previous)
        self._order.before_sending()
        self._order.on_step(f"Uploading {archive.path.name}, version {archive.version} ...")
        self._order.on_send(before)
        self.result = replace(self.result, outcome=Outcome.UNKNOWN)
        code = self._sent(session, uuid, before)
        self._order.on_taken()
        self.result = replace(self.result, outcome=Outcome.TAKEN, code=code or self.result.code)
        if self._order.is_proved:
            self._order.on_step("Fetching back what the account serves ...")
            proof = self._proved(session, before, token)
            code = self.result.code or proof.code
            self.result = replace(self.result, proof=proof, is_active=proof.is_active, code=code)
            if self._order.root is not None:
                done = proven.proven_now(self.result.host, uuid, archive, proof.kind)
                proven.remember(self._order.root, self.result.target, done)

    def _proved(self, session: Session, before: Before, token: Secret | None) -> Proof:
        """Return the proof; whatever else keeps from looking leaves an archive that was taken and is not proved."""
        try:
            return verify.prove(session, self._order.archive, before, self._order.patience, token)
        except AmowidgetError as error:
            if error.code.startswith(("verify.", "account.")):
                raise
            raise AmowidgetError(
                "verify.unproven",
                f"The archive was taken, and what is served could not be looked at: {error.message}",
                f"{error.hint} Then compare with `amowidget status`.",
            ) from error

    def _is_served_already(self, before: Before) -> bool:
        """Return whether the last proven upload was the same, but for the version, and is served still."""
        root, archive = self._order.root, self._order.archive
        last = proven.last(root, self.result.target) if root is not None else None
        if last is None or not before.is_same_but_for(MANIFEST, archive):
            return False
        return last.is_same(self.result.host, self.result.integration or "", archive)

    def _sent(self, session: Session, uuid: str, before: Before) -> str | None:
        try:
            return self._order.send(session, uuid, self._order.archive, self._order.on_progress)
        except AmowidgetError as error:
            if error.code.startswith(_REFUSALS):
                self.result = replace(self.result, outcome=Outcome.REFUSED)
                raise
            if error.code.startswith("browser."):  # told only of what went wrong before the page sent anything
                self.result = replace(self.result, outcome=Outcome.NOT_SENT)
                raise
            # Nobody knows whether it arrived; sending again blindly could upload twice. The account knows.
            self._order.on_step(f"{error.message} Looking whether the archive has arrived ...")
            taken = self._found_taken(session, before, error)
            if taken is None:
                raise AmowidgetError(
                    error.code,
                    f"{error.message} The account shows no new archive.",
                    "It may still be at work there: look with `amowidget status` before you upload again.",
                ) from error
            return taken.code

    def _found_taken(self, session: Session, before: Before, error: AmowidgetError) -> Integration | None:
        """Return the integration when it holds the archive now; asked a few times, for it may still be at work."""
        pace = self._order.patience.pace
        try:
            for pause_s in _LOOKS_S:
                pace.sleep(pause_s)
                now = verify.serving(session, before.serving.integration.uuid)
                if verify.is_taken(session, now, before):
                    return now.integration
        except AmowidgetError as other:
            raise AmowidgetError(
                error.code,
                f"{error.message} Whether the archive has arrived cannot be told: {other.message}",
                "Look with `amowidget status` before you upload again; the account may hold the archive already.",
            ) from error
        return None


def _refuse_other_platform(target: Target) -> None:
    """Refuse a host of the other platform, where the widget would be judged and served by other rules."""
    name = target.host.partition(":")[0]
    platform = next((known for end, known in _PLATFORMS.items() if name.endswith(end)), target.platform)
    if platform != target.platform:
        raise AmowidgetError(
            "config.platform_differs",
            f'The target "{target.name}" is meant for {target.platform}, and {target.host} is an account of {platform}.',
            f'Write platform = "{platform}" into the target in amowidget.toml, or correct its host.',
        )


def _refuse_unraised(session: Session, archive: Archive, before: Before, served: str | None) -> None:
    """Refuse other bytes under a version that is not above the served one: browsers would keep the old."""
    old, new = parsed(served or ""), parsed(archive.version)
    if old is None or new is None or new > old:
        return
    if all(before.hash_of(file.path) == file.sha256 for file in before.witnesses):
        return
    raise AmowidgetError(
        "archive.version_not_raised",
        f"{session.host} serves version {served} already, and this archive is another {archive.version}.",
        "Raise it with `amowidget bump` and pack again; or use --force, and some browsers keep the old script.",
    )
