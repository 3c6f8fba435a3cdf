"""Turns the description of an organisation into the files its administrator would have saved."""
