"""What is kept of an unknown answer can be shown to anybody."""

import json

import pytest

from amowidget.account.redaction import as_text, redacted
from amowidget.account.session import Answer

SECRETS = ("eyJhbGciOiJIUzI1NiJ9abcdef", "s3ss10n", "a@example.com", "123456", "t0ken-of-a-form")


def answer(body: bytes, kind: str) -> Answer:
    headers = {"content-type": kind, "set-cookie": "session_id=s3ss10n", "retry-after": "5"}
    return Answer("https://client-a.amocrm.ru/ajax/x?csrf=s3ss10n", 418, kind, headers, body)


JSON = {
    "title": "No teapot",
    "access_token": "s3ss10n",
    "otp": {"challenge": "123456"},
    "user": {"email": "a@example.com", "note": "write to a@example.com"},
    "error_code": "oauth.new.thing",
    "list": [{"csrf_token": "s3ss10n"}, "eyJhbGciOiJIUzI1NiJ9abcdef"],
}
HTML = (
    b'<html><input type=hidden name="csrf_token" value="t0ken-of-a-form"><p>a@example.com</p>eyJhbGciOiJIUzI1NiJ9abcdef'
)


def test_what_is_known_to_be_a_secret_is_taken_out_wherever_and_however_it_stands() -> None:
    secret = 'p&ss "w0rd"'
    told = {"detail": f"no {secret} here", "list": [{secret: secret}], "short": "abc"}
    page = "<p>p&amp;ss &quot;w0rd&quot;</p><a href='/?x=p%26ss%20%22w0rd%22'>"
    for body, kind in ((json.dumps(told).encode(), "application/json"), (page.encode(), "text/html")):
        text = as_text(redacted(answer(body, kind), "the login", (secret, "abc", "")))
        assert "w0rd" not in text
        assert "***" in text
        assert ("abc" in text) is (kind == "application/json")


@pytest.mark.parametrize(
    ("body", "kind", "kept"),
    [
        (json.dumps(JSON).encode(), "application/json", ("No teapot", "oauth.new.thing", "418")),
        (HTML, "text/html", ("<p>", "csrf_token")),
        (b"\xff\xfe", "application/octet-stream", ("418",)),
    ],
)
def test_no_secret_is_kept_and_the_rest_is(body: bytes, kind: str, kept: tuple[str, ...]) -> None:
    text = as_text(redacted(answer(body, kind), "the upload"))
    assert not [secret for secret in SECRETS if secret in text]
    assert all(word in text for word in kept)
    assert "retry-after" in text
    assert "ajax/x" in text
