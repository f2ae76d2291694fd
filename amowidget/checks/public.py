"""PUB: what only the moderators of public integrations ask for."""

from amowidget.checks.check import Check

CHECKS: tuple[Check, ...] = ()
