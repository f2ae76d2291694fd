"""A bug of ours ends in a report without secrets."""

from pathlib import Path

from amowidget.ui.crash import masked, reported


def test_secrets_are_masked() -> None:
    environment = {"AMOWIDGET_PASSWORD": "hush-hush", "CLIENT_A_HOOK_KEY": "key-of-a", "HOME": "/home", "PW": "x"}
    assert masked("hush-hush key-of-a /home", environment) == "*** *** /home"


def test_a_report_is_written_and_named(tmp_path: Path) -> None:
    try:
        raise ValueError("hush-hush in a message")
    except ValueError as caught:
        error = reported(caught, {"AMOWIDGET_TOKEN": "hush-hush"})
    assert error.code == "internal"
    path = Path(error.hint.partition("The report is in ")[2].partition(";")[0])
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert "ValueError" in text
    assert "hush-hush" not in text
    assert "hush-hush" not in error.message + error.hint
