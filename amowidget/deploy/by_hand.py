"""The upload that a person does in the account's own page: what to do there, and the proof of it afterwards."""

import time
from collections.abc import Callable
from dataclasses import replace

from amowidget.account import api, verify
from amowidget.account.access import Access, entered
from amowidget.account.session import Session
from amowidget.account.verify import Patience, Proof
from amowidget.config.project import Target
from amowidget.config.secret import Secret
from amowidget.deploy.upload import Order, Outcome, Upload
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive

_ARCHIVE_NAME = "widget.zip"
_PAUSE_S = 5.0
# What keeps the tool out, and not a person in a browser.
BLOCKED = frozenset({"auth.captcha", "auth.code_required", "account.agreement"})


def steps(target: Target, archive: Archive) -> tuple[str, ...]:
    """Return what to do in the account's page, step by step."""
    named = f" ({target.integration})" if target.integration else ""
    found = [
        f"Open {target.integrations_page} and log in as an administrator.",
        f"Open the integration of this widget{named} and edit it.",
        f"Choose the archive {archive.path} (version {archive.version}), and save.",
    ]
    if archive.path.name != _ARCHIVE_NAME:
        found.insert(0, f"Copy the archive to a file called {_ARCHIVE_NAME}: the account takes no other name.")
    return tuple(found)


def upload_by_hand(target: Target, access: Access, order: Order, on_ready: Callable[[], object]) -> Upload:
    """Look at what is served, let a person upload (`on_ready`), and wait for the proof; a failure is part of the result."""
    start = time.monotonic()
    result = Upload(target.name, target.host, target.integration, order.archive, target.code)
    try:
        if access.session is not None or access.credentials is not None:
            result = _by_session(result, target, access, order, on_ready)
        else:
            result = _by_api(result, target, access, order, on_ready)
    except AmowidgetError as error:
        result = replace(result, error=error)
    return replace(result, seconds=time.monotonic() - start)


def _by_session(result: Upload, target: Target, access: Access, order: Order, on_ready: Callable[[], object]) -> Upload:
    with entered(target.base_url, access, order.patience.pace) as session:
        before = verify.look(session, target.integration or "", order.archive)
        on_ready()
        proof = verify.prove(session, order.archive, before, order.patience, access.token)
    return replace(
        result, outcome=Outcome.TAKEN, proof=proof, is_active=proof.is_active, code=proof.code or result.code
    )


def _by_api(result: Upload, target: Target, access: Access, order: Order, on_ready: Callable[[], object]) -> Upload:
    if access.token is None or not target.code:
        raise AmowidgetError(
            "verify.unproven",
            f"Without a session or a token nobody can look into {target.host}, so that the upload cannot be proved.",
            "Set AMOWIDGET_TOKEN to a long-lived token of the integration, with `code` of the target in amowidget.toml.",
        )
    on_ready()
    with Session(target.base_url, order.patience.pace, access.allowed) as session:
        proof = _awaited(session, target.code, order.archive, access.token, order.patience)
    return replace(result, outcome=Outcome.TAKEN, proof=proof, is_active=proof.is_active)


def _awaited(session: Session, code: str, archive: Archive, token: Secret, patience: Patience) -> Proof:
    end = patience.pace.clock() + patience.timeout_s
    while True:
        found = api.widget(session, code, token)
        if found is not None and found.version == archive.version:
            return Proof("api", archive.version, (), found.is_active, code)
        left = end - patience.pace.clock()
        if left <= 0:
            named = found.version if found and found.version else "no version"
            raise AmowidgetError(
                "verify.stale",
                f"The API of {session.host} names {named}, and not {archive.version}.",
                "Finish the upload in the account's page, and look with `amowidget status`.",
            )
        patience.on_wait(left)
        patience.pace.sleep(min(_PAUSE_S, left))
