"""A real client that nobody here wrote: the published npm package creates and updates a widget on the stand-in."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from amowidget.sandbox.server import Options, Running, running
from tests.sandbox.conftest import Client
from tests.sandbox.drawn import archive, manifest

ROOT = Path(__file__).parent.parent.parent


def published(account: Running, path: Path) -> subprocess.CompletedProcess[str]:
    """Run the package's upload of an archive."""
    node = shutil.which("node")
    assert node, "Node is missing; the README names it"
    assert (ROOT / "node_modules" / "@amopro" / "widget-installer").is_dir(), "run `make setup`"
    script = Path(__file__).with_name("published_client.mjs")
    command = [node, str(script), account.url, account.login, account.password, str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def written(folder: Path, version: str) -> Path:
    path = folder / f"{version}.zip"
    path.write_bytes(archive(manifest(version=version), f"// {version}\n"))
    return path


def own(client: Client) -> list[dict[str, object]]:
    listed = client.get("/ajax/settings/widgets/category/own_integrations/1/").json()["integrations"]
    return [item for item in listed.values() if item["name"] == "Orders <b>"]


def test_it_creates_and_updates_against_a_fresh_and_a_restarted_stand_in(tmp_path: Path) -> None:
    options = Options(data=tmp_path / "account")
    with running(options) as account:
        client = Client(account)
        client.log_in()
        first = published(account, written(tmp_path, "1.0.0"))
        assert first.returncode == 0, first.stderr
        assert [item["version"] for item in own(client)] == ["1.0.0"]
        second = published(account, written(tmp_path, "1.0.1"))
        assert second.returncode == 0, second.stderr
        assert [item["version"] for item in own(client)] == ["1.0.1"]
    with running(options) as account:
        client = Client(account)
        client.log_in()
        third = published(account, written(tmp_path, "1.0.2"))
        assert third.returncode == 0, third.stderr
        items = own(client)
        assert [item["version"] for item in items] == ["1.0.2"]
        uuid = str(items[0]["client"]["uuid"])  # type: ignore[index]  # JSON of any shape
        served = client.get(client.details(uuid)["_links"]["script"]["href"])
        assert served.text == "// 1.0.2\n"


def ours(account: Running, path: Path) -> subprocess.CompletedProcess[str]:
    """Run amowidget's upload of an archive."""
    host = account.url.removeprefix("http://")
    config = f'[targets.t]\nhost = "{host}"\nintegration = "{account.integration}"\n'
    (path.parent / "amowidget.toml").write_text(config, encoding="utf-8")
    (path.parent / "manifest.json").write_text("{}", encoding="utf-8")
    command = [sys.executable, "-m", "amowidget", "upload", path.name, "--json"]
    login = {"AMOWIDGET_LOGIN": account.login, "AMOWIDGET_PASSWORD": account.password, "CI": "true"}
    return subprocess.run(
        command, cwd=path.parent, env={**os.environ, **login}, capture_output=True, text=True, timeout=60, check=False
    )


def test_it_believes_a_200_with_an_error_as_it_is_known_to_and_we_do_not(tmp_path: Path) -> None:
    path = written(tmp_path, "1.0.0")
    with running(Options(faults=(("upload-200-error", ""),))) as account:
        done = published(account, path)
        assert done.returncode == 0, done.stderr
        client = Client(account)
        client.log_in()
        assert own(client)[0]["type"] == "integration"
        refused = ours(account, path)
    assert refused.returncode == 3, refused.stdout + refused.stderr
    (result,) = json.loads(refused.stdout)["results"]
    assert result["error"]["code"] == "archive.rejected"
    assert result["uploaded"] is False
    with running(Options()) as account:
        assert ours(account, path).returncode == 0


def test_it_fails_on_a_refused_archive(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(archive({"widget": {"name": "widget.name"}}))
    with running(Options()) as account:
        done = published(account, path)
        assert done.returncode == 1
        assert "settings" in done.stderr


@pytest.mark.parametrize("password", ["", "wrong"])
def test_it_fails_on_a_wrong_password(tmp_path: Path, password: str) -> None:
    with running(Options()) as account:
        stranger = Running(account.url, account.login, password, account.integration, account.token)
        assert published(stranger, written(tmp_path, "1.0.0")).returncode == 1
