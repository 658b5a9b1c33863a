"""Consultation: rounds, comments and proposed wordings from both sides, and an answer with a reason to each."""
