"""Other systems are told what has happened: Standard Webhooks 1.0.0, with identifiers only."""
