"""Organisations, their unit tree, posts, persons, appointments and leave, and the roster that fills them."""
