"""Every rule there is, written down by hand, family by family, in the order of the codes."""

from amowidget.checks import (
    images,
    json_syntax,
    locations,
    manifest,
    package,
    public,
    script_callbacks,
    script_calls,
    script_constructor,
    script_files,
    script_hazards,
    script_syntax,
    script_traces,
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
    *script_syntax.CHECKS,
    *script_constructor.CHECKS,
    *script_callbacks.CHECKS,
    *script_calls.CHECKS,
    *script_files.CHECKS,
    *script_traces.CHECKS,
    *script_hazards.CHECKS,
    *templates.CHECKS,
    *styles.CHECKS,
    *package.CHECKS,
    *suppressions.CHECKS,
    *public.CHECKS,
    *secrets.CHECKS,
)
