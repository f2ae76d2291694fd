"""What the project says about itself: amowidget.toml, the environment, flags, and which of them wins."""
