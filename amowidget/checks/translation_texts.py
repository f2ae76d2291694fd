"""I18: the languages that texts are written in: alphabets, addresses, and texts of the documentation's sample."""

import re
from collections.abc import Iterator

from amowidget.checks.check import Check, Context, Hit
from amowidget.checks.translation_rules import TEXT_RULES
from amowidget.finding import Span
from amowidget.pattern import compiled
from amowidget.widget.translations import LocaleText, is_marked
from amowidget.widget.widget import Widget

_LATIN_LOCALES = frozenset({"en", "es", "pt", "tr", "id"})
_CYRILLIC = compiled(r"[\u0400-\u04ff]+(?:-[\u0400-\u04ff]+)*")
_LATIN = compiled(r"[A-Za-z\u00c0-\u024f]+")
_NO_PROSE = compiled(r"<[^<>]*>|https?://\S+|[\w.+-]+@[\w.-]+|(?:[\w-]+\.)+(?:[a-z]{2,}|рф)\b|&\w+;")
# How languages call themselves: a list of languages names each in its own letters.
_LANGUAGES = frozenset(
    {
        *("русский", "украинский", "українська", "беларуская", "български", "српски", "македонски", "монгол"),
        *("қазақша", "қазақ", "тілі", "кыргызча", "тоҷикӣ", "ўзбекча", "ўзбек", "рус", "укр"),
    }
)
_WORD = compiled(r"(?<![\w])[A-Za-z\u0400-\u04ff]+(?![\w])")
_LATIN_TWINS = frozenset("AaBCcEeHIiKMOoPpTXxy")
_CYRILLIC_TWINS = frozenset("АаВСсЕеНІіКМОоРрТХху")
_INFLECTED = compiled(r"[A-Z]{2,}[\u0430-\u044f]+")
_DOMAIN = compiled(
    r"(?:[\w.+-]+@)?(?<![\w.-])(?:[\w-]+\.)+(?:ru|рф|xn--p1ai)(?![\w-]|\.\w)|https?://[^\s\"'<>]*?/ru(?=[/?#\"'\s<]|$)",
    re.IGNORECASE,
)
_FEWEST_TEXTS = 8
_SAMPLES = {
    "widget.name": ("MyWidget", "Мой виджет"),
    "widget.short_description": ("Short description", "Короткое описание виджета"),
    "widget.description": ("Full description", "Полное описание виджета"),
    "widget.tour_description": ("Tour description", "Описание виджета"),
    "advanced.title": ("Settings menu item title", "Заголовок меню в настройках"),
}


def _hit(text: LocaleText, start: int, end: int, **facts: object) -> Hit:
    """Return a breach at a part of a text."""
    return Hit(text.source.path, text.place(start, end), facts)


def _texts(widget: Widget) -> Iterator[LocaleText]:
    """Yield every text of each declared language, those of lists too, that does not wait for its translation."""
    for locale, table in widget.translations.tables.items():
        source = widget.source(f"i18n/{locale}.json")
        texts = ((entry.key, node) for entry in table.values() for node in (entry.value, *entry.value.items))
        for key, node in texts:
            if source and node.text and not is_marked(node.text):
                yield LocaleText(source, locale, key, node)


def _language(locale: str) -> str:
    return re.split("[-_]", locale)[0].lower()


def _russian_words(text: str) -> list[re.Match[str]]:
    """Return the words in Russian letters alone, names of languages left out."""
    prose = _NO_PROSE.sub(lambda match: " " * len(match.group()), text)
    return [
        match
        for match in _CYRILLIC.finditer(prose)
        if match.group().lower() not in _LANGUAGES and not _is_mixed(prose, match)
    ]


def _is_mixed(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    return bool(_LATIN.search(around))


def _is_russian(text: str) -> bool:
    """Return whether a text is Russian for the most part; one word with a capital may be a name."""
    words = [match.group() for match in _russian_words(text)]
    latin = sum(len(word) for word in _LATIN.findall(_NO_PROSE.sub(" ", text)))
    is_name = len(words) == 1 and words[0][:1].isupper()
    return sum(map(len, words)) > latin and not is_name


def _foreign_texts(widget: Widget) -> dict[str, list[LocaleText]]:
    """Return the texts of each language that is written in Latin letters."""
    found: dict[str, list[LocaleText]] = {}
    for text in _texts(widget):
        if _language(text.locale) in _LATIN_LOCALES:
            found.setdefault(text.locale, []).append(text)
    return found


def _is_file_russian(texts: list[LocaleText]) -> bool:
    russian = sum(_is_russian(text.text) for text in texts)
    return russian >= _FEWEST_TEXTS // 2 and russian * 2 > len(texts)


def file_in_russian(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find files of other languages that are written in Russian for the most part."""
    for locale, texts in _foreign_texts(widget).items():
        if _is_file_russian(texts):
            first = next(text for text in texts if _is_russian(text.text))
            count = sum(_is_russian(text.text) for text in texts)
            yield Hit(first.source.path, first.node.span, {"locale": locale, "count": count, "total": len(texts)})


def text_in_russian(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find Russian texts in files of other languages."""
    for texts in _foreign_texts(widget).values():
        for text in texts if not _is_file_russian(texts) else ():
            if _is_russian(text.text):
                yield Hit(text.source.path, text.node.span, {"key": text.key, "locale": text.locale})


def word_in_russian(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find Russian words in texts of other languages, for those who publish: a name may stand in its own letters."""
    for texts in _foreign_texts(widget).values() if context.is_public else ():
        for text in texts:
            words = _russian_words(text.text)
            if words and not _is_russian(text.text):
                shown = ", ".join(dict.fromkeys(f'"{match.group()}"' for match in words[:5]))
                yield _hit(text, words[0].start(), words[-1].end(), locale=text.locale, words=shown)


def mixed_alphabet_word(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find words in which a letter was typed in the other alphabet."""
    for text in _texts(widget):
        for match in _WORD.finditer(_NO_PROSE.sub(lambda match: " " * len(match.group()), text.text)):
            odd = _odd_letters(match.group())
            if odd:
                letters = ", ".join(dict.fromkeys(odd))
                alphabet = "Latin" if odd[0].isascii() else "Cyrillic"
                yield _hit(text, match.start(), match.end(), word=match.group(), letters=letters, alphabet=alphabet)


def _odd_letters(word: str) -> str:
    """Return the letters of a word that look like those of the other alphabet, in which the rest of it is written."""
    latin = "".join(letter for letter in word if letter.isascii())
    cyrillic = "".join(letter for letter in word if not letter.isascii())
    if not latin or not cyrillic or _INFLECTED.fullmatch(word):
        return ""
    found = [part for part, twins in ((latin, _LATIN_TWINS), (cyrillic, _CYRILLIC_TWINS)) if twins.issuperset(part)]
    return min(found, key=len) if found else ""


def russian_file_without_russian(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find Russian files without a Russian letter, for those who publish."""
    texts = [text for text in _texts(widget) if _language(text.locale) == "ru" and _LATIN.search(text.text)]
    is_large = context.is_public and len(texts) >= _FEWEST_TEXTS
    if is_large and not any(_CYRILLIC.search(text.text) for text in _texts(widget) if _language(text.locale) == "ru"):
        yield Hit(texts[0].source.path, texts[0].node.span, {"locale": texts[0].locale})


def languages_alike(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find languages that say the same in every text, for those who publish."""
    said: dict[str, dict[str, str]] = {}
    for text in _texts(widget) if context.is_public else ():
        said.setdefault(text.locale, {})[text.key] = text.text
    seen: dict[str, dict[str, str]] = {}
    for locale, texts in said.items():
        other = next((earlier for earlier, those in seen.items() if those == texts), None)
        # Kommo lets Turkish and Indonesian speak English for a while (documented).
        is_allowed = {locale, other} & {"tr", "id"} and {locale, other} & {"en", "tr", "id"} == {locale, other}
        if other and len(texts) >= _FEWEST_TEXTS and not is_allowed:
            root = widget.translations.readable[locale]
            facts = {"locale": locale, "other": other, "count": len(texts)}
            yield Hit(f"i18n/{locale}.json", Span(root.span.start, root.span.start + 1), facts)
        seen.setdefault(locale, texts)


def russian_address(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find Russian addresses in texts of other languages, for those who publish."""
    for texts in _foreign_texts(widget).values() if context.is_public else ():
        for text in texts:
            for match in _DOMAIN.finditer(text.text):
                yield _hit(text, match.start(), match.end(), address=match.group(), locale=text.locale)


def sample_text(widget: Widget, context: Context) -> Iterator[Hit]:
    """Find texts of the documentation's sample, for those who publish: an account shows the integration's own name."""
    for text in _texts(widget) if context.is_public else ():
        if text.text in _SAMPLES.get(text.key, ()):
            yield Hit(text.source.path, text.node.span, {"text": text.text})


_FUNCTIONS = (
    file_in_russian,
    text_in_russian,
    word_in_russian,
    mixed_alphabet_word,
    russian_file_without_russian,
    languages_alike,
    russian_address,
    sample_text,
)
CHECKS: tuple[Check, ...] = tuple(Check(rule, find) for rule, find in zip(TEXT_RULES, _FUNCTIONS, strict=True))
