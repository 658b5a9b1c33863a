"""Compacts and their versions: commitments, consultation, proposal, ratification, coming into force."""
