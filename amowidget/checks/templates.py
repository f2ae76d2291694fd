"""TWG: the Twig templates, as the host's twig.js 0.8.9 reads them."""

import difflib
import posixpath
from collections.abc import Callable, Iterable, Iterator

from amowidget.checks import template_rules as rules
from amowidget.checks.check import Check, Context, Hit, Told, hits
from amowidget.checks.script_templates import all_templates, references
from amowidget.config.toml_table import near
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.twig_nodes import TwigProblem, Word
from amowidget.widget.twig_nodes import TwigProblemKind as Kind
from amowidget.widget.widget import Widget

ENGINE_FILTERS = (
    *("abs", "batch", "capitalize", "date", "date_modify", "default", "e", "escape", "first", "format", "join"),
    *("json_encode", "keys", "last", "length", "lower", "merge", "nl2br", "number_format", "raw", "replace"),
    *("reverse", "round", "slice", "sort", "split", "striptags", "title", "trim", "truncate", "upper", "url_encode"),
)
_HOST_FILTERS = (
    *("avatar", "by_paragraphs", "color", "count", "element_type", "feed_date", "i18n", "json_decode", "nl2p"),
    *("nl2span", "numeral", "parse_urls", "period", "phone", "price", "random", "random_string", "relative_date"),
    *("task_date", "time"),
)
_FILTERS = (*ENGINE_FILTERS, *_HOST_FILTERS)
ENGINE_FUNCTIONS = (
    *("attribute", "block", "cycle", "date", "dump", "max", "min", "parent", "random", "range", "source"),
    "template_from_string",
)
_FUNCTIONS = (*ENGINE_FUNCTIONS, "include_control", "is_12_hour_format", "is_dark_color")
TESTS = ("defined", "divisibleby", "empty", "even", "iterable", "none", "null", "odd", "sameas")
_CONTROLS = (
    *("button", "cancel_button", "checkbox", "checkboxes_dropdown", "date_field", "delete_button", "file", "input"),
    *("multiselect", "radio", "select", "suggest", "textarea"),
)
# Seen in the host; the documentation does not name them for templates.
_OTHER_CONTROLS = frozenset(
    (
        *("switcher", "toggler", "line_toggler", "phone", "budget", "pipeline_select", "users", "time", "color_picker"),
        *("multisuggest", "contenteditable", "wysiwyg", "checkboxes_search"),
    )
)
_OWN_PATH = compiled(r"(?:\./|\.\./)*[\w.-]+(?:/[\w.-]+)*\.twig")
_WORD = compiled(r"[\w-]+\.twig|[A-Za-z_$][\w$]*")
_MEMO = "words-of-scripts"
_CONTROL = compiled(r"/?tmpl/controls/(?P<name>[\w-]+)(?:/[\w-]+)*\.twig")
_SYSTEM = ("tmpl/", "interface/")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _problems(
    widget: Widget, context: Context, kind: Kind, facts: Callable[[TwigProblem], dict[str, object]] = lambda problem: {}
) -> Iterator[Hit]:
    def told(problem: TwigProblem) -> Told:
        return problem.span, {"text": _short(problem.text), **facts(problem)}

    for path, template in all_templates(widget, context):
        yield from hits(path, (problem for problem in template.problems if problem.kind is kind), told)


def template_mark_unclosed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find opening marks without their closing one."""
    closing = {"{{": "}}", "{{-": "}}", "{%": "%}", "{%-": "%}", "{#": "#}"}
    yield from _problems(
        widget, context, Kind.UNCLOSED_MARK, lambda problem: {"closing": closing.get(problem.text, "}}")}
    )


def template_string_unclosed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts without their closing quote."""
    yield from _problems(widget, context, Kind.UNCLOSED_STRING)


def template_tag_unclosed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find blocks without their end tag."""
    yield from _problems(widget, context, Kind.UNCLOSED_TAG)


def template_tag_unexpected(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find tags that belong to no open block."""
    yield from _problems(widget, context, Kind.UNEXPECTED_TAG)


def template_tag_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find tags that twig.js does not have; of a block that it does not know, the opening one."""

    def told(problem: TwigProblem) -> Told:
        return problem.span, {"text": _short(problem.text), "remedy": rules.tag_remedy(problem.text)}

    for path, template in all_templates(widget, context):
        unknown = [problem for problem in template.problems if problem.kind is Kind.UNKNOWN_TAG]
        ends = {f"end{problem.text}" for problem in unknown}
        yield from hits(path, (problem for problem in unknown if problem.text not in ends), told)


def template_tag_form(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find tags whose words behind the name are not as twig.js wants them."""
    yield from _problems(
        widget, context, Kind.BAD_TAG, lambda problem: {"remedy": rules.TAG_FORMS.get(problem.text, "")}
    )


def template_expression_broken(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find expressions that are no Twig."""
    yield from _problems(widget, context, Kind.BAD_EXPRESSION)


def template_bracket_unmatched(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find brackets in expressions without the other half."""
    yield from _problems(widget, context, Kind.BRACKET)


def template_syntax_unsupported(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what newer versions of Twig know and twig.js 0.8.9 does not."""
    yield from _problems(widget, context, Kind.UNSUPPORTED, lambda problem: rules.unsupported(problem.text))


def template_value_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find operators without a value on one side; twig.js draws something all the same."""
    yield from _problems(widget, context, Kind.MISSING_VALUE)


def template_minus_first(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find expressions that start with a minus."""
    yield from _problems(widget, context, Kind.LEADING_MINUS)


def template_parentheses_taken(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find parentheses that twig.js takes for the arguments of what stands before the operator."""
    yield from _problems(widget, context, Kind.TAKEN_PARENTHESES)


def template_in_ungrouped(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find `in` beside `and`, `or`, a comparison or `? :`, which twig.js groups in another way than Twig."""
    yield from _problems(widget, context, Kind.WEAK_IN)


def template_elseif_never(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find `elseif` with a value that is surely not `true` itself."""
    yield from _problems(widget, context, Kind.NEVER_TRUE)


def template_filter_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find filters that neither twig.js nor the host has, and that no script of the widget adds."""

    def told(word: Word) -> Told:
        return word.span, {"text": _short(word.text), "remedy": _filter_remedy(word.text)}

    for path, template in all_templates(widget, context):
        unknown = (word for word in template.filters if word.text not in _FILTERS)
        yield from hits(path, _not_added(widget, context, unknown, "extendFilter"), told)


def _filter_remedy(name: str) -> str:
    first = name.partition("-")[0]
    if first in _FILTERS:
        return f"A minus is part of a filter's name here: put a space before it, {first} - ..."
    return near(name, _FILTERS) + "Prepare the value in the script, or add the filter with twigjs.extendFilter."


def _script_words(widget: Widget, context: Context) -> frozenset[str] | None:
    """Return all words and names of files in the widget's scripts; None when one of them is too large to be held."""
    if _MEMO not in context.memo:
        scripts = [file.source for path, file in widget.files.items() if path.lower().endswith((".js", ".mjs"))]
        texts = [source.text for source in scripts if source]
        words = frozenset(word for text in texts for word in _WORD.findall(text))
        context.memo[_MEMO] = words if len(texts) == len(scripts) else None
    known: frozenset[str] | None = context.memo[_MEMO]
    return known


def _not_added(widget: Widget, context: Context, words: Iterable[Word], adding: str = "") -> Iterator[Word]:
    """Yield the words that no script of the widget may bring: by naming them, and the function that adds such words."""
    for word in words:
        known = _script_words(widget, context)
        if known is not None and not (word.text in known and (not adding or adding in known)):
            yield word


def template_function_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find functions that neither twig.js nor the host has, and that no macro and no script of the widget brings."""

    def told(word: Word) -> Told:
        return word.span, {"text": _short(word.text), "remedy": _function_remedy(word.text)}

    for path, template in all_templates(widget, context):
        known = {*_FUNCTIONS, *template.imported, "not"}
        unknown = (call.name for call in template.calls if call.name.text not in known)
        yield from hits(path, _not_added(widget, context, unknown), told)


def _function_remedy(name: str) -> str:
    if name == "include":
        return 'Write the tag: {% include "file.twig" %}.'
    return near(name, _FUNCTIONS) + "Pass the function among the values of the template, or import it from a macro."


def template_test_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find tests behind `is` that twig.js does not have."""

    def told(word: Word) -> Told:
        return word.span, {"text": _short(word.text), "remedy": near(word.text, TESTS), "known": ", ".join(TESTS)}

    for path, template in all_templates(widget, context):
        broken = {problem.span.start for problem in template.problems}
        unknown = (word for word in template.tests if word.text not in TESTS and word.span.start not in broken)
        yield from hits(path, _not_added(widget, context, unknown, "extendTest"), told)


def template_include_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find templates that another one includes and that are nowhere in the widget; those of the host stay silent."""
    # A script may load it under another folder or give it the name, so the last part of the path is enough.
    there = {posixpath.basename(path) for path in widget.files}
    for path, template in all_templates(widget, context):
        own = (word for word in template.included if _OWN_PATH.fullmatch(word.text))
        named = (word for word in own if not word.text.startswith(_SYSTEM))
        missing = (word for word in named if posixpath.basename(word.text) not in there)
        yield from hits(path, (word for word in missing if not _is_named(widget, context, word)), _inside)


def _is_named(widget: Widget, context: Context, word: Word) -> bool:
    known = _script_words(widget, context)
    return known is None or posixpath.basename(word.text) in known


def _inside(word: Word) -> Told:
    """Return the place of a text within its quotes."""
    return Span(word.span.start + 1, word.span.end - 1), {"text": _short(word.text)}


def template_control_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find `include_control` with a name that is no control of the host."""

    def told(word: Word) -> Told:
        span, facts = _inside(word)
        return span, {**facts, "remedy": near(word.text, _CONTROLS), "known": ", ".join(_CONTROLS)}

    known = {*_CONTROLS, *_OTHER_CONTROLS}
    for path, template in all_templates(widget, context):
        named = (call.first for call in template.calls if call.name.text == "include_control" and call.first)
        yield from hits(path, (word for word in named if word.text.partition("/")[0] not in known), told)
        yield from hits(path, filter(None, map(_misspelt_control, template.included)), told)
    for own, word in references(widget, context):
        yield from hits(own.path, filter(None, (_misspelt_control(word),)), told)


def _misspelt_control(word: Word) -> Word | None:
    """Return the control that a template of the host is named by, where it is nearly one of the documented ones."""
    match = _CONTROL.fullmatch(word.text)
    if match is None or match["name"] in (*_CONTROLS, *_OTHER_CONTROLS):
        return None
    # The host can have controls that nobody has seen; a slip of the pen is told from them.
    is_near = difflib.get_close_matches(match["name"], _CONTROLS, 1, 0.8)
    start = word.span.start + match.start("name")
    return Word(match["name"], Span(start, start + len(match["name"]) + 2)) if is_near else None


_FINDING = (
    template_mark_unclosed,
    template_string_unclosed,
    template_tag_unclosed,
    template_tag_unexpected,
    template_tag_unknown,
    template_tag_form,
    template_expression_broken,
    template_bracket_unmatched,
    template_syntax_unsupported,
    template_value_missing,
    template_minus_first,
    template_parentheses_taken,
    template_in_ungrouped,
    template_elseif_never,
    template_filter_unknown,
    template_function_unknown,
    template_test_unknown,
    template_include_missing,
    template_control_unknown,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(rules.RULES, _FINDING, strict=True))
