"""The embedded account: started when none runs, reused when one does, and never trusted by its address alone."""

import json
from pathlib import Path

import pytest

from amowidget.config.load import load
from amowidget.config.project import Project
from amowidget.embedded import account, announced, announcement, data_folder
from amowidget.sandbox.server import Options, running


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    return load(tmp_path, {})


def test_it_is_started_and_keeps_what_it_holds(project: Project) -> None:
    with account(project) as first:
        assert first.target.is_loopback
        assert not first.is_lasting
    with account(project) as second:
        assert second.target.integration == first.target.integration
        assert second.running.password == first.running.password
        assert first.running.password not in repr(second.access)


def test_a_served_one_is_reused(project: Project) -> None:
    folder = data_folder(project)
    with running(Options(data=folder)) as served, announced(folder, served), account(project) as reused:
        assert reused.target.base_url == served.url
        assert reused.is_lasting
    assert announcement(folder) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": 1}', '{"url": "http://127.0.0.1:9"}'])
def test_a_broken_announcement_is_passed_over(project: Project, text: str) -> None:
    (data_folder(project) / "running.json").write_text(text, encoding="utf-8")
    with account(project) as started:
        assert not started.is_lasting


def test_another_stand_in_on_an_old_port_is_not_taken_for_ours(project: Project) -> None:
    folder = data_folder(project)
    with running(Options()) as stranger:
        told = {"url": stranger.url, "login": "a", "password": "b", "integration": "ours", "token": "c"}
        (folder / "running.json").write_text(json.dumps(told), encoding="utf-8")
        assert announcement(folder) is None


def test_an_announcement_away_from_this_machine_is_never_asked(project: Project) -> None:
    told = dict.fromkeys(("login", "password", "integration", "token"), "x")
    for url in ("http://192.0.2.1", "https://evil.example", "nonsense"):
        (data_folder(project) / "running.json").write_text(json.dumps({"url": url, **told}), encoding="utf-8")
        assert announcement(data_folder(project)) is None


def test_a_target_of_its_own_integration_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "amowidget.toml").write_text('[targets.sandbox]\nintegration = "mine"\n', encoding="utf-8")
    with account(load(tmp_path, {})) as opened:
        assert opened.target.integration == "mine"
