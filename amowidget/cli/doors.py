"""Opens the accounts of targets as the surroundings allow: the stand-in's, or a real one; and asks before a protected one."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from amowidget.account.access import Access, Surroundings, access_to, token_only
from amowidget.account.user_store import user_store
from amowidget.cli.command import Call
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.selection import Selection, selected
from amowidget.deploy.each_target import Door
from amowidget.errors import AmowidgetError


def chosen(project: Project, name: str | None) -> Target:
    """Return the target of that name, or else the only one of a real account."""
    (target,) = selected(project, Selection((name,) if name else (), (), is_all=False))
    return target


@contextmanager
def opened(
    call: Call, project: Project, target: Target, target_count: int = 1, *, needs_session: bool = True
) -> Iterator[tuple[Target, Access]]:
    """Yield a target as it is reached now, with the access to it; without a session it is that of the official API."""
    if target.name == SANDBOX:
        from amowidget.embedded import account

        with account(project) as stand_in:
            yield stand_in.target, stand_in.access
        return
    # One password is never offered to several accounts.
    around = Surroundings(call.environment, user_store(call.environment), call.allowed_hosts)
    url = target.base_url
    yield target, access_to(url, around, target_count) if needs_session else token_only(url, around)


@contextmanager
def all_opened(call: Call, project: Project, targets: Sequence[Target], named: int) -> Iterator[tuple[Door, ...]]:
    """Yield every target with the access to it, or with what is in the way; `named` is how many targets were named."""
    with ExitStack() as stack:
        yield tuple(_door(stack, call, project, target, named) for target in targets)


def ask_if_protected(call: Call, target: Target, is_sure: bool) -> None:
    """Let a person type the name of a protected target; refuse it when nobody is there or sure."""
    if not target.is_protected or is_sure:
        return
    if call.terminal.is_interactive and not call.terminal.manner.is_json:
        from amowidget.ui.confirm import typed_name

        if typed_name(target.name):
            return
    raise AmowidgetError(
        "usage.not_confirmed",
        f'The target "{target.name}" is protected, and nobody confirmed it.',
        "Type its name when asked, or use --yes.",
    )


def _door(stack: ExitStack, call: Call, project: Project, target: Target, named: int) -> Door:
    try:
        reached, access = stack.enter_context(opened(call, project, target, named))
        return Door(reached, access)
    except AmowidgetError as error:
        return Door(target, error)
