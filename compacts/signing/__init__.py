"""Campaigns, the ceremony, evidence, the organisation's signature, sealed documents and verification."""
