"""What is overdue goes up a ladder: the same clock for both sides, up to the agenda of each side's own body."""
