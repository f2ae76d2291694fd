"""The question before something that cannot be undone by mistake alone."""

import questionary


def typed_name(name: str) -> bool:
    """Ask a person to type a target's name, and return whether they did."""
    typed = questionary.text(f'"{name}" is protected. Type its name to go on:').unsafe_ask()
    return str(typed).strip() == name


def agreed(question: str) -> bool:
    """Ask a person for a yes, and return whether it was given."""
    return bool(questionary.confirm(question, default=False).unsafe_ask())
