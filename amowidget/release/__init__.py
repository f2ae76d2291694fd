"""From a judged widget to its archive: the version raised, the build run, values put in, a reproducible zip."""
