"""Every row with a clock, on both sides; written by the feature that owns the subject, in its transaction."""
