"""The speed table: what amowidget promises, measured side by side. Run with `make bench`."""
