"""Every rule there is, written down by hand, family by family, in the order of the codes."""

from amowidget.checks import (
    images,
    json_syntax,
    locations,
    manifest,
    package,
    public,
    script,
    secrets,
    styles,
    suppressions,
    templates,
    translations,
)
from amowidget.checks.check import Check

CHECKS: tuple[Check, ...] = (
    *json_syntax.CHECKS,
    *manifest.CHECKS,
    *locations.CHECKS,
    *translations.CHECKS,
    *images.CHECKS,
    *script.CHECKS,
    *templates.CHECKS,
    *styles.CHECKS,
    *package.CHECKS,
    *suppressions.CHECKS,
    *public.CHECKS,
    *secrets.CHECKS,
)
