"""Asking many people for their own view of a few things each, and keeping only what they said together."""
