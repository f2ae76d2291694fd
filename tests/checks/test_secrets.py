"""What is a person's and what is a sample, and that searching stays linear and keeps its places in any encoding."""

import time
from pathlib import Path

import pytest

from amowidget.checks import secret_forms
from amowidget.checks.registry import CHECKS
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.finding import Finding
from amowidget.widget.widget import load
from tests.checks.conftest import build

SECRETS = [check for check in CHECKS if check.rule.code.startswith("SEC")]
KEY = "AKIA" + "Q7RT2WX9KLMN4PVB"


def found(folder: Path, name: str, data: bytes) -> tuple[Finding, ...]:
    """Return which secrets are found in a file of the base widget."""
    build({}, folder)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return tuple(finding for finding in run(load(folder), Settings(), SECRETS) if finding.path == name)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("+7 916 204-71-38", id="spaced"),
        pytest.param("+79162047138", id="plain"),
        pytest.param("8 (495) 204-71-38", id="eight"),
        pytest.param("+55 11 98467-2039", id="brazil"),
        pytest.param("89162047138", id="mobile"),
        pytest.param("anna.sergeeva84@mail.ru", id="e-mail"),
        pytest.param("a.k.sokolova@northwood-clinic.com", id="e-mail-of-a-company"),
    ],
)
def test_what_may_be_a_persons(tmp_path: Path, value: str) -> None:
    (finding,) = found(tmp_path / "w", "mocks/data.js", f"['{value}'];\n".encode())
    assert finding.rule == "personal-data"
    assert (finding.column, finding.end_column) == (3, 3 + len(value))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("+7 999 123-45-67", id="counting"),
        pytest.param("+7 (999) 999-99-99", id="nines"),
        pytest.param("+7 (999) 111 22 33", id="pairs"),
        pytest.param("+70000000000", id="zeros"),
        pytest.param("+1 (555) 204-7138", id="of-films"),
        pytest.param("8 800 555-35-35", id="hot-line"),
        pytest.param("1234567", id="short"),
        pytest.param("79162047138204", id="number"),
        pytest.param("2026-11-24 20:38", id="date"),
        pytest.param("1 000 000 000", id="sum"),
        pytest.param("192.168.100.200", id="address"),
        pytest.param("support@orders.ru", id="role"),
        pytest.param("ivan@mail.ru", id="anybody"),
        pytest.param("anna@example.com", id="reserved"),
        pytest.param("anna@shop.test", id="reserved-ending"),
        pytest.param("anna.sergeeva@yourdomain.com", id="placeholder"),
    ],
)
def test_what_is_nobodys(tmp_path: Path, value: str) -> None:
    assert found(tmp_path / "w", "mocks/data.js", f"['{value}'];\n".encode()) == ()


def test_the_authors_of_a_library_are_no_test_data(tmp_path: Path) -> None:
    text = "/*! sorter v3 (c) Anna Sergeeva <anna.sergeeva84@mail.ru> */\nvar mail = 'x';\n"
    assert found(tmp_path / "w", "vendor/sorter.js", text.encode()) == ()
    assert found(tmp_path / "v", "mocks/sorter.js", text.encode()) == ()


def test_texts_for_users_may_name_whom_they_like(tmp_path: Path) -> None:
    text = '{ "widget": { "help": "+7 916 204-71-38", "email": "anna.sergeeva84@mail.ru" } }'
    assert found(tmp_path / "w", "i18n/pt.json", text.encode()) == ()


H32, H40 = "9f8e7d6c5b4a39281706f5e4d3c2b1a0", "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("var a = { login: 'admin', pass: 'kX8vault92' };", "password-in-code", id="pass beside a login"),
        pytest.param("var db_pass = 'kX8!vault92';", "password-in-code", id="pass of signs"),
        pytest.param(
            "var u = 'https://x.orders.dev/hook?token=a1b2c3d4e5f6a7b8c9d0e1f2';", "key-in-address", id="token"
        ),
        pytest.param(f"var u = 'https://x.orders.dev/v1?a=1&api_key={H32}';", "key-in-address", id="key"),
        pytest.param(f"xhr.setRequestHeader('X-Api-Key', '{H32}');", "password-in-code", id="header"),
        pytest.param(f"xhr.setRequestHeader('X-Auth-Token', '{H32}');", "named-token-in-code", id="token in a header"),
        pytest.param(f"var a = 'Token {H40}';", "named-token-in-code", id="scheme"),
        pytest.param(f"var a = {{ Authorization: 'Token {H40}' }};", "named-token-in-code", id="header of a scheme"),
        pytest.param("h({ 'Authorization': 'Basic YWRtaW46aHVudGVyMnNlY3JldA==' });", "password-in-code", id="basic"),
        pytest.param("var a = { phone2: '79165814392' };", "personal-data", id="second phone"),
        pytest.param("var mocks = [{ p3: '8 (916) 581-43-92' }];", "personal-data", id="made-up records"),
    ],
)
def test_secrets_in_other_forms(tmp_path: Path, text: str, rule: str) -> None:
    assert [finding.rule for finding in found(tmp_path / "w", "data.js", text.encode())] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("var step = { pass: 'step2ok' };", id="a step"),
        pytest.param("bypass = 'kX8!vault92x';", id="another word"),
        pytest.param("{ type: 'pass', name: 'settings.pass1' }", id="a type"),
        pytest.param("u = '/hook?token=' + token + '&v=1.0.12';", id="put together"),
        pytest.param("u = `/hook?token=${settings.token12345678901234567}`;", id="template"),
        pytest.param("u = '/hook?token={{token}}&api_key=YOUR_API_KEY_1234567890';", id="placeholder"),
        pytest.param(f"u = 'https://api-maps.yandex.ru/2.1/?apikey={H32}';", id="key for browsers"),
        pytest.param("a = b?token=c1d2e3f4g5h6i7j8k9l0m1(1):0;", id="code"),
        pytest.param("t(['token', 'settings.token_of_2024_and_2025_year']);", id="key of a text"),
        pytest.param("storage.setItem('token', response.token);", id="handed over"),
        pytest.param("var a = 'Token 1234 is invalid';", id="prose"),
        pytest.param("h({ Authorization: 'Basic dXNlcjp5b3VyLXBhc3N3b3JkMTIz' });", id="sample of basic"),
        pytest.param("h({ Authorization: 'Basic ' + btoa(login) });", id="made at run time"),
        pytest.param("var a = { phone2: '79991234567', inn: '7707083893', date: 1732464000000 };", id="numbers"),
        pytest.param("var mocks = [{ id: 79165814392, at: '2026-11-24 20:38', inn: '7707083893' }];", id="records"),
    ],
)
def test_what_only_looks_like_a_secret(tmp_path: Path, text: str) -> None:
    assert found(tmp_path / "w", "data.js", text.encode()) == ()


@pytest.mark.parametrize("before", [b"", "ы".encode() * 9, b"\xff\xfe", "я\n".encode() * 3], ids=repr)
def test_places_count_characters(tmp_path: Path, before: bytes) -> None:
    (finding,) = found(tmp_path / "w", "data.js", before + b"'" + KEY.encode() + b"';")
    last = before.decode("utf-8", "surrogateescape").rpartition("\n")[2]
    assert finding.line == before.count(b"\n") + 1
    assert finding.column == len(last) + 2
    assert finding.end_column == finding.column + len(KEY)


def test_a_secret_is_told_once(tmp_path: Path) -> None:
    assert [one.rule for one in found(tmp_path / "w", "data.js", f"api_key = '{KEY}';".encode())] == [
        "access-key-in-code"
    ]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(KEY.encode() + b" ", id="keys"),
        pytest.param(b"token='", id="unclosed"),
        pytest.param(b"password='aB3$xyz9' ", id="passwords"),
        pytest.param(b"mail: 'a@b.cd',", id="mails"),
        pytest.param(b"https://a:", id="addresses"),
        pytest.param(b"sk-proj-", id="beginnings"),
        pytest.param(b"'+7 9", id="phones"),
        pytest.param(b"mocks=[", id="records"),
        pytest.param(b"?token=a1b2c3d4e5f6a7b8c9d0 ", id="queries"),
    ],
)
@pytest.mark.parametrize("name", ["data.js", "mocks/data.js"])
def test_one_megabyte_of_anything_is_searched_in_time(tmp_path: Path, data: bytes, name: str) -> None:
    build({}, tmp_path / "w")
    path = tmp_path / "w" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data * (1_000_000 // len(data)))
    widget = load(tmp_path / "w")
    started = time.process_time()
    findings = run(widget, Settings(), SECRETS)
    assert time.process_time() - started < 3
    assert len(findings) <= 100


def test_every_needle_is_found_by_the_rare_character_that_stands_for_it() -> None:
    for pattern, needles in secret_forms.RARE:
        assert all(pattern.search(b"a b " + needle + b"c") for needle in needles)
    marks = {
        b"akia": b"AKIA",
        b"asia": b"ASIA",
        b"aiza": b"AIza",
        b"aqvn": b"AQVN",
        b":aa": b":AA",
        b"eyj": b"eyJ",
        b"sg.": b"SG.",
    }
    for pattern, needles in secret_forms.CAPITAL:
        assert all(pattern.search(b"a b " + marks[needle] + b"c") for needle in needles)
    assert {
        needle for _, needles in (*secret_forms.RARE, *secret_forms.CAPITAL) for needle in needles
    } <= secret_forms.NEEDLES
