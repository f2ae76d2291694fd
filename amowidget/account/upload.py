"""Sends an archive into an integration, once. What became of it is proved in verify, never concluded from a status."""

import time
from urllib.parse import quote

from amowidget.account.answers import decided
from amowidget.account.session import OnProgress, Session
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive


class AwaitedAgreementError(AmowidgetError):
    """The additional agreement is signed and not confirmed: nobody can do anything but wait, not by hand either."""


def refuse_without_agreement(session: Session) -> None:
    """Refuse an account whose additional agreement is open (section 3.5); it is read only, and never posted."""
    answer = session.get("/ajax/v4/additional_agreements")
    fields = answer.fields if answer.status == 200 else {}
    is_new, is_technical = fields.get("is_new_account"), fields.get("is_tech_account")
    state = fields.get("status")
    if state == "not_defined" and is_new and not is_technical:
        raise AmowidgetError(
            "account.agreement",
            f"{session.host} has not signed the additional agreement for private integrations.",
            "Sign it on the account's integration page; it is a legal statement that no tool makes for you.",
        )
    if state == "accepted" and (is_new or is_technical):
        raise AwaitedAgreementError(
            "account.agreement",
            f"The additional agreement of {session.host} is sent and not confirmed yet.",
            "Wait until the account's support has confirmed it.",
        )


def send(session: Session, uuid: str, archive: Archive, on_progress: OnProgress | None = None) -> str | None:
    """Upload the archive into the integration and return the widget's code if the account tells it.

    The request is that of the account's own form (section 3.6). It is sent once, and once more only after an answer that
    says that it was not taken (429); after a time-out the state has to be read before anything else.
    """
    path = f"/ajax/widgets/{quote(uuid, safe='')}/widget/upload/?fileapi{int(time.time() * 1000)}"
    try:
        with open(archive.path, "rb") as file:
            part = ("widget.zip", file, "application/x-zip-compressed")
            answer = session.post(path, on_progress, files={"widget": part}, data={"_widget": "widget.zip"})
            if session.rests_for(answer):
                file.seek(0)
                answer = session.post(path, on_progress, files={"widget": part}, data={"_widget": "widget.zip"})
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable",
            f"{archive.path} cannot be read: {error.strerror or error}.",
            "Pack again with `amowidget pack`.",
        ) from error
    code = decided(session, answer, "the upload").fields.get("code")
    return str(code) if code else None
