"""What is put in inside the archive alone, and the project's own build."""

import json
import sys
from pathlib import Path

import pytest

from amowidget.config.load import load, target
from amowidget.config.project import Project
from amowidget.errors import AmowidgetError
from amowidget.release import archive, build, transform
from amowidget.widget import widget as widgets

CONFIG = """
[widget]
source = "w"
[pack]
replace = { "%VERSION%" = "version", "__KEY__" = "key", "__HOST__" = "host" }
[targets.a]
host = "a.amocrm.ru"
values = { key = "env:KEY" }
manifest = { "widget.secret_key" = "env:KEY", "widget.oauth.id" = "x", "widget.name" = "other" }
"""


def project(folder: Path, text: str = CONFIG, **environment: str) -> Project:
    (folder / "w").mkdir(exist_ok=True)
    (folder / "w" / "manifest.json").write_text(
        '{\n  "widget": {\n    "name": "widget.name",\n    "version": "1.0.0"\n  }\n}\n', encoding="utf-8"
    )
    (folder / "w" / "script.js").write_text("var v = '%VERSION%', k = '__KEY__';\n", encoding="utf-8")
    (folder / "w" / "i18n").mkdir(exist_ok=True)
    (folder / "w" / "i18n" / "ru.json").write_text('{"key": "__KEY__ __HOST__"}', encoding="utf-8")
    (folder / "amowidget.toml").write_text(text, encoding="utf-8")
    return load(folder, environment)


def packed(found: Project, name: str | None = "a") -> archive.Archive:
    widget = widgets.load(found.source)
    plan = transform.plan(found, target(found, name) if name else None, widget)
    return archive.build(widget, found.pack.output, plan)


def test_values_are_put_into_the_archive_alone(tmp_path: Path) -> None:
    found = project(tmp_path, KEY='a"b')
    before = {path: path.read_bytes() for path in (tmp_path / "w").rglob("*") if path.is_file()}
    built = packed(found)
    assert archive.read_file(built, "script.js") == b"var v = '1.0.0', k = 'a\"b';\n"
    assert json.loads(archive.read_file(built, "i18n/ru.json")) == {"key": 'a"b a.amocrm.ru'}
    assert {path: path.read_bytes() for path in before} == before


def test_keys_of_the_manifest_are_put_in_byte_by_byte(tmp_path: Path) -> None:
    manifest = archive.read_file(packed(project(tmp_path, KEY="hush")), "manifest.json").decode()
    assert json.loads(manifest)["widget"] == {
        "oauth": {"id": "x"},
        "secret_key": "hush",
        "name": "other",
        "version": "1.0.0",
    }
    assert manifest.endswith('    "version": "1.0.0"\n  }\n}\n')


def test_a_lacking_value_stops_before_anything_is_written(tmp_path: Path) -> None:
    for name, named in ((None, "--target"), ("a", "KEY")):
        with pytest.raises(AmowidgetError) as caught:
            packed(project(tmp_path), name)
        assert caught.value.code == "config.value_missing"
        assert named in caught.value.message + caught.value.hint
    assert not (tmp_path / "widget.zip").exists()


def test_a_placeholder_outside_of_a_text_must_not_break_json(tmp_path: Path) -> None:
    found = project(tmp_path, '[widget]\nsource = "w"\n[pack]\nreplace = { "1.0.0" = "version", "{" = "version" }')
    with pytest.raises(AmowidgetError) as caught:
        packed(found, None)
    assert caught.value.code == "config.bad_value"


def test_a_plan_never_shows_its_values(tmp_path: Path) -> None:
    found = project(tmp_path, KEY="hush-hush")
    assert "hush" not in repr(transform.plan(found, target(found, "a"), widgets.load(found.source)))


def built(folder: Path, script: str, **environment: str) -> list[str]:
    (folder / "make.py").write_text(script, encoding="utf-8")
    command = f'"{sys.executable}" make.py'.replace("\\", "/")
    text = f"[widget]\nsource = 'w'\n[build]\ncommand = '''{command}'''\noutput = 'dist'\n"
    lines: list[str] = []
    build.run(project(folder, text), lines.append, {"PATH": "", **environment})
    return lines


COPY = "import shutil; shutil.copytree('w', 'dist', dirs_exist_ok=True); print('made')"


def test_a_build_runs_in_the_project_without_our_variables(tmp_path: Path) -> None:
    script = COPY + "; import os; print(sorted(name for name in os.environ if 'AMO' in name or name == 'KEEP'))"
    lines = built(tmp_path, script, AMOWIDGET_PASSWORD="hush", KEEP="1")
    assert lines == ["made", "['KEEP']"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("print('why'); raise SystemExit(3)", "exit code 3", id="fails"),
        pytest.param("pass", "manifest.json is not there", id="no-output"),
        pytest.param(
            COPY + "; import pathlib; p = pathlib.Path('dist/manifest.json'); "
            "p.write_text(p.read_text().replace('1.0.0', '0.9.0'))",
            "0.9.0",
            id="old-version",
        ),
    ],
)
def test_a_build_that_failed_is_told(tmp_path: Path, script: str, words: str) -> None:
    with pytest.raises(AmowidgetError) as caught:
        built(tmp_path, script)
    assert caught.value.code == "build.failed"
    assert words in caught.value.message
    if "why" in script:
        assert "why" in caught.value.hint
