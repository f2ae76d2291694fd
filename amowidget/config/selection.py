"""Which targets are meant: named, by tag, all of them; and the shares of them for several machines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from amowidget.config.load import target as target_called
from amowidget.config.project import SANDBOX, Project, Target
from amowidget.config.toml_table import near
from amowidget.errors import AmowidgetError


@dataclass(frozen=True, slots=True)
class Selection:
    """What was said about the targets: their names, their tags, or all but the stand-in."""

    names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_all: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing was said."""
        return not (self.names or self.tags or self.is_all)


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several equal shares, counted from 1."""

    number: int
    count: int


def real_targets(project: Project) -> tuple[Target, ...]:
    """Return all targets but the stand-in, in the order of the configuration."""
    return tuple(target for target in project.targets.values() if target.name != SANDBOX)


def selected(project: Project, selection: Selection) -> tuple[Target, ...]:
    """Return the targets that are meant, each once, in the order of the configuration; without a word the only one."""
    if selection.is_silent:
        return (_only(project),)
    for name in selection.names:
        target_called(project, name)
    known = tuple(dict.fromkeys(tag for target in project.targets.values() for tag in target.tags))
    for tag in selection.tags:
        _refuse_unknown_tag(tag, known)
    found = tuple(target for target in project.targets.values() if _is_meant(target, selection))
    if not found:
        raise AmowidgetError(
            "usage.missing_target",
            "This project has no target but the stand-in.",
            "Add [targets.NAME] with host and integration to amowidget.toml.",
        )
    return found


def shard(text: str) -> Shard:
    """Return the share that is written I/N, for instance 2/5."""
    found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text.strip())
    if found is None or int(found[1]) > int(found[2]):
        raise AmowidgetError(
            "usage.bad_value",
            f'"{text}" is no share.',
            "Write I/N, from 1/N to N/N; for instance --shard 2/5 for the second of five.",
        )
    return Shard(int(found[1]), int(found[2]))


def shares(targets: Sequence[Target], count: int) -> tuple[tuple[Target, ...], ...]:
    """Divide targets into shares of like size; those of one account stay together, for one machine to pace them."""
    of_host: dict[str, list[Target]] = {}
    for target in targets:
        of_host.setdefault(target.host, []).append(target)
    divided: list[list[Target]] = [[] for _ in range(count)]
    for group in of_host.values():
        min(divided, key=len).extend(group)
    return tuple(tuple(share) for share in divided)


def matrix(targets: Sequence[Target], count: int) -> dict[str, list[dict[str, str]]]:
    """Return the matrix for the parallel jobs of a CI engine; shares that would be empty are left out."""
    odd = next((target.name for target in targets if re.search(r"\s", target.name)), None)
    if odd is not None:
        raise AmowidgetError(
            "config.bad_value",
            f'The target "{odd}" has a space in its name, and the names in a matrix are separated by spaces.',
            "Give it another name in amowidget.toml.",
        )
    divided = shares(targets, min(count, len({target.host for target in targets})))
    return {
        "include": [
            {"shard": f"{number}/{len(divided)}", "targets": " ".join(target.name for target in share)}
            for number, share in enumerate(divided, 1)
        ]
    }


def _is_meant(target: Target, selection: Selection) -> bool:
    by_tag = any(tag in target.tags for tag in selection.tags)
    return target.name in selection.names or by_tag or (selection.is_all and target.name != SANDBOX)


def _only(project: Project) -> Target:
    real = real_targets(project)
    if len(real) == 1:
        return real[0]
    raise AmowidgetError(
        "usage.missing_target",
        "It is not said which target is meant.",
        f"Name it with --target, or several with --tag or --all: {', '.join(project.targets)}. "
        "`sandbox` needs no configuration.",
    )


def _refuse_unknown_tag(tag: str, known: tuple[str, ...]) -> None:
    if tag not in known:
        raise AmowidgetError(
            "usage.unknown_target",
            f'No target has the tag "{tag}".',
            f'{near(tag, known)}Known: {", ".join(known) or "none"}. Write tags = ["{tag}"] into a target of amowidget.toml.',
        )
