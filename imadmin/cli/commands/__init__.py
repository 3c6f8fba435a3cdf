"""One module for each command: `add_arguments(parser)` and `execute(options) -> exit status`."""
