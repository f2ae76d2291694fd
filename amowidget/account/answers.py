"""What an account's answers mean: the known texts, and the order in which status, type and body decide."""

import re
from typing import NamedTuple

from amowidget.account.redaction import report_of, without
from amowidget.account.session import Answer, Session
from amowidget.account.traffic import rest_asked_s
from amowidget.errors import AmowidgetError, UnknownAnswerError


class _Known(NamedTuple):
    pattern: str
    code: str
    meaning: str
    remedy: str


# Matched loosely, for the account may translate or reword them. Sources: sections 3.5, 3.6 and 12 of the protocol
# reference, 3.3 of the package reference; each was seen by at least one developer.
_KNOWN: tuple[_Known, ...] = (
    _Known(
        r"additional agreement",
        "account.agreement",
        "The account has not signed the additional agreement for private integrations.",
        "Sign it on the account's integration page; it is a legal statement that no tool makes for you.",
    ),
    _Known(
        r'"?settings"? field is required',
        "archive.rejected",
        'The manifest needs a "settings" object with at least one field.',
        'Add one, or set "installation" to false and take the location "settings" out.',
    ),
    _Known(
        r"must have resolution",
        "archive.rejected",
        "A logo has the wrong size in pixels.",
        "`amowidget validate` tells the size that each logo must have.",
    ),
    _Known(
        r"title field of advanced",
        "archive.rejected",
        "The title of the advanced settings is not taken.",
        'Write "advanced.title", with two parts, and no other key beside it.',
    ),
    _Known(
        r"failed to get object manifest",
        "archive.rejected",
        "The account finds no readable manifest.json at the root of the archive.",
        "Pack with `amowidget pack`, which puts it there.",
    ),
    _Known(
        r"codes? not equal",
        "archive.rejected",
        "The manifest names another widget's code than the integration has.",
        'Take "code" out of the manifest, or put in the code from the integration\'s keys with '
        'manifest = { "widget.code" = "..." } of the target. Do not make the integration anew.',
    ),
    _Known(
        r"secret key for this widget",
        "archive.rejected",
        "The manifest's secret_key is not the one of this integration.",
        'Take it out of the manifest, or put in the right one with manifest = { "widget.secret_key" = "env:..." }.',
    ),
    _Known(
        r"unknown field",
        "archive.rejected",
        "The manifest has a field that the account does not know.",
        "`amowidget validate` tells the unknown ones.",
    ),
    _Known(
        r"required /?i18n",
        "archive.rejected",
        "A declared language has no file in i18n/.",
        "`amowidget validate` tells which.",
    ),
    _Known(
        r"widget not found",
        "account.not_found",
        "The account knows no widget under this integration.",
        "Check the integration's id; when the manifest names a code, it has to be that of this integration.",
    ),
    _Known(
        r"not private or external",
        "account.rights",
        "The account takes this for a public integration, whose archive goes another way.",
        'Set visibility = "public" in amowidget.toml; `amowidget upload` then leads you through the upload by hand.',
    ),
    _Known(
        r"invalid url",
        "account.address_refused",
        "The account takes no addresses of this machine or of a local network.",
        "Leave the redirect address empty, or name a public one with https.",
    ),
    _Known(
        r"\b(?:console|alert|confirm|prompt)\b",
        "archive.rejected",
        "The account refuses calls of the console or of dialogs in script.js (reported once).",
        "`amowidget validate --select SCR05` lists them.",
    ),
    _Known(
        r"something went wrong",
        "archive.rejected",
        "The account does not say why; it was seen when tour.is_tour was false.",
        "Run `amowidget validate --strict`, and take out `tour` or set tour.is_tour to true.",
    ),
)


def decided(session: Session, answer: Answer, what: str) -> Answer:
    """Return the answer when it says yes; status, then type, then the `error` key decide, never the status alone.

    `what` names the request for a person, for instance "the upload".
    """
    host = session.host
    if answer.asks_to_log_in:
        usual = (
            "Run the command once more. If it stays so, open the account in a browser and look for a question there."
        )
        whose, remedy = session.expired or ("", usual)
        told = f"{host} asks to log in again instead of answering {what}."
        raise AmowidgetError("auth.session_expired", f"{told} {whose}".rstrip(), remedy)
    text = said(answer)
    text = text and without(text, session.cookies.values())
    if text is None and answer.status < 300 and answer.json is not None:
        return answer
    code = _otp_code(answer)
    if code:
        raise AmowidgetError(
            code,
            f"{host} asks for a one-time code for {what}.",
            "Make the integration once by hand on the account's page, and write its id into amowidget.toml.",
        )
    known = next((entry for entry in _KNOWN if text and re.search(entry.pattern, text, re.IGNORECASE)), None)
    if known:
        raise AmowidgetError(known.code, f"{known.meaning} {host} says: {text}", known.remedy)
    raise _by_status(host, answer, what, text) or _unknown(session, answer, what, text)


def said(answer: Answer) -> str | None:
    """Return the account's own words of a refusal, or None when it utters none."""
    fields = answer.fields
    if fields.get("error"):
        return _line(fields["error"])
    invalid = fields.get("invalid-params")
    if isinstance(invalid, list) and invalid:
        named = (f"{entry.get('name')}: {entry.get('reason')}" for entry in invalid if isinstance(entry, dict))
        return _line("; ".join(named))
    if answer.status >= 400:
        return _line(fields.get("detail") or fields.get("title") or "") or None
    return None


def _otp_code(answer: Answer) -> str | None:
    return "auth.code_required" if str(answer.fields.get("error_code", "")).startswith("oauth.otp.") else None


def _by_status(host: str, answer: Answer, what: str, text: str | None) -> AmowidgetError | None:
    """Return what the status alone says, or None where it says nothing."""
    words = f" and says: {text}" if text else ""
    if answer.status == 403:
        return AmowidgetError(
            "account.rights",
            f"{host} does not allow {what} to this user{words}.",
            "Take the login of an administrator of the account; the account's plan may be too small as well.",
        )
    if answer.status == 404:
        return AmowidgetError(
            "account.not_found",
            f"{host} does not know what {what} names{words}.",
            "Check the integration's id: it stands in the account, in the integration's keys and scopes.",
        )
    if answer.status == 413:
        return AmowidgetError(
            "archive.rejected",
            f"The archive is too large for {host}{words}.",
            "`amowidget pack --list` shows what is in it; [pack] exclude leaves files out.",
        )
    if answer.status == 429:
        asked_s = rest_asked_s(answer.headers)
        when = "some minutes" if asked_s is None else f"{asked_s:.0f} seconds"
        told = f"{host} asks to slow down{words}; {what} was not taken."
        return AmowidgetError("network.throttled", told, f"Try again in {when}.")
    if answer.status >= 500:
        return AmowidgetError(
            "network.server_error", f"{host} answered {what} with {answer.status}{words}.", "Try again in a while."
        )
    return None


def _unknown(session: Session, answer: Answer, what: str, text: str | None) -> UnknownAnswerError:
    host, report = session.host, report_of(session, answer, what)
    if text:
        return UnknownAnswerError(
            "archive.rejected",
            f"{host} refused {what} and says: {text}",
            "This answer is not known yet. `amowidget validate --strict` may show the cause.",
            report,
        )
    return UnknownAnswerError(
        "network.unexpected_answer",
        f"{host} answered {what} with {answer.status} and nothing that can be read.",
        "Look at the account's integration page before you try again; its interface may have changed.",
        report,
    )


def _line(value: object) -> str:
    return " ".join(str(value).split())[:500]
