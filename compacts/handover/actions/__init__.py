"""What can be done when somebody leaves: the watch over offices and posts, and naming who takes over."""

from reciproca.compacts.handover.actions.filling import fill_office, fill_post
from reciproca.compacts.handover.actions.watching import watch_offices

__all__ = ["fill_office", "fill_post", "watch_offices"]
