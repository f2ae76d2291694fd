"""Every rule there is, written down by hand, family by family, in the order of the codes."""

from amowidget.checks import images, json_syntax, locations, manifest, package, secrets, translations
from amowidget.checks.check import Check

CHECKS: tuple[Check, ...] = (
    *json_syntax.CHECKS,
    *manifest.CHECKS,
    *locations.CHECKS,
    *translations.CHECKS,
    *images.CHECKS,
    *package.CHECKS,
    *secrets.CHECKS,
)
