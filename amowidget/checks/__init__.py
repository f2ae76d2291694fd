"""The rules: what a widget must be, each as one record and one small function. They receive a Widget and read no file."""
