"""TWG, second part: the pictures, styles and other files of the widget that the markup of templates asks for."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.script_templates import all_templates
from amowidget.checks.scripts import own_scripts
from amowidget.finding import Evidence, Rule, Severity, Span
from amowidget.pattern import compiled
from amowidget.widget.twig_nodes import Template
from amowidget.widget.widget import Widget

# `path` of the settings is documented, and public widgets hand the settings over under these names; what stands alone
# counts as the widget's path where no script gives that name to anything else.
_NAME = r"(?:(?:self\.|widget\.)?(?:params|settings)\.(?:cdn_)?path|widget\.path|(?:widget|base)_path|path)"
_ENDING = r"\.(?:css|json|m?js|html?|png|jpe?g|gif|svg|webp)"
_ASKED = compiled(
    rf"""\{{\{{-?\s*(?P<name>{_NAME})\s*(?:-?\}}\}}/|~\s*["']/)(?P<path>(?:[\w.@-]+/)*[\w.@-]+{_ENDING})"""
    r"""(?![\w.-])(?P<rest>[^"'\s>)]*(?:["']\s*~)?)"""
)
_FIXED = compiled(r"(?:\?(?:v(?:er(?:sion)?)?=)?[\d.]*)?(?:\}\})?")
_COMMENT = compiled(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")


_OWN_VALUE = compiled(r"[\w$.]*\.(?:params|get_settings\(\)|\w*settings)\.(?:cdn_)?path\b", re.IGNORECASE)


class _Asked(NamedTuple):
    path: str  # of the template, or of the script that it stands in
    span: Span
    file: str
    has_version: bool
    name: str  # of the value that holds the widget's path


def template_file_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files behind the widget's path that are not there, though their folder is."""
    for asked in _asked(widget, context):
        folder = asked.file.rpartition("/")[0]
        is_known = not folder or any(path.startswith(f"{folder}/") for path in widget.files)
        if asked.file not in widget.files and is_known:
            yield Hit(asked.path, asked.span, {"path": asked.file})


def template_file_without_version(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find styles and scripts that a template asks for without the version."""
    for asked in _asked(widget, context):
        if asked.file in widget.files and not asked.has_version and not asked.file.lower().endswith(_PICTURES):
            yield Hit(asked.path, asked.span, {"path": asked.file})


def template_picture_without_version(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find pictures that a template asks for without the version."""
    for asked in _asked(widget, context):
        if asked.file in widget.files and not asked.has_version and asked.file.lower().endswith(_PICTURES):
            yield Hit(asked.path, asked.span, {"path": asked.file})


def _asked(widget: Widget, context: Context) -> tuple[_Asked, ...]:
    if "files-of-templates" not in context.memo:
        told = (asked for path, template in all_templates(widget, context) for asked in _found(path, template))
        context.memo["files-of-templates"] = tuple(asked for asked in told if _is_own(widget, context, asked.name))
    found: tuple[_Asked, ...] = context.memo["files-of-templates"]
    return found


def _found(path: str, template: Template) -> Iterator[_Asked]:
    text = template.source.text
    # In a text of a script the pieces of an address can stand apart.
    if "path" not in text or not path.lower().endswith(".twig"):
        return
    for match in _ASKED.finditer(text):
        comments = (*template.comments, *(Span(*found.span()) for found in _COMMENT.finditer(text)))
        if any(start <= match.start() < end for start, end in comments) or _is_of_template(text, match["name"]):
            continue
        has_version = _FIXED.fullmatch(match["rest"]) is None
        yield _Asked(path, Span(*match.span("path")), match["path"], has_version, match["name"])


def _is_of_template(text: str, name: str) -> bool:
    """Return whether a template gives the name a value itself: then it is another path."""
    first = re.escape(name.partition(".")[0])
    return re.search(rf"\{{%-?\s*(?:set|for|macro)\b[^%]*\b{first}\b[^%]*(?:%\}}|=|\bin\b)", text) is not None


def _is_own(widget: Widget, context: Context, name: str) -> bool:
    """Return whether no script gives a name that stands alone to anything but the widget's path."""
    first = name.partition(".")[0]
    if "." in name and first != "widget":
        return True
    given = re.compile(rf"(?<![\w$.]){first}['\"]?\s*(?::\s*(?P<value>[^\s,}}]*)|[,}}])")
    matches = (match for own in own_scripts(widget, context) for match in given.finditer(own.script.source.text))
    return all(_OWN_VALUE.fullmatch(match["value"] or "") for match in matches)


_MECHANICS = "https://www.amocrm.ru/developers/content/web_sdk/mechanics"
_NAMED = "names that public widgets give the widget's path in their templates"
_RULES = (
    Rule(
        code="TWG030",
        slug="template-file-missing",
        severity=Severity.WARNING,
        evidence=Evidence.OBSERVED,
        source=f"{_MECHANICS}; {_NAMED}",
        message="The template asks for {path}, which is not in the widget.",
        hint="Add the file, or mend its name; upper and lower case count.",
        why="A style or a picture that is missing leaves a hole.",
        bad='<img src="{{ params.path }}/images/paid.png"> without that picture',
        good="the same, with images/paid.png in the widget",
    ),
    Rule(
        code="TWG031",
        slug="template-file-without-version",
        severity=Severity.WARNING,
        evidence=Evidence.OBSERVED,
        source=f"{_MECHANICS}; {_NAMED}",
        message="{path} is asked for without the version: browsers keep the old file after an update.",
        hint='Add "?v={{{{ params.version }}}}" to the address.',
        why="The documentation gives every file of the widget its version (PUB-33), or a new one is not fetched.",
        bad='<link rel="stylesheet" href="{{ params.path }}/style.css">',
        good='<link rel="stylesheet" href="{{ params.path }}/style.css?v={{ params.version }}">',
    ),
    Rule(
        code="TWG032",
        slug="template-picture-without-version",
        severity=Severity.INFO,
        evidence=Evidence.OBSERVED,
        source=f"{_MECHANICS}; {_NAMED}",
        message="{path} is asked for without the version: browsers keep the old picture after an update.",
        hint='Add "?v={{{{ params.version }}}}" to the address.',
        why="It matters when the picture changes and its name stays.",
        bad='<img src="{{ params.path }}/images/paid.png">',
        good='<img src="{{ params.path }}/images/paid.png?v={{ params.version }}">',
    ),
)
_FUNCTIONS = (template_file_missing, template_file_without_version, template_picture_without_version)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(_RULES, _FUNCTIONS, strict=True))
