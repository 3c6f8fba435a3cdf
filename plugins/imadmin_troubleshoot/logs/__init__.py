"""The client's logs: the text log is searched for what is documented of it; of a trace the header is read."""
