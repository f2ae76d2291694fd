"""IMG: the pictures: the logos that every widget needs, their exact sizes, weight and real format, and the tour's."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.finding import Evidence, Rule, Severity
from amowidget.widget.widget import Widget, WidgetFile

_R1 = "https://www.amocrm.ru/developers/content/integrations/structure"
_R2 = "https://www.amocrm.ru/developers/content/integrations/requirements"
_UPLOAD_LOGOS = {"logo": (130, 100), "logo_main": (400, 272), "logo_small": (108, 108)}
_PANEL_LOGOS = {"logo_medium": (240, 84), "logo_min": (84, 84)}
_DP_LOGO = {"logo_dp": (174, 109)}
_TOUR_SIZE = (1188, 616)
_LIMIT_BYTES = 300 * 1024
_ENDINGS = {"png": (".png",), "jpeg": (".jpg", ".jpeg"), "gif": (".gif",), "webp": (".webp",), "svg": (".svg",)}
_LOGO_ENDINGS = (".png", ".jpeg", ".jpg", ".gif")


def _logo(widget: Widget, name: str) -> WidgetFile | None:
    return next((file for end in _LOGO_ENDINGS if (file := widget.files.get(f"images/{name}{end}"))), None)


def _missing(widget: Widget, sizes: dict[str, tuple[int, int]]) -> Iterator[Hit]:
    for name, (width, height) in sizes.items():
        if _logo(widget, name) is None:
            yield Hit(f"images/{name}.png", None, {"name": name, "width": width, "height": height})


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
    for path, file in widget.files.items():
        if path.startswith("images/logo") and file.image and file.size_bytes > _LIMIT_BYTES:
            yield Hit(path, None, {"size": file.size_bytes, "limit": _LIMIT_BYTES})


def image_format_mismatch(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find pictures whose content is another format than their name says."""
    for path, file in widget.files.items():
        if file.image and not path.lower().endswith(_ENDINGS[file.image.kind]):
            yield Hit(path, None, {"kind": file.image.kind.upper()})


def logo_format(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find logos in a format that the platform does not take."""
    for name in (*_UPLOAD_LOGOS, *_PANEL_LOGOS, *_DP_LOGO):
        file = _logo(widget, name)
        kind = file.image.kind if file and file.image else None
        is_refused = kind in ("webp", "svg") or ("kommo" in context.platforms and kind in ("jpeg", "gif"))
        if file and kind and is_refused:
            yield Hit(file.path, None, {"kind": kind.upper()})


def tour_image_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find slides that the tour names and the widget lacks."""
    root = root_of(widget)
    images = root.find("tour", "tour_images") if root else None
    for member in images.members if images else ():
        for item in member.value.items:
            if item.text and item.text.lstrip("/") not in widget.files:
                yield in_manifest(item, path=item.text)


def tour_image_wrong_size(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find slides of another size than the documented one."""
    root = root_of(widget)
    images = root.find("tour", "tour_images") if root else None
    for member in images.members if images else ():
        for item in member.value.items:
            file = widget.files.get((item.text or "").lstrip("/"))
            if file and file.image and (file.image.width, file.image.height) != _TOUR_SIZE:
                yield in_manifest(item, found=f"{file.image.width} x {file.image.height}")


def menu_icon_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find icons of the left menu that the widget lacks."""
    root = root_of(widget)
    menu = root.get("left_menu") if root else None
    for member in menu.members if menu else ():
        icons = (member.value.find("icon"), member.value.find("icons", "light"), member.value.find("icons", "dark"))
        for icon in icons:
            if icon and icon.text and icon.text.lstrip("/") not in widget.files:
                yield in_manifest(icon, path=icon.text)


CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="IMG001",
            slug="logo-missing",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="The logo images/{name}.png is missing.",
            hint="Add a picture of exactly {width} x {height} pixels.",
            why="The upload insists on logo, logo_main and logo_small, and names one at a time.",
            bad="images/ without logo_small.png",
            good="images/logo_small.png, 108 x 108",
        ),
        logo_missing,
    ),
    Check(
        Rule(
            code="IMG002",
            slug="panel-logo-missing",
            severity=Severity.WARNING,
            severities={"public": Severity.ERROR},
            evidence=Evidence.DOCUMENTED,
            source=_R2,
            message="The logo images/{name}.png is missing.",
            hint="Add a picture of exactly {width} x {height} pixels.",
            why="Without it the panel of widgets was seen to show an empty row; public integrations must have it.",
            bad="images/ without logo_min.png",
            good="images/logo_min.png, 84 x 84",
        ),
        panel_logo_missing,
    ),
    Check(
        Rule(
            code="IMG003",
            slug="dp-logo-missing",
            severity=Severity.WARNING,
            severities={"public": Severity.ERROR},
            evidence=Evidence.DOCUMENTED,
            source="https://www.amocrm.ru/developers/content/web_sdk/digital_pipeline",
            message="The location digital_pipeline needs the logo images/{name}.png.",
            hint="Add a picture of exactly {width} x {height} pixels.",
            why="It is the tile of the trigger in Digital Pipeline; private widgets were uploaded without it many times.",
            bad='"locations": ["digital_pipeline"] without images/logo_dp.png',
            good="images/logo_dp.png, 174 x 109",
        ),
        dp_logo_missing,
    ),
    Check(
        Rule(
            code="IMG004",
            slug="logo-wrong-size",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="The logo has {found}; it must have exactly {width} x {height}.",
            hint="Scale or crop it to {width} x {height} pixels.",
            why="The upload compares the pixels and refuses anything else.",
            bad="images/logo.png, 140 x 80",
            good="images/logo.png, 130 x 100",
        ),
        logo_wrong_size,
    ),
    Check(
        Rule(
            code="IMG005",
            slug="panel-logo-wrong-size",
            severity=Severity.WARNING,
            severities={"public": Severity.ERROR},
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="The logo has {found}; it should have exactly {width} x {height}.",
            hint="Scale or crop it to {width} x {height} pixels.",
            why="The size is documented as exact; a sixth of the public widgets have another and seem to get by.",
            bad="images/logo_medium.png, 230 x 42",
            good="images/logo_medium.png, 240 x 84",
        ),
        panel_logo_wrong_size,
    ),
    Check(
        Rule(
            code="IMG006",
            slug="image-too-heavy",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="The logo weighs {size} bytes; 300 KB are allowed, which is {limit} bytes.",
            hint="Save it with fewer colours or stronger compression.",
            why="The limit of 300 KB for each file is documented by both vendors.",
            bad="images/logo_main.png, 412 KB",
            good="images/logo_main.png, 40 KB",
        ),
        image_too_heavy,
    ),
    Check(
        Rule(
            code="IMG007",
            slug="image-format-mismatch",
            severity=Severity.WARNING,
            evidence=Evidence.POLICY,
            source="policy: a name tells the format",
            message="By its content the picture is {kind}, which its name does not say.",
            hint="Rename it, or convert it to what its name says.",
            why="Programs that go by the name fail on it.",
            bad="a JPEG called logo.png",
            good="a PNG called logo.png",
        ),
        image_format_mismatch,
    ),
    Check(
        Rule(
            code="IMG008",
            slug="logo-format",
            severity=Severity.WARNING,
            evidence=Evidence.DOCUMENTED,
            source="https://developers.kommo.com/docs/images",
            message="The logo is {kind}, which the platform does not take.",
            hint="Save it as PNG, which both platforms take.",
            why="amoCRM takes png, jpeg, jpg and gif; Kommo takes PNG alone.",
            bad="images/logo.gif for Kommo",
            good="images/logo.png",
        ),
        logo_format,
    ),
    Check(
        Rule(
            code="IMG009",
            slug="tour-image-missing",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="The tour names {path}, which is not in the widget.",
            hint="Add the picture, or correct the path: it starts with a slash at the widget's root.",
            why="The documentation asks for the path of each slide in the archive.",
            bad='"ru": ["/images/tour_9.png"] without that file',
            good='"ru": ["/images/tour_1.png"] with that file',
        ),
        tour_image_missing,
    ),
    Check(
        Rule(
            code="IMG010",
            slug="tour-image-wrong-size",
            severity=Severity.INFO,
            severities={"public": Severity.ERROR},
            evidence=Evidence.DOCUMENTED,
            source=_R2,
            message="The slide has {found} pixels; slides have 1188 x 616.",
            hint="Scale it to 1188 x 616 pixels.",
            why="The requirements for public integrations fix the size.",
            bad="a slide of 400 x 272",
            good="a slide of 1188 x 616",
        ),
        tour_image_wrong_size,
    ),
    Check(
        Rule(
            code="IMG011",
            slug="menu-icon-missing",
            severity=Severity.WARNING,
            evidence=Evidence.DOCUMENTED,
            source="https://www.amocrm.ru/developers/content/web_sdk/left_menu",
            message="The left menu names the icon {path}, which is not in the widget.",
            hint="Add the picture, or correct the path.",
            why="The entry would stand in the menu without its icon.",
            bad='"icon": "images/menu.svg" without that file',
            good='"icon": "images/menu.svg" with that file',
        ),
        menu_icon_missing,
    ),
)
