"""The records of the LOC rules about scripts, in the order of their codes; their functions stand in script_places."""

from amowidget.finding import Evidence, Rule, Severity

_AREAS = "https://www.amocrm.ru/developers/content/integrations/areas"

RULES: tuple[Rule, ...] = (
    Rule(
        code="LOC040",
        slug="right-column-empty",
        severity=Severity.INFO,
        evidence=Evidence.DOCUMENTED,
        source=f"{_AREAS}; https://www.amocrm.ru/developers/content/web_sdk/card",
        message='"{location}" asks for a block in the right column, and no script calls render_template.',
        hint='End the location with "-0" when the widget only runs there, or draw the block.',
        why="Moderators ask for no location that is not used; one with -1, or without a suffix, is one of the right column.",
        bad='"locations": ["lcard-1"] without a call of render_template',
        good='"locations": ["lcard-0"]',
    ),
    Rule(
        code="LOC041",
        slug="right-column-unavailable",
        severity=Severity.INFO,
        evidence=Evidence.DOCUMENTED,
        source=_AREAS,
        message="render_template draws a block in the right column, and no listed location has the column.",
        hint='List the cards that are meant with "-1", for instance "lcard-1".',
        why="A location with -0 is started without the right column; everywhere takes no suffix and counts as 0.",
        bad='"locations": ["lcard-0", "settings"] with self.render_template(...)',
        good='"locations": ["lcard-1", "settings"]',
    ),
    Rule(
        code="LOC042",
        slug="card-never-asked-for",
        severity=Severity.INFO,
        evidence=Evidence.DOCUMENTED,
        source="https://www.amocrm.ru/developers/content/integrations/requirements; https://developers.kommo.com/docs/getting-listed",
        message='The script draws its blocks for {cards} alone; "{location}" is listed, and stays empty.',
        hint="Draw a block there as well, or take the location out.",
        why="Public integrations list no location that they do not use (PUB-54).",
        bad="\"ccard-1\" with if (self.system().area === 'lcard') { self.render_template(...); }",
        good='"locations": ["lcard-1"] with the same script',
    ),
    Rule(
        code="LOC043",
        slug="card-of-running-widget",
        severity=Severity.INFO,
        evidence=Evidence.DOCUMENTED,
        source="https://www.amocrm.ru/developers/content/web_sdk/init_once",
        message='With init_once the widget runs on every page; "{location}" starts nothing more.',
        hint="Take it out.",
        why="A widget with init_once is started whatever cards are listed; only the right column asks for them.",
        bad='"init_once": true with "locations": ["lcard-0"]',
        good='"init_once": true with "locations": ["everywhere"]',
    ),
    Rule(
        code="LOC044",
        slug="task-page-without-sync",
        severity=Severity.INFO,
        evidence=Evidence.DOCUMENTED,
        source="https://www.amocrm.ru/developers/content/web_sdk/todo_sync",
        message='"{location}" is documented for the synchronisation of tasks, and script.js has no calendarSync.',
        hint="Add calendarSync to this.callbacks, or take the location out when nothing is done on that page.",
        why="The window of synchronisation asks the widgets of these pages for calendarSync.",
        bad='"locations": ["tcalendar-0"] without calendarSync',
        good="calendarSync: function () { return { name: ..., enabled: ..., onEnable: ..., onDisable: ... }; }",
    ),
)
