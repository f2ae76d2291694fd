"""Trees to measure on, the same on every machine."""

import json
import random
from pathlib import Path

from amowidget.scaffold.answers import answered
from amowidget.scaffold.new import plan, write

_WORDS = [
    f"{word}{number}" for word in ("lead", "card", "field", "value", "order", "self", "return") for number in range(40)
]


def widget(folder: Path, file_count: int, script_bytes: int = 4000, seed: int = 7) -> Path:
    """Write a scaffolded widget with more modules, styles and templates, `file_count` files in all; return its folder.

    The modules have about `script_bytes` each and are written as people write them; styles and templates are of median size.
    """
    write(plan(answered("measured", {})), folder)
    source = folder / "widget_src"
    present = sum(path.is_file() for path in source.rglob("*"))
    generator = random.Random(seed)
    for number in range(file_count - present):
        kind = ("js", "js", "css", "twig")[number % 4]
        path = source / f"modules/m{number}.{kind}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            _TEXTS[kind](generator, script_bytes if kind == "js" else _MEDIAN_BYTES[kind]), encoding="utf-8"
        )
    return folder


def bundle(folder: Path, libraries: tuple[Path, ...], times: int = 1) -> Path:
    """Write a scaffolded widget whose script.js holds real libraries, as a bundler would put them; return its folder."""
    write(plan(answered("measured", {})), folder)
    script = folder / "widget_src" / "script.js"
    text = script.read_text(encoding="utf-8")
    head, mark, rest = text.partition("'use strict';\n")
    inner = "".join(
        f"(function (exports, module) {{\n{path.read_text(encoding='utf-8')}\n}})({{}}, {{}});\n"
        for path in libraries * times
    )
    script.write_text(head + mark + inner + rest, encoding="utf-8")
    return folder


def extension(folder: Path, like: Path) -> Path:
    """Write a browser extension with the files of a widget, for the linter of browser extensions; return its folder."""
    folder.mkdir()
    for path in sorted(like.rglob("*")):
        if path.is_file() and path.name != "manifest.json":
            target = folder / path.relative_to(like)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    manifest = {
        "manifest_version": 2,
        "name": "measured",
        "version": "1.0.0",
        "browser_specific_settings": {"gecko": {"id": "measured@example.com"}},
        "content_scripts": [{"matches": ["https://example.com/*"], "js": ["script.js"]}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _script(generator: random.Random, size_bytes: int) -> str:
    lines = ["define(['jquery'], function ($) {", "  'use strict';", "", "  var state = {};"]
    while sum(map(len, lines)) < size_bytes:
        name, field, value = generator.sample(_WORDS, 3)
        lines += [
            f"  // Keeps {field} of every {name} that the user has chosen.",
            f"  function {name}(items, done) {{",
            f"    var {field} = items.filter(function (item) {{ return item.{value} > {generator.randint(0, 99)}; }});",
            f"    if (!{field}.length || state.{value}) {{",
            f"      return done(null, '{field}');",
            "    }",
            f"    $.each({field}, function (index, item) {{",
            f"      state[item.id] = {{ {value}: item.{value} * 2, title: '<b>' + item.title + '</b>' }};",
            "    });",
            f"    return done({field}.length + index_of(items, {generator.randint(0, 9)}), state);",
            "  }",
            "",
            f"  state.{name} = {name};",
        ]
    lines += ["  function index_of(items, at) { return items[at] ? at : -1; }", "  return state;", "});", ""]
    return "\n".join(lines)


def _style(generator: random.Random, size_bytes: int) -> str:
    words = generator.choices(_WORDS, k=max(1, size_bytes // 80))
    return "".join(
        f".measured__{word} .measured__{word}-title {{\n  color: inherit;\n  margin: 0 4px;\n}}\n" for word in words
    )


def _template(generator: random.Random, size_bytes: int) -> str:
    words = generator.choices(_WORDS, k=max(1, size_bytes // 160))
    return "".join(
        f'{{% if {word} %}}\n<p class="measured__{word}">{{{{ {word}.title|escape }}}}: {{{{ {word}.sum }}}}</p>\n{{% endif %}}\n'
        for word in words
    )


# The median style sheet and template of 104 public widgets.
_MEDIAN_BYTES = {"css": 1010, "twig": 289}
_TEXTS = {"js": _script, "css": _style, "twig": _template}


def flat(folder: Path, file_count: int, size_bytes: int, is_text: bool, seed: int = 7) -> Path:
    """Write a widget of `file_count` files of a size, compressible text or random bytes; return its folder."""
    write(plan(answered("measured", {})), folder)
    generator = random.Random(seed)
    for number in range(file_count):
        path = folder / "widget_src" / "data" / f"f{number:04}.{'txt' if is_text else 'bin'}"
        path.parent.mkdir(exist_ok=True)
        words = " ".join(generator.choices(_WORDS, k=size_bytes // 6)) if is_text else ""
        path.write_bytes(words.encode()[:size_bytes].ljust(size_bytes) if is_text else generator.randbytes(size_bytes))
    return folder
