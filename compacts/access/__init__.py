"""Accounts, sessions, sign-in, tokens and grants of roles: who somebody is, never what they agreed to."""
