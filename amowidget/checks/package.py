"""PKG: the files of the widget and their names, in a folder and in an archive."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit, in_manifest, root_of, texts_at
from amowidget.finding import Evidence, Rule, Severity
from amowidget.widget.names import unsafe_because
from amowidget.widget.tree import Reason, junk_reason
from amowidget.widget.widget import HELD_LIMIT_BYTES, MANIFEST, Widget

_R1 = "https://www.amocrm.ru/developers/content/integrations/structure"
_ENTRY_FILES = {"amoforms": "amoforms.js", "personal_page": "personal_page.js"}
_TEXTS = (".js", ".css", ".twig", ".json")


def manifest_not_at_root(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget whose root holds no manifest."""
    if MANIFEST in widget.files:
        if widget.source(MANIFEST) is None:
            yield Hit(MANIFEST, None, {"where": "The file is too large to be one."})
        return
    deeper = next((path for path in widget.files if path.endswith("/" + MANIFEST)), None)
    if deeper:
        yield Hit(MANIFEST, None, {"where": f"There is one in {deeper}: pack the content of that folder, not it."})
    else:
        yield Hit(MANIFEST, None, {"where": "Create it, or name the folder that holds it."})


def name_with_backslash(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names in an archive that use back slashes."""
    for entry in widget.entries:
        if "\\" in entry.name:
            yield Hit(entry.path, None, {"name": entry.name})
    for path in widget.files:
        if "\\" in path:
            yield Hit(path, None, {"name": path})


def name_unsafe(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names that not every system can write, or that lead out of the folder."""
    paths = [entry.path for entry in widget.entries] or list(widget.files)
    for path in paths:
        reason = unsafe_because(path.rstrip("/"))
        if reason and "\\" not in path:  # back slashes have a rule of their own
            yield Hit(path, None, {"reason": reason})


def name_case_collision(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names that differ in upper and lower case only."""
    seen: dict[str, str] = {}
    for path in widget.files:
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            yield Hit(path, None, {"name": path, "other": other})


def name_not_ascii(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find names with letters other than Latin ones."""
    for path in widget.files:
        if not path.isascii() and not unsafe_because(path):
            yield Hit(path, None, {"name": path})


def link_in_widget(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find links."""
    for entry in widget.left_out:
        if entry.reason is Reason.LINK:
            yield Hit(entry.path)
    for zipped in widget.entries:
        if zipped.is_link:
            yield Hit(zipped.path)


def entry_encrypted(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find encrypted entries of an archive."""
    for entry in widget.entries:
        if entry.is_encrypted:
            yield Hit(entry.path)


def entry_duplicate(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files that an archive holds twice."""
    seen: set[str] = set()
    for entry in widget.entries:
        if entry.path in seen:
            yield Hit(entry.path)
        seen.add(entry.path)


def junk_in_archive(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what does not belong into an archive."""
    for entry in widget.entries:
        parts = entry.path.rstrip("/").split("/")
        if {"", ".", ".."} & set(parts):
            continue
        reasons = [junk_reason(part, True) for part in parts[:-1]] + [junk_reason(parts[-1], entry.is_folder)]
        reason = next((reason for reason in reasons if reason), None)
        if reason and not entry.is_folder:
            yield Hit(entry.path, None, {"reason": reason})


def script_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find a widget without script.js."""
    if "script.js" not in widget.files and MANIFEST in widget.files:
        yield Hit("script.js")


def entry_file_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find locations whose own script is not there."""
    for location in texts_at(root_of(widget), "locations"):
        name = _ENTRY_FILES.get(location.text or "")
        if name and name not in widget.files:
            yield in_manifest(location, location=location.text, name=name)


def file_too_large_to_check(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find text files that are too large to be read as a whole."""
    for path, file in widget.files.items():
        if file.size_bytes > HELD_LIMIT_BYTES and path.lower().endswith(_TEXTS):
            yield Hit(path, None, {"size": f"{file.size_bytes / 1_000_000:.1f} MB"})


CHECKS: tuple[Check, ...] = (
    Check(
        Rule(
            code="PKG001",
            slug="manifest-not-at-root",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="There is no readable manifest.json at the root of the widget.",
            hint="{where}",
            why="The account looks for manifest.json at the root of the archive and nowhere else.",
            bad="my-widget/manifest.json",
            good="manifest.json",
        ),
        manifest_not_at_root,
    ),
    Check(
        Rule(
            code="PKG002",
            slug="name-with-backslash",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="APPNOTE 4.4.17.1: names in a zip use forward slashes",
            message="The archive's name {name} uses back slashes.",
            hint="Pack again with `amowidget pack`; some Windows tools write names that only Windows understands.",
            why="Kommo was seen to refuse such an archive; other systems see one odd file name and no folder.",
            bad="i18n\\ru.json",
            good="i18n/ru.json",
        ),
        name_with_backslash,
    ),
    Check(
        Rule(
            code="PKG003",
            slug="name-unsafe",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="policy: an archive unpacks to the same files everywhere",
            message="{reason}",
            hint="Rename it: letters, digits, hyphens, dots and underscores are safe.",
            why="Such a name is changed, refused or misused when somebody unpacks the archive.",
            bad="images/../logo.png, con.js, a:b.png",
            good="images/logo.png",
        ),
        name_unsafe,
    ),
    Check(
        Rule(
            code="PKG004",
            slug="name-case-collision",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="policy: an archive unpacks to the same files everywhere",
            message="{name} and {other} differ in upper and lower case only.",
            hint="Rename one of them.",
            why="On Windows and macOS one of the two files replaces the other.",
            bad="images/Logo.png beside images/logo.png",
            good="images/logo.png alone",
        ),
        name_case_collision,
    ),
    Check(
        Rule(
            code="PKG005",
            slug="name-not-ascii",
            severity=Severity.INFO,
            evidence=Evidence.ASSUMED,
            source="package reference 2.3: not mentioned anywhere",
            message="The name {name} has letters other than Latin ones.",
            hint="Latin letters are safer: nobody has told how the account serves others.",
            why="The documentation does not say how such names are served.",
            bad="images/логотип.png",
            good="images/logo.png",
        ),
        name_not_ascii,
    ),
    Check(
        Rule(
            code="PKG006",
            slug="link-in-widget",
            severity=Severity.WARNING,
            evidence=Evidence.POLICY,
            source="policy: links are never followed",
            message="This is a link, and it is not packed.",
            hint="Put the file itself here.",
            why="A link could lead to a file outside the widget, which nobody wants in an archive.",
            bad="images/logo.png -> ../../brand/logo.png",
            good="images/logo.png as a file",
        ),
        link_in_widget,
    ),
    Check(
        Rule(
            code="PKG007",
            slug="entry-encrypted",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="policy: an archive can be read",
            message="This file is encrypted in the archive.",
            hint="Pack without a password.",
            why="The account has no password to open it with.",
            bad="zip -e widget.zip manifest.json",
            good="amowidget pack",
        ),
        entry_encrypted,
    ),
    Check(
        Rule(
            code="PKG008",
            slug="entry-duplicate",
            severity=Severity.ERROR,
            evidence=Evidence.POLICY,
            source="policy: an archive has one meaning",
            message="The archive holds this file twice.",
            hint="Pack again with `amowidget pack`.",
            why="Some readers take the first, some the last.",
            bad="two entries manifest.json",
            good="one entry manifest.json",
        ),
        entry_duplicate,
    ),
    Check(
        Rule(
            code="PKG009",
            slug="junk-in-archive",
            severity=Severity.WARNING,
            evidence=Evidence.DOCUMENTED,
            source="https://www.amocrm.ru/developers/content/integrations/requirements",
            message="This does not belong into the archive: {reason}.",
            hint="Pack with `amowidget pack`, which leaves it out.",
            why="Public archives may not hold unused files; a dot-file may hold what nobody should see.",
            bad="__MACOSX/._manifest.json",
            good="manifest.json",
        ),
        junk_in_archive,
    ),
    Check(
        Rule(
            code="PKG010",
            slug="script-missing",
            severity=Severity.ERROR,
            severities={"kommo": Severity.WARNING},
            evidence=Evidence.DOCUMENTED,
            source=_R1,
            message="There is no script.js.",
            hint="Add it: an AMD module whose value is the widget's function. If a build makes it, set [build] output.",
            why="amoCRM marks it as mandatory, Kommo as optional; without it nothing of the widget runs.",
            bad="manifest.json, i18n/, images/",
            good="manifest.json, i18n/, images/, script.js",
        ),
        script_missing,
    ),
    Check(
        Rule(
            code="PKG011",
            slug="entry-file-missing",
            severity=Severity.ERROR,
            evidence=Evidence.DOCUMENTED,
            source="https://www.amocrm.ru/developers/content/integrations/amoforms-widgets",
            message='The location "{location}" needs the file {name} at the root of the widget.',
            hint="Add the file, or take the location out.",
            why="These locations do not run script.js but a file of their own.",
            bad='"locations": ["amoforms"] without amoforms.js',
            good='"locations": ["amoforms"] with amoforms.js',
        ),
        entry_file_missing,
    ),
    Check(
        Rule(
            code="PKG012",
            slug="file-too-large-to-check",
            severity=Severity.INFO,
            evidence=Evidence.POLICY,
            source="policy: text up to 1 MiB is read as a whole",
            message="With {size} the file is searched for secrets only, and not read by the other rules.",
            hint="Minify it, or split it.",
            why="Very large files are streamed, so that memory stays small.",
            bad="a script.js of 3 MB",
            good="a script.js of 300 KB",
        ),
        file_too_large_to_check,
    ),
)
