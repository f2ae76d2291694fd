"""The records of the rules about what a script does in the page of the host, in the order of their codes."""

from amowidget.finding import Evidence, Rule, Severity

_REQUIREMENTS = "https://www.amocrm.ru/developers/content/integrations/requirements"
_LISTED = "https://developers.kommo.com/docs/getting-listed"
_BOTH = f"{_REQUIREMENTS}; {_LISTED}"

RULES: tuple[Rule, ...] = (
    Rule(
        code="SCR105",
        slug="debugger-statement",
        severity=Severity.INFO,
        severities={"public": Severity.ERROR},
        evidence=Evidence.DOCUMENTED,
        source=_BOTH,
        message="debugger stops the page where the tools of the browser are open.",
        hint="Take it out, and set a breakpoint in the tools of the browser.",
        why="Moderators refuse code that is there for debugging (PUB-13).",
        bad="debugger;",
        good="// the script goes on",
    ),
    Rule(
        code="SCR106",
        slug="this-in-handed-function",
        severity=Severity.WARNING,
        evidence=Evidence.DOCUMENTED,
        source="https://api.jquery.com/jQuery.ajax/; https://api.jquery.com/on/; ECMA-262: 23.1.3.15",
        message="`this` is not the widget in a function that is handed to {callee}, so that this.{name} is undefined.",
        hint="Keep the widget in the constructor, `var self = this;`, and write self.{name} here, or bind the function.",
        why="Who calls a function gives it its `this`: jQuery the element or the options, a list and a timer none.",
        bad="ids.forEach(function (id) { this.crm_post(address, { id: id }); });",
        good="ids.forEach(function (id) { self.crm_post(address, { id: id }); });",
    ),
    Rule(
        code="SCR107",
        slug="left-menu-changed",
        severity=Severity.INFO,
        severities={"public": Severity.WARNING},
        evidence=Evidence.DOCUMENTED,
        source=f"{_BOTH}; https://www.amocrm.ru/developers/content/web_sdk/left_menu; runtime reference 9",
        message="{name} is the left menu of the host, and is changed here.",
        hint='Name the entry in "left_menu" of the manifest, or hide one there with "is_hidden".',
        why="Moderators refuse other changes of the left menu; the class names are those that were seen.",
        bad="$('#nav_menu').prepend(entry);",
        good='"left_menu": { "orders": { "title": "menu.title" } }',
    ),
)
