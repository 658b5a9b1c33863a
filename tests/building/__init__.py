"""Builders: plain functions that make what a test needs, through the product's own use cases."""
