"""The table of translations: which locales a widget declares, which files it has, and what each says under a key."""

from collections.abc import Mapping
from dataclasses import dataclass

from amowidget.widget.json_nodes import Document, Kind, Node


@dataclass(frozen=True, slots=True)
class Translations:
    """`declared`: the strings of `widget.locale` with their places; `files`: each `i18n/<locale>.json` by locale."""

    declared: tuple[Node, ...]
    files: Mapping[str, Document]

    @property
    def locales(self) -> tuple[str, ...]:
        """The declared locale codes, each once, in the manifest's order."""
        return tuple(dict.fromkeys(node.text or "" for node in self.declared))

    def at(self, locale: str, key: str) -> Node | None:
        """Return what a locale's file holds under a dotted key such as `widget.name`, or None."""
        document = self.files.get(locale)
        return document.root.find(*key.split(".")) if document and document.root else None

    def missing(self, key: str) -> tuple[str, ...]:
        """Return the declared locales with a file in which a dotted key leads to no non-empty string."""
        return tuple(locale for locale in self.locales if self._is_read(locale) and not self._has_text(locale, key))

    def _is_read(self, locale: str) -> bool:
        # Of a file that holds no object it is told once that it is broken, and not for every key.
        document = self.files.get(locale)
        return bool(document and document.root and document.root.kind is Kind.OBJECT)

    def _has_text(self, locale: str, key: str) -> bool:
        node = self.at(locale, key)
        return bool(node and (node.text or "").strip())


def translations(manifest: Node | None, documents: Mapping[str, Document]) -> Translations:
    """Build the table from a manifest's root and the JSON files below `i18n/`, by path."""
    node = manifest.find("widget", "locale") if manifest else None
    items = node.items if node and node.kind is Kind.ARRAY else ()
    files = {
        path.removeprefix("i18n/").removesuffix(".json"): document
        for path, document in documents.items()
        if path.endswith(".json") and "/" not in path.removeprefix("i18n/")
    }
    return Translations(tuple(item for item in items if item.text), files)
