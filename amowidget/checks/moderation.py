"""What moderators of public integrations ask for, point by point, and which rules can see it.

The numbers are those of the package reference, section 9, read from amoCRM's page of requirements and from Kommo's
page on getting listed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from amowidget.checks.settings import Settings
from amowidget.checks.unread import Unread, unread
from amowidget.finding import Finding, Rule, Severity
from amowidget.widget.widget import Widget


class Demand(NamedTuple):
    """One thing that is asked for; `rules` see it, `look` is what they cannot see. `platform`: of one platform only.

    `is_proof`: the silence of the rules proves that it is met. Of code it never does: what is put together while it
    runs stands nowhere.
    """

    number: str
    asked: str
    rules: tuple[str, ...] = ()
    look: str = ""
    platform: str = ""
    is_proof: bool = False


class Answer(NamedTuple):
    """A demand with the findings against it and the remarks, which prove nothing.

    `unread` are the files that it is about and that no rule could read; `roots` is what the selectors of styles begin
    with, where a person has to say whether that is the widget's own.
    """

    demand: Demand
    findings: tuple[Finding, ...]
    remarks: tuple[Finding, ...] = ()
    unread: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()


DEMANDS: tuple[Demand, ...] = (
    Demand(
        "PUB-01",
        "The manifest, the translations and the five logos are there.",
        ("manifest-not-at-root", "locale-file-missing", "logo-missing", "panel-logo-missing", "script-missing"),
        is_proof=True,
    ),
    Demand("PUB-02", "There are no unused files, pictures or scripts.", ("file-unused", "junk-in-archive")),
    Demand("PUB-03", "No file is minified or obfuscated.", ("file-minified",)),
    Demand(
        "PUB-04",
        "Text files are UTF-8 without a byte order mark, with Unix line ends.",
        ("json-byte-order-mark", "json-not-utf8", "text-byte-order-mark", "text-not-utf8", "line-ends-not-unix"),
        is_proof=True,
    ),
    Demand("PUB-05", "The archive differs from those published before.", look="Compare it with your last release."),
    Demand("PUB-10", "There is no eval.", ("eval-call", "code-from-text")),
    Demand("PUB-11", "There is no alert and no confirm.", ("dialog-call", "prompt-call")),
    Demand("PUB-12", "Nothing is written to the console, but what the platform allows.", ("console-call",)),
    Demand(
        "PUB-13",
        "There is no test data, no debugging code and no code in comments.",
        (
            "commented-out-code",
            "debugger-statement",
            "address-local",
            "personal-data",
            "sample-text",
            "text-placeholder",
        ),
        look="Comments explain the code; no data of tests is left in it.",
    ),
    Demand(
        "PUB-14",
        "Every name is declared, and the syntax is valid.",
        ("name-undeclared", "script-syntax", "module-syntax"),
        look="Names that are only read are declared, too; the console of the browser tells the others.",
    ),
    Demand(
        "PUB-15",
        "The host's data is only read, and only its documented members.",
        ("host-data-written", "host-data-undocumented"),
        look="What is kept in a variable of its own is not written either.",
    ),
    Demand(
        "PUB-16",
        "No request stops the page.",
        ("request-synchronous",),
        look="Options that are put together elsewhere do not say `async: false`.",
    ),
    Demand(
        "PUB-17",
        "No requests are sent in loops.",
        ("request-in-loop",),
        look="Functions that send requests are not called in loops.",
    ),
    Demand(
        "PUB-18", "No script element is made; dependencies come through define.", ("script-element", "script-markup")
    ),
    Demand(
        "PUB-19",
        "No code is taken from an iframe and run.",
        look="What the widget's iframes send is data, and is checked.",
    ),
    Demand(
        "PUB-20",
        "Nothing is loaded from other hosts.",
        ("dependency-foreign", "style-foreign-address", "markup-foreign"),
        look="Addresses that are put together at run time are those of the account or of your own backend.",
    ),
    Demand("PUB-21", "The retired classes of switches are not used.", ("switcher-class", "style-switcher-retired")),
    Demand(
        "PUB-22",
        "No button of the host is pressed by code.",
        ("virtual-click",),
        look="Buttons that the code finds in other ways are not pressed either.",
    ),
    Demand(
        "PUB-23",
        "render, init and bind_actions are there and return true; onSave is there.",
        ("callback-missing", "on-save-missing", "on-save-never-true", "render-not-true", "callback-not-true"),
    ),
    Demand(
        "PUB-24",
        "Rating and reviews are neither hidden nor changed.",
        look="Open the settings window: the rating is there.",
    ),
    Demand("PUB-30", "No selector of a style reaches the whole page.", ("style-selector-global",)),
    Demand(
        "PUB-31",
        "Every rule of a style stands below the widget's own root.",
        ("style-host-restyled", "style-selector-global"),
    ),
    Demand(
        "PUB-32",
        "The main elements have a class of their own.",
        ("static-id",),
        look="The class begins with the widget's name.",
    ),
    Demand("PUB-33", "Styles are linked with the version.", ("file-without-version", "template-file-without-version")),
    Demand(
        "PUB-34",
        "Styles of other hosts come from networks that can be trusted.",
        ("style-foreign-address",),
        platform="kommo",
    ),
    Demand(
        "PUB-35",
        "The widget can be read in the dark theme.",
        look="Switch the theme, and look at every place.",
        platform="kommo",
    ),
    Demand(
        "PUB-40",
        "Names, descriptions, languages, installation, locations and settings are filled in.",
        (
            "field-missing",
            "field-empty",
            "translation-missing",
            "installation-missing",
            "locations-empty",
            "settings-missing",
        ),
        is_proof=True,
    ),
    Demand(
        "PUB-41",
        "Each file of translations is in its language, and so are the pages that its links lead to.",
        (
            *("file-in-russian", "text-in-russian", "word-in-russian", "russian-file-without-russian"),
            *("languages-alike", "russian-address", "text-to-translate"),
        ),
        look="Open the links: each page is in the language of the file.",
    ),
    Demand(
        "PUB-42",
        "The name has 30 characters at most, no word over 19.",
        ("kommo-name-too-long", "kommo-name-word-too-long", "kommo-name-without-maker"),
        platform="kommo",
        is_proof=True,
    ),
    Demand(
        "PUB-43",
        "The short description has 50 characters at most, the description before installation 400.",
        ("kommo-description-too-long",),
        look="What the form of the integration says before the installation is as short as that of the tour.",
        platform="kommo",
        is_proof=True,
    ),
    Demand(
        "PUB-44",
        "The descriptions of the form and of the translations are the same.",
        look="Compare them, language by language.",
    ),
    Demand(
        "PUB-45",
        "Links open a new page and send no referrer.",
        ("link-attributes-missing", "link-not-tagged", "script-in-text"),
        is_proof=True,
    ),
    Demand(
        "PUB-46",
        "Neither name nor logo holds the platform's name or a part of it.",
        ("brand-in-name",),
        look="Look at the logos.",
    ),
    Demand("PUB-47", "The platform's name is spelt right in the descriptions.", ("brand-misspelt",)),
    Demand("PUB-48", "What is called free is no trial.", look="Read the descriptions.", platform="amocrm"),
    Demand("PUB-49", "Partners' licences and private integrations are not advertised.", look="Read the descriptions."),
    Demand(
        "PUB-50",
        "The slides of the tour have 1188 x 616 pixels.",
        ("tour-image-wrong-size", "tour-missing", "tour-slide-count"),
        is_proof=True,
    ),
    Demand(
        "PUB-51",
        "The pictures are not animated, and the logos have their sizes.",
        ("image-animated", "logo-wrong-size", "panel-logo-wrong-size", "logo-format"),
        look="logo_main keeps ten pixels free at each side.",
    ),
    Demand(
        "PUB-52",
        "The icon of the left menu is an SVG of your own.",
        ("menu-icon-missing", "menu-icon-not-svg"),
        look="Its contrast is 3.0 or more on #FFFFFF and on #153043.",
        platform="kommo",
    ),
    Demand("PUB-53", "The widget uses OAuth 2.0 and no API keys.", ("key-login",)),
    Demand(
        "PUB-54",
        "Only locations that are used are listed.",
        ("location-callback-missing", "location-duplicate", "card-never-asked-for"),
        look="The widget does something on every page that everywhere, whatsapp_modal and the lists and cards name.",
    ),
    Demand(
        "PUB-55",
        "A page of settings does not have the name of a page of the system.",
        look="Compare advanced.title with the menu of settings.",
    ),
)


_BELOW_ROOT = "PUB-31"


class Judged(NamedTuple):
    """A widget with what was found in it, and what its selectors begin with."""

    widget: Widget
    findings: Sequence[Finding]
    roots: tuple[str, ...] = ()


def answers(judged: Judged, settings: Settings, rules: Sequence[Rule]) -> Iterator[Answer]:
    """Yield what is asked on the chosen platforms, each with what was found against it; remarks prove nothing.

    What could not be read is named: a script with a mistake, a manifest that is no JSON, a file that is too large.
    """
    codes = {rule.slug: rule.code for rule in rules}
    platforms = settings.context.platforms
    blind = tuple(unread(judged.widget, judged.findings))
    for demand in DEMANDS:
        if demand.platform in ("", *platforms):
            against = [finding for finding in judged.findings if finding.rule in demand.rules]
            families = tuple(codes[slug] for slug in demand.rules)
            yield Answer(
                demand,
                tuple(finding for finding in against if finding.severity is not Severity.INFO),
                tuple(finding for finding in against if finding.severity is Severity.INFO),
                tuple(dict.fromkeys(item.path for item in blind if any(map(_is_of(item), families)))),
                judged.roots if demand.number == _BELOW_ROOT else (),
            )


def others(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the errors that belong to no point of the list, and stop an upload all the same."""
    named = {slug for demand in DEMANDS for slug in demand.rules}
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR and finding.rule not in named)


def _is_of(item: Unread) -> Callable[[str], bool]:
    return lambda code: code.startswith(item.families)
