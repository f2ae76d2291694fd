"""Reads one Twig expression: its names and filters, and what twig.js 0.8.9 refuses in it or takes for something else."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from amowidget.finding import Span
from amowidget.widget import twig_order, twig_refusal
from amowidget.widget.twig_nodes import Call, TwigProblem, Word
from amowidget.widget.twig_nodes import TwigProblemKind as Kind
from amowidget.widget.twig_structure import Structure
from amowidget.widget.twig_tokens import SPACES, Token, tokenize


@dataclass
class Expression:
    """What one expression holds. `file` is its text when it is one plain string.

    `is_never_true` tells that its value is surely something else than `true`. `strings` are the places of all texts.
    """

    problems: list[TwigProblem] = field(default_factory=list)
    names: list[Word] = field(default_factory=list)
    filters: list[Word] = field(default_factory=list)
    tests: list[Word] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    strings: list[Span] = field(default_factory=list)
    file: Word | None = None
    is_never_true: bool = False


def read(text: str, span: Span, starts_with_filter: bool = False) -> Expression:
    """Return what the expression in a part of a template holds; that of the tag `filter` starts with a filter."""
    found = Expression()
    tokens = _read(found, text, span, starts_with_filter)
    if len(tokens) == 1 and tokens[0].kind == "string":
        found.file = _plain(tokens[0])
    return found


def _read(
    found: Expression, text: str, span: Span, starts_with_filter: bool = False, is_index: bool = False
) -> Sequence[Token]:
    said = tokenize(text, span, starts_with_filter)
    _collect(found, said.tokens)
    for token in said.tokens:
        if token.kind == "index":
            _index(found, text, token)
    if any(problem.is_refused for problem in found.problems):
        return said.tokens  # what follows an index that is cut off is no news
    if said.refused >= 0:
        found.problems.append(twig_refusal.problem(text, said.refused, span.end, said.tokens))
        return said.tokens
    order = twig_order.compiled(said.tokens)
    wrong = Structure(starts_with_filter, is_index).problem(said.tokens)
    if order.refused is not None:
        found.problems.append((wrong or _refused(order.refused))._replace(is_refused=True))
    elif wrong:
        found.problems.append(wrong)
    for opened, taken in order.taken if not wrong else ():
        name = taken.text if taken.kind == "index" else taken.word
        found.problems.append(TwigProblem(Kind.TAKEN_PARENTHESES, opened.span, name, is_refused=False))
    found.is_never_true = order.is_never_true
    return said.tokens


def _refused(token: Token) -> TwigProblem:
    if token.kind == ")":
        return TwigProblem(Kind.BRACKET, token.span, token.text)
    return TwigProblem(Kind.UNSUPPORTED, token.span, "key")


def _index(found: Expression, text: str, token: Token) -> None:
    """Read what stands in square brackets behind a value; for twig.js it goes to the first closing one."""
    inner = Span(token.span.start + 1, token.span.end - 1)
    part = Expression()
    _read(part, text, inner, is_index=True)
    if not token.word.strip(SPACES):
        part.problems.append(TwigProblem(Kind.BAD_EXPRESSION, token.span, token.text, bool(token.word)))
    for problem in part.problems:
        is_cut = "[" in token.word or any(token.word.count(quote) % 2 for quote in "'\"")
        if problem.is_refused and is_cut:
            problem = TwigProblem(Kind.UNSUPPORTED, token.span, "[[]]")
        found.problems.append(problem)
    found.names.extend(part.names)
    found.filters.extend(part.filters)
    found.tests.extend(part.tests)
    found.calls.extend(part.calls)
    found.strings.extend(part.strings)


def _collect(found: Expression, tokens: Sequence[Token]) -> None:
    for index, token in enumerate(tokens):
        if token.kind == "filter":
            found.filters.append(Word(token.word, Span(token.span.end - len(token.word), token.span.end)))
        elif token.kind == "test":
            found.tests.append(Word(token.word, Span(token.span.end - len(token.word), token.span.end)))
        elif token.kind == "string":
            found.strings.append(token.span)
        elif token.kind == "function":
            found.names.append(Word(f"{token.word}()", token.span))
            found.calls.append(Call(Word(token.word, token.span), _first_argument(tokens, index)))
        elif token.kind == "variable" and not _is_key(tokens, index):
            found.names.append(_path(tokens, index))


def _is_key(tokens: Sequence[Token], index: int) -> bool:
    if index == 0 or index + 1 == len(tokens):
        return False
    return tokens[index - 1].kind in ("{", ",") and tokens[index + 1].text == ":"


def _path(tokens: Sequence[Token], index: int) -> Word:
    """Return a variable with its members."""
    text, span = tokens[index].text, tokens[index].span
    index += 1
    while index < len(tokens) and tokens[index].kind == "member":
        text, span = f"{text}.{tokens[index].word}", Span(span.start, tokens[index].span.end)
        index += 1
    is_called = index < len(tokens) and tokens[index].kind == "("
    return Word(text + "()" * is_called, span)


def _first_argument(tokens: Sequence[Token], index: int) -> Word | None:
    rest = tokens[index + 2 : index + 4]
    if len(rest) == 2 and rest[0].kind == "string" and rest[1].kind in (",", ")"):
        return _plain(rest[0])
    return None


def _plain(token: Token) -> Word:
    return Word(token.text[1:-1], token.span)
