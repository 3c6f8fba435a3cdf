"""Where a message lies in mailboxes: those that the deployment names, and only read."""
