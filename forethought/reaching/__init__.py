"""Telling people on a phone or computer of their own that something waits, beside the mail: nudges without content."""
