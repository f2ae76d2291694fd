"""Brings texts and scopes of the widget into the integration's form in the account: only those, and only where they differ."""

from collections.abc import Callable, Mapping

from amowidget.account import form
from amowidget.account.access import Access, entered, going_on
from amowidget.account.form import Change, Form
from amowidget.config.project import Project, Target
from amowidget.errors import AmowidgetError
from amowidget.widget.widget import load

# The least lengths are those that the account's own form demands (section 3.3).
_SHORTEST_NAME, _NO_NAME = 3, "The widget has no name of 3 characters or more in any language."
_SHORTEST_DESCRIPTION = 5
_NO_DESCRIPTION = "The widget has no short description of 5 characters or more in any language."


def wanted_form(project: Project, target: Target) -> Form:
    """Return the names and the short descriptions of the widget, language by language, and the scopes if some are set."""
    texts = load(project.widget_folder, project.pack.exclude).translations
    names: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for locale in texts.locales:
        for key, found in (("widget.name", names), ("widget.short_description", descriptions)):
            node = texts.at(locale, key)
            if node is not None and node.text:
                found[locale] = node.text
    if not _has_text(names, _SHORTEST_NAME):
        raise AmowidgetError("usage.bad_name", _NO_NAME, "Write it as widget.name in i18n/.")
    if not _has_text(descriptions, _SHORTEST_DESCRIPTION):
        raise AmowidgetError("usage.bad_name", _NO_DESCRIPTION, "Write it as widget.short_description in i18n/.")
    return Form(names, descriptions, target.scopes)


def sync(
    target: Target, access: Access, wanted: Form, confirm: Callable[[tuple[Change, ...]], bool]
) -> tuple[tuple[Change, ...], Access]:
    """Change what differs in the form of the target's integration, when `confirm` agrees.

    Return what was changed, and the access that the upload goes on with.
    """
    uuid = target.required_integration()
    with entered(target.base_url, access) as session:
        now = form.read(session, uuid)
        differing = form.changes(now, wanted)
        if not differing or not confirm(differing):
            return (), going_on(access, session)
        form.save(session, uuid, now, wanted)
        return differing, going_on(access, session)


def _has_text(texts: Mapping[str, str], least: int) -> bool:
    return any(len(text.strip()) >= least for text in texts.values())
