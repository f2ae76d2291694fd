"""The failures of a login, seen from outside: passwords, codes by e-mail, recovery codes, sessions that end."""

import re
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Client, Serve


def demanded(serve: Serve, *faults: str) -> tuple[Client, dict[str, Any]]:
    """Return a client that has given the right password, and the demand for a code."""
    client = serve(*faults)
    answer = client.log_in()
    assert answer.status_code == 403
    assert client.get("/amo-market/").status_code == 401
    return client, answer.json()


def csrf(client: Client) -> str:
    return str(client.http.cookies["csrf_token"])


def enter(client: Client, code: str, challenge: str) -> requests.Response:
    otp = {"code": code, "challenge": challenge}
    content = {"csrf_token": csrf(client), "grant_type": "otp_code", "otp": otp}
    return client.post("/oauth2/access_token", json=content)


def error_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


@pytest.mark.parametrize(
    ("fault", "status", "word"),
    [
        ("captcha", 400, "site_key"),
        ("wrong-password", 401, "detail"),
        ("blocked-address", 403, "IP address"),
        ("login-html", 200, "<!doctype html>"),
        ("login-500", 500, "Internal error"),
    ],
)
def test_a_login_is_refused(serve: Serve, fault: str, status: int, word: str) -> None:
    client = serve(fault)
    answer = client.log_in()
    assert answer.status_code == status
    assert word in answer.text
    assert client.get("/amo-market/").status_code == 401


def test_a_code_by_e_mail_opens_the_session(serve: Serve) -> None:
    client, told = demanded(serve, "code=000042")
    assert told["status"] == 403
    assert told["detail"]
    assert set(told["otp"]) == {"challenge", "expires_at"}
    assert told["verification"]["token"]
    assert "error_code" not in told
    assert client.get("/stand-in/mailbox").json()[-1] == {"purpose": "login", "code": "000042"}
    opened = enter(client, "000042", told["otp"]["challenge"])
    assert opened.status_code == 200
    assert set(opened.json()) == {"server_time", "access_token", "refresh_token"}
    assert client.get("/amo-market/").status_code == 200
    # It was good once.
    assert error_of(enter(client, "000042", told["otp"]["challenge"])) == (403, "oauth.otp.challenge_invalid")


def test_what_is_missing_or_wrong_is_told(serve: Serve) -> None:
    client, told = demanded(serve, "code")
    challenge = told["otp"]["challenge"]
    assert error_of(enter(client, "999999", challenge)) == (403, "oauth.otp.code_invalid")
    assert error_of(enter(client, "", challenge)) == (403, "oauth.otp.code_required")
    assert error_of(enter(client, "123456", "")) == (403, "oauth.otp.challenge_required")
    assert error_of(enter(client, "123456", "x")) == (403, "oauth.otp.challenge_invalid")
    content = {"csrf_token": "x", "grant_type": "otp_code", "otp": {"code": "123456", "challenge": challenge}}
    assert client.post("/oauth2/access_token", json=content).status_code == 403
    assert enter(client, "123456", challenge).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ("code-invalid", 403, "oauth.otp.code_invalid"),
        ("code-expires", 403, "oauth.otp.code_expired"),
        ("code-duplicate", 403, "oauth.otp.duplicate_code"),
        ("code-recaptcha", 400, "oauth.otp.recaptcha_required"),
        ("challenge-invalid", 403, "oauth.otp.challenge_invalid"),
        ("verification-expired", 403, "oauth.verification_token.expired"),
        ("verification-missing", 403, "oauth.verification_token.missing"),
    ],
)
def test_a_right_code_is_refused(serve: Serve, fault: str, status: int, error: str) -> None:
    client, told = demanded(serve, fault)
    assert error_of(enter(client, "123456", told["otp"]["challenge"])) == (status, error)
    assert client.get("/amo-market/").status_code == 401


def test_a_code_sent_again_voids_the_challenge_before(serve: Serve) -> None:
    client, told = demanded(serve, "code-expires")
    first = told["otp"]["challenge"]
    assert error_of(enter(client, "123456", first)) == (403, "oauth.otp.code_expired")
    again = client.post("/oauth2/otp/resend_code", json={"csrf_token": csrf(client), "challenge": first})
    assert again.status_code == 200
    second = again.json()["challenge"]
    assert second != first
    assert len(client.get("/stand-in/mailbox").json()) == 3  # the fixture's login, this one, the one sent again
    assert error_of(enter(client, "123456", first)) == (403, "oauth.otp.challenge_invalid")
    late = client.post("/oauth2/otp/resend_code", json={"csrf_token": csrf(client), "challenge": first})
    assert error_of(late) == (403, "oauth.otp.challenge_invalid")
    assert enter(client, "123456", second).status_code == 200


def recovered(client: Client, token: str) -> requests.Response:
    content = {"target": "authenticate", "type": "recovery", "verification_token": token, "csrf_token": csrf(client)}
    return client.post("/oauth2/otp", json=content)


def test_a_recovery_code_opens_the_session(serve: Serve) -> None:
    client, told = demanded(serve, "code")
    assert error_of(recovered(client, "")) == (403, "oauth.verification_token.missing")
    assert error_of(recovered(client, "x")) == (403, "oauth.verification_token.expired")
    challenge = recovered(client, told["verification"]["token"]).json()["challenge"]
    assert error_of(enter(client, "123456", challenge)) == (403, "oauth.otp.code_invalid")
    assert enter(client, "10000001", challenge).status_code == 200


def test_one_recovery_code_may_not_be_enough(serve: Serve) -> None:
    client, told = demanded(serve, "code-one-more")
    challenge = recovered(client, told["verification"]["token"]).json()["challenge"]
    assert error_of(enter(client, "10000001", challenge)) == (403, "oauth.otp.one_more_code_required")
    assert error_of(enter(client, "10000001", challenge)) == (403, "oauth.otp.duplicate_code")
    assert enter(client, "10000002", challenge).status_code == 200


def test_single_sign_on_tells_the_address_and_no_challenge(serve: Serve) -> None:
    _, told = demanded(serve, "code-sso")
    assert told["error_code"] == "mfa_required"
    assert "***" in told["masked_email"]
    assert "otp" not in told
    _, both = demanded(serve, "code-sso", "code")
    assert both["error_code"] == "mfa_required"
    assert both["otp"]["challenge"]


def test_a_code_survives_a_restart_of_nobody(serve: Serve) -> None:
    # A stranger without the password has no challenge to answer.
    client = serve()
    client.http.cookies.clear()
    client.get("/")
    assert error_of(enter(client, "123456", "x")) == (403, "oauth.otp.challenge_invalid")


def refreshed(client: Client) -> int:
    return client.post("/oauth2/access_token", data={"grant_type": "implicit"}).status_code


def test_a_session_ends_and_a_refresh_renews_it(serve: Serve) -> None:
    client = serve("session-expires=2")
    assert [client.get("/amo-market/").status_code for _ in range(3)] == [200, 200, 401]
    assert refreshed(client) == 200
    assert client.get("/amo-market/").status_code == 200


def test_a_refresh_is_refused(serve: Serve) -> None:
    client = serve("session-expires=1", "refresh-refused")
    assert [client.get("/amo-market/").status_code for _ in range(2)] == [200, 401]
    assert refreshed(client) == 401
    assert client.get("/amo-market/").status_code == 401
    assert client.log_in().status_code == 200
    assert client.get("/amo-market/").status_code == 200


def test_a_login_that_ended_is_forgotten(client: Client) -> None:
    assert client.http.delete(client.account.url + "/oauth2/revoke", timeout=10).status_code == 204
    assert refreshed(client) == 401


def test_the_login_page_bears_the_names_that_scripts_look_for(serve: Serve) -> None:
    client = serve()
    client.http.cookies.clear()
    page = client.get("/").text
    for part in ('id="session_end_login"', 'id="password"', 'id="auth_submit"', 'id="error_auth"', 'id="recaptcha"'):
        assert part in page
    assert re.search(r'class="[^"]*auth__mfa-form', page)
    assert 'name="AUTH_CODE"' in page
