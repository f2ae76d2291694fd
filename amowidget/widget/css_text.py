"""Reads a style sheet: its selectors, addresses and mistakes with positions, by the tokens of tinycss2. Never raises."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import tinycss2  # type: ignore[import-untyped]  # it brings no types

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.css_brackets import brackets
from amowidget.widget.css_nodes import Address, AtRule, CssProblem, Selector, Variable
from amowidget.widget.css_nodes import CssProblemKind as Kind
from amowidget.widget.css_plain import plain_among_others, plain_rules
from amowidget.widget.css_selector import broken
from amowidget.widget.source import BOM, Source

# At-rules that hold rules, and those that hold declarations at once; a name in front (-webkit-) is left out.
_GROUPS = frozenset({"media", "supports", "layer", "container", "document", "scope", "starting-style"})
_FRAMES = "keyframes"
_VENDOR = compiled(r"-(?:webkit|moz|ms|o)-")
_LINE_END = compiled(r"\r\n|[\r\n\f]")
_COMMENT = compiled(r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?")
_DEEPEST = 20
# Their values hold colons: the old filters of a browser that is gone.
_COLON_VALUES = frozenset({"filter", "-ms-filter"})


class Style(NamedTuple):
    """A style sheet read once; `selectors` are those of all rules, in no order: nested ones too, not those of key frames."""

    source: Source
    problems: tuple[CssProblem, ...]
    selectors: tuple[Selector, ...]
    addresses: tuple[Address, ...]
    at_rules: tuple[AtRule, ...]
    variables: tuple[Variable, ...]
    comments: tuple[Span, ...]


# tinycss2 has no types; its tokens are looked at by their `type` alone.
_Token = Any
_Tokens = Sequence[Any]  # of those


def parse(source: Source) -> Style:
    """Read a style sheet, whatever it holds."""
    # Most rules are plain, and to make tokens of them takes five times as long.
    whole = plain_rules(source.text)
    if whole is not None:
        return Style(source, (), whole, (), (), (), ())
    outline = brackets(source.text)
    plain = plain_among_others(source.text, () if outline.problems else outline.ends)
    reader = _Reader(source.text, outline.lines, min((one.span.start for one in plain.selectors), default=None))
    if plain.rest.strip():
        reader.rules(tinycss2.parse_component_value_list(plain.rest.removeprefix(BOM), skip_comments=True), 0)
    first = min((problem.span for problem in outline.problems if problem.kind is Kind.UNCLOSED), default=None)
    # Behind something that is not closed everything is misread.
    own = (problem for problem in reader.problems if first is None or problem.span.end < first.start)
    problems = sorted({*outline.problems, *own}, key=lambda problem: (problem.span, problem.kind))
    return Style(
        source,
        tuple(problems),
        (*plain.selectors, *reader.selectors),
        tuple(reader.addresses),
        tuple(reader.at_rules),
        tuple(reader.variables),
        outline.comments,
    )


class _Reader:
    def __init__(self, text: str, lines: tuple[Span, ...], first_rule: int | None) -> None:
        self._text = text
        # A rule that stands here is read already.
        self._first_rule = len(text) if first_rule is None else first_rule
        self._shift = len(BOM) if text.startswith(BOM) else 0
        self._lines = lines
        # tinycss2 takes a form feed for the end of a line, too.
        self._starts = (0, *(match.end() for match in _LINE_END.finditer(text)))
        self._has_rules = False
        self.problems: list[CssProblem] = []
        self.selectors: list[Selector] = []
        self.addresses: list[Address] = []
        self.at_rules: list[AtRule] = []
        self.variables: list[Variable] = []

    def rules(self, tokens: _Tokens, depth: int, is_nested: bool = False) -> None:
        """Read the rules of a style sheet, or of an at-rule that holds rules."""
        for part, block in self._split(tokens, is_list=False):
            if part and part[0].type == "at-keyword":
                self._at_rule(part, block, depth, is_nested)
            elif block is not None:
                self._rule(part, block, depth, is_nested)
            elif part:
                self._tell(Kind.NO_BLOCK, part)

    def _split(self, tokens: _Tokens, is_list: bool) -> Iterator[tuple[list[_Token], _Token | None]]:
        """Yield what stands before each block, with the block, and what ends with a semicolon or at the end.

        In a list of declarations a semicolon may stand alone; elsewhere it spoils the next selector for a browser.
        """
        part: list[_Token] = []
        for token in tokens:
            kind = token.type
            if kind == "{} block" and not (is_list and self._is_value(part)):
                yield self._stripped(part), token
                part = []
            elif kind == "literal" and token.value == ";":
                said = self._stripped(part)
                yield said, None
                if not said and not is_list:
                    at = self._offset(token)
                    self.problems.append(CssProblem(Kind.SELECTOR, Span(at, at + 1), ";"))
                part = []
            elif kind != "error" or token.kind not in ("}", ")", "]"):
                part.append(token)
        yield self._stripped(part), None

    def _is_value(self, part: list[_Token]) -> bool:
        """Return whether a block is the value of a custom property."""
        words = [token for token in part if token.type != "whitespace"][:2]
        return len(words) == 2 and words[0].type == "ident" and words[0].value.startswith("--") and words[1] == ":"

    def _stripped(self, part: list[_Token]) -> list[_Token]:
        """Return a part without the spaces at its ends, and without what `//` was meant to take out."""
        if self._lines:
            part = [token for token in part if not self._is_in_line(self._offset(token))]
        start, end = 0, len(part)
        while start < end and (part[start].type == "whitespace" or part[start] in ("<!--", "-->")):
            start += 1
        while end > start and part[end - 1].type == "whitespace":
            end -= 1
        return part[start:end]

    def _is_in_line(self, offset: int) -> bool:
        index = bisect_right(self._lines, (offset, len(self._text))) - 1
        return index >= 0 and self._lines[index].start <= offset < self._lines[index].end

    def _rule(self, part: list[_Token], block: _Token, depth: int, is_nested: bool) -> None:
        self._has_rules = True
        first = len(self.variables)
        count = self._declarations(block.content, depth)
        sets_only_variables = 0 < count == len(self.variables) - first
        selected: list[_Token] = []
        for token in (*part, None):
            if token is None or (token.type == "literal" and token.value == ","):
                self._selector(selected, self._offset(token or block), is_nested, sets_only_variables)
                selected = []
            else:
                selected.append(token)

    def _selector(self, tokens: list[_Token], end: int, is_nested: bool, sets_only_variables: bool) -> None:
        tokens = self._stripped(tokens)
        if not tokens:
            self.problems.append(CssProblem(Kind.SELECTOR, Span(end, end + 1), self._text[end : end + 1]))
            return
        wrong = broken(tokens, is_nested)
        if wrong is not None:
            start = self._offset(wrong)
            self.problems.append(CssProblem(Kind.SELECTOR, Span(start, start + 1), self._text[start : start + 1]))
            return
        start = self._offset(tokens[0])
        said = self._text[start:end].rstrip()
        end = start + len(said)
        if "/*" in said:
            said = _COMMENT.sub("", said).rstrip()
        self.selectors.append(Selector(said, Span(start, end), is_nested, sets_only_variables))

    def _declarations(self, tokens: _Tokens, depth: int) -> int:
        """Read what stands in braces; return how many declarations and rules that is."""
        count = 0
        for part, block in self._split(tokens, is_list=True):
            count += bool(part)
            if part and part[0].type == "at-keyword":
                self._at_rule(part, block, depth + 1, is_nested=True)
            elif block is None and part:
                self._declaration(part)
            elif block is not None and depth < _DEEPEST:
                self._rule(self._after_declaration(part), block, depth + 1, is_nested=True)
        return count

    def _after_declaration(self, part: list[_Token]) -> list[_Token]:
        """Return what of a part is a selector: before it a declaration may lack its semicolon."""
        words = [token for token in part if token.type != "whitespace"][:2]
        breaks = [index for index, token in enumerate(part) if token.type == "whitespace" and "\n" in token.value]
        if len(words) < 2 or words[0].type != "ident" or words[1] != ":" or not breaks:
            return part
        colon = part.index(words[1])
        if part[colon + 1].type != "whitespace" or breaks[-1] <= colon + 1:
            return part
        self._semicolon(part[breaks[-1]], words[0].value)
        self._declaration(self._stripped(part[: breaks[-1]]))
        return part[breaks[-1] + 1 :]

    def _declaration(self, part: list[_Token]) -> None:
        # A sign before the name hides a declaration from all browsers but an old one.
        is_hidden = part[0].type == "literal" and part[0].value in "*_" and len(part) > 1
        words = [token for token in part[is_hidden:] if token.type != "whitespace"][:2]
        if len(words) < 2 or words[0].type != "ident" or words[1] != ":":
            self._tell(Kind.DECLARATION, part)
            return
        value = part[part.index(words[1]) + 1 :]
        if words[0].value.startswith("--"):
            start, end = self._offset(words[0]), self._offset(words[1])
            said = self._text[start:end].rstrip()
            self.variables.append(Variable(words[0].value, Span(start, start + len(said))))
        elif all(token.type == "whitespace" for token in value):
            self._tell(Kind.DECLARATION, part)
        elif words[0].lower_value not in _COLON_VALUES:
            self._semicolons(words[0].value, value)
        self._addresses(value, is_import=False)

    def _semicolons(self, name: str, value: _Tokens) -> None:
        """Tell of each `name: value` that stands in the value of another declaration."""
        for index, token in enumerate(value):
            if token.type != "literal" or token.value != ":":
                continue
            word = index - 1 - (value[index - 1].type == "whitespace")
            if word > 1 and value[word].type == "ident" and value[word - 1].type == "whitespace":
                self._semicolon(value[word - 1], name)
                name = value[word].value

    def _semicolon(self, space: _Token, name: str) -> None:
        """Tell that a semicolon is missing before a space; its place is what it should follow."""
        end = self._offset(space)
        self.problems.append(CssProblem(Kind.SEMICOLON, Span(max(end - 1, 0), end), name))

    def _at_rule(self, part: list[_Token], block: _Token | None, depth: int, is_nested: bool) -> None:
        name = _VENDOR.sub("", part[0].lower_value)
        start = self._offset(part[0])
        is_late = name == "import" and (self._has_rules or start > self._first_rule)
        self.at_rules.append(AtRule(part[0].value, Span(start, start + 1 + len(part[0].value)), is_late))
        if name == "import":
            self._addresses(part[1:], is_import=True)
        elif block is not None and depth < _DEEPEST:
            self._has_rules = True
            self._content(name, block, depth, is_nested)

    def _content(self, name: str, block: _Token, depth: int, is_nested: bool) -> None:
        if name == _FRAMES:
            for _, frame in self._split(block.content, is_list=False):
                self._declarations(frame.content if frame is not None else (), depth)
        elif name in _GROUPS and not is_nested:
            self.rules(block.content, depth + 1, is_nested=name == "scope")
        else:
            self._declarations(block.content, depth)

    def _addresses(self, tokens: _Tokens, is_import: bool) -> None:
        waiting = list(reversed(tokens))
        while waiting:
            token = waiting.pop()
            kind = token.type
            if kind == "url" or (is_import and kind == "string"):
                self._address(token, token.value, is_import)
            elif kind == "function" and token.lower_name == "url":
                inner = next((inner for inner in token.arguments if inner.type == "string"), None)
                if inner is not None:
                    self._address(inner, inner.value, is_import)
            elif kind == "function":
                waiting.extend(reversed(token.arguments))
            elif kind == "error" and token.kind == "bad-url":
                start = self._offset(token)
                self.problems.append(CssProblem(Kind.ADDRESS, Span(start, start + 3), "url"))

    def _address(self, token: _Token, value: str, is_import: bool) -> None:
        """Keep an address with the place of what stands in its quotes or parentheses."""
        start = self._offset(token)
        match = _ADDRESS.match(self._text, start)
        span = Span(*match.span(match.lastindex or 0)) if match else Span(start, start)
        self.addresses.append(Address(value, span, is_import))

    def _tell(self, kind: Kind, part: list[_Token]) -> None:
        start = self._offset(part[0])
        end = self._offset(part[-1]) + 1
        line = _LINE_END.search(self._text, start, end)
        match = _WORD.match(self._text, end - 1, line.start() if line else len(self._text))
        end = line.start() if line else match.end() if match else end
        self.problems.append(CssProblem(kind, Span(start, end), self._text[start:end]))

    def _offset(self, token: _Token) -> int:
        line: int = token.source_line
        offset: int = self._starts[min(line, len(self._starts)) - 1] + token.source_column - 1
        return min(offset + (self._shift if line == 1 else 0), len(self._text))


_ADDRESS = compiled(r"""url\([ \t\n\r\f]*([^)]*?)[ \t\n\r\f]*(?:\)|\Z)|"([^"]*)"?|'([^']*)'?""", re.IGNORECASE)
_WORD = compiled(r"[\w-]+|.")
