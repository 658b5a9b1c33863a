"""One history of the schema for both databases, run forward with the data in place."""
