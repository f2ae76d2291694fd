"""Every rule there is, written down by hand, in the order of the codes."""

from amowidget.checks.check import Check

CHECKS: tuple[Check, ...] = ()
