"""CSS: the style sheets: their syntax, and that they reach nothing but the widget."""

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from amowidget.checks.check import Check, Context, Hit, Told, hits
from amowidget.checks.scripts import is_library
from amowidget.checks.style_rules import AT_RULES, HOST_NAMES, PUBLIC_HOSTS, RETIRED, RULES
from amowidget.config.toml_table import near
from amowidget.pattern import compiled
from amowidget.widget.css_nodes import Address, AtRule, CssProblem, Selector, Variable
from amowidget.widget.css_nodes import CssProblemKind as Kind
from amowidget.widget.css_text import Style
from amowidget.widget.source import encoded
from amowidget.widget.widget import Widget

_MEMO, _PAGES = "styles", "styles-of-pages"
_VENDOR = compiled(r"-(?:webkit|moz|ms|o)-")
# An element of one's own, an attribute of one's own, or the inside of such an element.
_OWN = compiled(r"(?:^|[\s>+~,(])[a-z][\w]*-[\w-]*|\[\s*data-(?!color-scheme\b)|:host\b", re.IGNORECASE)
_COMBINED = compiled(r"[\s>+~]")
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
# What a build puts in later, and what cannot be resolved.
_OPEN_PATH = compiled(r"[{}$<>%@~*]")


def _styles(widget: Widget, context: Context) -> tuple[tuple[str, Style], ...]:
    """Return the style sheets, and the style elements of templates and of own scripts."""
    if _MEMO not in context.memo:
        embedded = ((path, widget.embedded_style(path)) for path in widget.files)
        own = [(path, style) for path, style in embedded if style is not None and not is_library(path, style.source)]
        context.memo[_MEMO] = (*_sheets(widget), *own)
    found: tuple[tuple[str, Style], ...] = context.memo[_MEMO]
    return found


def _sheets(widget: Widget) -> Iterator[tuple[str, Style]]:
    for path in widget.files:
        if path.lower().endswith(".css"):
            style = widget.style(path)
            # What macOS puts beside a file under its name is no style sheet.
            if style is not None and "\0" not in style.source.text:
                yield path, style


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def _problems(widget: Widget, context: Context, kind: Kind) -> Iterator[Hit]:
    def told(problem: CssProblem) -> Told:
        return problem.span, {"text": _short(problem.text)}

    for path, style in _styles(widget, context):
        yield from hits(path, (problem for problem in style.problems if problem.kind is kind), told)


def style_unclosed(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find braces, brackets, quotes and comments without their end."""
    yield from _problems(widget, context, Kind.UNCLOSED)


def style_bracket_extra(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find closing brackets without an opening one."""
    yield from _problems(widget, context, Kind.EXTRA_BRACKET)


def style_line_comment(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find `// ...`."""
    yield from _problems(widget, context, Kind.LINE_COMMENT)


def style_selector_broken(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find selectors that no browser takes."""
    yield from _problems(widget, context, Kind.SELECTOR)


def style_outside_rule(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what stands between two rules."""
    yield from _problems(widget, context, Kind.NO_BLOCK)


def style_declaration_broken(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what is no declaration in the braces of a rule."""
    yield from _problems(widget, context, Kind.DECLARATION)


def style_semicolon_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find declarations that run into the next one."""
    yield from _problems(widget, context, Kind.SEMICOLON)


def style_address_broken(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses without quotes that need them."""
    yield from _problems(widget, context, Kind.ADDRESS)


def style_at_rule_unknown(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find at-rules that CSS does not have."""

    def told(rule: AtRule) -> Told:
        return rule.span, {"text": _short(rule.name), "remedy": _at_rule_remedy(rule.name)}

    for path, style in _styles(widget, context):
        unknown = (rule for rule in style.at_rules if _VENDOR.sub("", rule.name.lower()) not in AT_RULES)
        yield from hits(path, unknown, told)


def _at_rule_remedy(name: str) -> str:
    return near(name.lower(), AT_RULES) + "Words of a preprocessor have to be built to plain CSS first."


def style_import_late(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find `@import` behind other rules."""
    for path, style in _styles(widget, context):
        yield from hits(path, (rule for rule in style.at_rules if rule.is_late), lambda rule: (rule.span, {}))


def _reaching(widget: Widget, context: Context) -> Iterator[tuple[str, Style]]:
    """Yield the style sheets that count for the host's page: those of pages in the widget count there alone."""
    if _PAGES not in context.memo:
        context.memo[_PAGES] = frozenset(_for_pages(widget, [path for path, _ in _styles(widget, context)]))
    own: frozenset[str] = context.memo[_PAGES]
    yield from (item for item in _styles(widget, context) if item[0] not in own)


def _for_pages(widget: Widget, paths: list[str]) -> Iterator[str]:
    """Yield the style sheets that pages of the widget name, and no script does, with its folder where it has one."""
    sources = [(path.lower(), file.source.data) for path, file in widget.files.items() if file.source]
    pages = [data for path, data in sources if path.endswith((".html", ".htm", ".php"))]
    scripts = [data for path, data in sources if path.endswith((".js", ".mjs"))] if pages else []
    for path in paths if pages else ():
        name = encoded(posixpath.basename(path))
        said = encoded("/".join(path.split("/")[-2:]))
        if any(name in data for data in pages) and not any(said in data for data in scripts):
            yield path


def selector_starts(widget: Widget, context: Context) -> tuple[str, ...]:
    """Return what the selectors begin with that reach the host's page, each once: down to the first element."""
    selectors = (selector for _, style in _reaching(widget, context) for selector in style.selectors)
    starts = (_COMBINED.split(selector.text.strip(), maxsplit=1)[0] for selector in selectors if not selector.is_nested)
    return tuple(dict.fromkeys(map(_short, starts)))


def style_selector_global(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find selectors without a class or an id, which reach every element of the page."""

    def told(selector: Selector) -> Told:
        return selector.span, {"text": _short(selector.text)}

    for path, style in _reaching(widget, context):
        yield from hits(path, (selector for selector in style.selectors if _is_global(selector)), told)


def _is_global(selector: Selector) -> bool:
    is_own = selector.is_nested or selector.sets_only_variables or bool(selector.names)
    return not is_own and not _OWN.search(selector.text)


def style_host_restyled(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find selectors with nothing but names of the host."""

    def told(selector: Selector) -> Told:
        return selector.span, {"text": _short(selector.text), "name": selector.names[-1]}

    for path, style in _reaching(widget, context):
        yield from hits(path, (selector for selector in style.selectors if _is_of_host(selector)), told)


def _is_of_host(selector: Selector) -> bool:
    names = () if selector.is_nested else selector.names
    return bool(names) and all(name in HOST_NAMES for name in names) and not _OWN.search(selector.text)


def style_switcher_retired(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find the classes of the switcher that tell whether it is on."""

    def told(selector: Selector) -> Told:
        return selector.span, {"name": next(name for name in selector.names if name in RETIRED)}

    for path, style in _styles(widget, context):
        retired = (selector for selector in style.selectors if not RETIRED.isdisjoint(selector.names))
        yield from hits(path, retired, told)


def style_palette_redefined(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find variables of the host's palette that are set anew."""

    def told(variable: Variable) -> Told:
        return variable.span, {"name": _short(variable.name)}

    for path, style in _reaching(widget, context):
        own = (variable for variable in style.variables if variable.name.startswith("--palette-"))
        yield from hits(path, own, told)


def _host(address: str) -> str:
    """Return the host that an address names, or nothing."""
    if not re.match(r"(?:https?:)?//", address, re.IGNORECASE):
        return ""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:  # brackets without a pair, which Python takes for a broken address of version 6
        return ""


def style_foreign_address(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find what is loaded from foreign hosts; Kommo alone takes public libraries from their own."""
    trusted = {"", *PUBLIC_HOSTS} if context.platforms == ("kommo",) else {""}

    def told(address: Address) -> Told:
        return address.span, {"host": _short(_host(address.text))}

    for path, style in _styles(widget, context):
        safe = (address for address in style.addresses if not address.text.lower().startswith("http:"))
        yield from hits(path, (address for address in safe if _host(address.text) not in trusted), told)


def style_address_not_https(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find addresses that a browser blocks, or asks for without encryption."""

    def told(address: Address) -> Told:
        return address.span, {"text": _short(address.text)}

    for path, style in _styles(widget, context):
        plain = (address for address in style.addresses if address.text.lower().startswith("http:"))
        yield from hits(path, (item for item in plain if _host(item.text).partition(":")[0] not in _LOCAL), told)


def style_file_missing(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files that a style sheet names and the widget lacks."""

    def told(found: tuple[Address, str]) -> Told:
        return found[0].span, {"path": _short(found[1]), "remedy": near(found[1], tuple(widget.files))}

    for path, style in _sheets(widget):
        named = ((address, _missing(widget, path, address.text)) for address in style.addresses)
        yield from hits(path, (item for item in named if item[1]), told)


def _missing(widget: Widget, path: str, address: str) -> str:
    """Return the path of the file that an address names when it should be in the widget and is not."""
    said = unquote(re.split("[?#]", address.strip(), maxsplit=1)[0])
    if not said or said.startswith("/") or re.match(r"[a-z][a-z0-9+.-]*:", said, re.IGNORECASE):
        return ""
    if _OPEN_PATH.search(said):
        return ""
    named = posixpath.normpath(posixpath.join(posixpath.dirname(path), said.replace("\\", "/")))
    is_known = named in widget.files or named.startswith("..")
    return "" if is_known else named


_FINDING = (
    style_unclosed,
    style_bracket_extra,
    style_line_comment,
    style_selector_broken,
    style_outside_rule,
    style_declaration_broken,
    style_semicolon_missing,
    style_address_broken,
    style_at_rule_unknown,
    style_import_late,
    style_selector_global,
    style_host_restyled,
    style_switcher_retired,
    style_palette_redefined,
    style_foreign_address,
    style_address_not_https,
    style_file_missing,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(RULES, _FINDING, strict=True))
