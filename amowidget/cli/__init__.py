"""The command line: options become values, one verb is called, its result is shown, an exit code is returned."""
