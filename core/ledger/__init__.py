"""The ledger: an append-only Merkle log of acts, with a signed checkpoint for each transaction that appends."""
