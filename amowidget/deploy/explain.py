"""Why somebody still sees the old version: walks from the source to the browser, one point after another, and tells."""

from collections.abc import Iterator
from dataclasses import dataclass

from amowidget.account import verify
from amowidget.account.access import Access, age, entered
from amowidget.account.session import Session
from amowidget.account.verify import Serving
from amowidget.checks.run import run
from amowidget.checks.settings import Settings
from amowidget.config.project import Project, Target
from amowidget.deploy import kept_archives
from amowidget.deploy.outdated import packed_archive
from amowidget.errors import AmowidgetError
from amowidget.release.archive import Archive
from amowidget.release.version import parsed
from amowidget.widget.widget import Widget, load

FINE, CAUSE, POSSIBLE, UNKNOWN = "fine", "cause", "possible", "unknown"
_WITHOUT_VERSION = ("module-without-version", "file-without-version", "picture-without-version")
_SALESBOT = "salesbot_designer"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One place where an old version can come from: `state` is fine, cause, possible or unknown."""

    name: str
    state: str
    told: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All points of a target in the order in which a version travels, and what to tell the client."""

    points: tuple[Point, ...]
    tell: tuple[str, ...] = ()
    error: AmowidgetError | None = None

    @property
    def cause(self) -> Point | None:
        """The first point that by itself explains an old version, None when none does."""
        return next((point for point in self.points if point.state == CAUSE), None)

    def values(self) -> dict[str, object]:
        """Return the explanation as plain values for JSON."""
        told: dict[str, object] = {
            "points": [{"point": point.name, "state": point.state, "told": point.told} for point in self.points],
            "cause": self.cause.name if self.cause else None,
            "tell": list(self.tell),
        }
        if self.error:
            told["error"] = self.error.values()
        return told


@dataclass(frozen=True, slots=True)
class Here:
    """What this machine knows: the source's version, the packed archive, and the last one that the target was sent."""

    version: str | None
    packed: Archive | None
    sent: Archive | None
    points: tuple[Point, ...]

    @property
    def expected(self) -> Archive | None:
        """The archive that the account should serve: the last that was sent from here, else the packed one."""
        return self.sent or self.packed


def here(project: Project, target: Target) -> Here:
    """Look at what lies here, without asking anybody."""
    folder = project.widget_folder
    widget = load(folder, project.pack.exclude) if folder.is_dir() else None
    version = widget.version if widget else None
    packed, problem = _packed(project, target)
    entries = kept_archives.of_target(project, target.name)
    sent = _kept(project, entries[-1].digest) if entries else None
    local = Point("local", FINE, f"The source has version {version or '(none)'}.")
    return Here(version, packed, sent, (local, _packed_point(packed, problem, sent)))


def explained(project: Project, target: Target, access: Access, known: Here, now_s: float) -> Explanation:
    """Ask the target what it lists and serves, and walk the points; an account that cannot be asked ends the walk."""
    try:
        uuid = target.required_integration()
        with entered(target.base_url, access) as session:
            now = verify.serving(session, uuid)
            asked = tuple(_account_points(session, now, known.expected, now_s))
    except AmowidgetError as error:
        return Explanation(known.points, (), error)
    widget = load(known.expected.path) if known.expected else None
    points = (*known.points, *asked, *_widget_points(project, widget))
    return Explanation(points, _words(points, now))


def _packed(project: Project, target: Target) -> tuple[Archive | None, AmowidgetError | None]:
    try:
        return packed_archive(project, target), None
    except AmowidgetError as error:
        return None, error


def _kept(project: Project, digest: str) -> Archive | None:
    try:
        return kept_archives.kept(project, digest)
    except AmowidgetError:
        return None


def _packed_point(packed: Archive | None, problem: AmowidgetError | None, sent: Archive | None) -> Point:
    if packed is None:
        what = problem.message if problem else "There is no packed archive."
        return Point("packed", POSSIBLE, f"{what} What was changed here since has not been packed.")
    if sent and sent.digest != packed.digest:
        told = f"Version {packed.version} is packed, and the last one sent to this target from here is {sent.version}."
        return Point("packed", CAUSE if _is_above(packed.version, sent.version) else POSSIBLE, told)
    return Point("packed", FINE, f"The archive of version {packed.version} is what the folder would be packed to.")


def _is_above(new: str, old: str) -> bool:
    one, other = parsed(new), parsed(old)
    return one is not None and other is not None and one > other


def _account_points(session: Session, now: Serving, expected: Archive | None, now_s: float) -> Iterator[Point]:
    yield _listed(now, expected)
    yield _served(session, now, expected)
    yield _between(session, now)
    yield _active(now)
    yield _cached(now, now_s)


def _listed(now: Serving, expected: Archive | None) -> Point:
    version = now.version
    if not now.integration.has_widget and version is None:
        return Point("listed", CAUSE, "The account has no archive of this widget yet.")
    if version is None:
        return Point("listed", UNKNOWN, "The account names no version.")
    if expected and now.named_version not in (None, expected.version):
        return Point("listed", CAUSE, f"The account lists version {version}, and {expected.version} is expected.")
    return Point("listed", FINE, f"The account's pages ask for the files as of {version}.")


def _served(session: Session, now: Serving, expected: Archive | None) -> Point:
    served = verify.served_version(session, now)
    if served is None:
        return Point(
            "served", UNKNOWN, "The account serves no manifest of the widget, so its bytes cannot be compared."
        )
    agrees = verify.agrees(session, now, expected) if expected else None
    if expected is None or agrees is None:
        return Point("served", UNKNOWN, f"The account serves version {served}; nothing here can be compared with it.")
    if agrees:
        return Point("served", FINE, f"The account serves version {served}, byte for byte.")
    return Point("served", CAUSE, f"The account serves version {served}, and other bytes than {expected.version} here.")


def _between(session: Session, now: Serving) -> Point:
    is_fresh = verify.is_fresh(session, now)
    if is_fresh is None:
        return Point("cache of the account", UNKNOWN, "The account serves no script.js of the widget.")
    if is_fresh:
        return Point(
            "cache of the account", FINE, "Browsers are given the same script.js as is served past all caches."
        )
    return Point(
        "cache of the account",
        CAUSE,
        "Browsers are given another script.js than is served past all caches: a cache before the account is old. "
        "It ends by itself; a new version, with `amowidget deploy`, goes around it.",
    )


def _active(now: Serving) -> Point:
    if now.listed is None:
        return Point("active", CAUSE, "The widget is not installed in the account, so that no page loads it.")
    if not now.is_active:
        return Point("active", CAUSE, "The widget is installed and switched off, so that no page loads it.")
    return Point("active", FINE, "The widget is installed and switched on.")


def _cached(now: Serving, now_s: float) -> Point:
    # 30 minutes in IndexedDB, and the header that ends it: read in the pages' own code (section 3.8).
    told = (
        "Every browser keeps the list of widgets for up to 30 minutes, and a page that is open keeps its script until "
        "it is loaded again."
    )
    time_text = now.integration.version_time or ""
    uploaded_s = float(time_text) if time_text.isdecimal() and len(time_text) == 10 else None
    if uploaded_s is None:
        return Point("cache of the browser", POSSIBLE, told)
    if now_s - uploaded_s > 30 * 60:
        return Point("cache of the browser", FINE, f"{told} The upload was {age(now_s - uploaded_s)}: the list is new.")
    return Point("cache of the browser", POSSIBLE, f"{told} The upload was {age(now_s - uploaded_s)}.")


def _widget_points(project: Project, widget: Widget | None) -> Iterator[Point]:
    if widget is None:
        return
    found = run(widget, Settings(project.platform, project.visibility, select=_WITHOUT_VERSION))
    places = [f"{finding.path}:{finding.line} ({finding.rule})" for finding in found]
    if places:
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        told = f"Files are asked for without a version, and browsers keep the old ones: {', '.join(places[:_SHOWN])}{more}."
        yield Point("files without a version", POSSIBLE, told)
    else:
        yield Point(
            "files without a version", FINE, "No file is asked for without the version, as far as it can be seen."
        )
    root = widget.manifest.root if widget.manifest else None
    if root and root.get(_SALESBOT):
        # Seen by one developer on Kommo (section 3.6).
        yield Point(
            "saved bots",
            POSSIBLE,
            "Bots keep the widget as it was when they were saved: after an update each one has to be saved again.",
        )


def _words(points: tuple[Point, ...], now: Serving) -> tuple[str, ...]:
    """Return what to tell the client; nothing to do in the browser helps while the account serves the old version."""
    state = {point.name: point.state for point in points}
    if CAUSE in (state.get("listed"), state.get("served"), state.get("packed")):
        return ("Tell the client nothing yet: the new version is not in the account. Run `amowidget deploy` first.",)
    if state.get("active") == CAUSE:
        return ("Open the account's page of integrations, find the widget, and press Install, or switch it on.",)
    lines = ["Close all other tabs of the account, and load the page again with Ctrl+F5 (Cmd+Shift+R on a Mac)."]
    if state.get("cache of the browser") == POSSIBLE or now.listed is None:
        lines.append("If the old version is still there, wait half an hour and load the page again.")
    lines.append(
        "If that does not help, open the browser's console (F12), run APP.widgets.clear_cache(), and load again."
    )
    if state.get("files without a version") == POSSIBLE:
        lines.append("Empty the browser's cache for the account's address: some files are kept without a version.")
    if state.get("saved bots"):
        lines.append("Open every bot that uses the widget, and save it again.")
    return tuple(lines)
