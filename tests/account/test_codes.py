"""The one-time codes of a login: each answer of the account leads to the right question, or to the right end."""

import json
from collections.abc import Sequence

import pytest

from amowidget.account.codes import Question, State, Wish
from amowidget.account.credentials import Credentials
from amowidget.account.login import log_in
from amowidget.account.session import Pace, Session
from amowidget.config.secret import Secret
from amowidget.errors import AmowidgetError, UnknownAnswerError
from tests.account.scripted import answering, http

HURRY = Pace(sleep=lambda seconds: None)
FORM = http("401 Unauthorized", b'<input name="csrf_token" value="t">', "Content-Type: text/html")
JSON = "Content-Type: application/problem+json"
OPEN = http("200 OK", b'{"server_time": 1}', "Content-Type: application/json", "Set-Cookie: access_token=a; Path=/")


def refusal(status: str, **fields: object) -> bytes:
    return http(status, json.dumps(fields).encode(), JSON)


DEMAND = refusal(
    "403 Forbidden", otp={"challenge": "c1", "expires_at": 1}, verification={"token": "v"}, masked_email="a***@b.c"
)


def log_in_with(answers: Sequence[bytes], given: Sequence[str | Wish]) -> tuple[list[Question], list[bytes]]:
    """Log in against these answers with these words typed, and return the questions and the requests."""
    asked: list[Question] = []
    typed = iter(given)

    def ask(question: Question) -> str | Wish:
        asked.append(question)
        return next(typed)

    with answering(FORM, *answers) as (url, seen), Session(url, HURRY) as session:
        log_in(session, Credentials("a@b.c", Secret("pw")), ask)
        return asked, seen


def body(request: bytes) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(request.partition(b"\r\n\r\n")[2])
    return loaded


def test_an_answer_to_a_code_that_nobody_knows_ends_the_login_and_is_told_without_the_code() -> None:
    locked = refusal("403 Forbidden", error_code="oauth.otp.locked", detail="no more of 424242 for c1-challenge")
    demand = refusal("403 Forbidden", otp={"challenge": "c1-challenge"})
    with pytest.raises(UnknownAnswerError) as caught:
        log_in_with([demand, locked], ["424242"])
    assert (caught.value.code, caught.value.report["status"]) == ("auth.code_wrong", 403)
    assert "oauth.otp.locked" in str(caught.value.report)
    assert "424242" not in str(caught.value.report)
    assert "c1-challenge" not in str(caught.value.report)


def test_the_code_opens_the_session() -> None:
    asked, seen = log_in_with([DEMAND, OPEN], [" 123456 "])
    assert [(question.state, question.address) for question in asked] == [(State.SENT, "a***@b.c")]
    assert body(seen[2]) == {"csrf_token": "t", "grant_type": "otp_code", "otp": {"code": "123456", "challenge": "c1"}}


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("oauth.otp.code_invalid", State.WRONG),
        ("oauth.otp.code_required", State.WRONG),
        ("oauth.otp.code_expired", State.EXPIRED),
        ("oauth.otp.duplicate_code", State.USED),
        ("oauth.otp.one_more_code_required", State.ONE_MORE),
    ],
)
def test_after_a_refused_code_another_one_is_asked_for(code: str, state: State) -> None:
    asked, _ = log_in_with([DEMAND, refusal("403 Forbidden", error_code=code), OPEN], ["1", "2"])
    assert [question.state for question in asked] == [State.SENT, state]


def test_another_code_is_sent_on_a_wish_and_has_a_challenge_of_its_own() -> None:
    resent = http("200 OK", b'{"challenge": "c2"}', "Content-Type: application/json")
    asked, seen = log_in_with([DEMAND, resent, OPEN], [Wish.RESEND, "7"])
    assert [question.state for question in asked] == [State.SENT, State.RESENT]
    assert seen[2].startswith(b"POST /oauth2/otp/resend_code ")
    assert body(seen[3])["otp"] == {"code": "7", "challenge": "c2"}


def test_a_recovery_code_takes_another_way() -> None:
    turned = http("200 OK", b'{"challenge": "r1"}', "Content-Type: application/json")
    asked, seen = log_in_with([DEMAND, turned, OPEN], [Wish.RECOVERY, "abcd"])
    assert [question.state for question in asked] == [State.SENT, State.RECOVERY]
    assert body(seen[2]) == {"csrf_token": "t", "target": "authenticate", "type": "recovery", "verification_token": "v"}


@pytest.mark.parametrize(
    ("answers", "given", "code"),
    [
        ([DEMAND], [Wish.STOP], "auth.code_required"),
        ([DEMAND, refusal("403 Forbidden", error_code="oauth.otp.challenge_invalid")], ["1"], "auth.code_wrong"),
        (
            [DEMAND, refusal("403 Forbidden", error_code="oauth.verification_token.expired")],
            [Wish.RECOVERY],
            "auth.code_wrong",
        ),
        ([DEMAND, refusal("403 Forbidden", error_code="oauth.otp.recaptcha_required")], ["1"], "auth.captcha"),
        ([DEMAND, refusal("400 Bad Request", detail="no")], ["1"], "auth.captcha"),
        ([DEMAND, http("502 Bad Gateway", b"<html>", "Content-Type: text/html")], ["1"], "network.server_error"),
        ([refusal("403 Forbidden", error_code="mfa_required", masked_email="a***@b.c")], [], "auth.code_required"),
        ([DEMAND, *[refusal("403 Forbidden", error_code="oauth.otp.code_invalid")] * 6], ["1"] * 6, "auth.code_wrong"),
    ],
)
def test_other_answers_end_the_login(answers: list[bytes], given: list[str | Wish], code: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        log_in_with(answers, given)
    assert caught.value.code == code


def test_without_a_person_a_wanted_code_ends_the_login() -> None:
    with answering(FORM, DEMAND) as (url, seen), Session(url, HURRY) as session:
        with pytest.raises(AmowidgetError) as caught:
            log_in(session, Credentials("a@b.c", Secret("pw")))
        assert caught.value.code == "auth.code_required"
        assert len(seen) == 2


def test_a_captcha_is_told_and_not_tried_again() -> None:
    demanded = refusal("400 Bad Request", **{"invalid-params": [{"name": "captcha", "reason": {"site_key": "k"}}]})
    with answering(FORM, demanded, OPEN) as (url, seen), Session(url, HURRY) as session:
        with pytest.raises(AmowidgetError) as caught:
            log_in(session, Credentials("a@b.c", Secret("pw")), lambda question: "1")
        assert caught.value.code == "auth.captcha"
        assert "--browser" in caught.value.hint
        assert len(seen) == 2
