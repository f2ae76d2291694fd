"""The failures after the login, seen from outside: saving, upload, served files, lists, rights; and how one is named."""

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from amowidget.errors import AmowidgetError
from amowidget.sandbox.faults import FAULTS, KNOWN_REFUSALS
from amowidget.sandbox.server import Options, running
from tests.sandbox.conftest import Client, Serve
from tests.sandbox.drawn import archive, manifest

CLIENTS = "/ajax/v3/clients/"
LIST = "/ajax/settings/widgets/category/own_integrations/1/"


def uploaded(client: Client, version: str = "1.0.0", script: str = "// one\n") -> Client:
    answer = client.upload(archive(manifest(version=version), script))
    assert answer.status_code == 200, answer.text
    return client


def patched(client: Client, content: object) -> requests.Response:
    return client.http.patch(client.account.url + CLIENTS + client.account.integration, json=content, timeout=10)


def listed(client: Client) -> dict[str, Any]:
    return dict(client.get(LIST).json()["integrations"] or {})


# Saving


@pytest.mark.parametrize("fault", ["save-otp", "create-otp"])
def test_a_creation_wants_a_code_that_is_good_once(serve: Serve, fault: str) -> None:
    client = serve(f"{fault}=000007")
    first = client.post(CLIENTS, json={"name": "Orders"})
    assert (first.status_code, first.json()["error_code"]) == (403, "oauth.otp.required")
    assert client.get("/stand-in/mailbox").json() == [{"purpose": "save", "code": "000007"}]
    client.post(CLIENTS, json={"name": "Orders"})
    void = client.post(CLIENTS, json={"name": "Orders", "otp": "000007"})
    assert (void.status_code, void.json()["error_code"]) == (403, "oauth.otp.code_invalid")
    newest = client.get("/stand-in/mailbox").json()[-1]["code"]
    assert newest == "000009"
    assert client.post(CLIENTS, json={"name": "Orders", "otp": newest}).status_code == 201
    assert client.post(CLIENTS, json={"name": "Orders", "otp": newest}).status_code == 403
    assert len(listed(client)) == 2


def test_a_change_wants_a_code_only_where_every_save_does(serve: Serve) -> None:
    assert patched(serve("create-otp"), {"name": "Orders"}).status_code == 202
    refused = patched(serve("save-otp"), {"name": "Orders", "otp": "123456"})
    assert (refused.status_code, refused.json()["error_code"]) == (403, "oauth.otp.required")


def test_a_redirect_address_is_refused(serve: Serve) -> None:
    answer = serve("invalid-url").post(CLIENTS, json={"name": "Orders", "redirect_uri": "https://example.com/"})
    assert answer.status_code == 400
    assert answer.json()["invalid-params"] == [{"name": "redirect_uri", "reason": ["Invalid URL"]}]


def test_a_creation_may_answer_200(serve: Serve) -> None:
    assert serve().post(CLIENTS, json={"name": "Orders"}).status_code == 201
    assert serve("save-200").post(CLIENTS, json={"name": "Orders"}).status_code == 200


@pytest.mark.parametrize(("state", "status"), [("not_defined", 400), ("accepted", 400), ("performed", 200)])
def test_the_agreement_decides_about_uploads(serve: Serve, state: str, status: int) -> None:
    client = serve(f"agreement={state}")
    assert client.get("/ajax/v4/additional_agreements").json()["status"] == state
    answer = client.upload()
    assert answer.status_code == status
    if status == 400:
        assert answer.json() == {"error": "You have not filled additional agreement"}


# Upload


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("upload-200-error", 200, '{"error":"Something went wrong"}'),
        ("upload-400", 400, '{"error":"Something went wrong"}'),
        ("upload-401", 401, "session_end_login"),
        ("upload-403", 403, "Forbidden"),
        ("upload-404", 404, "Not found"),
        ("upload-413", 413, "<h1>413"),
        ("upload-429", 429, "Too many"),
        ("upload-500-html", 500, "<h1>500"),
        ("upload-502", 502, "<h1>502"),
        ("empty-answer", 200, ""),
        ("lost-upload", 200, '"response":true'),
    ],
)
def test_an_upload_is_answered_so_and_not_taken(serve: Serve, fault: str, status: int, words: str) -> None:
    client = serve(fault)
    answer = client.upload()
    assert answer.status_code == status
    assert words in answer.text
    assert bool(answer.content) == bool(words)
    assert client.details()["has_widget"] is False


def test_an_upload_is_taken_and_answered_with_502(serve: Serve) -> None:
    client = serve("upload-taken-502")
    assert client.upload().status_code == 502
    assert client.details()["has_widget"] is True


def test_how_long_to_wait_is_told(serve: Serve) -> None:
    assert serve("upload-429=7").upload().headers["Retry-After"] == "7"


@pytest.mark.parametrize("text", KNOWN_REFUSALS)
def test_every_recorded_refusal_can_be_played(serve: Serve, text: str) -> None:
    for fault, status in (("upload-400", 400), ("upload-200-error", 200)):
        answer = serve(f"{fault}={text}").upload()
        assert (answer.status_code, answer.json()) == (status, {"error": text})


def test_an_upload_switches_the_widget_off(serve: Serve) -> None:
    client = uploaded(serve("deactivate-after-upload"))
    client.install()
    assert client.details()["is_enabled"] is True
    uploaded(client, "1.0.1")
    assert client.details()["is_enabled"] is False


def test_calls_that_the_linter_names_are_refused(serve: Serve) -> None:
    assert serve("linter").upload(archive(script="alert(1);")).status_code == 400


# Served files


def asked(client: Client) -> tuple[str, str]:
    """Return what the listed address serves, and what any other query does."""
    address = client.details()["_links"]["script"]["href"]
    return client.get(address).text, client.get(f"{address.partition('?')[0]}?v=another").text


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("stale-script", ("// one\n", "// one\n")),
        ("stale-cache", ("// one\n", "// two\n")),
        ("stale-origin", ("// two\n", "// one\n")),
    ],
)
def test_files_stay_old_for_a_while(serve: Serve, fault: str, expected: tuple[str, str]) -> None:
    client = uploaded(serve(f"{fault}=60"))
    uploaded(client, "2.0.0", "// two\n")
    assert asked(client) == expected
    brief = uploaded(serve(f"{fault}=0.2"))
    uploaded(brief, "2.0.0", "// two\n")
    time.sleep(0.3)
    assert asked(brief) == ("// two\n", "// two\n")


def test_files_are_not_there(serve: Serve) -> None:
    assert uploaded(serve("files-404")).script().status_code == 404
    assert "script" not in uploaded(serve("no-file-address")).details()["_links"]


def test_the_script_is_altered(serve: Serve) -> None:
    client = uploaded(serve("served-differs"))
    assert client.script().text.startswith("// one\n")
    assert client.script().text != "// one\n"
    base = client.details()["_links"]["script"]["href"].partition("script.js")[0]
    assert client.get(f"{base}i18n/ru.json").json()


def test_the_listed_version_is_a_time(serve: Serve) -> None:
    client = uploaded(serve("version-time"))
    client.install()
    details = client.details()
    shown = str(details["version_time"])
    assert details["_links"]["script"]["href"].endswith(f"?v={shown}")
    assert [item["version"] for item in listed(client).values()] == [shown]
    (entry,) = client.post("/ajax/widgets/list").json()["widgets"].values()
    assert entry["installed_version"] == shown


# Lists


def test_pages_repeat(serve: Serve) -> None:
    client = serve("repeated-pages")
    first, second = (client.get(LIST.replace("/1/", f"/{page}/")).json() for page in (1, 2))
    assert first == second
    assert len(first["integrations"]) == 20


def test_two_integrations_bear_one_name(serve: Serve) -> None:
    items = listed(serve("duplicate-names"))
    assert len(items) == 2
    assert len({item["name"] for item in items.values()}) == 1
    assert len({item["client"]["uuid"] for item in items.values()}) == 2


def test_either_shape_comes_alone(serve: Serve) -> None:
    assert set(serve("listing-market").get(LIST).json()) == {"integrations"}
    legacy = serve("listing-legacy").get(LIST).json()
    assert set(legacy) == {"widgets"}
    assert len(legacy["widgets"]["own_integrations"]["installed"]) == 1


def test_an_item_is_an_integration_until_its_first_archive(client: Client) -> None:
    assert [item["type"] for item in listed(client).values()] == ["integration"]
    uploaded(client)
    assert [item["type"] for item in listed(client).values()] == ["widget"]


def test_an_empty_map_is_a_list(client: Client) -> None:
    client.http.delete(client.account.url + CLIENTS + client.account.integration, timeout=10)
    assert client.get(LIST).json() == {"integrations": [], "widgets": {"own_integrations": {"installed": []}}}
    assert client.post("/ajax/widgets/list").json()["widgets"] == []


# Rights


def test_a_user_who_is_no_manager_may_only_look(serve: Serve) -> None:
    client = serve("not-admin")
    assert client.get("/amo-market/").status_code == 200
    assert client.get(LIST).status_code == 200
    assert client.get(CLIENTS + client.account.integration).status_code == 403
    assert client.post(CLIENTS, json={"name": "Orders"}).status_code == 403
    assert client.upload().status_code == 403


def test_an_integration_of_another_account_is_not_there(serve: Serve) -> None:
    client = serve("foreign-uuid")
    assert client.get(CLIENTS + client.account.integration).status_code == 404
    answer = client.upload()
    assert (answer.status_code, answer.json()) == (400, {"error": "widget not found"})
    assert listed(client) == {}


# Kommo


def test_kommo_has_no_agreement_and_no_market(serve: Serve) -> None:
    client = serve("agreement=not_defined", platform="kommo")
    assert client.get("/ajax/v4/additional_agreements").status_code == 404
    assert client.upload().status_code == 200
    assert client.get("/settings/widgets/").status_code == 200
    assert client.get("/amo-market/").status_code == 404
    made = client.post(CLIENTS, json={"name": "Orders"}).json()
    assert made["integration_type"] == "common"
    assert client.details()["integration_type"] == "common"


def test_amocrm_has_internal_and_external_integrations(client: Client) -> None:
    assert client.details()["integration_type"] == "internal"
    made = client.post(CLIENTS, json={"name": "Orders", "integration_type": "external"}).json()
    assert made["integration_type"] == "external"


# The journal


def test_the_journal_tells_what_was_asked_and_no_secret(serve: Serve) -> None:
    client = serve()
    assert client.http.delete(f"{client.account.url}/stand-in/journal", timeout=10).status_code == 204
    client.http.cookies.clear()
    client.log_in("wrong")
    uploaded_path = f"/ajax/widgets/{client.account.integration}/widget/upload/"
    client.log_in()
    client.upload()
    client.post("/oauth2/access_token", data={"grant_type": "implicit"})
    entries = client.get("/stand-in/journal").json()
    assert entries == [
        {"method": "GET", "path": "/", "label": "page", "status": 401},
        {"method": "POST", "path": "/oauth2/authorize", "label": "login", "status": 401},
        {"method": "GET", "path": "/", "label": "page", "status": 401},
        {"method": "POST", "path": "/oauth2/authorize", "label": "login", "status": 200},
        {"method": "POST", "path": uploaded_path, "label": "upload", "status": 200},
        {"method": "POST", "path": "/oauth2/access_token", "label": "refresh", "status": 200},
    ]


def test_the_journal_is_not_emptied_by_another_site(client: Client) -> None:
    address = f"{client.account.url}/stand-in/journal"
    assert requests.delete(address, headers={"Origin": "https://evil.example"}, timeout=10).status_code == 403
    assert client.get("/stand-in/journal").json()


# How a failure is named


def test_a_failure_is_played_a_number_of_times(serve: Serve) -> None:
    client = serve("upload-502*2")
    assert [client.upload().status_code for _ in range(3)] == [502, 502, 200]


def test_a_failure_is_limited_to_an_address(serve: Serve) -> None:
    client = uploaded(serve("files-404@/upl/nowhere"))
    assert client.script().status_code == 200
    both = serve("upload-400*1@/ajax/widgets=Unknown field(s) = *@", "upload-403*1")
    assert both.upload().json() == {"error": "Unknown field(s) = *@"}
    assert both.upload().status_code == 403
    assert both.upload().status_code == 200


@pytest.mark.parametrize(
    ("written", "value", "code", "hint"),
    [
        ("captcah", "", "usage.unknown_fault", '"captcha"'),
        ("", "", "usage.unknown_fault", "--fault help"),
        ("captcha*x", "", "usage.unknown_fault", '"captcha"'),
        ("captcha@amo", "", "usage.unknown_fault", '"captcha"'),
        ("captcha", "5", "usage.bad_value", "captcha alone"),
        ("stale-script", "", "usage.bad_value", "stale-script=5"),
        ("stale-script", "soon", "usage.bad_value", "stale-script=5"),
        ("stale-script", "1e9", "usage.bad_value", "stale-script=5"),
        ("upload-429", "1\r\nX: y", "usage.bad_value", "upload-429=1"),
        ("agreement", "signed", "usage.bad_value", "performed"),
    ],
)
def test_what_cannot_be_played_is_told(written: str, value: str, code: str, hint: str) -> None:
    with pytest.raises(AmowidgetError) as caught, running(Options(faults=((written, value),))):
        pass
    assert caught.value.code == code
    assert hint in caught.value.hint


def test_every_fault_is_played_by_some_test() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in FAULTS if f'"{name}' not in source] == []
