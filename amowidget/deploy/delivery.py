"""One target's part of a deploy: sent, found out, proved, each told to the journal. The source is none of its business."""

import time
from dataclasses import dataclass, replace

from amowidget.account import api, verify
from amowidget.account.access import Access, entered, going_on
from amowidget.account.integration import Integration
from amowidget.account.verify import Before, Serving
from amowidget.account.widget_list import Listed
from amowidget.config.project import Target
from amowidget.deploy.journal import Entry, Journal, State, Step
from amowidget.deploy.upload import Order, Outcome, Upload, upload_to
from amowidget.errors import AmowidgetError

_STATES = {
    Outcome.NOT_SENT: State.REFUSED,  # no account has it, which is what the journal is asked for
    Outcome.SKIPPED: State.REFUSED,
    Outcome.REFUSED: State.REFUSED,
    Outcome.TAKEN: State.TAKEN,
    Outcome.UNKNOWN: State.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Reported:
    """The versions that an account lists, serves or names for a widget, and the access that its session goes on with."""

    versions: tuple[str, ...]
    access: Access
    served: str | None = None


def report(target: Target, access: Access) -> Reported:
    """Ask a target for its versions; a login with a password is made here once and not again for the upload."""
    uuid = target.required_integration()
    with entered(target.base_url, access) as session:
        now = verify.serving(session, uuid)
        served = verify.served_version(session, now)
        named = [served, now.named_version]
        if access.token and now.integration.code:
            named.append(api.version(session, now.integration.code, access.token))
        versions = tuple(version for version in named if version)
        return Reported(versions, going_on(access, session), served)


def deliver(target: Target, access: Access, order: Order, journal: Journal) -> Upload:
    """Upload into a target and prove it; the journal tells before the sending, after it, and what the proof said."""

    def on_send(before: Before) -> None:
        journal.write(Entry(Step.SEND, State.BEGUN, target.name, _facts(before)))

    def on_taken() -> None:
        journal.write(Entry(Step.SEND, State.TAKEN, target.name))

    tries = _sendings(journal, target)
    result = upload_to(target, access, replace(order, on_send=on_send, on_taken=on_taken))
    sent = journal.last(Step.SEND, target.name)
    if sent is None or _sendings(journal, target) == tries:
        return result
    if sent.state == State.TAKEN:
        _tell_proof(journal, result)
    elif result.error:
        journal.write(Entry(Step.SEND, _STATES[result.outcome], target.name, {"code": result.error.code}))
    return result


def find_out(target: Target, access: Access, order: Order, journal: Journal) -> State:
    """Return whether the account has taken what a broken-off deploy may have sent; asks it only when that is open."""
    sent = journal.last(Step.SEND, target.name)
    if sent is None:
        return State.REFUSED
    if sent.state in (State.TAKEN, State.REFUSED):
        return State(sent.state)
    with entered(target.base_url, access, order.patience.pace) as session:
        now = verify.serving(session, target.required_integration())
        if verify.agrees(session, now, order.archive):
            return State.TAKEN
    before = _begun(journal, target).text("version_time")
    is_same = bool(before) and before == now.integration.version_time
    return State.REFUSED if is_same or not now.integration.has_widget else State.UNKNOWN


def prove(target: Target, access: Access, order: Order, journal: Journal) -> Upload:
    """Prove an archive that was sent before; nothing is sent again."""
    start = time.monotonic()
    archive = order.archive
    result = Upload(target.name, target.host, target.integration, archive, outcome=Outcome.TAKEN)
    before = _before(journal, target, order)
    result = replace(result, code=before.serving.integration.code)
    if not order.is_proved:
        return result
    try:
        order.on_step("Fetching back what the account serves ...")
        with entered(target.base_url, access, order.patience.pace) as session:
            proof = verify.prove(session, archive, before, order.patience, access.token)
        result = replace(result, proof=proof, is_active=proof.is_active, code=proof.code or result.code)
    except AmowidgetError as error:
        result = replace(result, error=error)
    _tell_proof(journal, result)
    return replace(result, seconds=time.monotonic() - start)


def _tell_proof(journal: Journal, result: Upload) -> None:
    facts = {"code": result.error.code} if result.error else {"proof": result.proof.kind if result.proof else None}
    journal.write(Entry(Step.PROVE, State.FAILED if result.error else State.DONE, result.target, facts))


def _sendings(journal: Journal, target: Target) -> int:
    return sum(
        entry.step == Step.SEND and entry.state == State.BEGUN and entry.target == target.name
        for entry in journal.entries
    )


def _facts(before: Before) -> dict[str, object]:
    now = before.serving
    return {
        "integration": now.integration.uuid,
        "widget": now.integration.code,
        "version_time": now.integration.version_time,
        "is_active": now.is_active,
        "hashes": dict(before.hashes),
        "witnesses": [file.path for file in before.witnesses],
    }


def _begun(journal: Journal, target: Target) -> Entry:
    lines = (
        entry
        for entry in reversed(journal.entries)
        if entry.step == Step.SEND and entry.state == State.BEGUN and entry.target == target.name
    )
    return next(lines, Entry(Step.SEND, State.BEGUN, target.name))


def _before(journal: Journal, target: Target, order: Order) -> Before:
    """Return what the account served before the sending, as the journal tells it."""
    begun = _begun(journal, target)
    uuid, code = target.required_integration(), begun.text("widget") or None
    time_before = begun.text("version_time") or None
    listed = Listed(code or "", None, None, is_active=begun.facts.get("is_active") is True, integration=uuid)
    serving = Serving(Integration(uuid, "", code, code is not None, time_before, None, None), listed)
    hashes, paths = begun.facts.get("hashes"), begun.facts.get("witnesses")
    known = tuple((str(path), digest) for path, digest in hashes.items()) if isinstance(hashes, dict) else ()
    named = paths if isinstance(paths, list) else []
    witnesses = tuple(file for path in named if (file := order.archive.file(str(path))))
    return Before(serving, known, witnesses or order.archive.files[:1])
