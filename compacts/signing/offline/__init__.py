"""What travels with a signature: a verifier in one file, which needs nothing of the application."""
