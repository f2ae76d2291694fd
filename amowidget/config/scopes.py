"""The scopes that a widget needs: what its integration may do in an account, as the account's form offers them."""

import difflib

from amowidget.config.toml_table import TomlTable
from amowidget.errors import AmowidgetError
from amowidget.pattern import compiled

# Read in the form's own code (section 3.3 of the protocol reference); it has more, whose names are not known.
_KNOWN = ("crm", "notifications", "files", "files_delete", "send_external_messages", "list_external_messages")
_SHAPE = compiled(r"[a-z][a-z0-9_.:-]*")
_NEAR = 0.85  # so near that it is a slip; "files_read" would be a scope of its own


def scopes_of(table: TomlTable) -> tuple[str, ...]:
    """Return the scopes of a table, each once and in a fixed order, empty when the key is absent; a slip is refused."""
    found = table.texts("scopes")
    if not found and table.has("scopes"):
        raise table.wrong("scopes", 'a list of scopes, for instance ["crm"]; without the key they are left alone')
    for scope in found:
        if not _SHAPE.fullmatch(scope):
            raise table.wrong("scopes", 'a list of names in small letters, for instance ["crm", "notifications"]')
        meant = [] if scope in _KNOWN else difflib.get_close_matches(scope, _KNOWN, 1, _NEAR)
        if meant:
            raise AmowidgetError(
                "config.bad_value",
                f'{table.file}: [{table.name}] scopes has "{scope}", which is no known scope.',
                f'Did you mean "{meant[0]}"? Known: {", ".join(_KNOWN)}.',
            )
    return tuple(sorted(set(found)))
