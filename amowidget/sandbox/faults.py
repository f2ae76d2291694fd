"""The failures that the stand-in can play, in one table. How one is switched on stands in switches.py; where each is
played is the business of its route, or of the proxy for what no web application can do.
"""

from dataclasses import dataclass

PARTS = {
    "login": "Login",
    "saving": "Saving an integration",
    "upload": "Upload",
    "files": "Served files",
    "listing": "Lists",
    "rights": "Rights",
    "connection": "Connection",
}
# How it is known that an account does so: recorded by developers; read in the page's own code or in clients that work;
# assumed, in a form that the stand-in invented; or an everyday failure of any server or network.
OBSERVED, CODE, ASSUMED, EVERYDAY = "observed", "code", "assumed", "everyday"


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure: what happens, what its VALUE may be (nothing, number, digits, text or a choice), and its default.

    A default of None is for a value that has to be given.
    """

    does: str
    known: str
    value: str = ""
    default: str | None = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that a value may be, when it is one of a few."""
        return tuple(self.value.split("|")) if "|" in self.value else ()


_CODES: dict[str, Fault] = {
    "code": Fault("demands a code sent by e-mail (403); VALUE is the right one", CODE, "digits", "123456"),
    "code-sso": Fault("demands a code as single sign-on does: mfa_required, without a challenge", CODE),
    "code-invalid": Fault("refuses every code as oauth.otp.code_invalid", CODE),
    "code-expires": Fault("lets the first code expire (oauth.otp.code_expired); one sent again is good", CODE),
    "code-duplicate": Fault("refuses the right code as oauth.otp.duplicate_code", CODE),
    "code-one-more": Fault("wants a second recovery code (oauth.otp.one_more_code_required)", CODE),
    "code-recaptcha": Fault("answers a code with oauth.otp.recaptcha_required (400)", CODE),
    "challenge-invalid": Fault("refuses every challenge as oauth.otp.challenge_invalid", CODE),
    "verification-expired": Fault("answers the second step with oauth.verification_token.expired", CODE),
    "verification-missing": Fault("answers the second step with oauth.verification_token.missing", CODE),
}
_LOGIN: dict[str, Fault] = {
    "captcha": Fault("demands a captcha (400)", CODE),
    **_CODES,
    "wrong-password": Fault("refuses the right password, too (401)", ASSUMED),
    "blocked-address": Fault("shuts this machine's address out (403)", ASSUMED),
    "login-html": Fault("answers a page instead of JSON (200)", CODE),
    "login-500": Fault("answers 500", EVERYDAY),
    "session-expires": Fault("ends the session after VALUE requests; a refresh renews it", OBSERVED, "number", None),
    "refresh-refused": Fault("refuses to refresh the session (401 with the login page)", ASSUMED),
}
_SAVING: dict[str, Fault] = {
    "save-otp": Fault("demands a one-time code for every save; VALUE is the first of them", CODE, "digits", "123456"),
    "create-otp": Fault("demands a one-time code for a creation; VALUE is the first", OBSERVED, "digits", "123456"),
    "invalid-url": Fault("refuses the redirect address, whatever it is, as Invalid URL (400)", CODE),
    "save-200": Fault("answers a creation with 200 instead of 201", ASSUMED),
    "agreement": Fault(
        "gives the additional agreement the state VALUE: not_defined, accepted or performed",
        OBSERVED,
        "not_defined|accepted|performed",
        "not_defined",
    ),
}
_UPLOAD: dict[str, Fault] = {
    "upload-200-error": Fault("answers 200 with the error VALUE", CODE, "text", "Something went wrong"),
    "upload-400": Fault("answers 400 with the error VALUE", OBSERVED, "text", "Something went wrong"),
    "upload-401": Fault("answers 401 with the login page", OBSERVED),
    "upload-403": Fault("answers 403", ASSUMED),
    "upload-404": Fault("answers 404", ASSUMED),
    "upload-413": Fault("answers 413 with a page", ASSUMED),
    "upload-429": Fault("answers 429 with Retry-After: VALUE", ASSUMED, "digits", "1"),
    "upload-500-html": Fault("answers 500 with a page", EVERYDAY),
    "upload-502": Fault("answers 502 with a page; the archive is not taken", EVERYDAY),
    "upload-taken-502": Fault("answers 502 with a page; the archive IS taken", EVERYDAY),
    "upload-hang": Fault("never answers; the archive is not taken", EVERYDAY),
    "upload-taken-hang": Fault("never answers; the archive IS taken", EVERYDAY),
    "upload-cut": Fault("closes the connection instead of an answer; the archive is not taken", EVERYDAY),
    "upload-taken-cut": Fault("closes the connection instead of an answer; the archive IS taken", EVERYDAY),
    "empty-answer": Fault("answers 200 with nothing", ASSUMED),
    "lost-upload": Fault("says yes and keeps the old archive", ASSUMED),
    "deactivate-after-upload": Fault("switches an active widget off", OBSERVED),
    "linter": Fault("refuses console, alert, confirm and prompt in script.js", OBSERVED),
}
_FILES: dict[str, Fault] = {
    "stale-script": Fault("keeps every file old for VALUE seconds after an upload", OBSERVED, "number", None),
    "stale-cache": Fault(
        "keeps a file old for VALUE seconds under ?v= the listed version, and shows the new one to any other query",
        ASSUMED,
        "number",
        None,
    ),
    "stale-origin": Fault(
        "shows the new file under ?v= the listed version, and the old one for VALUE seconds to any other query",
        ASSUMED,
        "number",
        None,
    ),
    "files-404": Fault("answers 404", ASSUMED),
    "no-file-address": Fault("names no address of the widget's files", ASSUMED),
    "served-differs": Fault("alters script.js: a comment is added at its end", ASSUMED),
    "version-time": Fault("lists the time of the upload as the version", CODE),
}
_LISTING: dict[str, Fault] = {
    "repeated-pages": Fault("repeats the first, full page of integrations under every number", CODE),
    "duplicate-names": Fault("gives a second integration the same name", ASSUMED),
    "listing-market": Fault("answers in the shape of the market only: integrations", CODE),
    "listing-legacy": Fault("answers in the older shape only: widgets.own_integrations", CODE),
}
_RIGHTS: dict[str, Fault] = {
    "not-admin": Fault("lets the user see, but neither save nor upload (403)", ASSUMED),
    "foreign-uuid": Fault("knows the first integration as another account's", ASSUMED),
}
_CONNECTION: dict[str, Fault] = {
    "slow": Fault("waits VALUE milliseconds before each answer", EVERYDAY, "number", None),
    "cut": Fault(
        "closes the connection in an upload's answer, VALUE bytes after its head; it IS taken", EVERYDAY, "digits", "0"
    ),
    "cut-request": Fault(
        "closes the connection after VALUE bytes of an upload's body; it is not taken", EVERYDAY, "digits", "0"
    ),
    "no-content-type": Fault("leaves the content type out of each answer", EVERYDAY),
    "garbage": Fault("answers bytes that are no HTTP", EVERYDAY),
    "hang": Fault("takes the request and never answers", EVERYDAY),
}

TABLE: dict[str, dict[str, Fault]] = {
    "login": _LOGIN,
    "saving": _SAVING,
    "upload": _UPLOAD,
    "files": _FILES,
    "listing": _LISTING,
    "rights": _RIGHTS,
    "connection": _CONNECTION,
}
FAULTS: dict[str, Fault] = {name: fault for part in TABLE.values() for name, fault in part.items()}
# A code is demanded when one of these is on, without `code` beside it.
SECOND_STEP = tuple(name for name in _CODES if name not in ("code", "code-sso"))

# Answers to an upload that developers recorded, for `upload-400` and `upload-200-error`, and where each belongs.
KNOWN_REFUSALS: dict[str, str] = {
    "You have not filled additional agreement": "the additional agreement is missing (amoCRM)",
    '"settings" field is required': "the manifest has `installation: true` and no settings",
    "Something went wrong": "traced to `tour.is_tour: false`, and the answer to much else",
    "Failed to get object manifest.json": "no manifest at the root of the archive",
    "Logo file for logo must have resolution 130x100px": "a logo of another size",
    "Upload and manifest codes not equal": "an older integration; `code` is not in the manifest",
    "widget not found": "an older integration; the platform's code is expected in the manifest",
    "Secret key for this widget code is not correct": "an older integration; `secret_key` is not the platform's",
    "Unknown field(s)": "keys of the manifest such as `free` and `countries`",
}


def written(name: str, fault: Fault) -> str:
    """Return how a failure is written: its name, and what stands after the equals sign."""
    return f"{name}=VALUE" if fault.value else name
