"""A person's own dates: on their page, and as a feed for the calendar that they use anyway."""
