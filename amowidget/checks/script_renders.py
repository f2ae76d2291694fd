"""SCR: templates that `render` loads from the widget: where it looks for them, and when they are there."""

from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_assets import Href, hrefs, loading, matching
from amowidget.finding import Evidence, Rule, Severity
from amowidget.widget.widget import Widget

_MECHANICS = "https://www.amocrm.ru/developers/content/web_sdk/mechanics"
_TAKING = frozenset({"html", "append", "prepend", "before", "after", "replaceWith", "appendTo", "text", "$", "jQuery"})


def template_without_base_path(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find templates of the widget that are loaded without the widget's path."""
    for href in hrefs(widget, context):
        path = _path(href)
        if path and loading(href.own, href.given, "base_path") is None and matching(widget, path):
            yield href.own.hit(href.node, path=path)


def template_used_at_once(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find templates that nobody waits for, or whose loading is taken for what they draw."""
    for href in hrefs(widget, context):
        path = _path(href)
        if not path or loading(href.own, href.given, "promised") is not None or not matching(widget, path):
            continue
        if loading(href.own, href.given, "load") is None or _is_drawn(href):
            yield href.own.hit(href.call.callee, path=path)


def _path(href: Href) -> str:
    """Return the path in the widget that a template is named by, with `*` for what is computed behind its start."""
    text = "".join(part if isinstance(part, str) else "*" for part in href.parts).partition("?")[0]
    return text.removeprefix("/") if text.endswith(".twig") and not text.startswith("*") else ""


def _is_drawn(href: Href) -> bool:
    around = href.call.node.parent
    call = around.parent if around is not None and around.type == "arguments" else None
    return call is not None and call.type == "call_expression" and href.own.script.last_name(call) in _TAKING


_RULES = (
    Rule(
        code="SCR139",
        slug="template-without-base-path",
        severity=Severity.INFO,
        evidence=Evidence.ASSUMED,
        source=f"assumed: {_MECHANICS} gives base_path in every example, and says nothing of its absence",
        message="{path} is asked for without base_path, and so hardly in the widget.",
        hint="Add base_path: self.params.path.",
        why="href counts from base_path; without it the page's own address is left.",
        bad="self.render({ href: '/templates/card.twig', v: self.get_version(), load: draw }, {})",
        good="self.render({ href: '/templates/card.twig', base_path: self.params.path, ... }, {})",
    ),
    Rule(
        code="SCR140",
        slug="template-used-at-once",
        severity=Severity.INFO,
        evidence=Evidence.DOCUMENTED,
        source=_MECHANICS,
        message="{path} has to be loaded first: what this call gives back is not what the template draws.",
        hint="Draw it in load: function (template) {{ template.render(values); }}, or with promised: true in then().",
        why="A template with href comes later, to the function in load or to the promise.",
        bad="$('.orders').html(self.render({ href: '/templates/card.twig', base_path: self.params.path }, {}));",
        good="self.render({ href: '/templates/card.twig', ..., load: function (template) { ... } }, {})",
    ),
)
CHECKS: tuple[Check, ...] = (
    Check(_RULES[0], template_without_base_path),
    Check(_RULES[1], template_used_at_once),
)
