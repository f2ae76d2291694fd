"""install: by the official API and a token, with values that fit, and never a second time."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from amowidget.sandbox.server import Options, Running, running
from tests.cli.conftest import Command


@pytest.fixture
def account() -> Iterator[Running]:
    with ExitStack() as stack:
        yield stack.enter_context(running(Options()))


@pytest.fixture
def uploaded(amowidget: Command, account: Running, project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project whose widget lies in the account, not installed."""
    host = account.url.removeprefix("http://")
    config = project / "amowidget.toml"
    config.write_text(
        config.read_text() + f'\n[targets.client]\nhost = "{host}"\nintegration = "{account.integration}"\n'
    )
    monkeypatch.setenv("AMOWIDGET_LOGIN", account.login)
    monkeypatch.setenv("AMOWIDGET_PASSWORD", account.password)
    assert amowidget("pack", at=project).code == 0
    told = amowidget("upload", "--target", "client", "--json", at=project)
    assert told.result["changed_files"] == [str(config)]
    assert f'code = "{told.result["results"][0]["code"]}"' in config.read_text()
    monkeypatch.delenv("AMOWIDGET_LOGIN")
    monkeypatch.delenv("AMOWIDGET_PASSWORD")
    monkeypatch.setenv("AMOWIDGET_TOKEN", account.token)
    return project


def test_a_widget_is_installed_once(amowidget: Command, uploaded: Path) -> None:
    first = amowidget("install", "--target", "client", "--set", "reminder=a", "--json", at=uploaded)
    assert first.code == 0, first.out
    assert first.result["version"] == "1.0.0"
    again = amowidget("install", "--target", "client", "--set", "reminder=a", "--json", at=uploaded)
    assert again.error == "account.installed"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--set", "nothing=1"), "usage.bad_value"),
        (("--set", "reminder"), "usage.bad_value"),
        (("--set", "reminder=env:NOT_SET"), "usage.bad_value"),
    ],
)
def test_values_have_to_fit(amowidget: Command, uploaded: Path, words: tuple[str, ...], code: str) -> None:
    assert amowidget("install", "--target", "client", *words, "--json", at=uploaded).error == code


def test_a_secret_comes_from_the_environment(
    amowidget: Command, uploaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_OF_THE_CLIENT", "s3cret")
    told = amowidget("install", "--target", "client", "--set", "reminder=env:KEY_OF_THE_CLIENT", at=uploaded)
    assert told.code == 0
    assert "s3cret" not in told.out + told.err


def test_without_a_token_nothing_is_asked(amowidget: Command, uploaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMOWIDGET_TOKEN")
    told = amowidget("install", "--target", "client", "--json", at=uploaded)
    assert told.error == "usage.credentials_missing"
    monkeypatch.setenv("AMOWIDGET_TOKEN", "another")
    assert amowidget("install", "--target", "client", "--json", at=uploaded).error == "auth.session_expired"
