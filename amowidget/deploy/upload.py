"""Uploads an archive into one target and proves it: look before, send once, prove after. Nothing else is touched."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from amowidget.account import integration, upload, verify
from amowidget.account.access import Access, entered
from amowidget.account.session import Session
from amowidget.account.verify import Before, Patience, Proof
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.release.version import parsed


@dataclass(frozen=True, slots=True)
class Order:
    """What to upload and how: forced past an unraised version, proved or not, and whom to tell about each step.

    `on_send` is told what the account served in the moment before the archive is sent, `on_taken` that it was taken.
    """

    archive: Archive
    is_forced: bool = False
    is_proved: bool = True
    patience: Patience = field(default_factory=Patience)
    on_step: Callable[[str], None] = lambda step: None
    on_send: Callable[[Before], None] = lambda before: None
    on_taken: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Upload:
    """What came of an upload into one target; `error` tells why it did not come to its end."""

    target: str
    host: str
    integration: str | None
    archive: Archive
    code: str | None = None
    previous_version: str | None = None
    is_uploaded: bool = False
    is_active: bool = False
    proof: Proof | None = None
    seconds: float = 0.0
    error: AmowidgetError | None = None

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
            "uploaded": self.is_uploaded,
            "proof": self.proof.kind if self.proof else None,
            "seconds": round(self.seconds, 3),
        }
        if self.error:
            told["error"] = {"code": self.error.code, "message": self.error.message, "hint": self.error.hint}
        return told


def upload_to(target: Target, access: Access, order: Order) -> Upload:
    """Upload into the target's integration; a failure is part of the result, so that other targets can go on."""
    start = time.monotonic()
    journey = _Journey(Upload(target.name, target.host, target.integration, order.archive), order)
    try:
        if not target.integration:
            raise AmowidgetError(
                "config.missing_key",
                f'The target "{target.name}" names no integration.',
                "Write its id as `integration` of the target in amowidget.toml, or make one with --create.",
            )
        order.on_step(f"Logging in to {target.host} ...")
        with entered(target.base_url, access, order.patience.pace) as session:
            journey.go(session, access.token)
    except AmowidgetError as error:
        journey.result = replace(journey.result, error=error)
    return replace(journey.result, seconds=time.monotonic() - start)


def create_integration(target: Target, access: Access, name: str, description: str) -> Target:
    """Make an integration in the target's account and return the target with its id."""
    with entered(target.base_url, access) as session:
        made = integration.create(session, name, description)
    return replace(target, integration=made.uuid, code=made.code)


class _Journey:
    """One upload on its way; `result` always tells how far it came."""

    def __init__(self, result: Upload, order: Order) -> None:
        self.result = result
        self._order = order

    def go(self, session: Session, token: Secret | None) -> None:
        archive, uuid = self._order.archive, self.result.integration or ""
        before = verify.look(session, uuid, archive)
        previous = _previous_version(session, before)
        self.result = replace(self.result, code=before.serving.integration.code, previous_version=previous)
        upload.refuse_without_agreement(session)
        if not self._order.is_forced:
            _refuse_unraised(session, archive, before, previous)
        self._order.on_step(f"Uploading {archive.path.name}, version {archive.version} ...")
        self._order.on_send(before)
        code = self._sent(session, uuid, before)
        self._order.on_taken()
        self.result = replace(self.result, is_uploaded=True, code=code or self.result.code)
        if self._order.is_proved:
            self._order.on_step("Fetching back what the account serves ...")
            proof = verify.prove(session, archive, before, self._order.patience, token)
            code = self.result.code or proof.code
            self.result = replace(self.result, proof=proof, is_active=proof.is_active, code=code)

    def _sent(self, session: Session, uuid: str, before: Before) -> str | None:
        try:
            return upload.send(session, uuid, self._order.archive)
        except AmowidgetError as error:
            if error.code not in ("network.timeout", "network.cut"):
                raise
            # Nobody knows whether it arrived; sending again blindly could upload twice. The account knows.
            now = integration.find(session, uuid)
            if now.version_time == before.serving.integration.version_time:
                hint = "The account shows no new archive; upload again."
                raise AmowidgetError(error.code, error.message, hint) from error
            return now.code


def _previous_version(session: Session, before: Before) -> str | None:
    """Return the version that is served: that of the served manifest, else the one that the pages ask for.

    What stands behind `?v=` may be a time stamp instead of a version (section 3.8), so a plain number says nothing.
    """
    asked = before.serving.version
    is_version = asked is not None and "." in asked
    return verify.served_version(session, before.serving) or (asked if is_version else None)


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
