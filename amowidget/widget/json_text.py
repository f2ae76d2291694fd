"""JSON with positions: a reader that never raises, tells each problem at its place, and still reads the rest.

The values that it yields for valid JSON are those of the standard library; what a problem means for a widget is
decided in checks/.
"""

import json
import re

from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.json_nodes import Document, Kind, Member, Node, Problem, ProblemKind
from amowidget.widget.source import Source

_DEPTH_LIMIT = 100
_PROBLEM_LIMIT = 100


def parse(source: Source) -> Document:
    """Read a JSON file; never raises, whatever the bytes."""
    reader = _Reader(source)
    root = reader.document()
    problems = sorted(reader.problems, key=lambda problem: problem.span)
    return Document(source, root, tuple(problems[:_PROBLEM_LIMIT]))


_TOKEN = compiled(
    r"""(?P<space>[ \t\r\n]+)
    | (?P<comment>//[^\r\n]*|/\*.*?(?:\*/|\Z)|\#[^\r\n]*)
    | (?P<string>"(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])*")
    | (?P<punctuation>[{}\[\],:])
    | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.+-]))
    | (?P<broken_string>"(?:[^"\\]|\\.)*"(?=\s*(?:[,}\]:]|\Z))|"(?:[^"\\\r\n]|\\[^\r\n])*(?:"|\\?(?=[\r\n]|\Z)))
    | (?P<wrong_quotes>'(?:[^'\\\r\n]|\\[^\r\n])*'|[“”„«][^"“”»\r\n]*["“”»])
    | (?P<word>[^\W\d][\w$]*|\$[\w$]*)
    | (?P<bad_number>[-+.\d][\w.+-]*)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SILENT = frozenset({"space", "comment"})
_SCALAR_WORDS: dict[str, tuple[Kind, bool | None]] = {
    "true": (Kind.BOOLEAN, True),
    "false": (Kind.BOOLEAN, False),
    "null": (Kind.NULL, None),
}
_ESCAPE = compiled(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\.?', re.DOTALL)
_CONTROL = compiled(r"[\x00-\x1f]")
_COLON = compiled(r"[ \t\r\n]*:")
_CLOSER = {"{": "}", "[": "]"}


class _Reader:
    """Walks over the tokens once; a problem is noted and reading goes on with the likeliest meaning."""

    def __init__(self, source: Source) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._text = source.text
        self._at = 0
        self._open: list[str] = []
        self._is_cut = False
        self._is_separated = False
        self._kind = ""
        self._span = Span(0, 0)
        self._last_end = 0
        if source.has_bom:
            self._note(ProblemKind.BOM, Span(0, 1))
            self._at = 1
        if source.bad_byte is not None:
            self._note(ProblemKind.NOT_UTF8, Span(source.bad_byte, source.bad_byte + 1))
        self._advance()

    def document(self) -> Node | None:
        """Read the whole file."""
        if not self._kind:
            self._note(ProblemKind.EMPTY, Span(0, 0))
            return None
        root = self._value()
        if self._kind:
            self._note(ProblemKind.TEXT_AFTER_END, Span(self._span.start, len(self._text.rstrip())))
        return root

    def _note(self, kind: ProblemKind, span: Span, text: str = "") -> None:
        self.problems.append(Problem(kind, span, text))

    def _advance(self) -> None:
        self._last_end = self._span.end
        while match := _TOKEN.match(self._text, self._at):
            self._at = match.end()
            self._kind = match.lastgroup or ""
            self._span = Span(*match.span())
            if self._kind == "comment":
                self._note(ProblemKind.COMMENT, self._span)
            if self._kind not in _SILENT:
                return
        self._kind = ""
        self._span = Span(len(self._text), len(self._text))

    @property
    def _word(self) -> str:
        return self._text[self._span.start : self._span.end]

    def _is(self, mark: str) -> bool:
        return self._kind == "punctuation" and self._word == mark

    def _is_closing(self) -> bool:
        return self._kind == "punctuation" and self._word in ("}", "]")

    def _value(self) -> Node | None:
        if self._is("{") or self._is("["):
            return self._bracketed()
        if self._kind == "punctuation" or not self._kind:
            self._note(ProblemKind.MISSING_VALUE, Span(self._last_end, self._last_end))
            return None
        node = self._scalar()
        self._advance()
        return node

    def _scalar(self) -> Node | None:
        token, span = self._word, self._span
        if self._kind in ("string", "broken_string", "wrong_quotes"):
            return Node(Kind.STRING, span, self._string())
        if self._kind == "number":
            return Node(Kind.NUMBER, span, _number(token))
        if self._kind == "word":
            if token in _SCALAR_WORDS:
                kind, value = _SCALAR_WORDS[token]
                return Node(kind, span, value)
            self._note(ProblemKind.BAD_WORD, span, token)
            kind, value = _SCALAR_WORDS.get(token.lower(), (Kind.NULL, None))
            return Node(kind, span, value)
        if self._kind == "bad_number":
            self._note(ProblemKind.BAD_NUMBER, span, token)
            return Node(Kind.NUMBER, span, 0)
        self._note(ProblemKind.UNEXPECTED, span, token)
        return None

    def _string(self) -> str:
        token, start = self._word, self._span.start
        if self._kind == "string":
            if "\\" not in token:
                return token[1:-1]
            return self._unescaped(token[1:-1], start + 1)
        if self._kind == "wrong_quotes":
            self._note(ProblemKind.WRONG_QUOTES, self._span, token[0])
            return token[1:-1]
        closed = len(token) > 1 and token.endswith('"') and not _ends_in_escape(token)
        if not closed:
            self._note(ProblemKind.UNCLOSED_STRING, self._span)
        body = token[1:-1] if closed else token[1:]
        for match in _CONTROL.finditer(body):
            place = start + 1 + match.start()
            self._note(ProblemKind.CONTROL_CHARACTER, Span(place, place + 1), f"U+{ord(match.group()):04X}")
        return self._unescaped(body, start + 1)

    def _unescaped(self, body: str, start: int) -> str:
        good = True
        for match in _ESCAPE.finditer(body):
            if len(match.group()) < 2 or match.group()[1] not in '"\\/bfnrtu' or match.group() == "\\u":
                good = False
                self._note(ProblemKind.BAD_ESCAPE, Span(start + match.start(), start + match.end()), match.group())
        if not good:
            return body
        return str(json.loads(f'"{_CONTROL.sub(" ", body)}"'))

    def _bracketed(self) -> Node:
        opening, start = self._word, self._span
        self._advance()
        if len(self._open) >= _DEPTH_LIMIT:
            self._note(ProblemKind.TOO_DEEP, start)
            self._is_cut = True
            self._skip_rest()
            return Node(Kind.NULL, start)
        self._open.append(opening)
        if opening == "{":
            members = self._members()
            span = self._close(start)
            return Node(Kind.OBJECT, span, members=members)
        items = self._items()
        span = self._close(start)
        return Node(Kind.ARRAY, span, items=items)

    def _skip_rest(self) -> None:
        self._at = len(self._text)
        self._advance()

    def _close(self, start: Span) -> Span:
        closer = _CLOSER[self._open.pop()]
        if self._is(closer):
            end = self._span.end
            self._advance()
            return Span(start.start, end)
        if self._is_closing() and not any(_CLOSER[opening] == self._word for opening in self._open):
            self._note(ProblemKind.WRONG_BRACKET, self._span, closer)
            self._advance()
        elif not self._is_cut:
            self._note(ProblemKind.UNCLOSED_BRACKET, start, self._text[start.start : start.end])
        return Span(start.start, self._last_end)

    def _members(self) -> tuple[Member, ...]:
        members: list[Member] = []
        seen: set[str] = set()
        while self._kind and not self._is_closing():
            member = self._member()
            if member:
                if member.key in seen:
                    self._note(ProblemKind.DUPLICATE_KEY, member.key_span, member.key)
                seen.add(member.key)
                members.append(member)
            self._separator()
        return tuple(members)

    def _member(self) -> Member | None:
        key, key_span = self._key(), self._span
        if key is None:
            return None
        self._advance()
        if self._is(":"):
            self._advance()
        else:
            self._note(ProblemKind.MISSING_COLON, Span(key_span.end, key_span.end), key)
            if self._is(",") or self._is_closing() or not self._kind:
                return Member(key, key_span, Node(Kind.NULL, Span(key_span.end, key_span.end)))
        value = self._value()
        return Member(key, key_span, value or Node(Kind.NULL, Span(self._last_end, self._last_end)))

    def _key(self) -> str | None:
        if self._kind in ("string", "broken_string", "wrong_quotes"):
            return self._string()
        if self._kind in ("word", "number", "bad_number"):
            self._note(ProblemKind.UNQUOTED_KEY, self._span, self._word)
            return self._word
        if self._is(",") or self._is(":"):
            self._note(ProblemKind.MISSING_KEY, self._span)
            if self._is(":"):
                self._advance()
                self._value()
            return None
        if self._is("{") or self._is("["):
            self._note(ProblemKind.MISSING_KEY, self._span)
            self._value()
            return None
        self._note(ProblemKind.UNEXPECTED, self._span, self._word)
        self._advance()
        return None

    def _items(self) -> tuple[Node, ...]:
        items: list[Node] = []
        while self._kind and not self._is_closing():
            if self._is(","):
                self._note(ProblemKind.EXTRA_COMMA, self._span)
                self._advance()
                continue
            if self._is(":"):
                self._note(ProblemKind.UNEXPECTED, self._span, ":")
                self._advance()
                continue
            if self._starts_member():
                # A key in a list: the list's closing bracket is missing, and the object around it goes on.
                self._is_separated = True
                break
            item = self._value()
            if item:
                items.append(item)
            self._separator()
        return tuple(items)

    def _starts_member(self) -> bool:
        is_key = self._kind == "string" and "{" in self._open
        return is_key and bool(_COLON.match(self._text, self._at))

    def _separator(self) -> None:
        if self._is_separated:
            self._is_separated = False
        elif self._is(","):
            comma = self._span
            self._advance()
            if self._is_closing() or not self._kind:
                self._note(ProblemKind.TRAILING_COMMA, comma)
        elif self._kind == "other":
            self._note(ProblemKind.UNEXPECTED, self._span, self._word)
            self._advance()
        elif self._kind and not self._is_closing():
            last = self.problems[-1] if self.problems else None
            if last is None or last.span.end < self._last_end or last.kind not in _EXPLAINS_MISSING_COMMA:
                self._note(ProblemKind.MISSING_COMMA, Span(self._last_end, self._last_end))


# After one of these at the same place a missing comma would only repeat it.
_EXPLAINS_MISSING_COMMA = frozenset(
    {ProblemKind.UNEXPECTED, ProblemKind.MISSING_KEY, ProblemKind.UNCLOSED_STRING, ProblemKind.WRONG_QUOTES}
)


def _ends_in_escape(token: str) -> bool:
    slashes = len(token) - 1 - len(token[:-1].rstrip("\\"))
    return slashes % 2 == 1


def _number(token: str) -> int | float:
    if token.lstrip("-").isdigit():
        # Python refuses integers of thousands of digits; JavaScript would read them as Infinity.
        return int(token) if len(token) < 4000 else float(token)
    return float(token)
