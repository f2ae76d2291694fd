"""The project's configuration: found, read strictly, and resolved by precedence."""

from pathlib import Path

import pytest

from amowidget.config.load import Overrides, load, target
from amowidget.config.project import Project, is_loopback
from amowidget.config.secret import Secret, Unset
from amowidget.config.state import state_folder
from amowidget.config.targets_file import with_targets
from amowidget.errors import AmowidgetError


def project(folder: Path, text: str = "", environment: dict[str, str] | None = None, **flags: str) -> Project:
    (folder / "amowidget.toml").write_text(text, encoding="utf-8")
    return load(folder, environment or {}, Overrides(**flags))  # type: ignore[arg-type]  # flags of a table


def test_the_nearest_configuration_wins_and_then_the_nearest_manifest(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "manifest.json").write_text("{}", encoding="utf-8")
    assert load(inner, {}).root == inner.resolve()
    (tmp_path / "amowidget.toml").write_text('[widget]\nsource = "a/b"\n', encoding="utf-8")
    found = load(inner, {})
    assert found.root == tmp_path.resolve()
    assert found.source == tmp_path.resolve() / "a/b"


PRECEDENCE = [
    pytest.param("", {}, {}, "amocrm", "default", id="default"),
    pytest.param('[widget]\nplatform = "kommo"', {}, {}, "kommo", "amowidget.toml", id="file"),
    pytest.param(
        '[widget]\nplatform = "kommo"',
        {"AMOWIDGET_PLATFORM": "both"},
        {},
        "both",
        "AMOWIDGET_PLATFORM",
        id="environment",
    ),
    pytest.param("", {"AMOWIDGET_PLATFORM": "both"}, {"platform": "kommo"}, "kommo", "--platform", id="flag"),
]


@pytest.mark.parametrize(("text", "environment", "flags", "value", "origin"), PRECEDENCE)
def test_precedence(
    tmp_path: Path, text: str, environment: dict[str, str], flags: dict[str, str], value: str, origin: str
) -> None:
    found = project(tmp_path, text, environment, **flags)
    assert found.platform == value
    assert found.origins["widget.platform"] == origin


@pytest.mark.parametrize(
    ("environment", "flags", "named"),
    [({"AMOWIDGET_PLATFORM": "amo"}, {}, "AMOWIDGET_PLATFORM"), ({}, {"visibility": "pubic"}, "--visibility")],
)
def test_a_wrong_value_says_where_it_came_from(
    tmp_path: Path, environment: dict[str, str], flags: dict[str, str], named: str
) -> None:
    with pytest.raises(AmowidgetError, match=named) as caught:
        project(tmp_path, "", environment, **flags)
    assert caught.value.code == "usage.bad_value"


def test_scopes_are_those_of_the_widget_or_of_the_target(tmp_path: Path) -> None:
    text = """
    [widget]
    scopes = ["notifications", "crm", "crm", "of_another_year"]
    [targets.a]
    host = "a.amocrm.ru"
    [targets.b]
    host = "b.amocrm.ru"
    scopes = ["files"]
    """
    targets = project(tmp_path, text).targets
    assert targets["a"].scopes == targets["sandbox"].scopes == ("crm", "notifications", "of_another_year")
    assert targets["b"].scopes == ("files",)
    assert project(tmp_path, "[targets.a]\nhost = 'a.amocrm.ru'").targets["a"].scopes == ()


WRONG = [
    ("[widget]\nsorce = 'x'", "config.unknown_key", 'Did you mean "source"?'),
    ("[pakc]\noutput = 'x'", "config.unknown_key", 'Did you mean "pack"?'),
    ("[targets.a]\nhost = 'a.amocrm.ru'\nintegratoin = 'x'", "config.unknown_key", 'Did you mean "integration"?'),
    ("[widget]\nsource = 1", "config.bad_value", "string"),
    ("[pack]\nexclude = 'x'", "config.bad_value", "list"),
    ("[pack]\nreplace = ['x']", "config.bad_value", "table"),
    ("[rules]\na = 'fatal'", "config.bad_value", "warning"),
    ("[targets]\na = 1", "config.bad_value", "section"),
    ("[targets.a]\nhost = 'https://a.amocrm.ru/'", "config.bad_value", "host"),
    ("[targets.a]\nprotected = 'yes'\nhost = 'a.amocrm.ru'", "config.bad_value", "true or false"),
    ("[build]\ncommand = 'make'", "config.missing_key", "output"),
    ("[widget]\nscopes = 'crm'", "config.bad_value", "list"),
    ("[widget]\nscopes = []", "config.bad_value", "left alone"),
    ("[widget]\nscopes = ['CRM']", "config.bad_value", "small letters"),
    ("[widget]\nscopes = ['notification']", "config.bad_value", 'Did you mean "notifications"?'),
    ("[widget]\nscpoes = ['crm']", "config.unknown_key", 'Did you mean "scopes"?'),
    ("[targets.a]\nhost = 'a.amocrm.ru'\nscopes = ['file']", "config.bad_value", 'Did you mean "files"?'),
    ("[widget", "config.syntax", "Mend"),
    ("widget = 1", "config.bad_value", "section"),
]


@pytest.mark.parametrize(("text", "code", "hint"), WRONG, ids=[text[:30] for text, _, _ in WRONG])
def test_what_is_wrong_is_told_with_the_remedy(tmp_path: Path, text: str, code: str, hint: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        project(tmp_path, text)
    assert caught.value.code == code
    assert hint in caught.value.hint
    assert "amowidget.toml" in caught.value.message


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "amowidget.toml").write_bytes(b'[widget]\nsource = "\xff"')
    with pytest.raises(AmowidgetError) as caught:
        load(tmp_path, {})
    assert caught.value.code == "config.syntax"


def test_values_of_the_environment_are_secrets_and_missed_only_when_needed(tmp_path: Path) -> None:
    text = """
    [targets.a]
    host = "A.amocrm.ru:8443"
    values = { key = "env:KEY", other = "env:NONE", plain = "x" }
    manifest = { "widget.secret_key" = "env:KEY" }
    """
    found = target(project(tmp_path, text, {"KEY": "hush-hush"}), "a")
    assert found.values == (("key", Secret("hush-hush")), ("other", Unset("NONE")), ("plain", "x"))
    assert "hush-hush" not in repr(found)
    assert "hush-hush" not in f"{found.values[0][1]} {found.values[0][1]!r}"
    assert found.base_url == "https://a.amocrm.ru:8443"
    assert found.integrations_page == "https://a.amocrm.ru:8443/amo-market/"


def test_the_stand_in_is_always_a_target(tmp_path: Path) -> None:
    assert project(tmp_path).targets["sandbox"].is_loopback
    with_values = project(tmp_path, '[targets.sandbox]\nvalues = { key = "x" }')
    assert with_values.targets["sandbox"].values == (("key", "x"),)
    with pytest.raises(AmowidgetError) as caught:
        target(with_values, "sandbx")
    assert 'Did you mean "sandbox"?' in caught.value.hint


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:80", True),
        ("localhost:1", True),
        ("[::1]:80", True),
        ("a.localhost", True),
        ("127.0.0.1.evil.example", False),
        ("client.amocrm.ru", False),
        ("localhost.evil.example:80", False),
        ("10.0.0.1", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_target_is_written_without_disturbing_the_file() -> None:
    before = '# mine\n[widget]\nsource = "w"   # here\n\n[targets.a]\nhost = "a.amocrm.ru"\n'
    after = with_targets(before, {"a": {"integration": "uuid"}})
    assert after == before + 'integration = "uuid"\n'
    made = with_targets(before, {"b": {"integration": "uuid"}})
    assert made.startswith(before)
    assert '[targets.b]\nintegration = "uuid"' in made
    assert with_targets("", {"sandbox": {"integration": "uuid"}}) == '[targets.sandbox]\nintegration = "uuid"\n'


def test_the_state_folder_is_private_and_ignored(tmp_path: Path) -> None:
    folder = state_folder(tmp_path)
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert folder.stat().st_mode & 0o077 == 0 or folder.drive
