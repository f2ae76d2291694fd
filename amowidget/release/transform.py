"""What is put into the archive alone: words replaced by values, and keys of the manifest. The source stays as it is."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from amowidget.config.load import CONFIG_NAME
from amowidget.config.project import Project, Target
from amowidget.config.secret import Secret, Unset
from amowidget.errors import AmowidgetError
from amowidget.finding import Span
from amowidget.widget.edit import Edit, apply
from amowidget.widget.json_nodes import Kind, Node
from amowidget.widget.json_text import parse
from amowidget.widget.source import Source, encoded
from amowidget.widget.widget import MANIFEST, TEXT_ENDINGS, Widget

_VERSION = "widget.version"


@dataclass(frozen=True, slots=True)
class Transform:
    """Words with what takes their place, and dotted keys of the manifest with their values.

    It holds revealed secrets: it goes to the archive and nowhere else.
    """

    words: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    manifest: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def concerns(self, path: str) -> bool:
        """Return whether a file's content may be packed differently from how it lies there."""
        return bool(self.manifest and path == MANIFEST) or bool(self.words and path.lower().endswith(TEXT_ENDINGS))

    def applied(self, path: str, data: bytes) -> bytes:
        """Return the bytes that are packed for a file's bytes; a JSON file is still one afterwards."""
        if not self.concerns(path):
            return data
        source = Source(path, data)
        is_json = path.endswith(".json")
        if self.words:
            source = Source(path, encoded(_replaced(source.text, self.words, is_json)))
        if path == MANIFEST:
            for key, value in self.manifest:
                source = Source(path, _with_key(source, tuple(key.split(".")), value))
        if is_json and parse(Source(path, data)).is_strict and not parse(source).is_strict:
            raise AmowidgetError(
                "config.bad_value",
                f"With the values of [pack] replace put in, {path} is no valid JSON any more.",
                "Put the placeholder inside a string in that file.",
            )
        return source.data


NOTHING = Transform()


def plan(project: Project, target: Target | None, widget: Widget, version: str | None = None) -> Transform:
    """Resolve what [pack] replace and the target's values and manifest put in; a lacking value is an error here.

    A `version` is put into the archive instead of the widget's own.
    """
    values = _values(target, version or widget.version)
    words = tuple((word, _value(name, values, project, target)) for word, name in project.pack.replace)
    pairs = target.manifest if target else ()
    keys = tuple((key, _revealed(key, value, target)) for key, value in pairs)
    if version:
        keys = (*keys, (_VERSION, version))
    return Transform(words, keys) if words or keys else NOTHING


def with_version(version: str) -> Transform:
    """Return the transform that puts in another version and leaves everything else as it is."""
    return Transform(manifest=((_VERSION, version),))


def _values(target: Target | None, version: str | None) -> dict[str, str | Secret | Unset | None]:
    known: dict[str, str | Secret | Unset | None] = {"version": version}
    if target:
        known.update({"code": target.code, "integration": target.integration, "host": target.host})
        known.update(target.values)
    return known


def _value(
    name: str, values: Mapping[str, str | Secret | Unset | None], project: Project, target: Target | None
) -> str:
    value = values.get(name)
    if value is not None:
        return _revealed(name, value, target)
    if target is None:
        raise AmowidgetError(
            "config.value_missing",
            f'[pack] replace needs the value "{name}", which depends on the target.',
            f"Name the target: `amowidget pack --target NAME` (known: {', '.join(project.targets)}).",
        )
    raise AmowidgetError(
        "config.value_missing",
        f'The target "{target.name}" has no value "{name}", which [pack] replace needs.',
        f'Add it to [targets.{target.name}] in {CONFIG_NAME}, for instance values = {{ {name} = "env:VARIABLE" }}.',
    )


def _revealed(name: str, value: str | Secret | Unset, target: Target | None) -> str:
    if isinstance(value, Unset):
        of = f' of the target "{target.name}"' if target else ""
        raise AmowidgetError(
            "config.value_missing",
            f'The value "{name}"{of} comes from the variable {value.variable}, which is not set.',
            f"Set {value.variable} where this command runs.",
        )
    return value.reveal() if isinstance(value, Secret) else value


def _replaced(text: str, words: Iterable[tuple[str, str]], is_json: bool) -> str:
    """Replace every word in one pass, so that no value is searched for words again; the longest word wins."""
    table = dict(words)
    pattern = re.compile("|".join(re.escape(word) for word in sorted(table, key=len, reverse=True)))
    return pattern.sub(lambda match: _inside(table[match.group()], is_json), text)


def _inside(value: str, is_json: bool) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1] if is_json else value


def _with_key(source: Source, path: tuple[str, ...], value: str) -> bytes:
    """Return the file with the value under a path of keys: replaced where it stands, else put in as the first key."""
    node = parse(source).root
    written = json.dumps(value, ensure_ascii=False)
    for depth, key in enumerate(path):
        if node is None or node.kind is not Kind.OBJECT:
            raise AmowidgetError(
                "config.bad_value",
                f"The manifest has no object {'.'.join(path[:depth]) or 'at its root'} to put {'.'.join(path)} into.",
                "Check the keys below `manifest` of the target in amowidget.toml.",
            )
        child = node.get(key)
        if child is None:
            nested = written
            for inner in reversed(path[depth + 1 :]):
                nested = f"{{{json.dumps(inner)}: {nested}}}"
            return apply(source, [_first_member(source, node, f"{json.dumps(key)}: {nested}")])
        node = child
    span = node.span if node else Span(0, 0)
    return apply(source, [Edit(span, written)])


def _first_member(source: Source, parent: Node, member: str) -> Edit:
    place = parent.span.start + 1
    if not parent.members:
        return Edit(Span(place, place), member)
    before = source.text[place : parent.members[0].key_span.start]
    return Edit(Span(place, place), f"{before}{member},")
