"""Messages to persons and their truthful delivery state."""
