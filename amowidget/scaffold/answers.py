"""What a new widget shall be: the answers, their defaults, and what of them goes together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from amowidget.config.toml_table import near
from amowidget.errors import AmowidgetError

PLATFORMS: Mapping[str, str] = {"amocrm": "amoCRM", "kommo": "Kommo", "both": "amoCRM and Kommo"}
VISIBILITIES: Mapping[str, str] = {
    "private": "Private: my own account or my client's",
    "public": "Public: listed for everybody, after moderation",
}
TEMPLATES: Mapping[str, str] = {"lead-card": "A block in the lead's card, with settings"}
# Documented codes (package reference, 6); a widget for both platforms may use what both know.
LOCALES: Mapping[str, tuple[str, ...]] = {
    "amocrm": ("ru", "en", "es", "pt"),
    "kommo": ("en", "es", "pt", "tr", "id"),
    "both": ("ru", "en", "es", "pt", "tr", "id"),
}
_USUAL_LOCALES: Mapping[str, tuple[str, ...]] = {
    "amocrm": ("ru", "en"),
    "kommo": ("en", "es"),
    "both": ("ru", "en", "es"),
}
_LOCATIONS = ("lcard-1", "settings")
_NAME = re.compile(r"[^\W_][\w.-]{0,62}[\w]|[^\W_]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answers:
    """Checked answers; `name` is the folder, `title` what people read."""

    name: str
    title: str
    template: str
    platform: str
    visibility: str
    locales: tuple[str, ...]
    locations: tuple[str, ...]
    support_link: str = "https://example.com/support"
    support_email: str = "support@example.com"

    @property
    def css_class(self) -> str:
        """The class of the widget's root element, below which all of its styles stand."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.name.lower().encode("ascii", "ignore").decode()).strip("-")
        return f"w-{slug or 'widget'}"


def answered(name: str, given: Mapping[str, object]) -> Answers:
    """Check what is given, fill in the rest, and return the answers."""
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        raise AmowidgetError(
            "usage.bad_name",
            f"{name!r} is no name for a folder on every system.",
            "Use letters, digits and hyphens, for instance my-widget.",
        )
    platform = _one(given.get("platform"), tuple(PLATFORMS), "platform")
    return Answers(
        name=name,
        title=name.replace("-", " ").replace("_", " ").strip().capitalize(),
        template=_one(given.get("template"), tuple(TEMPLATES), "template"),
        platform=platform,
        visibility=_one(given.get("visibility"), tuple(VISIBILITIES), "visibility"),
        locales=_some(given.get("locales"), LOCALES[platform], "locale") or default_locales(platform),
        locations=_some(given.get("locations"), _LOCATIONS, "location") or _LOCATIONS,
    )


def default_locales(platform: str) -> tuple[str, ...]:
    """Return the languages that a widget for this platform has when nobody names others."""
    return _USUAL_LOCALES[platform]


def _one(value: object, allowed: tuple[str, ...], what: str) -> str:
    text = str(value) if value else allowed[0]
    if text in allowed:
        return text
    raise _unknown(text, allowed, what)


def _some(value: object, allowed: tuple[str, ...], what: str) -> tuple[str, ...]:
    texts = tuple(dict.fromkeys(str(item) for item in value)) if isinstance(value, list | tuple) else ()
    for text in texts:
        if text not in allowed:
            raise _unknown(text, allowed, what)
    return texts


def _unknown(text: str, allowed: tuple[str, ...], what: str) -> AmowidgetError:
    # No page knows regional codes (package reference, 6): whoever writes es_ES means es.
    meant = near(text, allowed) or near(re.split("[-_]", text.lower())[0], allowed)
    return AmowidgetError(
        "usage.bad_value",
        f'The {what} "{text}" is not among those that `amowidget new` can write.',
        f"{meant}Known here: {', '.join(allowed)}.",
    )
