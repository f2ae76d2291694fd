"""IMG: the pictures: the logos that every widget needs, their exact sizes, weight and real format, slides and icons."""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Fix, Hit, in_manifest, root_of, texts_at
from amowidget.checks.image_rules import RULES
from amowidget.pattern import compiled
from amowidget.widget.edit import Edit
from amowidget.widget.json_nodes import Node
from amowidget.widget.widget import MANIFEST, Widget, WidgetFile

_UPLOAD_LOGOS = {"logo": (130, 100), "logo_main": (400, 272), "logo_small": (108, 108)}
_PANEL_LOGOS = {"logo_medium": (240, 84), "logo_min": (84, 84)}
_DP_LOGO = {"logo_dp": (174, 109)}
_ALL_LOGOS = (*_UPLOAD_LOGOS, *_PANEL_LOGOS, *_DP_LOGO)
_TOUR_SIZE = (1188, 616)
_LIMIT_BYTES = 300 * 1024
_ENDINGS = {"png": (".png",), "jpeg": (".jpg", ".jpeg"), "gif": (".gif",), "webp": (".webp",), "svg": (".svg",)}
_LOGO_ENDINGS = (".png", ".jpeg", ".jpg", ".gif")
_THEMES = ("light", "dark")
_BROKEN = {
    "svg": "The SVG is no well-formed XML: as a picture it is not shown.",
    "png": "The header of the picture is damaged: browsers show nothing of it.",
}
_BOT_LOGO = compiled(r"/?(?:widgets/[^/]+/)?(images/.+)")


class _Named(NamedTuple):
    """A picture that the manifest names: the place there, the path in the widget, and the file where it exists."""

    node: Node
    path: str
    file: WidgetFile | None


def _logo(widget: Widget, name: str) -> WidgetFile | None:
    return next((file for end in _LOGO_ENDINGS if (file := widget.files.get(f"images/{name}{end}"))), None)


def _missing(widget: Widget, sizes: dict[str, tuple[int, int]]) -> Iterator[Hit]:
    if MANIFEST not in widget.files:
        return  # the widget lies elsewhere, and so do its pictures
    for name, (width, height) in sizes.items():
        if _logo(widget, name) is None:
            other = _misnamed(widget, name)
            remedy = f"Add a picture of exactly {width} x {height} pixels."
            if other:
                remedy = f"Rename or convert {other} to the PNG images/{name}.png, {width} x {height} pixels."
            yield Hit(f"images/{name}.png", None, {"name": name, "remedy": remedy})


def _misnamed(widget: Widget, name: str) -> str | None:
    """Return the file that seems to be meant as a logo: in another case, format or folder."""
    stems = {path: path.rpartition("/")[2].rpartition(".")[0].casefold() for path, file in widget.files.items()}
    found = [path for path, stem in stems.items() if stem == name and widget.files[path].image]
    return min(found, key=lambda path: (path.count("/"), path), default=None)


def _wrong_size(widget: Widget, sizes: dict[str, tuple[int, int]]) -> Iterator[Hit]:
    for name, (width, height) in sizes.items():
        file = _logo(widget, name)
        if file is None or (file.image and (file.image.width, file.image.height) == (width, height)):
            continue
        has_size = file.image and file.image.width
        found = f"{file.image.width} x {file.image.height} pixels" if file.image and has_size else "no readable picture"
        yield Hit(file.path, None, {"name": name, "width": width, "height": height, "found": found})


def _has_dp(widget: Widget) -> bool:
    return any(node.text == "digital_pipeline" for node in texts_at(root_of(widget), "locations"))


def _named(widget: Widget, node: Node | None) -> Iterator[_Named]:
    if node and node.text:
        path = node.text.removeprefix("./").lstrip("/")
        yield _Named(node, path, widget.files.get(path))


def _slides(widget: Widget) -> Iterator[_Named]:
    images = root.find("tour", "tour_images") if (root := root_of(widget)) else None
    for member in images.members if images else ():
        for item in member.value.items:
            yield from _named(widget, item)


def _icons(widget: Widget) -> Iterator[_Named]:
    menu = root.get("left_menu") if (root := root_of(widget)) else None
    for member in menu.members if menu else ():
        yield from _named(widget, member.value.find("icon"))
        for theme in _THEMES:
            yield from _named(widget, member.value.find("icons", theme))


def _absent(widget: Widget, pictures: Iterator[_Named]) -> Iterator[Hit]:
    alike = {_folded(path): path for path in widget.files}
    for node, path, file in pictures:
        if file is None:
            other = alike.get(_folded(path))
            remedy = "Add the picture, or correct the path."
            if other:
                remedy = f"There is {other}, which differs in some letters alone: names are compared letter by letter."
            yield in_manifest(node, path=node.text, remedy=remedy)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path.replace("\\", "/").removeprefix("./")).casefold()


def logo_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find which of the three logos that the upload insists on are missing."""
    yield from _missing(widget, _UPLOAD_LOGOS)


def panel_logo_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find which of the two logos of the widget panel are missing."""
    yield from _missing(widget, _PANEL_LOGOS)


def dp_logo_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a Digital Pipeline widget without its logo."""
    if _has_dp(widget):
        yield from _missing(widget, _DP_LOGO)


def logo_wrong_size(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find logos of the upload whose pixels are not exact."""
    yield from _wrong_size(widget, _UPLOAD_LOGOS)


def panel_logo_wrong_size(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the other logos whose pixels are not exact."""
    yield from _wrong_size(widget, _PANEL_LOGOS)
    if _has_dp(widget):
        yield from _wrong_size(widget, _DP_LOGO)


def image_too_heavy(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find logos that weigh too much."""
    for name in _ALL_LOGOS:
        file = _logo(widget, name)
        if file and file.image and file.size_bytes > _LIMIT_BYTES:
            yield Hit(file.path, None, {"size": file.size_bytes, "limit": _LIMIT_BYTES})


def image_format_mismatch(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find pictures whose content is another format than their name says."""
    for path, file in widget.files.items():
        if file.image and not path.lower().endswith(_ENDINGS[file.image.kind]):
            yield Hit(path, None, {"kind": file.image.kind.upper()})


def logo_format(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find logos in a format that a platform does not take."""
    for name in _ALL_LOGOS:
        file = _logo(widget, name)
        kind = file.image.kind if file and file.image else None
        if file and kind in ("webp", "svg"):
            yield Hit(file.path, None, {"fact": f"The logo is {kind.upper()}, which neither platform takes."})
        elif file and kind in ("jpeg", "gif") and "kommo" in context.platforms:
            yield Hit(file.path, None, {"fact": f"The logo is {kind.upper()}, which Kommo does not take."})


def tour_image_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find slides that the tour names and the widget lacks."""
    yield from _absent(widget, _slides(widget))


def tour_image_wrong_size(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find slides of another size than the documented one."""
    for node, _, file in _slides(widget):
        image = file.image if file else None
        if image and image.width and (image.width, image.height) != _TOUR_SIZE:
            yield in_manifest(node, found=f"{image.width} x {image.height}")


def menu_icon_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find icons of the left menu that the widget lacks."""
    yield from _absent(widget, _icons(widget))


def image_animated(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find logos, slides and icons that move, in a public integration on amoCRM."""
    if not context.is_public or "amocrm" not in context.platforms:
        return
    for name in _ALL_LOGOS:
        file = _logo(widget, name)
        if file and file.image and file.image.is_animated:
            yield Hit(file.path)
    for node, _, file in (*_slides(widget), *_icons(widget)):
        if file and file.image and file.image.is_animated:
            yield in_manifest(node)


def image_damaged(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find pictures whose end is missing, and files that are no picture in spite of their name."""
    shown = tuple(ending for endings in _ENDINGS.values() for ending in endings)
    logos = {file.path for name in _ALL_LOGOS if (file := _logo(widget, name))}
    for path, file in widget.files.items():
        if path.startswith(("__MACOSX/", ".")) or "/." in path or not path.lower().endswith(shown):
            continue
        if file.image and file.image.is_cut:
            yield Hit(path, None, {"fact": "The end of the picture is missing."})
        elif file.image and file.image.is_broken:
            yield Hit(path, None, {"fact": _BROKEN[file.image.kind]})
        elif file.image is None and path not in logos:  # of a logo, its size tells it
            yield Hit(path, None, {"fact": "In spite of its name the file is no picture."})


def tour_path_form(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find paths of slides that do not start with one slash; of slides that are missing another rule tells."""
    for node, path, file in _slides(widget):
        if file and node.text != f"/{path}":
            fix = Fix(MANIFEST, Edit(node.span, f'"/{path}"'))
            yield Hit(MANIFEST, node.span, {"path": node.text, "right": f"/{path}"}, fixes=(fix,))


def menu_icon_not_svg(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find icons of the left menu in another format than SVG, in a public integration on Kommo."""
    for node, _, file in _icons(widget) if context.is_public and "kommo" in context.platforms else ():
        if file and not (file.image and file.image.kind == "svg"):
            yield in_manifest(node, found=file.image.kind.upper() if file.image else "no picture")


def bot_logo_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a logo of the Salesbot designer that the widget lacks."""
    node = root.find("salesbot_designer", "logo") if (root := root_of(widget)) else None
    inside = _BOT_LOGO.fullmatch(node.text) if node and node.text else None
    if node and inside and inside[1] not in widget.files:
        yield in_manifest(node, path=node.text)


def picture_too_heavy(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find slides and icons that weigh too much."""
    for node, _, file in (*_slides(widget), *_icons(widget)):
        is_logo = file is not None and any(file == _logo(widget, name) for name in _ALL_LOGOS)
        if file and file.size_bytes > _LIMIT_BYTES and not is_logo:
            yield in_manifest(node, size=file.size_bytes, limit=_LIMIT_BYTES)


def menu_icon_theme_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find an icon of the left menu for one theme alone, in a public integration on Kommo."""
    menu = root.get("left_menu") if (root := root_of(widget)) else None
    for member in menu.members if menu and context.is_public and "kommo" in context.platforms else ():
        icons = member.value.member("icons")
        absent = [theme for theme in _THEMES if icons and icons.value.get(theme) is None]
        if icons and len(absent) == 1:
            yield in_manifest(icons.key_span, theme=absent[0])


def menu_icon_bare(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find icons of the left menu whose root says nowhere that it is SVG."""
    for node, _, file in _icons(widget):
        if file and file.image and file.image.is_bare:
            yield in_manifest(node, path=node.text)


_FUNCTIONS = (
    logo_missing,
    panel_logo_missing,
    dp_logo_missing,
    logo_wrong_size,
    panel_logo_wrong_size,
    image_too_heavy,
    image_format_mismatch,
    logo_format,
    tour_image_missing,
    tour_image_wrong_size,
    menu_icon_missing,
    image_animated,
    image_damaged,
    tour_path_form,
    menu_icon_not_svg,
    bot_logo_missing,
    picture_too_heavy,
    menu_icon_theme_missing,
    menu_icon_bare,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FUNCTIONS, strict=True))
