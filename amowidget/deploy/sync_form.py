"""Brings the texts of the widget into the integration's form in the account: only those, and only where they differ."""

from collections.abc import Callable

from amowidget.account import form
from amowidget.account.access import Access, entered
from amowidget.account.form import Change, Form
from amowidget.config.project import Project, Target
from amowidget.errors import AmowidgetError
from amowidget.widget.widget import load

_SHORTEST_NAME, _SHORTEST_DESCRIPTION = 3, 5  # as the account's own form demands (section 3.3)


def wanted_form(project: Project) -> Form:
    """Return the names and the short descriptions of the widget, language by language."""
    texts = load(project.widget_folder, project.pack.exclude).translations
    names: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for locale in texts.locales:
        for key, found in (("widget.name", names), ("widget.short_description", descriptions)):
            node = texts.at(locale, key)
            if node is not None and node.text:
                found[locale] = node.text
    for found, least, what in (
        (names, _SHORTEST_NAME, "name"),
        (descriptions, _SHORTEST_DESCRIPTION, "short description"),
    ):
        if not any(len(text.strip()) >= least for text in found.values()):
            raise AmowidgetError(
                "usage.bad_name",
                f"The widget has no {what} of {least} characters or more in any language.",
                f"Write it as widget.{what.replace(' ', '_')} in i18n/.",
            )
    return Form(names, descriptions)


def sync(
    target: Target, access: Access, wanted: Form, confirm: Callable[[tuple[Change, ...]], bool]
) -> tuple[Change, ...]:
    """Change what differs in the form of the target's integration, when `confirm` agrees; return what was changed."""
    if not target.integration:
        raise AmowidgetError(
            "config.missing_key",
            f'The target "{target.name}" has no integration whose form could be changed.',
            "Write its id as `integration` of the target in amowidget.toml.",
        )
    with entered(target.base_url, access) as session:
        now = form.read(session, target.integration)
        differing = form.changes(now, wanted)
        if not differing or not confirm(differing):
            return ()
        form.save(session, target.integration, now, wanted)
        return differing
