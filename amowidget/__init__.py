"""amowidget: scaffold, check, pack, upload and run widgets of amoCRM and Kommo."""

__version__ = "0.1.0"
