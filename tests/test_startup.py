"""What a command loads before it knows what to do: nothing heavy. Counted in modules, never in milliseconds."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "requests",
    "jsonschema",
    "jinja2",
    "rich",
    "starlette",
    "tree_sitter",
    "pydantic",
    "asyncio",
    "uvicorn",
    "tomlkit",
    "questionary",
    "pathspec",
    "importlib.metadata",
)


def loaded_after(code: str) -> set[str]:
    """Return the modules that a fresh process has loaded when it has run some code."""
    probe = f"import sys\n{code}\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("module", ["amowidget.cli", "amowidget.cli.app"])
def test_importing_the_command_line_loads_nothing_heavy(module: str) -> None:
    assert not loaded_after(f"import {module}") & set(HEAVY)


def test_help_loads_nothing_heavy() -> None:
    code = "from amowidget.cli.app import run\nassert run(['--help']) == 0"
    assert not loaded_after(code) & set(HEAVY)


def test_version_is_answered_before_typer_is_loaded() -> None:
    code = "sys.argv = ['amowidget', '--version']\nfrom amowidget.__main__ import main\nassert main() == 0"
    loaded = loaded_after(code)
    assert not loaded & {*HEAVY, "typer", "amowidget.cli"}


def test_a_probe_would_see_a_heavy_module() -> None:
    assert "requests" in loaded_after("import requests")


def test_packing_loads_nothing_that_speaks_to_accounts(tmp_path: Path) -> None:
    made = "from amowidget.cli.app import run\nimport os\n"
    made += f"os.chdir({str(tmp_path)!r})\nassert run(['new', 'widget', '--yes', '-q']) == 0"
    loaded_after(made)
    code = f"from amowidget.cli.app import run\nassert run(['pack', '-q', '-C', {str(tmp_path / 'widget')!r}]) == 0"
    assert not loaded_after(code) & {"requests", "rich", "starlette", "tomlkit", "jinja2"}


def test_validating_without_options_does_not_load_what_reads_options(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    code = f"sys.argv = ['amowidget', 'validate', {str(tmp_path)!r}]\nfrom amowidget.__main__ import main\nassert main() == 1"
    assert not loaded_after(code) & {"typer", "rich", "requests"}
