"""The main job on the embedded account, shown as a user would see it: new, validate, bump, pack, upload, status.

Every step is the real command in a process of its own; the widget is made in a temporary folder and left there.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

STEPS: tuple[tuple[str, ...], ...] = (
    ("new", "my-widget", "--yes"),
    ("validate",),
    ("bump",),
    ("pack",),
    ("upload", "--target", "sandbox"),
    ("status",),
)


def main() -> int:
    """Run every step and stop at the first that fails; return its exit code."""
    workshop = Path(tempfile.mkdtemp(prefix="amowidget-"))
    project = workshop / "my-widget"
    for step in STEPS:
        folder = workshop if step[0] == "new" else project
        code = _shown(step, folder)
        if code != 0:
            print(f"\nThe step `amowidget {step[0]}` failed with exit code {code}.", file=sys.stderr)
            return code
    print(_ending(project), flush=True)
    return 0


def _shown(step: tuple[str, ...], folder: Path) -> int:
    print(f"\n$ amowidget {' '.join(step)}", flush=True)
    # A project of the surroundings must not capture the steps.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMOWIDGET_")}
    return subprocess.run(
        [sys.executable, "-m", "amowidget", *step], cwd=folder, env=environment, check=False
    ).returncode


def _ending(project: Path) -> str:
    command = Path(sys.executable).with_name("amowidget")
    return f"""
The widget went the whole way into the stand-in account, and the account serves it.

  project    {project}
  archive    {project / "widget.zip"}
  account    {project / ".amowidget" / "sandbox"}
  command    {command}

Try next, in the project's folder:

  amowidget sandbox        serves the account; open the page that it names, and press Install
  amowidget validate       after an edit of widget_src/manifest.json
  amowidget rules          everything that is looked at
  amowidget --help         all commands"""


if __name__ == "__main__":
    sys.exit(main())
