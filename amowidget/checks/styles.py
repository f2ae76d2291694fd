"""CSS: the style sheets: their syntax, and that they reach nothing but the widget."""

from amowidget.checks.check import Check

CHECKS: tuple[Check, ...] = ()
