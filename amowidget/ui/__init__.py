"""The terminal: the only package that writes to it. Results go to stdout, everything else to stderr."""
