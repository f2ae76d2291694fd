"""TWG: the Twig templates, as the host's twig.js 0.8.9 reads them."""

from amowidget.checks.check import Check

CHECKS: tuple[Check, ...] = ()
