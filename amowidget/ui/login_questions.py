"""The questions of `amowidget login` on a terminal. What the answers mean is decided in account/."""

import questionary

from amowidget.account.codes import Question, State, Wish

_SAYS = {
    State.SENT: "{host} has sent a code by e-mail{to}.",
    State.RESENT: "{host} has sent another code by e-mail{to}; the one before is void.",
    State.RECOVERY: "Type one of the recovery codes that {host} gave you.",
    State.WRONG: "{host} does not take this code.",
    State.EXPIRED: "The code has expired; ask for another one with r.",
    State.USED: "{host} has seen this code already.",
    State.ONE_MORE: "{host} wants one more code.",
}
_WISHES = {"r": Wish.RESEND, "c": Wish.RECOVERY, "": Wish.STOP}


def login_and_password(host: str, usual: str) -> tuple[str, str]:
    """Ask for the login and the password of a host; the password is not shown."""
    login = questionary.text(f"Login for {host} (e-mail):", default=usual).unsafe_ask()
    password = questionary.password("Password:").unsafe_ask()
    return str(login).strip(), str(password)


def code(question: Question) -> str | Wish:
    """Ask for the one-time code; a letter asks for another code or another way, and nothing ends the login."""
    to = f" to {question.address}" if question.address else ""
    says = _SAYS[question.state].format(host=question.host, to=to)
    typed = str(questionary.text(f"{says}\nCode (r: send another, c: use a recovery code, empty: stop):").unsafe_ask())
    return _WISHES.get(typed.strip().lower(), typed)
