"""Whether a browser takes the pattern of a regular expression. The names of Unicode's properties are not known here."""

import re
from typing import NoReturn

from amowidget.pattern import compiled
from amowidget.widget.js_scopes import decoded

# Nobody writes longer ones, and what is built is right.
_LONGEST = 20_000
_MOST_ALIKE = 20
_QUANTIFIER = compiled(r"\{(\d+)(?:(,)(\d*))?\}\??")
_GROUP_NAME = compiled(r"(?:[\w$\u0080-\U0010ffff]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})+>")
_MODIFIERS = compiled(r"([ims]*)(?:-([ims]*))?:")
_PROPERTY = compiled(r"\{\w+(?:=\w+)?\}", re.ASCII)
_HEX = compiled(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})")
_BRACED = compiled(r"u\{([0-9a-fA-F]+)\}")
_LOW_HALF = compiled(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_OCTAL = compiled(r"[0-3][0-7]{0,2}|[4-7][0-7]?")
_NUMBER = compiled(r"[1-9]\d*")
_STRINGS = compiled(r"q\{(?:[^\\}]|\\.)*\}")
_BREAK = compiled("[\r\u2028\u2029]")
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_SET_PUNCTUATION = frozenset("&-!#%,:;<=>@`~")
_CONTROLS = {"f": 12, "n": 10, "r": 13, "t": 9, "v": 11}


def is_pattern(pattern: str, flags: str) -> bool:
    """Return whether a pattern is one under its flags."""
    if len(pattern) > _LONGEST:
        return True
    if _BREAK.search(pattern):
        return False
    try:
        first = _Pattern(pattern, flags, has_names=False)
        first.check()
        if first.names and not first.is_unicode:
            # A name anywhere gives \k its meaning everywhere.
            _Pattern(pattern, flags, has_names=True).check()
    except _PatternError:
        return False
    return True


def _value(name: str) -> str:
    """Return a name without its escapes; two escaped halves of one character are the character."""
    return decoded(name).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


class _PatternError(Exception):
    """The pattern is none."""


def _refuse() -> NoReturn:
    raise _PatternError


def _units(text: str) -> str:
    """Return a text by the halves of its characters, as a pattern without the flag u counts it."""
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(data[place] | data[place + 1] << 8) for place in range(0, len(data), 2))


class _Pattern:
    """Goes over one pattern from the left; groups are kept on a list, so that none nests too deep."""

    def __init__(self, pattern: str, flags: str, has_names: bool) -> None:
        self.is_unicode = "u" in flags or "v" in flags
        self.names: dict[str, list[tuple[tuple[int, int], ...]]] = {}
        self._is_set = "v" in flags
        self._text = pattern if self.is_unicode else _units(pattern)
        self._has_names = has_names or self.is_unicode
        self._place = 0
        self._groups = 0
        self._choices = 1
        # The groups that are open: which they are, and in which of the choices around them one stands.
        self._open: list[str] = []
        self._path: list[tuple[int, int]] = [(0, 0)]
        self._largest = 0
        self._asked: set[str] = set()
        self._can_repeat = False

    def check(self) -> None:
        """Raise unless the whole pattern is one."""
        while self._place < len(self._text):
            char = self._text[self._place]
            self._place += 1
            step = _STEPS.get(char)
            if step is None:
                self._can_repeat = True
            else:
                step(self)
        if self._open or (self._has_names and self._asked - self.names.keys()):
            _refuse()
        if self.is_unicode and self._largest > self._groups:
            _refuse()

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._place)
        if match:
            self._place = match.end()
        return match

    def _takes(self, text: str) -> bool:
        if self._text.startswith(text, self._place):
            self._place += len(text)
            return True
        return False

    def _assertion(self) -> None:
        self._can_repeat = False

    def _choice(self) -> None:
        number, branch = self._path[-1]
        self._path[-1] = (number, branch + 1)
        self._can_repeat = False

    def _start(self) -> None:
        kind = "group"
        if self._takes("?"):
            kind = self._special()
        else:
            self._groups += 1
        self._open.append(kind)
        self._path.append((self._choices, 0))
        self._choices += 1
        self._can_repeat = False

    def _special(self) -> str:
        if self._takes(":"):
            return "group"
        if self._takes("=") or self._takes("!"):
            return "group" if not self.is_unicode else "assertion"
        if self._takes("<=") or self._takes("<!"):
            return "assertion"
        if self._takes("<"):
            self._groups += 1
            self._named(self._name())
            return "group"
        modifiers = self._take(_MODIFIERS)
        given = (modifiers[1] + (modifiers[2] or "")) if modifiers else ""
        if not given or len(set(given)) != len(given):
            _refuse()
        return "group"

    def _name(self) -> str:
        match = self._take(_GROUP_NAME)
        if not match or match.group()[0].isdigit():
            _refuse()
        return _value(match.group()[:-1])

    def _named(self, name: str) -> None:
        path = tuple(self._path)
        for other in self.names.setdefault(name, [])[:_MOST_ALIKE]:
            # The same name may stand in another branch of the same choice.
            if not any(mine[0] == its[0] and mine[1] != its[1] for mine, its in zip(path, other, strict=False)):
                _refuse()
        self.names[name].append(path)

    def _end(self) -> None:
        if not self._open:
            _refuse()
        self._path.pop()
        self._can_repeat = self._open.pop() == "group"

    def _repeat(self) -> None:
        if not self._can_repeat:
            _refuse()
        self._takes("?")
        self._can_repeat = False

    def _brace(self) -> None:
        self._place -= 1
        match = self._take(_QUANTIFIER)
        if match:
            if not self._can_repeat or (match[3] and int(match[1]) > int(match[3])):
                _refuse()
            self._can_repeat = False
            return
        self._place += 1
        self._literal()

    def _literal(self) -> None:
        if self.is_unicode:
            _refuse()
        self._can_repeat = True

    def _escape(self) -> None:
        self._can_repeat = True
        number = self._take(_NUMBER)
        if number:
            self._largest = max(self._largest, int(number.group()[:9]))
        elif self._takes("b") or self._takes("B"):
            self._can_repeat = False
        elif self._text.startswith("k", self._place) and self._has_names:
            self._place += 1
            if not self._takes("<"):
                _refuse()
            self._asked.add(self._name())
        else:
            self._character(is_class=False)

    def _character(self, is_class: bool) -> int | None:
        """Take what follows a backslash; return the character that it means, None for a class of them."""
        braced = self._take(_BRACED) if self.is_unicode else None
        if braced:
            return int(braced[1], 16) if int(braced[1], 16) <= 0x10FFFF else _refuse()
        hexadecimal = self._take(_HEX)
        if hexadecimal:
            return self._whole(int(hexadecimal[1] or hexadecimal[2], 16), is_long=bool(hexadecimal[2]))
        char = self._text[self._place : self._place + 1]
        self._place += 1
        if char in tuple("dDsSwW"):
            return None
        if char in tuple("pP") and self.is_unicode:
            return None if self._take(_PROPERTY) else _refuse()
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "c":
            return self._control(is_class)
        return self._digit(char) if char.isdigit() and char.isascii() else self._itself(char, is_class)

    def _whole(self, code: int, is_long: bool) -> int:
        """Return the character of two escaped halves; without the flag u each half is one."""
        low = self._take(_LOW_HALF) if is_long and self.is_unicode and 0xD800 <= code < 0xDC00 else None
        return 0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00 if low else code

    def _control(self, is_class: bool) -> int:
        letter = self._text[self._place : self._place + 1]
        is_letter = letter.isascii() and (
            letter.isalpha() or (is_class and not self.is_unicode and (letter.isdigit() or letter == "_"))
        )
        if is_letter:
            self._place += 1
            return ord(letter) % 32
        if self.is_unicode:
            _refuse()
        self._place -= 1  # the backslash is itself, and the c is read again
        return ord("\\")

    def _digit(self, char: str) -> int:
        follows = self._text[self._place : self._place + 1]
        if self.is_unicode:
            return 0 if char == "0" and not (follows.isdigit() and follows.isascii()) else _refuse()
        self._place -= 1
        octal = self._take(_OCTAL)
        if octal:
            return int(octal.group(), 8)
        self._place += 1
        return ord(char)

    def _itself(self, char: str, is_class: bool) -> int:
        if not char:
            _refuse()
        if self.is_unicode:
            is_allowed = (
                char in _SYNTAX
                or (is_class and char == "-")
                or (is_class and self._is_set and char in _SET_PUNCTUATION)
            )
        else:
            is_allowed = not (char == "k" and self._has_names)
        return ord(char) if is_allowed else _refuse()

    def _class(self) -> None:
        self._takes("^")
        if self._is_set:
            self._set()
        else:
            self._ranges()
        self._can_repeat = True

    def _set(self) -> None:
        """Take a class of the flag v, in which classes nest; how its parts are joined is not looked at."""
        depth = 1
        while depth:
            char = self._text[self._place : self._place + 1]
            self._place += 1
            if char in tuple("(){}|/") or not char:
                _refuse()
            depth += (char == "[") - (char == "]")
            if char == "\\" and not self._take(_STRINGS) and not self._takes("b"):
                self._character(is_class=True)

    def _ranges(self) -> None:
        while not self._takes("]"):
            low = self._member()
            if not self._text.startswith("-", self._place) or self._text.startswith("-]", self._place):
                continue
            self._place += 1
            high = self._member()
            is_open = low is None or high is None
            if (is_open and self.is_unicode) or (low is not None and high is not None and low > high):
                _refuse()

    def _member(self) -> int | None:
        char = self._text[self._place : self._place + 1]
        self._place += 1
        if not char:
            _refuse()
        if char != "\\":
            return ord(char)
        return 8 if self._takes("b") else self._character(is_class=True)


_STEPS = {
    "^": _Pattern._assertion,
    "$": _Pattern._assertion,
    "|": _Pattern._choice,
    "(": _Pattern._start,
    ")": _Pattern._end,
    "*": _Pattern._repeat,
    "+": _Pattern._repeat,
    "?": _Pattern._repeat,
    "{": _Pattern._brace,
    "}": _Pattern._literal,
    "]": _Pattern._literal,
    "[": _Pattern._class,
    "\\": _Pattern._escape,
}
