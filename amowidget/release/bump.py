"""Raises `widget.version` in a manifest: decided first, applied after, and nothing but its characters changes."""

from dataclasses import dataclass
from pathlib import Path

from amowidget.errors import AmowidgetError
from amowidget.finding import Span
from amowidget.release.version import PARTS, Version, parsed
from amowidget.widget.edit import Edit, apply
from amowidget.widget.files import replace_file
from amowidget.widget.json_nodes import Document, Kind, Node
from amowidget.widget.json_text import parse
from amowidget.widget.source import Source

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Bump:
    """What a bump changes: the old and the new version, the new bytes of the manifest, and notes for a person."""

    old: str
    new: str
    path: Path
    data: bytes
    notes: tuple[str, ...] = ()


def plan(folder: Path, request: str = "patch", is_forced: bool = False) -> Bump:
    """Decide the next version of the widget in `folder`; `request` is a part's name or an exact version."""
    path = folder / _MANIFEST
    source = Source(_MANIFEST, _read(path))
    document = parse(source)
    node = _version_node(document, path)
    old = node.text or ""
    new, notes = _next(old, request, is_forced)
    inside = Span(node.span.start + 1, node.span.end - 1)
    return Bump(old, new, path, apply(source, [Edit(inside, new)]), (*_duplicates(document), *notes))


def commit(bump: Bump) -> None:
    """Write the planned manifest, whole or not at all."""
    replace_file(bump.path, bump.data)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise AmowidgetError(
            "usage.no_project", f"There is no {path}.", "Check `source` below [widget] in amowidget.toml."
        ) from error
    except OSError as error:
        raise AmowidgetError(
            "io.unreadable", f"{path} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error


def _version_node(document: Document, path: Path) -> Node:
    node = document.root.find("widget", "version") if document.root else None
    if node is not None and node.kind is Kind.STRING and document.source.text[node.span.start] == '"':
        return node
    if node is None and not document.is_strict:
        raise AmowidgetError(
            "widget.manifest_unreadable",
            f"{path} is no valid JSON, and no version can be found in it.",
            "`amowidget validate` tells the places to mend.",
        )
    if node is None:
        raise AmowidgetError(
            "widget.version",
            f"{path} has no widget.version.",
            'Add "version": "1.0.0" to the object "widget".',
        )
    line, column = document.source.place(node.span.start)
    raise AmowidgetError(
        "widget.version",
        f"{path}:{line}:{column}: widget.version is no string.",
        'Write it in double quotes, for instance "version": "1.0.0".',
    )


def _next(old: str, request: str, is_forced: bool) -> tuple[str, tuple[str, ...]]:
    present = parsed(old)
    if request in PARTS:
        if present is None:
            raise AmowidgetError(
                "widget.version",
                f'The version "{old}" is no dotted number, so it cannot be raised.',
                "Give the next version itself, for instance `amowidget bump 1.0.1`.",
            )
        new = present.raised(request)
        return str(new), _decimal_note(present, old, new)
    wanted = parsed(request)
    if wanted is None:
        raise AmowidgetError(
            "usage.bad_version",
            f'"{request}" is neither a part nor a dotted number.',
            f"Write {', '.join(PARTS)}, or a version such as 1.2.0.",
        )
    if present is not None and wanted <= present and not is_forced:
        raise AmowidgetError(
            "usage.version_not_above",
            f"{request} is not above the present version {old}.",
            "Browsers keep the old script under a version that they know. Take a higher one, or use --force.",
        )
    return request, ()


def _decimal_note(old: Version, text: str, new: Version) -> tuple[str, ...]:
    if str(old) != text:
        return (f"{text} is read as {old}: the parts of a version are whole numbers without leading zeros.",)
    if len(old.parts) == 2 and len(str(new.parts[1])) > len(str(old.parts[1])):
        return (f"{old} is followed by {new}: the parts of a version are whole numbers, not decimals.",)
    return ()


def _duplicates(document: Document) -> tuple[str, ...]:
    widget = document.root.get("widget") if document.root else None
    count = sum(member.key == "version" for member in widget.members) if widget else 0
    if count < 2:
        return ()
    return ('"version" stands there more than once; the last one was raised, because the last one counts.',)
