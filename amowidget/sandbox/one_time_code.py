"""The one-time code that saving an integration can demand (section 3.4), sent to the stand-in's mailbox.

The page sends it as `otp` only with a creation (read in its code); every resubmission voids the code before it (observed
once). How the codes follow one another is invented: each is the last one and one more.
"""

from starlette.requests import Request
from starlette.responses import Response

from amowidget.sandbox.desk import Desk, problem, same

_PURPOSE = "save"


def refusal(desk: Desk, request: Request, fields: dict[str, object], is_new: bool) -> Response | None:
    """Return the demand for a code, with a new one sent; None when none is wanted or the right one was given."""
    first = desk.value(request, "save-otp")
    if first is None and is_new:
        first = desk.value(request, "create-otp")
    if first is None:
        return None
    sent = [letter["code"] for letter in desk.mailbox.letters() if letter["purpose"] == _PURPOSE]
    given = fields.get("otp") if is_new else None
    if sent and same(given, sent[-1]) and desk.mailbox.open_code == sent[-1]:
        desk.mailbox.open_code = ""
        return None
    code = str(int(sent[-1]) + 1).zfill(len(first)) if sent else first
    desk.mailbox.send(_PURPOSE, code)
    desk.mailbox.open_code = code
    error = "oauth.otp.code_invalid" if given else "oauth.otp.required"
    return problem(403, "A one-time code is required", error_code=error)
