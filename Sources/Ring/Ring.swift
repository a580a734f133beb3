// The module Ring.
