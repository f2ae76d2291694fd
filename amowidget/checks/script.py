"""SCR: script.js: what the host makes of it, and what it must not do."""

from amowidget.checks.check import Check

CHECKS: tuple[Check, ...] = ()
