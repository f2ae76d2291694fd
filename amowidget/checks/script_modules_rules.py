"""The records of the rules about modules that scripts ask for and cannot get; functions: script_modules."""

from amowidget.finding import Evidence, Rule, Severity

_MODULES = "https://www.amocrm.ru/developers/content/web_sdk/system_modules"
_REQUIRE = "RequireJS 2.3, which the observed host loads modules with"
_REPORTED = "package reference 10: reported by two developers"

RULES: tuple[Rule, ...] = (
    Rule(
        code="SCR135",
        slug="module-unknown",
        severity=Severity.WARNING,
        evidence=Evidence.OBSERVED,
        source=f"{_MODULES}; runtime reference 2.1, 3.1 and 3.2: the loader of one build, and 84 public widgets",
        message='The host is not known to have a module "{name}".',
        hint='{near}Put the library beside the script and name it as "./{name}.js", with its version.',
        why="A module that does not load stops everything that depends on it, and the host says nothing.",
        bad="define(['jquery', 'axios'], function ($, axios) { ... });",
        good="define(['jquery', './axios.js?v=%VERSION%'], function ($, axios) { ... });",
    ),
    Rule(
        code="SCR136",
        slug="module-by-script-element",
        severity=Severity.WARNING,
        evidence=Evidence.OBSERVED,
        source=f"{_REPORTED}; {_REQUIRE}",
        message="{path} defines a module without a name, and is loaded past RequireJS.",
        hint='Name it in the list of define(): "./{path}?v=%VERSION%".',
        why='Its define() belongs to no module then, and RequireJS throws "Mismatched anonymous define()".',
        bad="$.getScript(self.params.path + '/chart.js')",
        good="define(['./chart.js?v=%VERSION%'], function (Chart) { ... });",
    ),
    Rule(
        code="SCR137",
        slug="module-under-other-name",
        severity=Severity.WARNING,
        evidence=Evidence.OBSERVED,
        source=f"{_REQUIRE}: how it completes what it has loaded",
        message='{path} defines the module "{other}" and none without a name: "{parameter}" is undefined.',
        hint="Take the name out of its define(), or ask for that name where the file is loaded.",
        why="By its address a file gives the module that it defines without a name, and there is none.",
        bad="define(['./mask.js'], function (mask) { ... }); // mask.js: define('mask', ...)",
        good="define(['./mask.js'], function (mask) { ... }); // mask.js: define([], ...)",
    ),
    Rule(
        code="SCR138",
        slug="global-not-set",
        severity=Severity.WARNING,
        evidence=Evidence.OBSERVED,
        source=f"{_REPORTED}; {_REQUIRE}",
        message="{path} sets the global {name} only where there is no loader, and here there is one.",
        hint="Take the library from define(): its value comes as the parameter of the function.",
        why="A library of that form gives itself to the loader and leaves the global undefined.",
        bad="define(['./chart.js'], function () { new window.Chart(); });",
        good="define(['./chart.js'], function (Chart) { new Chart(); });",
    ),
)
