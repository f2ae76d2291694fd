"""The stand-in's routes: login, integrations, upload, files behind a cache, the widget list, the official API."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from amowidget.errors import AmowidgetError
from amowidget.sandbox.server import Options, running
from tests.sandbox.conftest import Client, Serve
from tests.sandbox.drawn import archive, manifest, png


def test_strangers_get_the_login_page_with_401(serve: Serve) -> None:
    client = serve()
    client.http.cookies.clear()
    for path in ("/", "/amo-market/", "/ajax/v4/additional_agreements", "/v3/clients/x", "/ajax/anything"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert 'id="authentication"' in answer.text
        assert {"session_id", "csrf_token"} <= set(client.http.cookies.keys())


def test_a_login_opens_the_account(client: Client) -> None:
    page = client.get("/amo-market/")
    assert page.status_code == 200
    for selector in ("add-integration", "input-upload-archive", "button-upload-archive", "keygen-button"):
        assert f'id="{selector}"' in page.text
    for cookie in client.http.cookies:
        assert not cookie.domain_specified
        assert cookie.path == "/"
        assert not cookie.secure


def test_a_wrong_password_and_a_wrong_csrf_token_are_refused(serve: Serve) -> None:
    client = serve()
    client.http.cookies.clear()
    wrong = client.log_in("wrong")
    assert wrong.status_code == 401
    assert "detail" in wrong.json()
    content = {"csrf_token": "x", "username": client.account.login, "password": client.account.password}
    assert client.post("/oauth2/authorize", json=content).status_code == 403
    assert client.get("/amo-market/").status_code == 401


def test_a_session_is_refreshed_and_ended(client: Client) -> None:
    before = client.http.cookies["access_token"]
    assert client.post("/oauth2/access_token", data={"grant_type": "implicit"}).status_code == 200
    assert client.http.cookies["access_token"] != before
    assert client.get("/amo-market/").status_code == 200
    assert client.http.delete(client.account.url + "/oauth2/revoke", timeout=10).status_code == 204
    assert client.get("/amo-market/").status_code == 401


def test_the_list_has_both_shapes(client: Client) -> None:
    body = client.get("/ajax/settings/widgets/category/own_integrations/1").json()
    assert body["integrations"] == body["widgets"]["own_integrations"]["installed"]
    item = body["integrations"][client.account.integration]
    assert item["type"] == "integration"
    assert item["client"]["uuid"] == client.account.integration
    assert client.get("/ajax/settings/widgets/category/own_integrations/2/").json()["integrations"] == []


def test_an_integration_is_saved_shown_and_deleted(client: Client) -> None:
    made = client.post("/v3/clients/", json={"name": {"ru": "Заказы"}, "scopes": ["crm"]})
    assert made.status_code == 201
    uuid = made.json()["uuid"]
    path = f"{client.account.url}/ajax/v3/clients/{uuid}"
    changed = client.http.patch(path, json={"name": {"ru": "Оплаты"}}, timeout=10)
    assert changed.status_code == 202
    assert client.get(f"/v3/clients/{uuid}").json()["name"] == "Оплаты"
    assert client.http.delete(path, timeout=10).status_code == 200
    assert client.get(f"/v3/clients/{uuid}").status_code == 404


@pytest.mark.parametrize("address", ["http://localhost/x", "https://192.168.0.1/", "10.0.0.1"])
def test_private_addresses_are_refused_as_the_account_does(client: Client, address: str) -> None:
    answer = client.post("/ajax/v3/clients/", json={"name": "Orders", "redirect_uri": address})
    assert answer.status_code == 400
    assert answer.json()["invalid-params"] == [{"name": "redirect_uri", "reason": ["Invalid URL"]}]


def test_an_upload_gives_a_code_and_serves_the_files(client: Client) -> None:
    answer = client.upload()
    assert answer.status_code == 200
    assert answer.json()["response"] is True
    assert answer.json()["langs"]["ru"]["widget"]["name"] == "Orders <b>"
    details = client.details()
    assert details["has_widget"] is True
    assert details["code"] == answer.json()["code"]
    assert len(details["code"]) == 40
    script = client.script()
    assert script.text == "// one\n"
    assert script.headers["content-type"].startswith("application/javascript")


REFUSED: list[Any] = [
    pytest.param(b"no zip", "zip", id="no-zip"),
    pytest.param(archive()[:-40], "zip", id="cut"),
    pytest.param(archive(files={"manifest.json": None}), "manifest", id="no-manifest"),
    pytest.param(archive(files={"manifest.json": None, "w/manifest.json": b"{}"}), "manifest", id="wrapped"),
    pytest.param(archive(files={"i18n\\en.json": b"{}"}), "slashes", id="backslash"),
    pytest.param(archive(b"\xef\xbb\xbf{}"), "JSON", id="bom"),
    pytest.param(archive(b'{"widget": {}, }'), "JSON", id="trailing-comma"),
    pytest.param(archive(b"[]"), "JSON", id="list"),
    pytest.param(archive(b"[" * 100_000), "JSON", id="deep"),
    pytest.param(archive({**manifest(), "settings": {}}), '"settings" field is required', id="empty-settings"),
    pytest.param(archive({"widget": {"installation": True}}), '"settings" field is required', id="no-settings"),
    pytest.param(
        archive({"widget": {"installation": False}, "locations": ["settings"]}),
        '"settings" field is required',
        id="location-settings",
    ),
    pytest.param(archive({**manifest(), "tour": {"is_tour": False}}), "Something went wrong", id="tour"),
    pytest.param(
        archive(files={"images/logo.png": png(130, 101)}),
        "Logo file for logo must have resolution 130x100px",
        id="logo-size",
    ),
    pytest.param(
        archive(files={"images/logo_small.png": None}),
        "Logo file for logo_small must have resolution 108x108px",
        id="no-logo",
    ),
]


@pytest.mark.parametrize(("data", "words"), REFUSED)
def test_what_was_seen_refused_is_refused(client: Client, data: bytes, words: str) -> None:
    answer = client.upload(data)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert client.details()["has_widget"] is False


def test_settings_may_be_absent_when_nothing_is_installed(client: Client) -> None:
    told = {"widget": {"installation": False, "version": "1.0.0"}, "locations": ["lcard-1"]}
    assert client.upload(archive(told)).status_code == 200


def test_console_calls_are_no_mistake_as_such(client: Client) -> None:
    assert client.upload(archive(script="console.log(1);")).status_code == 200


def test_a_part_that_is_missing_is_told(client: Client) -> None:
    path = f"/ajax/widgets/{client.account.integration}/widget/upload/"
    assert client.post(path, data={"_widget": "widget.zip"}).status_code == 400
    assert client.upload(uuid="unknown").status_code == 404


def test_a_missing_bump_shows_the_old_script_and_a_raised_version_the_new(client: Client) -> None:
    client.upload(archive(script="// old\n"))
    assert client.script().text == "// old\n"
    client.upload(archive(script="// new\n"))
    assert client.script().text == "// old\n"
    past_caches = client.get(client.details()["_links"]["script"]["href"], headers={"Cache-Control": "no-cache"})
    assert past_caches.text == "// new\n"
    client.upload(archive(manifest(version="1.0.1"), script="// newest\n"))
    assert client.script().text == "// newest\n"


def test_only_installed_widgets_are_listed(client: Client) -> None:
    client.upload()
    assert client.post("/ajax/widgets/list", data={"area": "widgetsSettings"}).json()["widgets"] == []
    assert client.install().json()["response"]["status"] == "ok"
    listed = client.post("/ajax/widgets/list", data={"area": "leads_card"})
    assert listed.headers["X-Core-Widgets-Cache-Version"].isdigit()
    (entry,) = listed.json()["widgets"].values()
    assert entry["active"] == "Y"
    assert entry["installed_version"] == "1.0.0"
    assert json.loads(entry["settings"]) == {"a": "1"}
    code = client.details()["code"]
    client.post("/ajax/widgets/edit", data={"code": code, "widget_active": "N"})
    client.post("/ajax/widgets/edit", data={"code": code, "widget_active": "Y", "settings[b]": "2"})
    (entry,) = client.post("/ajax/widgets/list", data={}).json()["widgets"].values()
    assert json.loads(entry["settings"]) == {"b": "2"}


def test_the_official_api_wants_the_token(client: Client) -> None:
    client.upload()
    code = client.details()["code"]
    assert client.get(f"/api/v4/widgets/{code}").status_code == 401
    bearer = {"Authorization": f"Bearer {client.account.token}"}
    widget = client.get(f"/api/v4/widgets/{code}", headers=bearer).json()
    assert widget["version"] == "1.0.0"
    assert widget["settings_template"] == [{"key": "a", "name": "settings.a", "type": "text", "is_required": False}]
    assert widget["is_active_in_account"] is False
    listed = client.get("/api/v4/widgets?limit=1", headers=bearer).json()
    assert listed["_total_items"] == 1
    assert client.get(f"/api/v4/widgets/{client.account.integration}", headers=bearer).status_code == 404
    assert client.post(f"/api/v4/widgets/{code}", headers=bearer, json={"a": "x"}).json()["is_active_in_account"]


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    options = Options(data=tmp_path / "account")
    with running(options) as account:
        client = Client(account)
        client.log_in()
        client.upload()
        client.install()
        client.script()
        cookies = dict(client.http.cookies)
    with running(options) as again:
        later = Client(again)
        later.http.cookies.update(cookies)
        assert (again.login, again.password, again.integration) == (
            account.login,
            account.password,
            account.integration,
        )
        assert later.details()["stand_in"]["is_installed"] is True
        later.upload(archive(script="// other\n"))
        assert later.script().text == "// one\n"


def test_a_damaged_state_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "account.json").write_text("{", encoding="utf-8")
    with pytest.raises(AmowidgetError) as caught, running(Options(data=tmp_path)):
        pass
    assert caught.value.code == "io.sandbox_state"


def test_one_folder_serves_one_stand_in(tmp_path: Path) -> None:
    with running(Options(data=tmp_path)):
        with pytest.raises(AmowidgetError) as caught, running(Options(data=tmp_path)):
            pass
        assert caught.value.code == "io.sandbox_busy"


def test_a_taken_port_is_told() -> None:
    with running(Options()) as account:
        port = int(account.url.rpartition(":")[2])
        with pytest.raises(AmowidgetError) as caught, running(Options(port=port)):
            pass
        assert caught.value.code == "io.port_taken"


@pytest.mark.parametrize("fault", ["nonsense", "stale-script", "session-expires=x"])
def test_a_wrong_fault_is_told(fault: str) -> None:
    name, _, value = fault.partition("=")
    with pytest.raises(AmowidgetError) as caught, running(Options(faults=((name, value),))):
        pass
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_foreign_names_and_pages_are_shut_out(client: Client, headers: dict[str, str]) -> None:
    answer = client.post("/ajax/widgets/list", headers=headers)
    assert answer.status_code == 403


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    answer = client.post("/ajax/widgets/edit", headers={"Content-Length": str(10**12)}, data=b"")
    assert answer.status_code == 413


MALFORMED = [
    b"\xff",
    b"{",
    b"[]",
    b"null",
    b'{"name": "\\ud800", "csrf_token": "\\ud800", "otp": [], "grant_type": "otp_code"}',
]


@pytest.mark.parametrize("body", MALFORMED)
def test_malformed_bodies_are_answered(client: Client, body: bytes) -> None:
    for path in ("/ajax/v3/clients/", "/ajax/widgets/edit", "/oauth2/authorize", "/oauth2/access_token", "/oauth2/otp"):
        answer = client.post(path, data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code < 500


def test_hostile_names_are_escaped_in_the_page(client: Client) -> None:
    # Names reach the page as data and are put in as text; the page's own markup holds none of them.
    client.post("/ajax/v3/clients/", json={"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get("/amo-market/").text


def test_a_plain_request_library_sees_the_declared_types(client: Client) -> None:
    answer: requests.Response = client.post("/ajax/widgets/list")
    assert answer.headers["content-type"] == "application/json"
