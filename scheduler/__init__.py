"""Time: what is due, the sweep, dispatch and the ticks that wake them. Owns no tables."""
