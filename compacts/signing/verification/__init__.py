"""Checking a sealed document or an evidence bundle anywhere: no installation, no database, no network."""
