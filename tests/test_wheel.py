"""The wheel and the source archive: complete, and working in an empty environment outside of the checkout."""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from amowidget import packaged

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_wheel_carries_what_the_commands_need_and_no_tests(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    for needed in (
        "amowidget/_data/templates/lead-card/widget_src/manifest.json",
        "amowidget/_data/templates/lead-card/widget_src/script.js",
        "amowidget/widget/manifest.schema.json",
        "amowidget/sandbox/host/account.html",
        "amowidget/sandbox/host/static/account.js",
    ):
        assert needed in names
    assert not any(name.startswith(("tests/", "benchmarks/", "widget_src/")) for name in names)
    assert not any("node_modules" in name or "__pycache__" in name for name in names)


def test_the_source_archive_holds_the_templates_and_the_tests(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"templates/lead-card/widget_src/manifest.json", "tests/test_house.py", "Makefile", "LICENSE"} <= names


def test_the_wheel_works_in_an_empty_environment(built: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    ran(*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt"), at=tmp_path)
    ran(*pip, "--no-deps", str(next(built.glob("*.whl"))), at=tmp_path)
    amowidget = str(scripts / "amowidget")
    assert ran(amowidget, "--version", at=tmp_path).startswith("amowidget ")
    ran(amowidget, "new", "my-widget", "--yes", at=tmp_path)
    project = tmp_path / "my-widget"
    for words in (("validate",), ("bump",), ("pack",), ("upload", "--target", "sandbox"), ("schema",)):
        ran(amowidget, *words, at=project)
    assert (project / "widget.zip").is_file()


def test_packaged_data_is_found_in_both_layouts(tmp_path: Path) -> None:
    wheel, checkout = tmp_path / "site" / "amowidget", tmp_path / "checkout" / "amowidget"
    for folder in (wheel / "_data" / "templates", checkout, checkout.parent / "templates"):
        folder.mkdir(parents=True)
    assert packaged.folder("templates", wheel) == wheel / "_data" / "templates"
    assert packaged.folder("templates", checkout) == checkout.parent / "templates"
    with pytest.raises(FileNotFoundError, match="installation is damaged"):
        packaged.folder("nothing", wheel)


def ran(*command: str, at: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AMOWIDGET_", "PYTHON"))}
    done = subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout
