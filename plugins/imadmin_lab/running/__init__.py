"""Running labs: for the length of a command, in the background, for a test; none leaves anything behind."""
