"""The product: one folder per feature, each with the same file names. Doors decide nothing; rules know no framework."""
