"""What a roster's lines mean, which of them can't be taken, and what they would change; pure functions all."""
