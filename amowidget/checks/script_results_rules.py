"""The records of the rules about what callbacks of single places give back, in the order of their codes."""

from amowidget.finding import Evidence, Rule, Severity

_SITE = "https://www.amocrm.ru/developers/content"
_CARD = f"{_SITE}/web_sdk/card"
_SALESBOT = f"{_SITE}/web_sdk/salesbot-2"
_TASKS = f"{_SITE}/web_sdk/todo_sync"

RULES: tuple[Rule, ...] = (
    Rule(
        code="SCR046",
        slug="callback-result-unfit",
        severity=Severity.WARNING,
        evidence=Evidence.DOCUMENTED,
        source=f"{_CARD}; {_SALESBOT}; {_TASKS}",
        message="{name} gives {given} here; the place asks for {wanted}.",
        hint="{remedy}",
        why="The place takes the value of the callback and goes on with it; of another kind it is dropped.",
        bad="loadElements: function (type, id) { return []; }",
        good="loadElements: function (type, id) { return Promise.resolve([]); }",
    ),
    Rule(
        code="SCR047",
        slug="callback-result-incomplete",
        severity=Severity.WARNING,
        evidence=Evidence.DOCUMENTED,
        source=f"{_SALESBOT}; {_TASKS}",
        message="What {name} gives has no {key}.",
        hint="{near}Add {key} to the object.",
        why="The place reads the documented keys only, each by its name.",
        bad="salesbotDesignerSettings: function () { return { exists: [{ code: 'done', title: 'Done' }] }; }",
        good="salesbotDesignerSettings: function () { return { exits: [{ code: 'done', title: 'Done' }] }; }",
    ),
    Rule(
        code="SCR048",
        slug="location-callback-absent",
        severity=Severity.INFO,
        evidence=Evidence.DOCUMENTED,
        source=f"{_CARD}; {_SALESBOT}",
        message='The location "{location}" can call {name}, which script.js does not have.',
        hint="Nothing to do where {unused}; else add {name} to this.callbacks.",
        why="The place works without it, with less to offer.",
        bad='"locations": ["salesbot_designer"] without salesbotDesignerSettings',
        good='"locations": ["salesbot_designer"] with salesbotDesignerSettings: function ($body, renderRow) { ... }',
    ),
    Rule(
        code="SCR049",
        slug="catalog-not-chosen",
        severity=Severity.WARNING,
        evidence=Evidence.DOCUMENTED,
        source=f"{_SITE}/integrations/catalogs_sdk",
        message='The location "{location}" needs a call of setSdkCatalogId, and no script has one.',
        hint="Call self.setSdkCatalogId(id) in onSave with the number of the list.",
        why="loadCatalogElement is called for the elements of the list that was named so, and for no others.",
        bad='"locations": ["catalogs"] and no setSdkCatalogId in the scripts',
        good="onSave: function () { self.setSdkCatalogId(catalog_id); return true; }",
    ),
)
