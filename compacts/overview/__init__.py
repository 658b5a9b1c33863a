"""The balance and the leaders' overview: reads only, the same page for both columns."""
