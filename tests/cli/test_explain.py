"""`status --explain`: the point that is to blame for an old version, and what the client is told."""

from pathlib import Path

import pytest

from amowidget.sandbox.server import Running
from tests.cli.conftest import Command, Serve
from tests.sandbox.conftest import Client


def install(account: Running) -> None:
    client = Client(account)
    client.log_in()
    assert client.install().status_code == 200


def points(amowidget: Command, project: Path) -> tuple[dict[str, str], str | None, str]:
    """Return the state of each point, the cause, and what to tell the client."""
    told = amowidget("status", "--explain", "--target", "t", "--json", at=project).result["targets"][0]
    states = {point["point"]: point["state"] for point in told["points"]}
    return states, told["cause"], " ".join(told["tell"])


def test_nothing_was_uploaded_yet(amowidget: Command, serve: Serve, project: Path) -> None:
    serve()
    _, cause, tell = points(amowidget, project)
    assert cause == "listed"
    assert "amowidget deploy" in tell


def test_it_is_served_and_not_installed(amowidget: Command, serve: Serve, project: Path) -> None:
    serve()
    amowidget("deploy", at=project)
    states, cause, tell = points(amowidget, project)
    assert cause == "active"
    assert states["served"] == "fine"
    assert "Install" in tell


def test_all_is_well_but_the_browser(amowidget: Command, serve: Serve, project: Path) -> None:
    account = serve()
    amowidget("deploy", at=project)
    install(account)
    states, cause, tell = points(amowidget, project)
    assert cause is None
    assert states["cache of the browser"] == "possible"
    assert "APP.widgets.clear_cache()" in tell
    told = amowidget("status", "--explain", "--target", "t", at=project)
    assert "30 minutes" in told.out
    assert "Tell the client:" in told.out


def test_what_is_packed_was_not_uploaded(amowidget: Command, serve: Serve, project: Path) -> None:
    account = serve()
    amowidget("deploy", at=project)
    install(account)
    amowidget("bump", at=project)
    assert points(amowidget, project)[0]["packed"] == "possible"
    amowidget("pack", at=project)
    assert points(amowidget, project)[1] == "packed"


def test_a_cache_before_the_account_is_old(amowidget: Command, serve: Serve, project: Path, tmp_path: Path) -> None:
    data = tmp_path / "account"
    account = serve(data=data)
    amowidget("deploy", at=project)
    install(account)
    serve("stale-cache=600", data=data)
    script = project / "widget_src" / "script.js"
    script.write_text(script.read_text(encoding="utf-8") + "\n// new\n", encoding="utf-8")
    amowidget("deploy", "--no-verify", at=project)
    states, cause, _ = points(amowidget, project)
    assert states["served"] == "fine"
    assert cause == "cache of the account"


def test_caches_tell_nothing_of_files_that_are_not_served(
    amowidget: Command, serve: Serve, project: Path, tmp_path: Path
) -> None:
    data = tmp_path / "account"
    account = serve(data=data)
    amowidget("deploy", at=project)
    install(account)
    serve("files-404", data=data)
    states, _, _ = points(amowidget, project)
    assert states["served"] == states["cache of the account"] == "unknown"


def test_a_file_is_asked_for_without_a_version(amowidget: Command, serve: Serve, project: Path) -> None:
    account = serve()
    script = project / "widget_src" / "script.js"
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("define(['jquery'", "define(['./chart.js', 'jquery'"), encoding="utf-8")
    (script.parent / "chart.js").write_text("define([], function () { return {}; });\n", encoding="utf-8")
    amowidget("deploy", at=project)
    install(account)
    states, _, tell = points(amowidget, project)
    assert states["files without a version"] == "possible"
    assert "Empty the browser's cache" in tell


def test_the_targets_that_are_meant_are_explained(amowidget: Command, serve: Serve, project: Path) -> None:
    serve()
    config = project / "amowidget.toml"
    config.write_text(
        config.read_text(encoding="utf-8")
        + 'tags = ["shops"]\n\n[targets.u]\nhost = "127.0.0.1:1"\nintegration = "u"\ntags = ["shops"]\n',
        encoding="utf-8",
    )

    def explained(*words: str) -> list[str]:
        told = amowidget("status", "--explain", "--json", *words, at=project).result
        return [entry["target"] for entry in told["targets"]]

    assert explained("--tag", "shops") == explained("--target", "t", "--target", "u") == ["t", "u"]
    assert explained("--target", "u") == ["u"]


def test_an_account_that_cannot_be_asked_is_told(
    amowidget: Command, serve: Serve, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve()
    monkeypatch.setenv("AMOWIDGET_PASSWORD", "wrong-password")
    told = amowidget("status", "--explain", "--target", "t", "--json", at=project)
    assert told.code == 3
    assert told.result["targets"][0]["error"]["code"] == "auth.wrong_password"
