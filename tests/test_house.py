"""The house rules: who imports whom, how large things are, how they are named, and what must not stand in a file.

The table of imports is that of the design; each check has a bad sample of its own, so that it can fail.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "amowidget"
MODULES = sorted(PACKAGE.rglob("*.py"))


# package -> (packages of ours, libraries) that it may import beside the standard library; rows only look upwards.
EVERYWHERE = frozenset({"errors", "finding", "packaged", "pattern"})
TABLE: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "errors": (frozenset({"finding"}), frozenset()),
    "finding": (frozenset(), frozenset()),
    "packaged": (frozenset(), frozenset()),
    "pattern": (frozenset(), frozenset()),
    "config": (EVERYWHERE, frozenset({"tomlkit"})),
    "widget": (EVERYWHERE, frozenset({"pathspec", "tree_sitter", "tree_sitter_javascript", "tinycss2"})),
    "checks": (EVERYWHERE | {"widget", "config"}, frozenset({"jsonschema"})),
    "report": (EVERYWHERE, frozenset()),
    "release": (EVERYWHERE | {"widget", "config"}, frozenset()),
    "scaffold": (EVERYWHERE | {"widget", "config"}, frozenset({"jinja2"})),
    "account": (
        EVERYWHERE | {"release", "config", "widget"},
        frozenset({"requests", "platformdirs", "keyring", "playwright"}),
    ),
    "deploy": (EVERYWHERE | {"checks", "release", "account", "config", "widget"}, frozenset()),
    "sandbox": (EVERYWHERE, frozenset({"starlette", "uvicorn", "jinja2"})),
}
TABLE["embedded"] = (frozenset(TABLE), frozenset())
TABLE["doctor"] = (frozenset(TABLE), frozenset())
TABLE["ui"] = (frozenset(TABLE) | {""}, frozenset({"rich", "questionary"}))
TABLE["cli"] = (frozenset(TABLE) | {"cli", ""}, frozenset({"typer"}))
TABLE["__main__"] = (frozenset({"cli", ""}), frozenset())
TABLE[""] = (frozenset(), frozenset())

MODULE_LINES, FUNCTION_LINES, PARAMETERS, NESTING = 400, 40, 5, 3
FORBIDDEN_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"})
READERS = ("json_text", "js_text", "twig_text", "css_text", "image", "zip_tree", "tree")


def package_of(path: Path) -> str:
    """Return the row of the table that a module belongs to."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Yield every imported module's dotted name with its statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.count(".") < 1 or node.module == "amowidget":
                yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)
            else:
                yield node.module, node


def strangers(package: str, tree: ast.AST) -> Iterator[str]:
    """Yield what a module of a package imports and may not."""
    ours, libraries = TABLE[package]
    for name, _ in imports(tree):
        parts = name.split(".")
        if parts[0] == "amowidget":
            row = parts[1] if len(parts) > 1 and parts[1] in TABLE else ""
            if row not in ours | {package}:
                yield name
        elif parts[0] not in STANDARD_MODULES and parts[0] not in libraries | {"tests"}:
            yield name


def _standard_modules() -> frozenset[str]:
    import sys

    return frozenset(sys.stdlib_module_names)


STANDARD_MODULES = _standard_modules()
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@every_module
def test_a_module_imports_only_what_its_row_names(path: Path) -> None:
    assert list(strangers(package_of(path), parsed(path))) == []


def test_a_wrong_import_is_seen() -> None:
    assert list(strangers("widget", ast.parse("from amowidget.checks.run import run\nimport requests"))) == [
        "amowidget.checks.run",
        "requests",
    ]
    assert list(strangers("sandbox", ast.parse("from amowidget.account import session"))) == ["amowidget.account"]


def test_rows_look_upwards_only() -> None:
    rows = list(TABLE)
    for row, (ours, _) in TABLE.items():
        if row not in ("errors", "ui", "cli", "__main__"):
            assert all(name in ("", row) or rows.index(name) < rows.index(row) for name in ours), row


def test_there_is_no_cycle_between_modules() -> None:
    graph: dict[str, set[str]] = {}
    names = {module_name(path): path for path in MODULES}
    for name, path in names.items():
        graph[name] = set()
        for imported, node in imports(parsed(path)):
            if is_late(parsed(path), node):
                continue
            graph[name].update(other for other in (imported, imported.rpartition(".")[0]) if other in names)
    assert cycle(graph) == []
    assert cycle({"a": {"b"}, "b": {"a"}})


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def is_late(tree: ast.Module, statement: ast.stmt) -> bool:
    return all(ast.dump(node) != ast.dump(statement) for node in tree.body)


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules that are left when everything without unmet imports is taken away again and again."""
    left = {name: {other for other in others if other != name} for name, others in graph.items()}
    while True:
        free = {name for name, others in left.items() if not others & left.keys()}
        if not free:
            return sorted(left)
        left = {name: others for name, others in left.items() if name not in free}


@pytest.mark.parametrize("package", ["checks", "report"])
def test_siblings_do_not_import_one_another(package: str) -> None:
    shared = {"check", "settings", "schema_errors", "markup", "scripts", "unread"}
    shared |= {
        "script_module",
        "script_handling",
        "script_requests",
        "script_paths",
        "script_polling",
        "script_reach",
        "script_undoing",
        "script_uses",
        "script_values",
    }
    shared |= {"script_assets", "script_dependencies", "script_templates", "script_texts", "script_umd", "secret_forms"}
    for path in (PACKAGE / package).glob("*.py"):
        if path.stem in ("registry", "run", "mend", "__init__"):
            continue
        for name, _ in imports(parsed(path)):
            if name.startswith(f"amowidget.{package}."):
                sibling = name.split(".")[2]
                assert sibling in shared or sibling.endswith("_rules"), f"{path.name} imports {name}"


def test_readers_do_not_import_one_another() -> None:
    for reader in READERS:
        for name, _ in imports(parsed(PACKAGE / "widget" / f"{reader}.py")):
            assert name.split(".")[-1] not in READERS, f"{reader} imports {name}"


def test_only_the_session_speaks_http() -> None:
    users = [path for path in MODULES if any(name.split(".")[0] == "requests" for name, _ in imports(parsed(path)))]
    assert [path.relative_to(PACKAGE).as_posix() for path in users] == ["account/session.py"]


def test_only_the_terminal_is_written_to_by_ui() -> None:
    for path in MODULES:
        if package_of(path) not in ("ui", "cli", "__main__"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\bprint\(|sys\.std(out|err)", text), path


@every_module
def test_imports_stand_at_the_top_with_a_reason_for_each_exception(path: Path) -> None:
    if package_of(path) in ("cli", "__main__"):
        return
    source = path.read_text(encoding="utf-8").splitlines()
    tree = parsed(path)
    for _, node in imports(tree):
        if is_late(tree, node):
            assert "#" in source[node.lineno - 1], f"{path}:{node.lineno} imports late without saying why"


def test_the_stand_in_and_the_account_share_no_sentence() -> None:
    account, sandbox = (sentences(PACKAGE / name) for name in ("account", "sandbox"))
    assert account
    assert not account & sandbox


def sentences(folder: Path) -> set[str]:
    """Return the long text constants of a package, docstrings left out."""
    found = set()
    for path in folder.rglob("*.py"):
        tree = parsed(path)
        documented = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and len(node.value) > 30
            and " " in node.value  # what is none is a word of the wire
            and id(node) not in documented
        }
    return found


@every_module
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    is_table = path.stem.endswith("_rules")
    assert text.count("\n") <= MODULE_LINES or is_table, f"{path} is too long"
    problems = list(too_large(ast.parse(text), is_command=package_of(path) == "cli"))
    assert problems == []


def too_large(tree: ast.AST, is_command: bool = False) -> Iterator[str]:
    """Yield the functions that are too long, take too much, or nest too deep."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        parameters = len([name for name in node.args.args if name.arg not in ("self", "cls")])
        if length > FUNCTION_LINES and not is_command:
            yield f"{node.name} has {length} lines"
        if parameters > PARAMETERS and not is_command:
            yield f"{node.name} takes {parameters} parameters"
        if nesting(node) > NESTING:
            yield f"{node.name} nests {nesting(node)} levels deep"


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Return how many blocks stand inside one another; an elif stands beside its if."""
    blocks = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith)
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        deepest = max(deepest, nesting(child, depth + (isinstance(child, blocks) and not is_elif)))
    return deepest


def test_large_things_are_seen() -> None:
    bad = "def f(a, b, c, d, e, g):\n if a:\n  for b in c:\n   while d:\n    if e:\n     pass\n"
    assert len(list(too_large(ast.parse(bad)))) == 2
    assert len(list(too_large(ast.parse("def f():\n" + " pass\n" * 60)))) == 1


@every_module
def test_names_and_docstrings(path: Path) -> None:
    assert path.stem not in FORBIDDEN_NAMES
    tree = parsed(path)
    assert ast.get_docstring(tree), f"{path} has no docstring"
    assert list(undocumented(tree)) == []
    assert "__all__" not in path.read_text(encoding="utf-8")


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Yield the public functions and classes without a docstring."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.name
            if isinstance(node, ast.ClassDef):
                yield from (
                    f"{node.name}.{method.name}"
                    for method in node.body
                    if isinstance(method, ast.FunctionDef)
                    and not method.name.startswith("_")
                    and not ast.get_docstring(method)
                )


def test_missing_docstrings_are_seen() -> None:
    assert list(undocumented(ast.parse("def f(): pass\nclass A:\n '''x'''\n def g(self): pass"))) == ["f", "A.g"]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [path for name in listed.splitlines() if (path := ROOT / name).is_file()]


def test_no_file_names_this_machine_or_a_registry() -> None:
    place = str(ROOT.parent) + "/"
    registry = re.compile(r"https?://(registry\.npmjs|pypi\.org|files\.pythonhosted)|--(extra-)?index-url")
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        assert place not in text or len(place) < 6, path
        if path.name != Path(__file__).name:
            assert not registry.search(text), path
            assert "TODO" not in text or path.name in ("manifest.json", "secrets.py"), path


def test_code_families_are_known() -> None:
    from amowidget.errors import exit_code

    pattern = re.compile(
        r'"((?:widget|build|archive|usage|config|deploy|auth|account|network|io|browser|verify)\.[a-z_]+)"'
    )
    codes = set()
    for path in MODULES:
        codes |= set(pattern.findall(path.read_text(encoding="utf-8")))
    codes -= {"widget.name", "widget.short_description", "widget.json", "widget.zip", "widget.ai_agent_description"}
    assert "auth.wrong_password" in codes
    for code in codes:
        assert exit_code(code)


def test_scripts_of_ours_are_short() -> None:
    for path in (PACKAGE / "sandbox" / "host").rglob("*.js"):
        assert path.read_text(encoding="utf-8").count("\n") <= 300, path


def test_every_dependency_is_used_and_every_library_is_one() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    named = {re.split(r"[<>=!~ ]", line)[0].replace("-", "_") for line in told}
    used = {name.split(".")[0] for path in MODULES for name, _ in imports(parsed(path))}
    # The framework imports the parser of forms by itself.
    assert named - used == {"python_multipart"}
    assert {name for name in used if name not in STANDARD_MODULES} - {"amowidget"} <= named
