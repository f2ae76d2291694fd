"""The questions of `amowidget new` on a terminal. What the answers mean is decided in scaffold/."""

from collections.abc import Mapping

import questionary

from amowidget.scaffold.answers import LOCALES, PLATFORMS, VISIBILITIES, default_locales


def ask(name: str | None, given: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Ask for everything that is not given yet; Ctrl-C leaves nothing behind."""
    answers = dict(given)
    if name is None:
        name = str(questionary.text("Name of the new folder:", default="my-widget").unsafe_ask())
    if not answers.get("platform"):
        answers["platform"] = _chosen("For which platform?", PLATFORMS)
    if not answers.get("visibility"):
        answers["visibility"] = _chosen("For whom?", VISIBILITIES)
    if not answers.get("locales"):
        answers["locales"] = _languages(str(answers["platform"]))
    return name, answers


def _chosen(question: str, choices: Mapping[str, str]) -> str:
    options = [questionary.Choice(title, value) for value, title in choices.items()]
    return str(questionary.select(question, options).unsafe_ask())


def _languages(platform: str) -> tuple[str, ...]:
    usual = default_locales(platform)
    options = [questionary.Choice(code, code, checked=code in usual) for code in LOCALES[platform]]
    chosen = questionary.checkbox("Languages?", options, validate=bool).unsafe_ask()
    return tuple(str(code) for code in chosen)
