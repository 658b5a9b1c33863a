"""Proving: the ledger verified, and proofs of it for people who were there and people who were not."""
