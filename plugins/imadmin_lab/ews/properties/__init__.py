"""The properties of items and folders: how each is named, shown, set and searched."""
