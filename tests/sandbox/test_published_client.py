"""A real client that nobody here wrote: the published npm package on the stand-in, and beside it `amowidget upload`."""

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


def own_upload(account: Running, uuid: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Upload the same archive into the same integration with `amowidget upload`, as a person would call it."""
    project = path.parent / "project"
    project.mkdir(exist_ok=True)
    host = account.url.removeprefix("http://")
    config = f'[targets.t]\nhost = "{host}"\nintegration = "{uuid}"\n'
    (project / "amowidget.toml").write_text(config, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMOWIDGET_")}
    surroundings = {
        **kept,
        "CI": "true",
        "XDG_STATE_HOME": str(path.parent / "state"),
        "AMOWIDGET_LOGIN": account.login,
        "AMOWIDGET_PASSWORD": account.password,
    }
    command = [sys.executable, "-m", "amowidget", "upload", str(path), "--target", "t", "--json"]
    return subprocess.run(
        command, cwd=project, env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )


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


def test_it_believes_a_200_with_an_error_as_it_is_known_to_and_ours_does_not(tmp_path: Path) -> None:
    path = written(tmp_path, "1.0.0")
    with running(Options(faults=(("upload-200-error", ""),))) as account:
        done = published(account, path)
        assert done.returncode == 0, done.stderr
        assert "uploaded" in done.stdout
        client = Client(account)
        client.log_in()
        (item,) = own(client)
        assert item["type"] == "integration"
        uuid = str(item["client"]["uuid"])  # type: ignore[index]  # JSON of any shape
        ours = own_upload(account, uuid, path)
        assert ours.returncode == 3, ours.stdout
        told = json.loads(ours.stdout)
        assert told["ok"] is False
        (result,) = told["results"]
        assert result["error"]["code"] == "archive.rejected"
        assert (result["uploaded"], result["proof"]) == (False, None)
        assert client.details(uuid)["has_widget"] is False


def test_both_upload_the_same_archive_where_nothing_fails(tmp_path: Path) -> None:
    with running(Options()) as account:
        client = Client(account)
        client.log_in()
        assert published(account, written(tmp_path, "1.0.0")).returncode == 0
        uuid = str(own(client)[0]["client"]["uuid"])  # type: ignore[index]  # JSON of any shape
        ours = own_upload(account, uuid, written(tmp_path, "1.0.1"))
        assert ours.returncode == 0, ours.stdout
        assert json.loads(ours.stdout)["results"][0]["proof"] == "bytes"


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
